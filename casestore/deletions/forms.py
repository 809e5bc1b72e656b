"""Step one, holds and restriction, as forms: `/people/{id}/deletion` and its likes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import PersonDelete
from casestore.deletions.deciding_page import decision_page
from casestore.deletions.holds import lift_hold, set_hold
from casestore.deletions.phrases import PROPOSED_ALREADY, RESTRICTED_ALREADY
from casestore.deletions.proposing import propose
from casestore.deletions.reasons import Reason
from casestore.deletions.restricting import restrict
from casestore.deletions.rules import Kind, Target, mistakes
from casestore.deletions.subjects import get_subject
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId
from casestore.problems import Problem
from casestore.routing import Late
from casestore.texts.phrases import _
from casestore.typed import text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

OURS = [Depends(same_site)]
FormToken = Annotated[str, Form(max_length=200)]
Its = Annotated[str, Form(alias="id", pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Word = Annotated[str, Form(max_length=40)]
Text = Annotated[str, Form(max_length=8000)]

LONGEST = 4000
LONGEST_REFERENCE = 200


@router.get("/people/{person_id}/deletion")
async def of_person(
    request: Request, person_id: PathId, who: PersonDelete, writing: WritingNow
) -> HTMLResponse:
    """Show what can be restricted, held back, disposed of or deleted of a person."""
    return await _shown(request, who, Target.PERSON, person_id, writing)


@router.get("/journal/{conversation}/deletion")
async def of_entry(
    request: Request, conversation: PathId, who: PersonDelete, writing: WritingNow
) -> HTMLResponse:
    """Show what would go with one transcript that was a mistake."""
    return await _shown(request, who, Target.ENTRY, conversation, writing)


@router.get("/notes/{note_id}/deletion")
async def of_note(
    request: Request, note_id: PathId, who: PersonDelete, writing: WritingNow
) -> HTMLResponse:
    """Show what would go with one note that was a mistake."""
    return await _shown(request, who, Target.NOTE, note_id, writing)


class Proposed:
    """What was filled in to propose something."""

    def __init__(
        self,
        form_token: FormToken,
        its_id: Its,
        kind: Word = "",
        basis: Word = "",
        reason: Text = "",
        reference: Text = "",
    ) -> None:
        self.form_token, self.its_id = form_token, its_id
        self.kind, self.basis = kind, basis
        self.reason, self.reference = text_typed(reason), text_typed(reference)

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, for the page that says what is wrong with it."""
        return {
            "its_id": self.its_id,
            "kind": self.kind,
            "basis": self.basis,
            "reason": self.reason,
            "reference": self.reference,
        }


ProposedForm = Annotated[Proposed, Depends()]


@router.post("/people/{person_id}/deletion", dependencies=OURS)
async def propose_person(
    request: Request, person_id: PathId, who: PersonDelete, form: ProposedForm, writing: WritingNow
) -> Response:
    """Propose to dispose of a person's record, or to delete a person registered by mistake."""
    return await _proposed(request, who, Target.PERSON, person_id, form, writing)


@router.post("/journal/{conversation}/deletion", dependencies=OURS)
async def propose_entry(
    request: Request,
    conversation: PathId,
    who: PersonDelete,
    form: ProposedForm,
    writing: WritingNow,
) -> Response:
    """Propose to delete a transcript that was a mistake."""
    return await _proposed(request, who, Target.ENTRY, conversation, form, writing)


@router.post("/notes/{note_id}/deletion", dependencies=OURS)
async def propose_note(
    request: Request, note_id: PathId, who: PersonDelete, form: ProposedForm, writing: WritingNow
) -> Response:
    """Propose to delete a note that was a mistake."""
    return await _proposed(request, who, Target.NOTE, note_id, form, writing)


@router.post("/people/{person_id}/restriction", dependencies=OURS)
async def restrict_form(
    request: Request,
    person_id: PathId,
    who: PersonDelete,
    form_token: FormToken,
    its_id: Its,
    kind: Word,
    writing: WritingNow,
    basis: Word = "",
    reason: Text = "",
) -> Response:
    """Restrict a person, or lift it."""
    form_is_ours(who, form_token)
    if kind not in {Kind.RESTRICT, Kind.UNRESTRICT}:
        raise Problem(422, "malformed")
    reason = text_typed(reason)
    found = mistakes(
        kind=kind, target=Target.PERSON, basis=basis, reason=reason, reference=""
    ) | _too_long(reason, "")
    wrong, status = {f"restrict_{field}": said for field, said in found.items()}, 422
    if not wrong:
        try:
            await restrict(
                writing, who, person_id, its_id=its_id, kind=Kind(kind), basis=basis, reason=reason
            )
        except Problem as problem:
            if problem.code != "already":
                raise
            wrong, status = {"restrict": RESTRICTED_ALREADY}, 409
    if wrong:
        typed = {"restrict_basis": basis, "restrict_reason": reason}
        subject = await get_subject(writing, who, Target.PERSON, person_id)
        return await decision_page(
            request, who, subject, writing, status=status, wrong=wrong, typed=typed
        )
    return RedirectResponse(f"/people/{person_id}/deletion", 303)


@router.post("/people/{person_id}/holds", dependencies=OURS)
async def hold_form(
    request: Request,
    person_id: PathId,
    who: PersonDelete,
    form_token: FormToken,
    its_id: Its,
    writing: WritingNow,
    reason: Text = "",
) -> Response:
    """Hold everything of a person back."""
    form_is_ours(who, form_token)
    reason = text_typed(reason)
    wrong = {} if reason else {"hold_reason": _("Skriv hvorfor.")}
    if wrong := wrong or {f"hold_{f}": said for f, said in _too_long(reason, "").items()}:
        subject = await get_subject(writing, who, Target.PERSON, person_id)
        typed = {"hold_reason": reason}
        return await decision_page(
            request, who, subject, writing, status=422, wrong=wrong, typed=typed
        )
    await set_hold(writing, who, person_id, its_id=its_id, reason=reason)
    return RedirectResponse(f"/people/{person_id}/deletion", 303)


@router.post("/holds/{hold_id}/lift", dependencies=OURS)
async def lift_form(
    hold_id: PathId, who: PersonDelete, form_token: FormToken, writing: WritingNow
) -> Response:
    """Lift a hold."""
    form_is_ours(who, form_token)
    row = await lift_hold(writing, who, hold_id)
    return RedirectResponse(f"/people/{row.person}/deletion", 303)


async def _shown(
    request: Request, who: Visitor, target: Target, its_id: str, writing: Writing
) -> HTMLResponse:
    return await decision_page(
        request, who, await get_subject(writing, who, target, its_id), writing
    )


async def _proposed(
    request: Request, who: Visitor, target: Target, its_id: str, form: Proposed, writing: Writing
) -> Response:
    form_is_ours(who, form.form_token)
    subject = await get_subject(writing, who, target, its_id)
    wrong, status = (
        mistakes(
            kind=form.kind if form.kind in {Kind.DISPOSE, Kind.DELETE_MISTAKE} else "",
            target=target,
            basis=form.basis,
            reason=form.reason,
            reference=form.reference,
        )
        | _too_long(form.reason, form.reference),
        422,
    )
    if not wrong:
        try:
            await propose(
                writing,
                who,
                target,
                its_id,
                its_id=form.its_id,
                kind=Kind(form.kind),
                basis=form.basis,
                reason=Reason(why=form.reason, reference=form.reference),
            )
        except Problem as problem:
            if problem.code != "proposed-already":
                raise
            wrong, status = {"form": PROPOSED_ALREADY}, 409
    if wrong:
        return await decision_page(
            request, who, subject, writing, status=status, wrong=wrong, typed=form.typed
        )
    return RedirectResponse(subject.home, 303)


def _too_long(reason: str, reference: str) -> dict[str, str]:
    wrong = {}
    if len(reason) > LONGEST:
        wrong["reason"] = _("Det er plass til {longest} tegn.").format(longest=LONGEST)
    if len(reference) > LONGEST_REFERENCE:
        wrong["reference"] = _("Det er plass til {longest_reference} tegn.").format(
            longest_reference=LONGEST_REFERENCE
        )
    return wrong
