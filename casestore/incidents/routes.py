"""Incidents as JSON, for the team's own tools; the same rules as the pages."""

from datetime import datetime
from typing import Annotated, TypedDict

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import IncidentRead, IncidentWrite
from casestore.answers import ById, Created, Given
from casestore.audit.chain import AUDIT, note
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import Id, PathId
from casestore.incidents.affected import MOST_CHOSEN, touched_by
from casestore.incidents.answers import (
    IncidentInList,
    Incidents,
    IncidentState,
    IncidentWhole,
    StepTaken,
    Touched,
)
from casestore.incidents.listing import IncidentLine, incidents
from casestore.incidents.reporting import add_affected, follow_up, get_incident, report
from casestore.incidents.rules import Step
from casestore.incidents.tables import Incident
from casestore.incidents.told import LONGEST, FollowUp, Mistakes, Report
from casestore.incidents.words import words_of
from casestore.keyring import Unreadable
from casestore.paging import After, page_of
from casestore.problems import Problem
from casestore.received import Agreed, Code, Received, Time, received
from casestore.repeats.route import Once
from casestore.times import read_time, write_time
from casestore.typed import text_typed
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/incidents", route_class=Once)


class IncidentTold(Agreed):
    """What happened, when, and to whom."""

    id: Id
    kind: Code
    severity: Code
    happened_at: Time
    found_at: Time
    happened: str = Field(min_length=1, max_length=LONGEST, repr=False)
    at_once: str = Field(max_length=LONGEST, repr=False)
    affected: list[Id] = Field(max_length=MOST_CHOSEN)


class StepTold(Agreed):
    """A step: `at` when somebody was told, `severity` when it is assessed anew."""

    step: Code
    at: Time | None
    severity: Code | None
    said: str = Field(max_length=LONGEST, repr=False)


class MoreAffected(Agreed):
    """More of those who were touched."""

    affected: list[Id] = Field(min_length=1, max_length=MOST_CHOSEN)


@router.get("")
async def get_incidents(
    who: IncidentRead, reading: ReadingNow, after: After = None
) -> Given[Incidents]:
    """Give the team's incidents, without their words."""
    every = await incidents(reading, who, at_most=None)
    lines, cursor = page_of(every, after, lambda line: line.row.id)
    return Given(Incidents(incidents=[_line(line) for line in lines], next=cursor))


@router.post("", dependencies=[Depends(same_site)])
async def post_incident(
    who: IncidentWrite,
    body: Annotated[Received[IncidentTold], Depends(received(IncidentTold))],
    writing: WritingNow,
) -> Created[ById]:
    """Report an incident."""
    await AUDIT.hold(writing)
    said = body.said
    told = Report(
        id=said.id,
        kind=said.kind,
        severity=said.severity,
        happened_at=read_time(said.happened_at),
        found_at=read_time(said.found_at),
        happened=text_typed(said.happened),
        at_once=text_typed(said.at_once),
        affected=tuple(sorted(set(said.affected))),
    )
    _refuse(await report(writing, who, told))
    return Created(ById(id=said.id))


@router.get("/{incident_id}")
async def get_one(
    incident_id: PathId, who: IncidentRead, writing: WritingNow
) -> Given[IncidentWhole]:
    """Give an incident with its words, and note that it was read."""
    incident = await get_incident(writing, who, incident_id)
    await note(writing, "incident.read", by=who.id, of=incident.id)
    words = await words_of(writing, incident)
    touched = await touched_by(writing, who, incident.id)
    return Given(
        IncidentWhole(
            **_said(incident),
            happened=words.happened,
            at_once=words.at_once,
            steps=[StepTaken(at=d.at, by=d.by, step=d.step, said=d.said) for d in words.steps],
            affected=[Touched(id=one.id, kind=one.kind, alias=one.alias) for one in touched],
        )
    )


@router.post("/{incident_id}/steps", dependencies=[Depends(same_site)])
async def post_step(
    incident_id: PathId,
    who: IncidentRead,
    body: Annotated[Received[StepTold], Depends(received(StepTold))],
    writing: WritingNow,
) -> Given[IncidentState]:
    """Take a step with an incident."""
    await AUDIT.hold(writing)
    incident = await get_incident(writing, who, incident_id)
    said = body.said
    if said.step not in set(Step):
        raise Problem(422, "malformed", "Not as agreed: step")
    told = FollowUp(
        step=Step(said.step),
        at=None if said.at is None else read_time(said.at),
        severity=said.severity or "",
        said=text_typed(said.said),
    )
    try:
        _refuse(await follow_up(writing, who, incident, told))
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return Given(IncidentState(**_said(incident)))


@router.post("/{incident_id}/affected", dependencies=[Depends(same_site)])
async def post_affected(
    incident_id: PathId,
    who: IncidentRead,
    body: Annotated[Received[MoreAffected], Depends(received(MoreAffected))],
    writing: WritingNow,
) -> Given[IncidentState]:
    """Note more of those who were touched."""
    await AUDIT.hold(writing)
    incident = await get_incident(writing, who, incident_id)
    _refuse(await add_affected(writing, who, incident, tuple(body.said.affected)))
    return Given(IncidentState(**_said(incident)))


class _State(TypedDict):
    id: str
    kind: str
    severity: str
    happened_at: str
    found_at: str
    authority_told_at: str | None
    affected_told_at: str | None
    closed_at: str | None


def _line(line: IncidentLine) -> IncidentInList:
    return IncidentInList(
        **_said(line.row), by=line.by, affected=line.affected, clock=line.clock.words
    )


def _said(row: Incident) -> _State:
    return {
        "id": row.id,
        "kind": row.kind,
        "severity": row.severity,
        "happened_at": write_time(row.happened_at),
        "found_at": write_time(row.found_at),
        "authority_told_at": _at(row.authority_told_at),
        "affected_told_at": _at(row.affected_told_at),
        "closed_at": _at(row.closed_at),
    }


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)


def _refuse(mistakes: Mistakes) -> None:
    if mistakes:
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(mistakes)))
