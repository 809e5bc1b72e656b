"""
The lists of cases: mine, those shared with me, and all; with counts of what may be seen.

Every condition is on top of `cases_for`: a filter narrows what somebody may see, and never says
anything about the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, select, true, tuple_

from casestore.access.conditions import running_shares
from casestore.access.gate import may
from casestore.access.relations import cases_for
from casestore.access.rules import Action, Relation
from casestore.audit.chain import note
from casestore.cases.colleagues import Team, team_of
from casestore.cases.filters import Choice, Place, Which
from casestore.cases.handing import new_to, without_responsible
from casestore.cases.rules import PAGE
from casestore.cases.tables import Case, Share
from casestore.cases.words import titles_of
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry, Note
from casestore.people.details import Details, details_of_all
from casestore.people.finding import persons_of_cases
from casestore.users.sessions import Visitor
from casestore.users.tables import User

Asking = Reading | Writing

COUNTED: Final = 1000
"""No further: a page must not take longer for each year the record has been kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case as a list shows it. `given_by` is set until the receiver has opened it."""

    case: Case = field(repr=False)
    person: Details = field(repr=False)
    title: str | None = field(repr=False)
    responsible: str
    last_at: datetime
    given_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """
    A page of cases, how many each list has up to `COUNTED`, and where the next page begins.

    `responsibles` are those who have a case in this list: the choices of the filter.
    """

    lines: Sequence[CaseLine]
    counts: Mapping[Which, int]
    orphans: Sequence[CaseLine]
    responsibles: Sequence[User]
    next: Place | None


async def case_list(asking: Asking, who: Visitor, choice: Choice) -> CaseList:
    """Fetch the newest first, of what this employee may see."""
    team = await team_of(asking, who.team)
    kept = and_(*_conditions(asking, who, choice))
    wanted = select(Case).where(kept).order_by(Case.opened_at.desc(), Case.id.desc())
    if choice.after is not None:
        at, its_id = choice.after.opened_at, choice.after.id
        wanted = wanted.where(tuple_(Case.opened_at, Case.id) < (at, its_id))
    found = list(await asking.session.scalars(wanted.limit(PAGE + 1)))
    shown, more = found[:PAGE], len(found) > PAGE
    return CaseList(
        lines=await _lines(asking, who, team, shown),
        counts={which: await _count(asking, who, choice, which) for which in lists_of(who)},
        orphans=await _orphans(asking, who, team, choice),
        responsibles=await _responsibles(asking, who, team, choice.which),
        next=Place(opened_at=shown[-1].opened_at, id=shown[-1].id) if more else None,
    )


async def noted_list(writing: Writing, who: Visitor, choice: Choice, found: CaseList) -> None:
    """Note that the aliases and names in a list were shown, and how many."""
    if count := len(found.lines) + len(found.orphans):
        await note(writing, "case.listed", by=who.id, which=choice.which, count=count)


def lists_of(who: Visitor) -> tuple[Which, ...]:
    """Give the lists this employee has."""
    some = (Which.MINE, Which.SHARED)
    return (*some, Which.ALL) if _reads_all(who) else some


def _reads_all(who: Visitor) -> bool:
    return may(who, Action.CASE_READ, Relation.NOT_SHARED)


def _conditions(asking: Asking, who: Visitor, choice: Choice) -> list[ColumnElement[bool]]:
    kept = [cases_for(asking, who, Action.CASE_READ), _of_list(asking, who, choice.which)]
    if choice.status:
        kept.append(Case.status == choice.status)
    if choice.responsible:
        kept.append(Case.responsible == choice.responsible)
    return kept


def _of_list(asking: Asking, who: Visitor, which: Which) -> ColumnElement[bool]:
    mine = Case.responsible == who.id
    with_me = select(Share.case).where(running_shares(asking), Share.user == who.id)
    match which:
        case Which.MINE:
            return mine
        case Which.SHARED:
            return and_(~mine, Case.id.in_(with_me))
        case Which.ALL:
            return true()


async def _count(asking: Asking, who: Visitor, choice: Choice, which: Which) -> int:
    kept = _conditions(asking, who, choice.of(which))
    some = select(Case.id).where(*kept).limit(COUNTED).subquery()
    return (await asking.session.execute(select(func.count()).select_from(some))).scalar_one()


async def _responsibles(asking: Asking, who: Visitor, team: Team, which: Which) -> Sequence[User]:
    kept = _conditions(asking, who, Choice(which=which))
    has_one = exists().where(Case.responsible == User.id, *kept)
    found = set(await asking.session.scalars(select(User.id).where(has_one)))
    return [user for user in team.users.values() if user.id in found]


async def _orphans(asking: Asking, who: Visitor, team: Team, choice: Choice) -> Sequence[CaseLine]:
    """The oldest open cases whose responsible is not at work: for who may hand over any case."""
    if choice.after is not None or not may(who, Action.CASE_HAND_OVER, Relation.NOT_SHARED):
        return []
    found = await asking.session.scalars(
        select(Case)
        .where(cases_for(asking, who, Action.CASE_HAND_OVER), without_responsible(asking))
        .order_by(Case.opened_at, Case.id)
        .limit(PAGE)
    )
    return await _lines(asking, who, team, list(found))


async def _lines(
    asking: Asking, who: Visitor, team: Team, cases: Sequence[Case]
) -> Sequence[CaseLine]:
    last, given = await _last_events(asking, [case.id for case in cases]), await new_to(asking, who)
    persons = await persons_of_cases(asking, cases)
    details = await details_of_all(asking, list(persons.values()))
    titles = await titles_of(asking, cases, persons)
    return [
        CaseLine(
            case=case,
            person=details[persons[case.id].id],
            title=titles[case.id],
            responsible=team.name(case.responsible),
            last_at=max(
                at for at in (case.opened_at, case.closed_at, *last.get(case.id, ())) if at
            ),
            given_by=team.name(given[case.id].by) if case.id in given else None,
        )
        for case in cases
    ]


async def _last_events(asking: Asking, cases: Sequence[str]) -> dict[str, list[datetime]]:
    """Give the last note and the last transcript of each; drafts are nobody's event yet."""
    last: dict[str, list[datetime]] = {}
    notes = select(Note.case, func.max(Note.finished_at)).where(Note.case.in_(cases))
    entries = select(Entry.case, func.max(Entry.filed_at)).where(Entry.case.in_(cases))
    for wanted in (notes.group_by(Note.case), entries.group_by(Entry.case)):
        for case, at in await asking.session.execute(wanted):
            if at is not None:
                last.setdefault(case, []).append(at)
    return last
