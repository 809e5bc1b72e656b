"""A draft of ours that never went is nobody's to find; a draft of somebody else's is theirs."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bots.outlook.boxes import Box
from bots.outlook.channel import OutlookChannel
from bots.outlook.drafts import LEFT, MARK, SAME, is_left, mark
from bots.outlook.listening import Listening
from bots.sandbox.faults import Fault
from bots.sandbox.outlook.mailbox import DRAFTS, INBOX, PURGES, SENT, Item
from bridge.domain.ids import Address, Room
from bridge.domain.messages import Outbound
from bridge.ports import SendFailed
from tests.bots.outlook.shapes import MAILBOX, MAYA, WORDS
from tests.bots.outlook.tenant import NOON, Tenant, tenant

ANNA = Box(mailbox="anna@kommunen.example", room=Room("C0ANNA"))
SECOND = timedelta(seconds=1)
OURS = {
    "id": "AAkALg1", "isDraft": True, "createdDateTime": "2026-11-23T12:00:01Z",
    "singleValueExtendedProperties": [mark(NOON)],
}  # fmt: skip


def bearing(known: str, value: str) -> Mapping[str, object]:
    return {"singleValueExtendedProperties": [{"id": known, "value": value}]}


@pytest.fixture
async def here() -> AsyncIterator[Tenant]:
    async with tenant() as there:
        yield there


class Rounds:
    """One round after the other, and what was reported of them."""

    def __init__(self, here: Tenant, *others: Box) -> None:
        self.reported: list[str | None] = []
        self._heard = Listening(
            here.opened(), None, report=self._report,
            others=[(here.opened(box=box), None) for box in others],
        )  # fmt: skip

    async def _report(self, trouble: str | None) -> None:
        self.reported.append(trouble)

    async def one(self) -> None:
        await self._heard.turn()


def lying(here: Tenant, folder: str) -> Sequence[str]:
    return [item.letter.text for item in here.standin.mailbox.items.values()
            if item.folder == folder]  # fmt: skip


async def killed(here: Tenant, at: str) -> None:
    """While that call of a send is under way; Graph does it all the same."""
    standin = here.standin
    standin.gate.clear()
    sending = asyncio.create_task(here.channel.send(Address(MAYA), Outbound(text=WORDS)))
    while not (standin.asked and at in standin.asked[-1]):
        standin.gate.set()
        standin.gate.clear()
        seen = standin.changes.count
        await standin.changes.since(seen)
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    standin.gate.set()
    await here.channel.alive()


async def stuck(here: Tenant, box: Box | None = None) -> None:
    """Its words are there, and nobody has answered for the rest."""
    here.standin.faults.next(Fault.RESET_BEFORE, method="send")
    to = Address(MAYA) if box is None else box.addressed(MAYA)
    with pytest.raises(SendFailed):
        await here.channel.send(to, Outbound(text=WORDS))


@pytest.mark.parametrize(
    ("change", "after", "told"),
    [
        ({}, LEFT, True),
        ({}, LEFT - SECOND, False),
        ({"createdDateTime": "2026-11-23T12:02:00Z"}, LEFT, True),
        ({"createdDateTime": "2026-11-23T12:02:01Z"}, LEFT, False),
        ({"createdDateTime": "2026-11-23T11:58:00Z"}, LEFT, True),
        ({"createdDateTime": "2026-11-23T11:57:59Z"}, LEFT, False),
        ({"createdDateTime": "i går"}, LEFT, False),
        ({"createdDateTime": "2026-11-23T12:00:01"}, LEFT, False),
        ({"isDraft": False}, LEFT, False),
        ({"isDraft": None}, LEFT, False),
        ({"singleValueExtendedProperties": None}, LEFT, False),
        (bearing("x", mark(NOON)["value"]), LEFT, False),
        (bearing(MARK, "2026-11-23T12:00:00Z"), LEFT, False),
        (bearing(MARK.upper(), mark(NOON)["value"]), LEFT, True),
    ],
)  # fmt: skip
def test_a_draft_is_ours_and_old_or_it_is_left(
    change: Mapping[str, object], after: timedelta, *, told: bool
) -> None:
    """What is deleted here nobody in the team can bring back."""
    assert is_left(OURS | dict(change), NOON + after) is told
    assert not is_left(None, NOON + after)


@pytest.mark.parametrize("at", ["/createReply", "PATCH "])
async def test_killed_before_it_went_nothing_of_it_is_left(here: Tenant, at: str) -> None:
    """Her words are quoted in it before ours are there; no delivery knows of either."""
    known = here.writes("jeg tør ikke gå hjem")
    await killed(here, at)
    (draft,) = lying(here, DRAFTS)
    assert draft == WORDS if at == "PATCH " else "jeg tør ikke gå hjem" in draft

    rounds = Rounds(here)
    here.clock.move(LEFT - SECOND)
    await rounds.one()
    assert lying(here, DRAFTS) == [draft]
    here.clock.move(SECOND)
    await rounds.one()

    assert lying(here, DRAFTS) == []
    assert lying(here, PURGES) == [draft]
    assert here.standin.mailbox.find(known).folder == INBOX
    assert here.maya.received == []


async def test_killed_while_it_went_what_was_sent_is_left(here: Tenant) -> None:
    """The thread finds it in Sent Items, and knows that she has got it."""
    here.writes("hei")
    await killed(here, "/send")
    here.clock.move(LEFT)

    await Rounds(here).one()

    assert [letter.text for letter in here.maya.received] == [WORDS]
    assert lying(here, SENT) == [WORDS]
    assert lying(here, PURGES) == []


async def test_what_a_colleague_has_begun_is_left(here: Tenant) -> None:
    """Also where it was made out of a mail of ours, and bears our mark with it."""
    here.writes("hei")
    ref = await here.channel.send(Address(MAYA), Outbound(text=WORDS))
    mailbox = here.standin.mailbox
    ours: Item = mailbox.find(ref)
    mailbox.add(replace(ours.letter, text="egne ord"), DRAFTS, draft=True)
    here.clock.move(SAME + SECOND)
    mailbox.add(
        replace(ours.letter, text="videresendt"), DRAFTS, draft=True, properties=ours.properties
    )
    here.clock.move(timedelta(days=1))

    await Rounds(here).one()

    assert lying(here, DRAFTS) == ["egne ord", "videresendt"]
    assert lying(here, SENT) == [WORDS]


@pytest.mark.parametrize("method", ["messages", "permanentDelete"])
async def test_what_cannot_be_cleared_now_is_cleared_in_the_next_round(
    here: Tenant, method: str
) -> None:
    """And nobody is woken for it: no youth waits for an answer."""
    here.writes("hei")
    await stuck(here)
    here.clock.move(LEFT)
    here.standin.faults.next(Fault.BAD_GATEWAY, method=method)
    rounds = Rounds(here)

    await rounds.one()
    assert lying(here, DRAFTS) == [WORDS]
    await rounds.one()

    assert lying(here, DRAFTS) == []
    assert rounds.reported == []


async def test_one_employees_mailbox_is_cleared_as_the_teams_is(here: Tenant) -> None:
    box = here.standin.opens(ANNA.mailbox)
    channel = OutlookChannel(here.graph, mailbox=MAILBOX, clock=here.clock, own=(ANNA,))
    here = replace(here, channel=channel)
    await stuck(here, ANNA)
    here.clock.move(LEFT)

    await Rounds(here, ANNA).one()

    assert [item.folder for item in box.items.values()] == [PURGES]
