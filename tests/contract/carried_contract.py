"""
What a channel that people carry promises.

It takes in what somebody has written down, and never sends or erases anything by itself: the
bridge is told so in its capabilities, and is refused where it asks all the same.
"""

from datetime import UTC, datetime
from typing import Protocol

import pytest

from bridge.domain.capabilities import Support
from bridge.domain.carried import IN_JUST_THOSE_WORDS, by_hand, is_put
from bridge.domain.copies import Erasure, Place, Verdict, verdict
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, EmployeeId, Ref
from bridge.domain.messages import Button, File, Inbound, Outbound, Said
from bridge.domain.phrases import LANGUAGES
from bridge.ports import Channel, SendFailed, Unreadable

CANARY = "Jeg tør ikke gå hjem i kveld"
MAYA = Address("registered-1")
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Rig(Protocol):
    @property
    def channel(self) -> Channel: ...

    def written(self, inbound: Inbound, fact: Said) -> bytes:
        """What somebody has written down, as it is accepted."""
        ...


def noted(text: str, *files: File, by: str | None = "e_amir") -> tuple[Inbound, Said]:
    fact = Said(ref=Ref("v_1"), text=text, files=files, by=EmployeeId(by) if by else None)
    return Inbound(address=MAYA, at=AT, fact=fact), fact


class CarriedContract:
    def test_it_says_that_people_carry_it(self, rig: Rig) -> None:
        """Whoever forgets to ask would have a youth wait for what nobody sends."""
        can = rig.channel.capabilities

        assert by_hand(can)
        assert {can.buttons, can.edit_ours, can.erase_ours, can.erase_theirs} == {Support.REFUSED}
        assert {can.reads, can.sees_unsend, can.reread} == {Support.NONE}

    def test_what_was_written_down_is_read_as_it_was_written(self, rig: Rig) -> None:
        """A word changed on the way is not hers any more."""
        picture = File(ref="slack/F1", name="skjerm.png", type="image/png", size=4711)
        inbound, fact = noted(f"{CANARY}\n\n<b>&amp;</b> *_~`  👩‍👩‍👧‍👦 مرحبا", picture)

        read = rig.channel.read(rig.written(inbound, fact))

        assert read == inbound
        assert CANARY not in repr(read)
        assert isinstance(read.fact, Said)
        assert read.fact.by == "e_amir"

    def test_what_nobody_wrote_down_names_nobody(self, rig: Rig) -> None:
        """What an export tells is not said to be somebody's testimony."""
        inbound, fact = noted(CANARY, by=None)

        assert rig.channel.read(rig.written(inbound, fact)).fact == fact

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"\xff", b"[]", b"{}", b'{"said": {}}', b"[" * 99_999,
            b'{"said": {"address": "a", "ref": "r", "at": "i dag"}}',
            b'{"said": {"address": "a", "ref": "r", "at": "2026-11-23T09:00:00"}}',
            b'{"said": {"ref": "r", "at": "2026-11-23T09:00:00+00:00", "text": "Jeg t"}}',
            b'{"said": {"address": "a", "ref": "r", "at": "2026-11-23T09:00:00Z", "files": [{}]}}',
        ],
    )  # fmt: skip
    def test_rubbish_is_set_aside(self, rig: Rig, body: bytes) -> None:
        """One poison update must not hold back the rest, nor show its words in a log."""
        with pytest.raises(Unreadable) as odd:
            rig.channel.read(body)
        assert "Jeg t" not in f"{odd.value!r} {odd.value.__cause__!r}"

    async def test_it_sends_and_changes_nothing_by_itself(self, rig: Rig) -> None:
        """A program that wrote in a person's name there would break the platform's terms."""
        plain = Outbound(text=CANARY, by_person=True)
        buttons = Outbound(text=CANARY, buttons=(Button(label="JA", data="c:yes:1"),))
        for ask in (
            rig.channel.send(MAYA, plain),
            rig.channel.send(MAYA, buttons),
            rig.channel.edit(MAYA, Ref("1"), CANARY),
        ):
            with pytest.raises(SendFailed) as failed:
                await ask
            assert (failed.value.reason, failed.value.retry) == (Reason.NOT_ALLOWED, False)
            assert CANARY not in f"{failed.value!r} {failed.value.__cause__!r}"

    async def test_erasing_is_a_persons_task_for_every_copy(self, rig: Rig) -> None:
        """Never «deleted» when that is not known: each is on somebody's list."""
        refs = [Ref("v_1"), Ref("carried:d_1"), Ref("never heard of")]

        answers = await rig.channel.erase(MAYA, refs)

        assert list(answers) == refs
        assert set(answers.values()) == {Erasure.BY_HAND}
        said = verdict(Place.CHANNEL, Erasure.BY_HAND, revisions_kept=True)
        assert said is Verdict.BY_HAND

    async def test_nothing_lies_there_to_be_fetched(self, rig: Rig) -> None:
        """Pictures are taken by people, and lie where they put them."""
        with pytest.raises(SendFailed) as failed:
            await rig.channel.fetch("finnes ikke", limit=1000)
        assert (failed.value.reason, failed.value.retry) == (Reason.GONE, False)

    async def test_answering_a_press_that_never_was_harms_nobody(self, rig: Rig) -> None:
        """It is a courtesy, and must not stop the work behind it."""
        await rig.channel.answer("finnes ikke")

    def test_a_long_text_is_taken_in_parts_and_none_of_it_is_lost(self, rig: Rig) -> None:
        """The end of a long answer is often the important part."""
        text = "nå må du høre på meg 👩‍👩‍👧‍👦 " * 400
        parts = rig.channel.pieces(text)

        assert len(parts) > 1
        assert all(len(p.encode("utf-16-le")) // 2 <= rig.channel.capabilities.max_text
                   for p in parts)  # fmt: skip
        assert "".join("".join(parts).split()) == "".join(text.split())

    def test_of_the_bots_words_only_those_that_must_be_so_are_carried(self, rig: Rig) -> None:
        """A caseworker who has to carry a robot's greetings stops carrying anything."""
        can = rig.channel.capabilities

        put = {phrase for phrase in LANGUAGES["nb"].TEXTS if is_put(phrase, can)}

        assert put == IN_JUST_THOSE_WORDS
        assert {"crisis", "consent.journal"} <= put
