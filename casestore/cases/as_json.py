"""Cases as JSON says them."""

from typing import TypedDict

from casestore.cases.answers import (
    CaseInList,
    CasePage,
    CaseState,
    CaseTold,
    ClosingTold,
    HandoverTold,
    InTimeline,
    PartyState,
    PartyTold,
    ShareState,
    ShareTold,
)
from casestore.cases.listing import CaseLine, CaseList
from casestore.cases.sharing import ShareLine
from casestore.cases.tables import Case, Party, Share
from casestore.cases.view import CaseView
from casestore.people.details import Details
from casestore.times import write_time


class _Head(TypedDict):
    id: str
    number: str
    status: str
    version: int
    responsible: str
    opened_at: str
    alias: str
    name: str | None
    title: str | None


def page_as_json(found: CaseList) -> CasePage:
    """Say a page of a list."""
    return CasePage(
        cases=[_line(line) for line in found.lines],
        without_responsible=[_line(line) for line in found.orphans],
        counts={str(which): count for which, count in found.counts.items()},
        next=str(found.next) if found.next else None,
    )


def case_as_json(view: CaseView) -> CaseTold:
    """Say a case with all that is in it. `reason` is null to who may not read it."""
    return CaseTold(
        **_head(view.case, view.details, view.title),
        person=view.person,
        relation=str(view.relation),
        timeline=[
            InTimeline(
                kind=line.kind,
                at=write_time(line.at),
                href=line.href,
                title=line.title,
                by=line.by,
                finished=line.finished,
            )
            for line in view.lines
        ],
        parties=[
            PartyTold(
                id=party.id,
                version=party.version,
                name=party.told.name,
                role=party.told.role,
                contact=party.told.contact,
            )
            for party in view.parties
        ],
        shares=[_share_line(share) for share in view.shares],
        handovers=[
            HandoverTold(
                at=write_time(row.at),
                giver=row.from_name,
                to=row.to_name,
                by=row.by,
                reason=row.reason,
            )
            for row in view.handovers
        ],
        closings=[
            ClosingTold(
                closed_at=write_time(row.closed_at),
                closed_by=row.closed_by,
                words=row.words,
                reopened_at=write_time(row.reopened_at) if row.reopened_at else None,
                reopened_by=row.reopened_by,
            )
            for row in view.closings
        ],
    )


def state_of(case: Case) -> CaseState:
    """Say how a case stands."""
    return CaseState(
        id=case.id,
        number=case.number,
        status=case.status,
        responsible=case.responsible,
        version=case.version,
    )


def share_as_json(share: Share) -> ShareState:
    """Say a share to who made or ended it."""
    return ShareState(
        id=share.id,
        user=share.user,
        from_day=share.from_day.isoformat(),
        until_day=share.until_day.isoformat(),
        ended_at=write_time(share.ended_at) if share.ended_at else None,
    )


def party_as_json(party: Party) -> PartyState:
    """Say how a party stands."""
    return PartyState(
        id=party.id,
        case=party.case,
        version=party.version,
        removed_at=write_time(party.removed_at) if party.removed_at else None,
    )


def _line(line: CaseLine) -> CaseInList:
    return CaseInList(
        **_head(line.case, line.person, line.title),
        last_at=write_time(line.last_at),
        given_by=line.given_by,
    )


def _head(case: Case, person: Details, title: str | None) -> _Head:
    return {
        "id": case.id,
        "number": case.number,
        "status": case.status,
        "version": case.version,
        "responsible": case.responsible,
        "opened_at": write_time(case.opened_at),
        "alias": person.alias,
        "name": person.name,
        "title": title,
    }


def _share_line(share: ShareLine) -> ShareTold:
    return ShareTold(
        id=share.id,
        user=share.user,
        name=share.name,
        from_day=share.from_day.isoformat(),
        until_day=share.until_day.isoformat(),
        state=share.state,
        by=share.by,
        reason=share.reason,
    )
