"""Reporting an incident, and what the team leader does with it afterwards."""

from datetime import datetime

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.edge import Reading, Writing
from casestore.incidents.affected import touch, unknown
from casestore.incidents.rules import Step
from casestore.incidents.tables import Affected, Incident
from casestore.incidents.told import FollowUp, Mistakes, Report, report_mistakes, step_mistakes
from casestore.incidents.words import Done, Words, put_words, readable_words, words_of
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.times import write_time
from casestore.users.sessions import Visitor


async def report(writing: Writing, who: Visitor, told: Report) -> Mistakes:
    """
    Report an incident, or say what is wrong. The audit's head is held.

    The same id with the same words is reported once; with others it is a 409.
    """
    if known := await writing.session.get(Incident, told.id):
        if known.written_by != who.id or not await _same(writing, known, told):
            raise Problem(409, "different-body")
        return {}
    mistakes = report_mistakes(told, writing.now)
    if await unknown(writing, who, told.affected):
        mistakes["affected"] = _("Noen av dem finnes ikke, eller er ikke dine å se.")
    if mistakes or told.happened_at is None or told.found_at is None:
        return mistakes
    incident = Incident(
        id=told.id,
        team=who.team,
        kind=told.kind,
        severity=told.severity,
        happened_at=told.happened_at,
        found_at=told.found_at,
        written_at=writing.now,
        written_by=who.id,
    )
    await put_words(writing, incident, Words(happened=told.happened, at_once=told.at_once))
    writing.session.add(incident)
    await writing.session.flush()
    count = await touch(writing, told.id, told.affected)
    await note(
        writing,
        "incident.reported",
        by=who.id,
        of=told.id,
        kind=told.kind,
        severity=told.severity,
        affected=count,
    )
    return {}


async def get_incident(asking: Reading | Writing, who: Visitor, its_id: str) -> Incident:
    """Give an incident of the employee's own team; another is a 404."""
    incident = await asking.session.get(Incident, its_id)
    if incident is None or incident.team != who.team:
        raise Problem(404, "not-found")
    return incident


async def follow_up(writing: Writing, who: Visitor, incident: Incident, told: FollowUp) -> Mistakes:
    """
    Take a step with an incident, or say what is wrong. One that is closed is a 409.

    The step that was taken last, sent again by the same, is taken already.
    """
    if await _taken(writing, who, incident, told):
        return {}
    if incident.closed_at is not None:
        raise Problem(409, "closed")
    mistakes = step_mistakes(incident, told, writing.now)
    if mistakes:
        return mistakes
    words = await readable_words(writing, incident)
    _take(incident, who, told, writing.now)
    said = Done(at=write_time(writing.now), by=who.id, step=told.step, said=told.said)
    await put_words(writing, incident, words.and_then(said))
    await note(
        writing,
        f"incident.{told.step}",
        by=who.id,
        of=incident.id,
        severity=incident.severity,
        at=None if told.at is None else write_time(told.at),
    )
    return {}


async def add_affected(
    writing: Writing, who: Visitor, incident: Incident, ids: tuple[str, ...]
) -> Mistakes:
    """Note more of those who were touched. An incident that is closed is a 409."""
    if incident.closed_at is not None:
        raise Problem(409, "closed")
    if not ids:
        return {"affected": _("Velg minst én.")}
    if await unknown(writing, who, ids):
        return {"affected": _("Noen av dem finnes ikke, eller er ikke dine å se.")}
    if count := await touch(writing, incident.id, ids):
        await note(writing, "incident.affected", by=who.id, of=incident.id, affected=count)
    return {}


def _take(incident: Incident, who: Visitor, told: FollowUp, now: datetime) -> None:
    match told.step:
        case Step.AUTHORITY:
            incident.authority_told_at = told.at
        case Step.AFFECTED:
            incident.affected_told_at = told.at
        case Step.SEVERITY:
            incident.severity = told.severity
        case Step.CLOSE:
            incident.closed_at, incident.closed_by = now, who.id


async def _taken(writing: Writing, who: Visitor, incident: Incident, told: FollowUp) -> bool:
    last = (await words_of(writing, incident)).steps[-1:]
    return [(each.by, each.step, each.said) for each in last] == [
        (who.id, told.step, told.said)
    ] and _stands(incident, told)


def _stands(incident: Incident, told: FollowUp) -> bool:
    match told.step:
        case Step.AUTHORITY:
            return incident.authority_told_at == told.at
        case Step.AFFECTED:
            return incident.affected_told_at == told.at
        case Step.SEVERITY:
            return incident.severity == told.severity
        case Step.CLOSE:
            return incident.closed_at is not None


async def _same(writing: Writing, known: Incident, told: Report) -> bool:
    words = await words_of(writing, known)
    affected = await writing.session.scalars(
        select(Affected.id).where(Affected.incident == known.id)
    )
    return (
        (known.kind, known.happened_at, known.found_at)
        == (told.kind, told.happened_at, told.found_at)
        and (words.happened, words.at_once) == (told.happened, told.at_once)
        and set(told.affected) <= set(affected)
    )
