"""
A room that has fallen behind: several messages of one youth in one post.

Whoever is hurt if this breaks: a youth whose words the team never saw, or saw after she had
taken them back.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bots.slack.cards import render
from bridge.domain.cards import Card, SeveralCard, WordsCard
from bridge.domain.copies import Place
from bridge.domain.delivery import Delivery, Reason, State, What
from bridge.domain.ids import Address, Ref, Room
from bridge.ports import SendFailed
from bridge.relay.leases import LEASE
from tests.support.crash_checks import said_in
from tests.support.crash_world import AMIR, World, life, new_home
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere
from tests.support.phones import LIMITED
from tests.support.rooms import MemoryWorkspace, Posted
from tests.support.shown import LOOK

AWAY = SendFailed(Reason.BUSY, retry=True, after=timedelta(seconds=20))
REFUSED = SendFailed(Reason.REJECTED, retry=False)
ONE, TWO, THREE = SAID = "han kom hit", "det var han som gjorde det", "jeg går ut"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    """Maya has written, and Slack has shown it."""
    async with elsewhere(tmp_path) as here:
        await here.says("hei")
        yield here


async def says_while_away(here: Elsewhere, *more: SendFailed) -> Sequence[Ref]:
    """Maya writes three messages, and Slack takes none of them until they have waited."""
    here.workspace.trouble += [AWAY, *more]
    refs = [here.channel.says(MAYA, text) for text in SAID]
    await here.settles()
    return refs


def posts(here: Elsewhere) -> list[Posted]:
    """What she has said after her first words, post by post."""
    every = [p for p in here.workspace.posts.values() if said_in(p.card)]
    return [p for p in every if said_in(p.card)[0].text != "hei"]


def said(here: Elsewhere) -> list[list[str]]:
    return [[card.text for card in said_in(posted.card)] for posted in posts(here)]


async def deliveries(here: Elsewhere) -> list[Delivery]:
    """What was to be shown of her three messages."""
    talk = (await here.talks())[0]
    entries = await here.entries()
    async with here.life.bridge.vault.begin() as tx:
        every = [await tx.outbox.of_entry(talk.id, entry.seq) for entry in entries]
    found = [d for some in every for d in some if d.what is What.WORDS]
    return found[1:]


async def test_what_has_waited_is_read_in_one_post(here: Elsewhere) -> None:
    """Ten posts of one line each, a second apart, are ten seconds in which nobody answers."""
    await says_while_away(here)

    assert said(here) == [list(SAID)]
    assert [here.reads().index(text) for text in SAID] == sorted(
        here.reads().index(text) for text in SAID
    )
    assert {d.state for d in await deliveries(here)} == {State.SENT}


async def test_a_lock_screen_says_no_more_of_several_than_of_one(here: Elsewhere) -> None:
    await says_while_away(here)

    (posted,) = posts(here)
    assert isinstance(posted.card, SeveralCard)
    assert render(posted.card, LOOK).text == render(posted.card.said[0], LOOK).text
    assert not any(text in render(posted.card, LOOK).text for text in SAID)


async def test_what_does_not_wait_stands_by_itself(here: Elsewhere) -> None:
    """As she wrote it, so that one message can be answered."""
    for text in SAID:
        here.channel.says(MAYA, text)
    await here.settles()

    assert said(here) == [[text] for text in SAID]


async def test_nobody_elses_words_are_in_the_post(here: Elsewhere) -> None:
    """A message in the wrong thread is the worst that can be done to two youths."""
    other = Address("youth-2")
    here.channel.says(other, "hei fra en annen")
    await here.settles()
    here.workspace.trouble += [AWAY, AWAY]
    for text in SAID:
        here.channel.says(MAYA, text)
        here.channel.says(other, f"{text}, sier en annen")
    await here.settles()

    mine = [list(SAID), [f"{text}, sier en annen" for text in SAID]]
    joined = [texts for texts in said(here) if len(texts) > 1]
    assert sorted(joined) == sorted(mine)
    assert len({p.root for p in posts(here) if len(said_in(p.card)) > 1}) == 2


async def test_a_file_keeps_a_head_of_its_own(here: Elsewhere) -> None:
    """In the midst of other words, nobody would know where she sent it."""
    here.workspace.trouble.append(AWAY)
    here.channel.says(MAYA, ONE)
    here.channel.says(MAYA, TWO)
    here.channel.sends_file(MAYA, b"et bilde")
    here.channel.says(MAYA, THREE)
    await here.settles()

    assert said(here) == [[ONE, TWO], [""], [THREE]]


async def test_an_answer_that_is_lost_is_looked_for_by_each(here: Elsewhere) -> None:
    """It came all the same: nothing is said twice, and nothing stays in doubt."""
    here.workspace.trouble.append(AWAY)
    refs = [here.channel.says(MAYA, text) for text in SAID]
    await here.half_way()
    here.workspace.lost = 1

    await here.later(timedelta(minutes=3), step=timedelta(seconds=20))

    assert len(refs) == 3
    assert said(here) == [list(SAID)]
    assert {d.state for d in await deliveries(here)} == {State.SENT}
    assert None not in await copies_of(here, Place.WORKSPACE)


async def test_what_never_came_is_said_again(here: Elsewhere) -> None:
    """No answer, and nothing is there: all of it is said, in order, and once."""
    await says_while_away(here, SendFailed(Reason.NO_ANSWER, retry=False))

    await here.later(timedelta(minutes=6), step=timedelta(seconds=20))

    assert [text for texts in said(here) for text in texts] == list(SAID)
    assert {d.state for d in await deliveries(here)} == {State.SENT}


async def test_several_that_are_refused_go_one_by_one(here: Elsewhere) -> None:
    """Whatever Slack has against the post: it may be but one of them, or none."""
    await says_while_away(here, REFUSED)

    await here.later(timedelta(minutes=6), step=timedelta(seconds=20))

    assert said(here) == [[text] for text in SAID]


async def test_an_outage_is_one_messages_trouble(here: Elsewhere) -> None:
    """The team leader is told of what is stuck once, and not for everything behind it."""
    await says_while_away(here, *[AWAY] * 6)

    await here.later(timedelta(minutes=5), step=timedelta(seconds=10))

    assert said(here) == [list(SAID)]
    assert len({str(path) for path in here.world.record.under("stuck")}) == 1


async def test_one_taken_back_takes_its_post_and_the_others_are_said_again(
    here: Elsewhere,
) -> None:
    """Her words are hers; and what she did not take back is read still."""
    _, regretted, _ = await says_while_away(here)
    (before,) = posts(here)

    await here.unsends(regretted)

    assert before.ref not in here.workspace.posts
    shown = [text for texts in said(here) for text in texts]
    assert sorted(shown) == sorted([ONE, THREE, ""])
    assert TWO not in here.reads()
    assert "Ungdommen trakk tilbake en melding" in here.reads()
    await here.later(timedelta(minutes=2), step=timedelta(seconds=30))
    assert sorted(shown) == sorted(text for texts in said(here) for text in texts)


class Meanwhile(MemoryWorkspace):
    """Something happens while a post of several is on its way."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    @override
    async def show(
        self, room: Room, root: Ref | None, card: Card, *, key: str, also: Sequence[str] = ()
    ) -> Ref:
        if self.meanwhile is not None and isinstance(card, SeveralCard):
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        return await super().show(room, root, card, key=key, also=also)


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[tuple[Elsewhere, Meanwhile]]:
    world = World.new(channel="messenger", can=LIMITED)
    workspace = world.workspace = Meanwhile(world.clock, [AMIR])
    async with life(world, new_home(tmp_path / "home")) as at:
        here = Elsewhere(at)
        await here.says("hei")
        yield here, workspace


async def test_one_taken_back_while_the_post_is_on_its_way(
    slow: tuple[Elsewhere, Meanwhile],
) -> None:
    """It reaches the room after all, and goes again; the others stay."""
    here, workspace = slow

    async def she_regrets() -> None:
        here.channel.unsends(MAYA, here.ref_of(TWO))
        await here.life.hears()
        await here.life.bridge.incoming.work()

    workspace.meanwhile = she_regrets
    await says_while_away(here)

    assert TWO not in here.reads()
    shown = [text for texts in said(here) for text in texts]
    assert sorted(shown) == sorted([ONE, THREE, ""])


async def test_none_of_them_is_lost_as_long_as_the_post_is_out(
    slow: tuple[Elsewhere, Meanwhile],
) -> None:
    """Slack takes its time; each of them is held, or it would be said by somebody else as well."""
    here, workspace = slow
    found: list[State] = []

    async def it_takes_long() -> None:
        here.world.clock.move(2 * LEASE)
        await here.life.bridge.outgoing.look_for_lost()
        found.extend(delivery.state for delivery in await deliveries(here))

    workspace.meanwhile = it_takes_long
    await says_while_away(here)

    assert found == [State.SENDING] * 3
    assert said(here) == [list(SAID)]


async def test_of_a_talk_that_is_wiped_nothing_is_said_again(here: Elsewhere) -> None:
    here.channel.presses(MAYA, "Ja")
    await says_while_away(here)

    await here.ends()
    await here.later(timedelta(hours=25))

    left = [p for p in here.workspace.posts.values() if isinstance(p.card, SeveralCard | WordsCard)]
    assert left == []
    assert {verdict for verdict, _ in await here.verdicts(Place.WORKSPACE)} == {"gone"}


async def copies_of(here: Elsewhere, place: Place) -> list[Ref | None]:
    talk = (await here.talks())[0]
    async with here.life.bridge.vault.begin() as tx:
        return [copy.ref for copy in await tx.copies.of(talk.id) if copy.place is place]
