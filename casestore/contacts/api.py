"""One's own contacts and the statistics as JSON, for the team's own tools."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import ContactRegister, StatisticsRead
from casestore.answers import ById, Created, Given
from casestore.audit.chain import AUDIT
from casestore.contacts.answers import (
    Counted,
    CrossRow,
    CrossTable,
    OwnContact,
    OwnContacts,
    StatisticsTold,
)
from casestore.contacts.counting import By, statistics
from casestore.contacts.periods import Period
from casestore.contacts.registering import correct, own_contacts, register
from casestore.contacts.rules import ByHand
from casestore.contacts.statistics_pages import cross_tables
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import Id, PathId
from casestore.paging import After, page_of
from casestore.problems import Problem
from casestore.received import Agreed, Code, Day, Received, received
from casestore.repeats.route import Once
from casestore.times import day_of, write_time
from casestore.typed import day_typed
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api", route_class=Once)


class ContactTold(Agreed):
    """A contact: `day` as YYYY-MM-DD and `hour` (0–23) as in Oslo."""

    kind: Code
    channel: Code
    day: str = Field(max_length=10)
    hour: int
    minutes: int
    topics: list[Code] = Field(max_length=50)

    def told(self) -> ByHand:
        """Give it as the form gives it."""
        return ByHand(
            kind=self.kind,
            channel=self.channel,
            day=day_typed(self.day),
            hour=self.hour,
            minutes=self.minutes,
            topics=tuple(self.topics),
        )


class ContactNew(ContactTold):
    """A new contact; the same id again is the same contact."""

    id: Id


class ContactCorrected(ContactTold):
    """A contact put right; `seen` is how it stood when it was read."""

    seen: str = Field(max_length=2000)


@router.get("/contacts")
async def get_contacts(
    who: ContactRegister, reading: ReadingNow, after: After = None
) -> Given[OwnContacts]:
    """Give one's own contacts of the last 30 days, newest first."""
    every = await own_contacts(reading, who, at_most=None)
    shown, cursor = page_of(every, after, lambda own: own.id)
    return Given(
        OwnContacts(
            contacts=[
                OwnContact(
                    id=own.id,
                    kind=own.kind,
                    channel=own.channel,
                    hour=write_time(own.hour),
                    minutes=own.minutes,
                    topics=list(own.topics),
                    correctable=own.correctable,
                    seen=own.seen,
                )
                for own in shown
            ],
            next=cursor,
        )
    )


@router.post("/contacts", dependencies=[Depends(same_site)])
async def post_contact(
    who: ContactRegister,
    body: Annotated[Received[ContactNew], Depends(received(ContactNew))],
    writing: WritingNow,
) -> Created[ById]:
    """Register a contact."""
    await AUDIT.hold(writing)
    mistakes = await register(writing, who, body.said.id, body.said.told())
    _refuse(sorted(mistakes))
    return Created(ById(id=body.said.id))


@router.put("/contacts/{contact_id}", dependencies=[Depends(same_site)])
async def put_contact(
    contact_id: PathId,
    who: ContactRegister,
    body: Annotated[Received[ContactCorrected], Depends(received(ContactCorrected))],
    writing: WritingNow,
) -> Given[ById]:
    """Put right a contact of one's own."""
    await AUDIT.hold(writing)
    mistakes = await correct(writing, who, contact_id, body.said.told(), seen=body.said.seen)
    _refuse(sorted(mistakes))
    return Given(ById(id=contact_id))


@router.get("/statistics")
async def get_statistics(
    who: StatisticsRead,
    reading: ReadingNow,
    since: Day | None = None,
    until: Day | None = None,
) -> Given[StatisticsTold]:
    """Give the numbers of a period, with the same held back as on the page."""
    asked = {"since": since or "", "until": until or ""}
    period = Period.asked(asked, day_of(reading.now))
    told = await statistics(reading, who.team, period)
    return Given(
        StatisticsTold(
            since=period.since.isoformat(),
            until=period.until.isoformat(),
            count=told.total.count,
            minutes=told.total.minutes,
            parts=_numbers(told.by_part),
            kinds=_numbers(told.by_kind),
            channels=_numbers(told.by_channel),
            topics=_numbers(told.by_topic),
            crossed=[
                CrossTable(
                    title=title,
                    columns=list(table.columns),
                    rows=[CrossRow(row=row, cells=list(cells)) for row, cells in table.rows],
                )
                for title, table in cross_tables(told)
            ],
        )
    )


def _numbers(by: By) -> list[Counted]:
    return [
        Counted(code=code, count=counted.count, minutes=counted.minutes)
        for code, counted in by.items()
    ]


def _refuse(fields: list[str]) -> None:
    if fields:
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(fields))
