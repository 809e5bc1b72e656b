"""
What every Workspace keeps to, Slack's adapter and the fakes alike.

A rig brings the workspace and the people in it; the promises are inherited.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from bridge.domain.cards import Note, RootCard, SeveralCard, WordsCard
from bridge.domain.consent import Standing
from bridge.domain.copies import Erasure, Whose
from bridge.domain.delivery import Reason
from bridge.domain.ids import ConversationId, Ref, Room
from bridge.domain.lifecycle import Stage
from bridge.domain.messages import Kind
from bridge.domain.speech import Deleted, Event, Manner, Mention, Post
from bridge.ports import SendFailed, Workspace

AT = datetime(2026, 11, 23, 21, 40, tzinfo=UTC)
WORDS = "er det noen der? <!channel> æøå 🙂"
ROOT = RootCard(
    conversation=ConversationId("c_1"),
    alias="Blå rev",
    channel="telegram",
    standing=Standing.ASKED,
    stage=Stage.OPEN,
    owner=None,
)
SAID = WordsCard(alias="Blå rev", kind=Kind.SAID, at=AT, text=WORDS)


DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A picture, of one dot."""


class Rig(Protocol):
    """A workspace with one caseworker, Kari, in one room."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def without_admin(self) -> Workspace:
        """The same, where nobody may delete what others have written."""
        ...

    @property
    def room(self) -> Room: ...

    @property
    def kari(self) -> str: ...

    async def kari_writes(self, words: str, root: Ref | None, *, to_youth: bool = False) -> Ref: ...

    async def kari_deletes(self, ref: Ref) -> None: ...

    def kari_gives(self, body: bytes) -> Ref:
        """A file that she has chosen in a form of ours."""
        ...

    async def kari_sees(self, root: Ref) -> str:
        """Everything that the room thread shows her."""
        ...

    async def ola_sees(self, root: Ref) -> str:
        """Everything that it shows somebody else in the room."""
        ...

    async def lock_screens(self) -> Sequence[str]: ...

    async def told(self) -> Sequence[Event]:
        """What the workspace has told us since the last time, read."""
        ...

    def busy(self, seconds: int) -> None:
        """The next post is not taken, for so long."""
        ...

    def lose_answer(self) -> None:
        """The next post is taken, and we are not told."""
        ...


class WorkspaceContract:
    @pytest.fixture
    async def root(self, rig: Rig) -> Ref:
        return await rig.workspace.show(rig.room, None, ROOT, key="k_root")

    async def test_a_card_is_found_by_its_key(self, rig: Rig, root: Ref) -> None:
        """After a crash between posting and writing it down, nothing is posted twice."""
        card = await rig.workspace.show(rig.room, root, SAID, key="k_1")

        assert await rig.workspace.find(rig.room, root, "k_1") == card
        assert await rig.workspace.find(rig.room, None, "k_root") == root
        assert await rig.workspace.find(rig.room, root, "k_2") is None
        assert await rig.workspace.find(rig.room, None, "k_2") is None

    async def test_a_post_of_several_is_found_by_the_key_of_each(self, rig: Rig, root: Ref) -> None:
        """Each of them must know whether it was said, whoever died meanwhile."""
        several = SeveralCard(said=(SAID, replace(SAID, text="jeg går ut")))
        card = await rig.workspace.show(rig.room, root, several, key="k_1", also=("k_2", "k_3"))

        for key in ("k_1", "k_2", "k_3"):
            assert await rig.workspace.find(rig.room, root, key) == card
        assert await rig.workspace.find(rig.room, root, "k_") is None
        assert await rig.workspace.find(rig.room, root, "k_1 k_2") is None
        seen = await rig.kari_sees(root)
        assert seen.index(WORDS) < seen.index("jeg går ut")
        assert not [screen for screen in await rig.lock_screens() if "jeg går ut" in screen]

    async def test_the_thread_shows_the_words_and_the_lock_screen_does_not(
        self, rig: Rig, root: Ref
    ) -> None:
        """A caseworker must see them, and nobody beside her on the bus."""
        await rig.workspace.show(rig.room, root, SAID, key="k_1")

        assert WORDS in await rig.kari_sees(root)
        screens = await rig.lock_screens()
        assert not [screen for screen in screens if "er det noen der" in screen]

    async def test_a_card_is_brought_up_to_date_where_it_stands(self, rig: Rig, root: Ref) -> None:
        """Two heads on one thread, and nobody knows which holds."""
        before = await rig.workspace.standing(rig.room, root)

        await rig.workspace.renew(root, replace(ROOT, standing=Standing.YES))

        assert "samtykke: ja" in await rig.kari_sees(root)
        assert await rig.workspace.standing(rig.room, root) == before
        assert await rig.workspace.find(rig.room, None, "k_root") == root

    async def test_a_card_that_somebody_deleted_is_gone(self, rig: Rig, root: Ref) -> None:
        """Then a new one is made; the old is not tried for ever."""
        card = await rig.workspace.show(rig.room, root, SAID, key="k_1")
        assert await rig.workspace.erase(card, Whose.BOT) is Erasure.REREAD

        with pytest.raises(SendFailed) as caught:
            await rig.workspace.renew(card, SAID)

        assert (caught.value.reason, caught.value.retry) == (Reason.GONE, False)

    async def test_what_people_write_is_told_and_can_be_read_again(
        self, rig: Rig, root: Ref
    ) -> None:
        """A reply written while the bridge was away must be found, and be the same reply."""
        await rig.workspace.show(rig.room, root, SAID, key="k_1")
        await rig.told()
        first = await rig.kari_writes("kan møte deg kl. 14", root, to_youth=True)
        second = await rig.kari_writes("hva synes dere?", root)

        told = [event for event in await rig.told() if isinstance(event, Post)]
        found = await rig.workspace.replies(rig.room, root)

        assert [post.ref for post in found] == [first, second]
        assert [post.late for post in found] == [True, True]
        assert [replace(post, late=False) for post in found] == told
        assert [(post.mention, post.manner) for post in found] == [
            (Mention.BEGINS, Manner.PLAIN),
            (Mention.NONE, Manner.PLAIN),
        ]
        assert found[0].text == "kan møte deg kl. 14"
        assert (found[0].root, found[0].user) == (root, rig.kari)

    async def test_a_gap_is_read_from_where_it_began(self, rig: Rig, root: Ref) -> None:
        """From the last that was seen, and not everything each time."""
        await rig.kari_writes("en", root)
        second = await rig.kari_writes("to", root)
        third = await rig.kari_writes("tre", root)
        seen = (await rig.workspace.replies(rig.room, root))[1].at

        since = await rig.workspace.replies(rig.room, root, since=seen)
        after = await rig.workspace.replies(rig.room, root, since=seen + timedelta(microseconds=1))

        assert [post.ref for post in since] == [second, third]
        assert [post.ref for post in after] == [third]

    async def test_the_room_itself_is_read_without_its_threads(self, rig: Rig, root: Ref) -> None:
        """What stands in a thread belongs to one youth; what stands in the room to none."""
        await rig.kari_writes("i tråden", root)
        loose = await rig.kari_writes("i rommet", None)

        assert [post.ref for post in await rig.workspace.replies(rig.room, None)] == [loose]

    async def test_a_long_thread_is_read_to_its_end(self, rig: Rig, root: Ref) -> None:
        """The last page holds the words that were said last."""
        written = [await rig.kari_writes(f"nr {number}", root) for number in range(450)]

        found = await rig.workspace.replies(rig.room, root)

        assert [post.ref for post in found] == written
        assert await rig.workspace.standing(rig.room, root) == {root, *written}

    async def test_our_own_posts_are_told_to_nobody(self, rig: Rig, root: Ref) -> None:
        """A bridge that hears itself carries a youth's words back to the youth."""
        await rig.told()
        card = await rig.workspace.show(rig.room, root, SAID, key="k_1")
        await rig.workspace.renew(card, replace(SAID, text="noe annet"))

        assert not [event for event in await rig.told() if isinstance(event, Post)]
        assert await rig.workspace.replies(rig.room, root) == []

    async def test_our_own_post_is_erased_and_looked_for(self, rig: Rig, root: Ref) -> None:
        """The wipe tells the truth, the first time and when it is done again."""
        card = await rig.workspace.show(rig.room, root, SAID, key="k_1")

        assert await rig.workspace.erase(card, Whose.BOT) is Erasure.REREAD
        assert await rig.workspace.erase(card, Whose.BOT) is Erasure.REREAD
        assert await rig.workspace.standing(rig.room, root) == {root}
        assert WORDS not in await rig.kari_sees(root)

    async def test_a_caseworkers_post_needs_whoever_may_delete_it(
        self, rig: Rig, root: Ref
    ) -> None:
        """Where nobody may, it is said, so that its author can be asked; never «deleted»."""
        post = await rig.kari_writes("om Blå rev", root)

        assert await rig.without_admin.erase(post, Whose.CASEWORKER) is Erasure.NOT_OURS
        assert post in await rig.workspace.standing(rig.room, root)
        assert await rig.workspace.erase(post, Whose.CASEWORKER) is Erasure.REREAD
        assert post not in await rig.workspace.standing(rig.room, root)

    async def test_what_its_author_deleted_by_hand_is_seen_to_be_gone(
        self, rig: Rig, root: Ref
    ) -> None:
        """Then nobody has to be asked twice."""
        post = await rig.kari_writes("om Blå rev", root)
        await rig.told()
        await rig.kari_deletes(post)

        told = [event for event in await rig.told() if isinstance(event, Deleted)]
        assert [event.ref for event in told] == [post]
        assert await rig.without_admin.erase(post, Whose.CASEWORKER) is Erasure.REREAD

    async def test_a_root_goes_last_and_leaves_nothing(self, rig: Rig, root: Ref) -> None:
        """A root that goes first leaves the replies standing, where nobody finds them."""
        card = await rig.workspace.show(rig.room, root, SAID, key="k_1")

        assert await rig.workspace.erase(root, Whose.BOT) is Erasure.REREAD
        assert await rig.workspace.standing(rig.room, root) == {card}
        assert await rig.workspace.erase(card, Whose.BOT) is Erasure.REREAD
        assert await rig.workspace.standing(rig.room, root) == frozenset()
        assert await rig.workspace.erase(root, Whose.BOT) is Erasure.REREAD

    async def test_a_file_has_a_neutral_name_and_goes_by_itself(self, rig: Rig, root: Ref) -> None:
        """«Maya Hansen.jpg» would tell who she is; a file left behind would show it."""
        up = await rig.workspace.upload(
            rig.room, root, "Maya Hansen.jpg", "image/jpeg", DOT, key="k_file"
        )

        assert "Maya" not in await rig.kari_sees(root)
        assert up.message is not None
        assert await rig.workspace.find(rig.room, root, "k_file") == up.message
        assert await rig.workspace.erase_file(up.file) is Erasure.REREAD
        assert await rig.workspace.erase_file(up.file) is Erasure.REREAD
        assert await rig.workspace.erase(up.message, Whose.BOT) is Erasure.REREAD
        assert await rig.workspace.standing(rig.room, root) == {root}

    async def test_an_upload_is_found_with_its_file_and_the_message_that_shows_it(
        self, rig: Rig, root: Ref
    ) -> None:
        """After a crash a picture must not stand there twice, nor be left out of the wipe."""
        await rig.workspace.show(rig.room, root, SAID, key="k_1")
        up = await rig.workspace.upload(rig.room, root, "a.jpg", "image/jpeg", DOT, key="k_2")

        assert await rig.workspace.find_file(rig.room, root, "k_2") == up
        assert await rig.workspace.find_file(rig.room, root, "k_1") is None
        assert await rig.workspace.find_file(rig.room, root, "k_3") is None
        assert await rig.workspace.shown_by(up.file) == up.message

        await rig.workspace.erase_file(up.file)
        assert await rig.workspace.shown_by(up.file) is None

    async def test_what_a_colleague_gives_us_is_had_whole_or_not_at_all(self, rig: Rig) -> None:
        """Half a picture is evidence of nothing."""
        given = rig.kari_gives(DOT)

        assert await rig.workspace.fetch(given, limit=len(DOT)) == DOT
        with pytest.raises(SendFailed) as large:
            await rig.workspace.fetch(given, limit=len(DOT) - 1)
        assert (large.value.reason, large.value.retry) == (Reason.TOO_LARGE, False)
        with pytest.raises(SendFailed) as gone:
            await rig.workspace.fetch(Ref(f"{rig.room}/F_NEVER"), limit=1000)
        assert (gone.value.reason, gone.value.retry) == (Reason.GONE, False)

    async def test_a_whisper_is_for_one_and_stays_nowhere(self, rig: Rig, root: Ref) -> None:
        """A slip is told to whoever made it, and to no one else."""
        await rig.workspace.whisper(rig.room, root, rig.kari, Note.HOW_TO_REPLY)

        assert "ikke" in await rig.kari_sees(root)
        assert "sendt til ungdommen" not in await rig.ola_sees(root)
        assert await rig.workspace.standing(rig.room, root) == {root}

    async def test_a_message_can_be_linked_to(self, rig: Rig, root: Ref) -> None:
        """Whoever must delete by hand needs to find it."""
        post = await rig.kari_writes("om Blå rev", root)

        assert await rig.workspace.link(post)
        assert await rig.workspace.link(Ref(f"{rig.room}/1600000000.000001")) is None

    async def test_only_people_read_a_room(self, rig: Rig) -> None:
        """Whoever can read it and is no employee is an alarm; the bot is not."""
        readers = await rig.workspace.readers(rig.room)

        assert rig.kari in readers
        assert len(readers) == 2

    async def test_a_post_that_was_not_taken_may_be_tried_again(self, rig: Rig, root: Ref) -> None:
        """In its own time: whoever does not wait is shut out longer."""
        rig.busy(30)

        with pytest.raises(SendFailed) as caught:
            await rig.workspace.show(rig.room, root, SAID, key="k_1")

        failed = caught.value
        assert (failed.reason, failed.retry) == (Reason.BUSY, True)
        assert failed.after == timedelta(seconds=30)
        assert await rig.workspace.find(rig.room, root, "k_1") is None

    async def test_a_post_whose_answer_was_lost_is_found(self, rig: Rig, root: Ref) -> None:
        """Not posted twice, and not taken for unread."""
        rig.lose_answer()

        with pytest.raises(SendFailed) as caught:
            await rig.workspace.show(rig.room, root, SAID, key="k_1")

        assert (caught.value.reason, caught.value.retry) == (Reason.NO_ANSWER, False)
        found = await rig.workspace.find(rig.room, root, "k_1")
        assert found is not None
        assert await rig.workspace.standing(rig.room, root) == {root, found}
