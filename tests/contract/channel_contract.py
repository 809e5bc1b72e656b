"""
What every channel promises, the make-believe ones too.

A channel inherits `ChannelContract` and brings a `rig`: itself, with a youth at the other
end. What it declares in its capabilities selects one of two promises: it works, or it is
cleanly refused. Nothing is skipped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.capabilities import Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.hours import Hours
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import (
    Button,
    Edited,
    Inbound,
    Outbound,
    Pressed,
    Receipt,
    Said,
    Seen,
    Unsent,
)
from bridge.domain.phrases import LANGUAGES, Numbers, say
from bridge.ports import Channel, SendFailed, Unreadable

PHRASES: Final = ("greeting", "consent.journal", "consent.changed", "crisis", "help", "closed")
"""The longest that is said."""
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_HOURS: Final = Hours(
    open={day: (time(9, 0), time(15, 30)) for day in range(5)}, zone=ZoneInfo("Europe/Oslo")
)

CANARY = "Jeg tør ikke gå hjem i kveld"

REFUSED = frozenset({Erasure.REFUSED, Erasure.NO_CALL, Erasure.NOT_OURS})


class Rig(Protocol):
    """
    A channel with one youth who has written to it, and the levers of the platform.

    What the youth does comes back as the accepted body, ready for `channel.read`.
    """

    @property
    def channel(self) -> Channel: ...

    @property
    def youth(self) -> Address: ...

    @property
    def other(self) -> Address:
        """Somebody else, who has written too."""
        ...

    async def says(self, text: str, *, answers: Ref | None = None) -> bytes: ...

    async def rewords(self, ref: Ref, text: str) -> bytes | None:
        """Change a message; None where what is sent stands as it was written."""
        ...

    async def unsends(self, ref: Ref) -> bytes | None:
        """Take a message back; None where the platform tells us nothing."""
        ...

    async def sends_file(self, body: bytes, *, announced: int | None = None) -> bytes: ...

    async def presses(self, label: str) -> bytes: ...

    async def reads(self, ref: Ref) -> bytes | None:
        """Read a message of ours; None where the platform tells us nothing."""
        ...

    def sees(self, who: Address) -> Sequence[str]:
        """The words that stand in somebody's chat with us, ours and theirs."""
        ...

    def later(self, pause: timedelta) -> None: ...

    def blocks(self) -> bool | None:
        """Shut us out; False where the platform does not tell us when we write."""
        ...

    def is_busy(self, pause: timedelta) -> timedelta:
        """Refuse the next call, and say for how long: so long as the platform can tell it."""
        ...

    def loses_the_answer(self) -> None:
        """Do what the next call asks, and break the connection."""
        ...

    def revokes(self) -> None:
        """Let our credentials lapse."""
        ...

    async def vanishes(self) -> None:
        """Be out of reach from now on."""
        ...


def understood(rig: Rig, body: bytes) -> Inbound:
    inbound = rig.channel.read(body)
    assert inbound.address == rig.youth
    assert inbound.at.tzinfo is not None
    assert CANARY not in repr(inbound)
    return inbound


async def said(rig: Rig, text: str = CANARY) -> Said:
    fact = understood(rig, await rig.says(text)).fact
    assert isinstance(fact, Said)
    return fact


async def refused(rig: Rig, what: Outbound) -> SendFailed:
    with pytest.raises(SendFailed) as failed:
        await rig.channel.send(rig.youth, what)
    assert CANARY not in f"{failed.value!r} {failed.value.__cause__!r}"
    return failed.value


class ChannelContract:
    async def test_words_come_in_as_they_were_written(self, rig: Rig) -> None:
        """A word changed on the way is not hers any more."""
        text = f"{CANARY}\n\n<b>&amp;</b> *_~`  👩‍👩‍👧‍👦 مرحبا"

        fact = await said(rig, text)

        assert (fact.text, fact.files, fact.placeholder) == (text, (), None)
        assert fact.ref

    async def test_reading_twice_says_the_same(self, rig: Rig) -> None:
        """After a crash an update is read again."""
        body = await rig.says(CANARY)

        assert rig.channel.read(body) == rig.channel.read(body)

    async def test_rubbish_is_set_aside(self, rig: Rig) -> None:
        """One poison update must not hold back the rest, nor show its words in a log."""
        for body in (b"", b"\xff", b"[]", b"{}", b'"' + CANARY.encode() + b'"', b"[" * 99_999):
            with pytest.raises(Unreadable) as odd:
                rig.channel.read(body)
            assert CANARY not in f"{odd.value!r} {odd.value.__cause__!r}"

    async def test_words_go_out_as_they_were_written(self, rig: Rig) -> None:
        """Marks stay marks: a caseworker's asterisk is no bold face."""
        text = f"{CANARY}\n<b>&amp;</b> *_~` https://eksempel.no 👩‍👩‍👧‍👦"

        first = await rig.channel.send(rig.youth, Outbound(text=text))
        second = await rig.channel.send(rig.youth, Outbound(text="og en til"))

        assert first != second
        assert [words for words in rig.sees(rig.youth) if words in (text, "og en til")] == [
            text,
            "og en til",
        ]

    async def test_nobody_gets_somebody_elses_words(self, rig: Rig) -> None:
        """The worst thing that can happen to a youth here."""
        await rig.channel.send(rig.youth, Outbound(text=CANARY))

        assert CANARY not in rig.sees(rig.other)

    async def test_what_the_bot_must_say_is_taken_whole(self, rig: Rig) -> None:
        """The question about the journal, and the crisis numbers, must not stop at a limit."""
        most = rig.channel.capabilities.max_text
        for phrase, language in product(PHRASES, LANGUAGES):
            spoken = say(phrase, language, hours=LONG_HOURS, numbers=Numbers(), now=NOON, about="x")
            assert _units(spoken.text) <= most, (phrase, language)
            assert list(rig.channel.pieces(spoken.text)) == [spoken.text], (phrase, language)

    async def test_a_long_text_is_taken_in_parts(self, rig: Rig) -> None:
        """The end of a long answer is often the important part."""
        text = "nå må du høre på meg 👩‍👩‍👧‍👦 " * 400
        parts = rig.channel.pieces(text)

        assert all(_units(part) <= rig.channel.capabilities.max_text for part in parts)
        assert len(parts) > 1
        assert "".join("".join(parts).split()) == "".join(text.split())
        for part in parts[:2]:
            await rig.channel.send(rig.youth, Outbound(text=part))
        assert [words.strip() for words in rig.sees(rig.youth)[-2:]] == [
            part.strip() for part in parts[:2]
        ]

    async def test_a_text_too_long_is_refused_before_it_is_cut_off(self, rig: Rig) -> None:
        """A platform that cuts silently says something we did not."""
        failed = await refused(rig, Outbound(text="a" * (rig.channel.capabilities.max_text + 1)))

        assert (failed.reason, failed.retry) == (Reason.TOO_LONG, False)

    async def test_an_answer_points_to_what_it_answers(self, rig: Rig) -> None:
        """«Ja» means something only together with the question."""
        ref = await rig.channel.send(rig.youth, Outbound(text="Mente du ja?"))

        fact = understood(rig, await rig.says("ja", answers=ref)).fact

        assert isinstance(fact, Said)
        assert fact.answers == ref

    async def test_a_button_comes_back_as_a_press_or_is_refused(self, rig: Rig) -> None:
        """A consent is bound to the very question whose button was pressed."""
        asked = Outbound(text="Er det greit?", buttons=(Button(label="JA", data="c:yes:1"),))
        if not rig.channel.capabilities.buttons.works:
            assert (await refused(rig, asked)).reason is Reason.NOT_ALLOWED
            return

        ref = await rig.channel.send(rig.youth, asked)
        fact = understood(rig, await rig.presses("JA")).fact

        assert isinstance(fact, Pressed)
        assert fact.data == "c:yes:1"
        # Where it arrives in another form, it is a message of her own, and so a copy of its own.
        in_full = rig.channel.capabilities.buttons is Support.FULL
        assert (fact.ref == ref) is in_full
        assert (rig.sees(rig.youth)[-1] == "JA") is not in_full
        await rig.channel.answer(fact.press)
        await rig.channel.answer(fact.press)

    async def test_answering_a_press_that_never_was_harms_nobody(self, rig: Rig) -> None:
        """It is a courtesy, and must not stop the work behind it."""
        await rig.channel.answer("finnes ikke")

    async def test_our_words_can_be_changed_or_that_is_refused(self, rig: Rig) -> None:
        """A wrong hour in an answer sends a youth out in vain."""
        ref = await rig.channel.send(rig.youth, Outbound(text="klokka 14"))
        if not rig.channel.capabilities.edit_ours.works:
            with pytest.raises(SendFailed) as failed:
                await rig.channel.edit(rig.youth, ref, "klokka 15")
            assert (failed.value.reason, failed.value.retry) == (Reason.NOT_ALLOWED, False)
            assert "klokka 14" in rig.sees(rig.youth)
            return

        await rig.channel.edit(rig.youth, ref, "klokka 15")
        await rig.channel.edit(rig.youth, ref, "klokka 15")

        assert "klokka 15" in rig.sees(rig.youth)
        assert "klokka 14" not in rig.sees(rig.youth)

    async def test_a_new_wording_keeps_its_message(self, rig: Rig) -> None:
        """The original is kept beside it, so one must know which it was."""
        first = await said(rig, "jeg er trist")

        told = await rig.rewords(first.ref, CANARY)
        if told is None:
            assert rig.channel.capabilities.edit_ours is Support.REFUSED
            return
        fact = understood(rig, told).fact

        assert fact == Edited(ref=first.ref, text=CANARY)

    async def test_our_own_words_are_erased_or_that_is_refused(self, rig: Rig) -> None:
        """Never «deleted» when that is not known."""
        ref = await rig.channel.send(rig.youth, Outbound(text=CANARY))

        answers = await rig.channel.erase(rig.youth, [ref])

        assert set(answers) == {ref}
        self._went(rig, rig.channel.capabilities.erase_ours, answers[ref])

    async def test_the_youths_words_are_erased_or_that_is_refused(self, rig: Rig) -> None:
        """Her phone may be read by somebody else in the house."""
        fact = await said(rig)

        answers = await rig.channel.erase(rig.youth, [fact.ref])

        assert set(answers) == {fact.ref}
        self._went(rig, rig.channel.capabilities.erase_theirs, answers[fact.ref])

    async def test_every_copy_gets_a_verdict_of_its_own(self, rig: Rig) -> None:
        """One message too old must not decide for the rest, nor one that is gone pass as erased."""
        can = rig.channel.capabilities
        old = await rig.channel.send(rig.youth, Outbound(text=CANARY))
        rig.later(can.erase_within or timedelta(days=400))
        await rig.says("jeg er her ennå")
        new = await rig.channel.send(rig.youth, Outbound(text="ny"))
        gone = await rig.channel.send(rig.youth, Outbound(text="borte"))
        await rig.channel.erase(rig.youth, [gone])

        answers = await rig.channel.erase(rig.youth, [old, gone, new])

        assert list(answers) == [old, gone, new]
        if can.erase_ours not in (Support.FULL, Support.FALLBACK, Support.LOST):
            assert set(answers.values()) <= REFUSED
            return
        assert answers[new] is self._erased(rig)
        assert answers[gone] is Erasure.NOT_FOUND
        assert answers[old] is (Erasure.TOO_LATE if can.erase_within else self._erased(rig))
        stands = answers[old] is Erasure.TOO_LATE or can.erase_ours is Support.LOST
        assert (CANARY in rig.sees(rig.youth)) is stands

    async def test_what_was_taken_back_is_told_or_passes_unseen(self, rig: Rig) -> None:
        """What a channel says it sees decides what the record may say was taken back."""
        fact = await said(rig)

        told = await rig.unsends(fact.ref)

        assert (told is not None) is rig.channel.capabilities.sees_unsend.works
        if told is not None:
            assert understood(rig, told).fact == Unsent(ref=fact.ref)

    async def test_what_was_read_is_told_or_passes_unseen(self, rig: Rig) -> None:
        """A caseworker who sees «lest» stops wondering; where nobody knows, nothing is said."""
        ref = await rig.channel.send(rig.youth, Outbound(text=CANARY))

        told = await rig.reads(ref)

        assert (told is not None) is rig.channel.capabilities.reads.works
        if told is not None:
            fact = understood(rig, told).fact
            assert isinstance(fact, Seen)
            assert fact.how is Receipt.READ
            assert ref in fact.refs or fact.upto is not None

    async def test_the_bot_is_refused_once_its_time_is_over(self, rig: Rig) -> None:
        """What is said to be sent, and is not, is a youth who waits for nothing."""
        can = rig.channel.capabilities
        rig.later(can.answer_within or timedelta(days=400))
        if can.answer_within is None:
            await rig.channel.send(rig.youth, Outbound(text=CANARY))
            return

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.CLOSED, False)
        await rig.says("hei igjen")
        await rig.channel.send(rig.youth, Outbound(text=CANARY))

    async def test_a_person_may_be_late_as_long_as_is_said_and_no_longer(self, rig: Rig) -> None:
        """A caseworker's answer on the third day may be the one that matters."""
        can = rig.channel.capabilities
        reply = Outbound(text=CANARY, by_person=True, late=True)
        rig.later(can.answer_within or timedelta())
        if can.answer_within is None or can.answer_late is not None:
            await rig.channel.send(rig.youth, reply)
        if can.answer_within is None:
            return

        rig.later((can.answer_late or can.answer_within) - can.answer_within)
        failed = await refused(rig, reply)

        assert (failed.reason, failed.retry) == (Reason.CLOSED, False)

    async def test_a_file_comes_whole(self, rig: Rig) -> None:
        """A picture may be the only thing she dares to send."""
        picture = bytes(range(256)) * 700

        fact = understood(rig, await rig.sends_file(picture)).fact

        assert isinstance(fact, Said)
        (file,) = fact.files
        assert await rig.channel.fetch(file.ref, limit=len(picture)) == picture

    async def test_a_file_too_large_is_refused_whatever_it_said(self, rig: Rig) -> None:
        """Somebody could fill our disk and shut everybody else out."""
        fact = understood(rig, await rig.sends_file(b"x" * 5_000, announced=10)).fact
        assert isinstance(fact, Said)

        with pytest.raises(SendFailed) as failed:
            await rig.channel.fetch(fact.files[0].ref, limit=4_999)

        assert (failed.value.reason, failed.value.retry) == (Reason.TOO_LARGE, False)

    async def test_a_file_nobody_knows_is_gone(self, rig: Rig) -> None:
        """The caseworker is told, instead of a queue that tries for ever."""
        with pytest.raises(SendFailed) as failed:
            await rig.channel.fetch("finnes-ikke", limit=10)

        assert (failed.value.reason, failed.value.retry) == (Reason.GONE, False)

    async def test_who_has_blocked_us_is_not_written_to(self, rig: Rig) -> None:
        """The caseworker must know that nobody is listening."""
        if rig.blocks() is False:
            await rig.channel.send(rig.youth, Outbound(text=CANARY))
            assert CANARY not in rig.sees(rig.youth)
            return

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.BLOCKED, False)

    async def test_not_now_means_later(self, rig: Rig) -> None:
        """Hammering a platform gets every youth cut off."""
        told = rig.is_busy(timedelta(seconds=7))

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.BUSY, True)
        assert failed.after == told >= timedelta(seconds=7)
        await rig.channel.send(rig.youth, Outbound(text=CANARY))
        assert rig.sees(rig.youth).count(CANARY) == 1

    async def test_an_answer_that_was_lost_is_never_taken_for_a_no(self, rig: Rig) -> None:
        """Sent twice, «jeg kommer ikke» frightens; taken for unsent, it is a lie."""
        rig.loses_the_answer()

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.NO_ANSWER, False)
        assert rig.sees(rig.youth).count(CANARY) == 1

    async def test_without_our_credentials_the_queue_is_kept(self, rig: Rig) -> None:
        """Somebody renews them, and then everything that waited goes out."""
        rig.revokes()

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.REVOKED, True)

    async def test_out_of_reach_means_nothing_was_done(self, rig: Rig) -> None:
        """What is known not to have happened may simply be tried again."""
        fact = await said(rig, "hei")
        await rig.vanishes()

        failed = await refused(rig, Outbound(text=CANARY))

        assert (failed.reason, failed.retry) == (Reason.UNREACHABLE, True)
        answers = await rig.channel.erase(rig.youth, [fact.ref])
        assert set(answers) == {fact.ref}
        if rig.channel.capabilities.erase_theirs.works:
            assert answers[fact.ref] is Erasure.UNREACHABLE
        await rig.channel.answer("x")

    def _went(self, rig: Rig, can: Support, answer: Erasure) -> None:
        """Gone from the youth's chat, or refused; or only a copy of ours is, and never for good."""
        if can.works or can is Support.LOST:
            assert answer is self._erased(rig)
        else:
            assert answer in REFUSED
        assert (CANARY in rig.sees(rig.youth)) is not can.works

    def _erased(self, rig: Rig) -> Erasure:
        if rig.channel.capabilities.erase_ours is Support.LOST:
            return Erasure.RESTORABLE
        return Erasure.REREAD if rig.channel.capabilities.reread.works else Erasure.CONFIRMED


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
