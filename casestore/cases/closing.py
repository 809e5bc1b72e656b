"""Closing a case with what happened, opening it again, and giving it another title."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.cases.colleagues import Team
from casestore.cases.mistakes import Mistake, changed_meanwhile, within
from casestore.cases.rules import REASON, TITLE
from casestore.cases.tables import Case, CaseClosing
from casestore.cases.words import seal_title, seal_words, shown, title_of
from casestore.edge import Reading, Writing
from casestore.problems import Problem
from casestore.texts.phrases import _
from casestore.users.sessions import Visitor

Asking = Reading | Writing

WORDS_PLACE: Final = "case_closings/{}/words"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLine:
    """That a case was closed, and perhaps opened again."""

    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None
    reopened_by: str | None
    words: str = field(repr=False)


def still_open(case: Case) -> None:
    """Refuse what is written in a case that is closed (409)."""
    if case.status != "open":
        raise Mistake(
            "version",
            _("Saken er avsluttet. Åpne den igjen for å skrive i den."),
            status=409,
            code="case-closed",
        )


async def close_case(
    writing: Writing, who: Visitor, case: Case, *, its_id: str, words: str, version: int
) -> None:
    """Close a case, once for each `its_id`. The caller has asked for `Action.CASE_WRITE`."""
    if (known := await writing.session.get(CaseClosing, its_id)) is not None:
        if (known.case, known.closed_by) != (case.id, who.id):
            raise Problem(409, "id-taken")
        return
    still_open(case)
    if case.version != version:
        raise changed_meanwhile()
    told = within("words", words, REASON, missing=_("Skriv kort hva som skjedde."))
    writing.session.add(
        CaseClosing(
            id=its_id,
            team=writing.team,
            case=case.id,
            words=await seal_words(writing, case, told, WORDS_PLACE.format(its_id)),
            closed_at=writing.now,
            closed_by=who.id,
        )
    )
    case.status, case.closed_at, case.version = "closed", writing.now, case.version + 1
    await writing.session.flush()
    await note(writing, "case.closed", by=who.id, of=case.id, closing=its_id)


async def reopen_case(writing: Writing, who: Visitor, case: Case) -> None:
    """Open a closed case again; one that is open is left as it is."""
    if case.status == "open":
        return
    found = await writing.session.scalars(
        select(CaseClosing).where(CaseClosing.case == case.id, CaseClosing.reopened_at.is_(None))
    )
    for closing in found:
        closing.reopened_at, closing.reopened_by = writing.now, who.id
    case.status, case.closed_at, case.version = "open", None, case.version + 1
    await note(writing, "case.reopened", by=who.id, of=case.id)


async def rename_case(
    writing: Writing, who: Visitor, case: Case, *, title: str, version: int
) -> None:
    """Give a case another title, or none; the one that it has already is there."""
    still_open(case)
    if case.version != version:
        if (await title_of(writing, case) or "") == title.strip():
            return
        raise changed_meanwhile()
    if title.strip():
        within("title", title, TITLE, missing="")
    await seal_title(writing, case, title)
    case.version += 1
    await writing.session.flush()
    await note(writing, "case.renamed", by=who.id, of=case.id)


async def closings_of(asking: Asking, case: Case, team: Team) -> Sequence[ClosingLine]:
    """Give every time a case was closed, the newest first."""
    found = await asking.session.scalars(
        select(CaseClosing)
        .where(CaseClosing.case == case.id)
        .order_by(CaseClosing.closed_at.desc(), CaseClosing.id)
    )
    return [
        ClosingLine(
            closed_at=row.closed_at,
            closed_by=team.name(row.closed_by),
            reopened_at=row.reopened_at,
            reopened_by=team.name(row.reopened_by) if row.reopened_by else None,
            words=await shown(asking, case, row.words, WORDS_PLACE.format(row.id)),
        )
        for row in found
    ]
