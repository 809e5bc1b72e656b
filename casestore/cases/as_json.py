"""Cases as JSON says them."""

from typing import Any

from casestore.cases.listing import CaseLine
from casestore.cases.sharing import ShareLine
from casestore.cases.tables import Case, Share
from casestore.cases.view import CaseView
from casestore.people.details import Details
from casestore.times import write_time


def line_as_json(line: CaseLine) -> dict[str, Any]:
    """Say a case as a list shows it."""
    return {
        **_head(line.case, line.person, line.title),
        "last_at": write_time(line.last_at),
        "given_by": line.given_by,
    }


def case_as_json(view: CaseView) -> dict[str, Any]:
    """Say a case with all that is in it. `reason` is null to who may not read it."""
    return {
        **_head(view.case, view.details, view.title),
        "person": view.person,
        "relation": str(view.relation),
        "timeline": [
            {
                "kind": line.kind,
                "at": write_time(line.at),
                "href": line.href,
                "title": line.title,
                "by": line.by,
                "finished": line.finished,
            }
            for line in view.lines
        ],
        "parties": [
            {
                "id": party.id,
                "version": party.version,
                "name": party.told.name,
                "role": party.told.role,
                "contact": party.told.contact,
            }
            for party in view.parties
        ],
        "shares": [_share_line(share) for share in view.shares],
        "handovers": [
            {
                "at": write_time(row.at),
                "from": row.from_name,
                "to": row.to_name,
                "by": row.by,
                "reason": row.reason,
            }
            for row in view.handovers
        ],
        "closings": [
            {
                "closed_at": write_time(row.closed_at),
                "closed_by": row.closed_by,
                "words": row.words,
                "reopened_at": write_time(row.reopened_at) if row.reopened_at else None,
                "reopened_by": row.reopened_by,
            }
            for row in view.closings
        ],
    }


def share_as_json(share: Share) -> dict[str, Any]:
    """Say a share to who made or ended it."""
    return {
        "id": share.id,
        "user": share.user,
        "from_day": share.from_day.isoformat(),
        "until_day": share.until_day.isoformat(),
        "ended_at": write_time(share.ended_at) if share.ended_at else None,
    }


def _head(case: Case, person: Details, title: str | None) -> dict[str, Any]:
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


def _share_line(share: ShareLine) -> dict[str, Any]:
    return {
        "id": share.id,
        "user": share.user,
        "name": share.name,
        "from_day": share.from_day.isoformat(),
        "until_day": share.until_day.isoformat(),
        "state": share.state,
        "by": share.by,
        "reason": share.reason,
    }
