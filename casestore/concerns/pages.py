"""«Bekymringsmeldinger»: one's own, all for who leads the team, and the form for a new one."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import ConcernRead, ConcernWrite
from casestore.access.gate import may
from casestore.access.relations import person_relation
from casestore.access.rules import Action
from casestore.concerns.reporting import About, about, concerns, read_concern, report
from casestore.concerns.rules import (
    RECEIVERS,
    SHORT,
    WORDS,
    ConcernTyped,
    said_by,
    typed_mistakes,
)
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import PathId, new_id
from casestore.people.details import details_of
from casestore.people.finding import root_of
from casestore.places import LONGEST, Place
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.transfers.view import names
from casestore.typed import for_form
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

ID: Final = r"^[A-Za-z0-9_-]{0,64}$"
KEPT: Final = _("Skjemaet er alt lagret med et annet innhold. Se lista, og registrer bare det nye.")

Long = Annotated[str, Form(max_length=4 * WORDS)]
Short = Annotated[str, Form(max_length=4 * SHORT)]
Choice = Annotated[str, Form(max_length=40)]


def _typed(
    receiver: Choice = "",
    other: Short = "",
    sent_at: Choice = "",
    about_whom: Short = "",
    what: Long = "",
    told: Choice = "",
    why_not: Short = "",
) -> ConcernTyped:
    return ConcernTyped(
        receiver=receiver,
        other=other,
        sent_at=sent_at,
        about=about_whom,
        what=what,
        told=told,
        why_not=why_not,
    )


@router.get("/concerns")
async def concerns_page(
    request: Request,
    who: ConcernRead,
    reading: ReadingNow,
    before: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show the reports that this employee may read, without their words."""
    place = Place.read(before)
    found, older = await concerns(reading, who, before=place)
    return page(
        request,
        "concerns.html",
        who=who,
        concerns=found,
        before=place,
        older=older,
        people=await names(reading),
        receivers=RECEIVERS,
    )


@router.get("/concerns/new")
async def new_concern_page(
    request: Request,
    who: ConcernWrite,
    reading: ReadingNow,
    person: Annotated[str, Query(pattern=ID)] = "",
    entry: Annotated[str, Query(pattern=ID)] = "",
) -> HTMLResponse:
    """Show the form."""
    whom = await about(reading, who, person=person, conversation=entry)
    typed = ConcernTyped(sent_at=for_form(reading.now))
    return await _form(request, who, reading, whom, typed, entry=entry)


@router.post("/concerns", dependencies=[Depends(same_site)])
async def new_concern_form(
    request: Request,
    who: ConcernWrite,
    writing: WritingNow,
    form_token: Annotated[str, Form(max_length=200)],
    its_id: Annotated[str, Form(alias="id", pattern=r"^[A-Za-z0-9_-]{1,64}$")],
    typed: Annotated[ConcernTyped, Depends(_typed)],
    person: Annotated[str, Form(pattern=ID)] = "",
    entry: Annotated[str, Form(pattern=ID)] = "",
) -> Response:
    """Keep a report."""
    form_is_ours(who, form_token)
    whom = await about(writing, who, person=person, conversation=entry)
    mistakes = typed_mistakes(typed, known=whom.known, now=writing.now)
    if not mistakes:
        try:
            row = await report(writing, who, whom, its_id=its_id, said=said_by(typed))
        except Problem as problem:
            if problem.code != "different-body":
                raise
            mistakes = {"form": KEPT}
            return await _form(request, who, writing, whom, typed, entry=entry, mistakes=mistakes)
        return RedirectResponse(f"/concerns/{row.id}", 303)
    return await _form(
        request, who, writing, whom, typed, entry=entry, mistakes=mistakes, its_id=its_id
    )


@router.get("/concerns/{concern_id}")
async def concern_page(
    request: Request, concern_id: PathId, who: ConcernRead, writing: WritingNow
) -> HTMLResponse:
    """Show a report, and note that it was read."""
    shown = await read_concern(writing, who, concern_id)
    person = await root_of(writing, shown.person) if shown.person else None
    # The report is theirs to read; the person may no longer be.
    reads = person is not None and may(
        who, Action.PERSON_READ, await person_relation(writing, who, person)
    )
    return page(
        request,
        "concern.html",
        who=who,
        concern=shown,
        person=person if reads else None,
        details=await details_of(writing, person) if person and reads else None,
        people=await names(writing),
        receivers=RECEIVERS,
    )


async def _form(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    whom: About,
    typed: ConcernTyped,
    *,
    entry: str,
    mistakes: Mapping[str, str] | None = None,
    its_id: str | None = None,
) -> HTMLResponse:
    wrong = mistakes or {}
    reads = whom.person is not None and may(
        who, Action.PERSON_READ, await person_relation(asking, who, whom.person)
    )
    return page(
        request,
        "concern_new.html",
        status=409 if "form" in wrong else 422 if wrong else 200,
        who=who,
        whom=whom,
        person="" if entry or whom.person is None else whom.person.id,
        entry=entry,
        details=await details_of(asking, whom.person) if whom.person and reads else None,
        typed=typed,
        mistakes=wrong,
        its_id=its_id or new_id("concern"),
        receivers=RECEIVERS,
        longest=(WORDS, SHORT),
    )
