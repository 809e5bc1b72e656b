"""The page where the team leader decides on a person, a transcript or a note."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request
from starlette.responses import HTMLResponse

from casestore.audit.chain import note
from casestore.deletions import phrases
from casestore.deletions.holds import holds_of
from casestore.deletions.proposing import proposal_on, standing
from casestore.deletions.reasons import reason_of
from casestore.deletions.retention import retention_on
from casestore.deletions.rules import Kind, Target
from casestore.deletions.showing import decision_line
from casestore.deletions.subjects import Subject
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.people.details import details_of
from casestore.templating import page
from casestore.times import day_of
from casestore.transfers.view import names
from casestore.users.sessions import Visitor

SHOWN: Final = "deletion.shown"
TYPED: Final = dict.fromkeys(
    (
        "its_id",
        "kind",
        "basis",
        "reason",
        "reference",
        "restrict_basis",
        "restrict_reason",
        "hold_reason",
    ),
    "",
)


async def decision_page(
    request: Request,
    who: Visitor,
    subject: Subject,
    writing: Writing,
    *,
    status: int = 200,
    wrong: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Show what would go, what stands in the way, and the forms; and note that it was shown."""
    await note(writing, SHOWN, by=who.id, of=subject.id)
    decision = await proposal_on(writing, subject)
    person = subject.person
    of_a_person = subject.kind is Target.PERSON
    return page(
        request,
        "deletion.html",
        status=status,
        who=who,
        subject=subject,
        person=person,
        of_a_person=of_a_person,
        alias=None if person is None else (await details_of(writing, person)).alias,
        counts=subject.extent.counts(),
        decision=decision,
        line=None if decision is None else await decision_line(writing, who, decision),
        stand=None if decision is None else await standing(writing, decision, subject),
        reason=None if decision is None else await reason_of(writing, decision, subject.owner),
        holds=[] if person is None else await holds_of(writing, person),
        retention=retention_on(day_of(writing.now)),
        kinds=(Kind.DISPOSE, Kind.DELETE_MISTAKE) if of_a_person else (Kind.DELETE_MISTAKE,),
        wrong=wrong or {},
        typed=TYPED | dict(typed or {}),
        new_id=new_id,
        people=await names(writing),
        phrases=phrases,
    )
