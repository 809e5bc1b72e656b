"""«Utleveringer»: what has been handed to somebody outside, and the form for one more."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import DisclosureRead, DisclosureWrite
from casestore.access.gate import may
from casestore.access.relations import person_relation
from casestore.access.rules import Action
from casestore.audit.chain import AUDIT
from casestore.disclosures.handing_out import (
    LONGEST,
    LONGEST_NAME,
    Told,
    cases_to_choose,
    disclose,
    external_consents,
)
from casestore.disclosures.rules import BASES, EFFECTIVE, VERSION
from casestore.disclosures.seen import seen_disclosures
from casestore.edge import Writing, WritingNow
from casestore.ids import ID_PATTERN, PathId, new_id
from casestore.people.details import details_of
from casestore.people.finding import get_person
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.typed import for_form, moment_typed, text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

ALREADY: Final = _(
    "Denne utleveringen er alt registrert, med andre ord enn dem som står her nå. "
    "Lagre bare hvis dette er en ny utlevering."
)

Words = Annotated[str, Form(max_length=20_000)]
Choice = Annotated[str, Form(max_length=64)]


@router.get("/people/{person_id}/disclosures")
async def disclosures_page(
    request: Request, person_id: PathId, who: DisclosureRead, writing: WritingNow
) -> HTMLResponse:
    """Show what has been handed out, and note that it was read."""
    await AUDIT.hold(writing)
    person = await get_person(writing, who, person_id, Action.DISCLOSURE_READ)
    return await _page(request, who, writing, person)


@router.post("/people/{person_id}/disclosures", dependencies=[Depends(same_site)])
async def disclose_form(
    request: Request,
    person_id: PathId,
    who: DisclosureWrite,
    writing: WritingNow,
    form_token: Annotated[str, Form(max_length=200)],
    its_id: Annotated[str, Form(alias="id", pattern=ID_PATTERN)],
    what: Words = "",
    to: Annotated[str, Form(max_length=2000)] = "",
    why: Words = "",
    basis: Choice = "",
    consent: Choice = "",
    case: Choice = "",
    corrects: Choice = "",
    at: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Register that something was handed out."""
    form_is_ours(who, form_token)
    await AUDIT.hold(writing)
    person = await get_person(writing, who, person_id, Action.DISCLOSURE_WRITE)
    told = Told(
        id=its_id,
        what=text_typed(what),
        to=text_typed(to),
        why=text_typed(why),
        basis=basis,
        consent=consent or None,
        case=case or None,
        corrects=corrects or None,
        at=moment_typed(at),
    )
    status = 422
    try:
        mistakes = await disclose(writing, who, person, told)
    except Problem as problem:
        if problem.code != "different-body":
            raise
        mistakes, status = {"form": ALREADY}, problem.status
    if not mistakes:
        return RedirectResponse(f"/people/{person.id}/disclosures", 303)
    return await _page(request, who, writing, person, told=told, mistakes=mistakes, status=status)


async def _page(
    request: Request,
    who: Visitor,
    writing: Writing,
    person: Person,
    *,
    told: Told | None = None,
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    writes = may(who, Action.DISCLOSURE_WRITE, await person_relation(writing, who, person))
    at = writing.now if told is None else told.at
    return page(
        request,
        "disclosures.html",
        status=status,
        who=who,
        person=person,
        details=await details_of(writing, person),
        lines=await seen_disclosures(writing, who, person),
        writes=writes,
        bases=BASES,
        rules=(VERSION, EFFECTIVE),
        consents=await external_consents(writing, person, at or writing.now) if writes else [],
        cases=await cases_to_choose(writing, who, person) if writes else [],
        told=told,
        at="" if at is None else for_form(at),
        mistakes=mistakes or {},
        # A form that is shown again after a 409 is another disclosure.
        its_id=told.id if told is not None and status == 422 else new_id("disclosure"),
        longest=(LONGEST, LONGEST_NAME),
    )
