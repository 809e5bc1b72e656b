"""One case as it is shown: fetched, decrypted, and noted as read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from casestore.access.gate import may
from casestore.access.relations import case_relation, person_relation
from casestore.access.rules import Action, Relation
from casestore.audit.chain import note
from casestore.cases.closing import ClosingLine, closings_of
from casestore.cases.colleagues import Team, team_of
from casestore.cases.handing import HandoverLine, giver_of, handovers_of, seen_by
from casestore.cases.parties import PartyLine, parties_of
from casestore.cases.sharing import ShareLine, shares_of
from casestore.cases.tables import Case
from casestore.cases.words import title_of
from casestore.edge import Writing
from casestore.journal.timeline import Line, timeline
from casestore.people.details import Details, details_of
from casestore.people.finding import person_of_case
from casestore.times import day_of
from casestore.users.sessions import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with all that is in it, for one employee. `person` is the id of the root person."""

    case: Case = field(repr=False)
    relation: Relation
    person_relation: Relation
    person: str
    details: Details = field(repr=False)
    title: str | None = field(repr=False)
    team: Team = field(repr=False)
    lines: Sequence[Line] = field(repr=False)
    parties: Sequence[PartyLine] = field(repr=False)
    shares: Sequence[ShareLine] = field(repr=False)
    handovers: Sequence[HandoverLine] = field(repr=False)
    closings: Sequence[ClosingLine] = field(repr=False)
    giver: str | None
    responsible_at_work: bool


async def read_case(writing: Writing, who: Visitor, case: Case) -> CaseView:
    """Give a case as this employee may see it, and note that they have read it."""
    await note(writing, "case.read", by=who.id, of=case.id)
    await seen_by(writing, who, case)
    person = await person_of_case(writing, case)
    relation = await case_relation(writing, who, case)
    team, today = await team_of(writing, who.team), day_of(writing.now)
    giver = await giver_of(writing, case) if case.responsible == who.id else None
    return CaseView(
        case=case,
        relation=relation,
        person_relation=await person_relation(writing, who, person),
        person=person.id,
        details=await details_of(writing, person),
        title=await title_of(writing, case),
        team=team,
        lines=await timeline(writing, case, who),
        parties=await parties_of(writing, case),
        shares=await shares_of(
            writing, case, team, with_reasons=may(who, Action.CASE_SHARE, relation)
        ),
        handovers=await handovers_of(
            writing, case, team, with_reasons=may(who, Action.CASE_HAND_OVER, relation)
        ),
        closings=await closings_of(writing, case, team),
        giver=giver if giver and team.at_work(giver, today) else None,
        responsible_at_work=team.at_work(case.responsible, today),
    )
