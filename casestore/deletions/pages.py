"""The list of what has been deleted, with a certificate for each; confirming, and step two."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import DeletionConfirm, DeletionList, PersonDelete
from casestore.access.gate import ever_may
from casestore.access.rules import Action
from casestore.deletions import phrases
from casestore.deletions.carrying_out import carry_out
from casestore.deletions.deciding_page import decision_page
from casestore.deletions.proposing import cancel, confirm
from casestore.deletions.reasons import reason_of
from casestore.deletions.rules import Target
from casestore.deletions.showing import (
    decision_line,
    decisions_page,
    get_decision,
    key_left,
    to_confirm,
    until,
)
from casestore.deletions.subjects import get_subject
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId
from casestore.keys_rotating import keep_quietly
from casestore.places import LONGEST, Place
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.times import read_time
from casestore.transfers.view import names
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(route_class=Late)

FormToken = Annotated[str, Form(max_length=200)]
Seen = Annotated[str, Form(pattern=r"^[0-9a-f]{64}$")]


@router.get("/deletions")
async def deletions_page(
    request: Request,
    who: DeletionList,
    reading: ReadingNow,
    before: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show the team's decisions, a page at a time, without content (domain.md Q6)."""
    place = Place.read(before)
    lines, older = await decisions_page(reading, who, before=place)
    return page(
        request,
        "deletions.html",
        who=who,
        waiting=[] if place else await to_confirm(reading, who),
        before=place,
        older=older,
        lines=lines,
        people=await names(reading),
        may_open=ever_may(who, Action.PERSON_DELETE),
        phrases=phrases,
    )


@router.get("/deletions/{decision_id}")
async def certificate_page(
    request: Request, decision_id: PathId, who: DeletionList, reading: ReadingNow
) -> HTMLResponse:
    """Show the certificate of what was carried out, to be printed and kept."""
    row = await get_decision(reading, who, decision_id)
    line = await decision_line(reading, who, row)
    if line.certificate is None:
        raise Problem(404, "not-found")
    leads = ever_may(who, Action.PERSON_DELETE)
    return page(
        request,
        "deletion_certificate.html",
        who=who,
        line=line,
        certificate=line.certificate,
        reference=(await reason_of(reading, row)).reference if leads else "",
        key_left=key_left(reading, line.certificate),
        until=until(line.certificate),
        people=await names(reading),
        read_time=read_time,
        phrases=phrases,
    )


@router.post("/deletions/{decision_id}/confirm", dependencies=[Depends(same_site)])
async def confirm_form(
    decision_id: PathId,
    who: DeletionConfirm,
    form_token: FormToken,
    seen: Seen,
    writing: WritingNow,
) -> Response:
    """Be the second person of a disposal."""
    form_is_ours(who, form_token)
    await confirm(writing, who, decision_id, seen=seen)
    return RedirectResponse("/deletions", 303)


@router.post("/deletions/{decision_id}/cancel", dependencies=[Depends(same_site)])
async def cancel_form(
    decision_id: PathId, who: PersonDelete, form_token: FormToken, writing: WritingNow
) -> Response:
    """Take a proposal back."""
    form_is_ours(who, form_token)
    _, subject = await cancel(writing, who, decision_id)
    return RedirectResponse(subject.home, 303)


@router.post("/deletions/{decision_id}/carry-out", dependencies=[Depends(same_site)])
async def carry_out_form(
    request: Request,
    decision_id: PathId,
    who: PersonDelete,
    form_token: FormToken,
    seen: Seen,
    writing: WritingNow,
    understood: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Carry a proposal out: once, and only as it was shown."""
    form_is_ours(who, form_token)
    row = await get_decision(writing, who, decision_id)
    if row.carried_out_at is None:
        wrong = "" if understood == "yes" else phrases.UNDERSTOOD_WANTED
        status = 422
        if not wrong:
            try:
                await carry_out(writing, who, decision_id, seen=seen)
            except Problem as problem:
                if problem.code not in phrases.NOT_CARRIED_OUT:
                    raise
                wrong, status = phrases.NOT_CARRIED_OUT[problem.code], problem.status
        if wrong:
            subject = await get_subject(writing, who, Target(row.target_kind), row.target)
            told = {"carry_out": wrong}
            return await decision_page(request, who, subject, writing, status=status, wrong=told)
    return RedirectResponse(
        f"/deletions/{decision_id}", 303, background=BackgroundTask(keep_quietly, writing.store)
    )
