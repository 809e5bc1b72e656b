"""The signed paper: the form it is registered in, and the paper itself to print."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import ConsentRegister
from casestore.access.rules import Action
from casestore.consents import phrases as words
from casestore.consents.pages import FORM_ID, NOT_DONE
from casestore.consents.paper import register_paper
from casestore.consents.paper_rules import MATURITY, NAMED, PaperTyped, paper_mistakes, paper_said
from casestore.consents.policy import BANDS, policy_on
from casestore.consents.purposes import PURPOSES
from casestore.consents.texts import LANGUAGES, edition, newest_first
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import PathId, new_id
from casestore.people.details import details_of
from casestore.people.finding import get_person
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.times import day_of
from casestore.uploads import NotTaken, file_in, form_with_file, taken
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

WithFile = Annotated[FormData, Depends(form_with_file)]


@router.get("/consents/paper")
async def paper_to_print(
    request: Request,
    who: ConsentRegister,
    which: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show the paper, to be printed and signed."""
    shown = edition(which) or newest_first()[0]
    return page(
        request,
        "consents_print.html",
        who=who,
        edition=shown,
        editions=newest_first(),
        languages=LANGUAGES,
        naming={purpose.code for purpose in PURPOSES if purpose.naming},
    )


@router.get("/people/{person_id}/consents/new")
async def paper_page(
    request: Request, person_id: PathId, who: ConsentRegister, reading: ReadingNow
) -> HTMLResponse:
    """Show the form for a signed paper."""
    person = await get_person(reading, who, person_id, Action.CONSENT_REGISTER)
    typed = PaperTyped(edition=newest_first()[0].id)
    return await _page(request, who, reading, person, typed, new_id("s"), {})


@router.post("/people/{person_id}/consents", dependencies=[Depends(same_site)])
async def paper_form(
    request: Request,
    person_id: PathId,
    who: ConsentRegister,
    form: WithFile,
    writing: WritingNow,
) -> Response:
    """Register a signed paper with its scan."""
    form_is_ours(who, _text(form, "form_token"))
    its_id, typed = _text(form, "id"), _typed(form)
    if re.fullmatch(FORM_ID, its_id) is None:
        raise Problem(422, "malformed", "The form's id.")
    mistakes = paper_mistakes(typed, now=writing.now)
    name, raw = await file_in(form, "file")
    scan = None
    try:
        # Before the database is asked anything: a virus check may take its time.
        scan = await taken(writing.store, name=name, raw=raw)
    except NotTaken as not_taken:
        mistakes["file"] = words.FILE[not_taken.why]
    person = await get_person(writing, who, person_id, Action.CONSENT_REGISTER)
    if scan is not None and not mistakes:
        try:
            await register_paper(
                writing, who, person_id, its_id=its_id, said=paper_said(typed), scan=scan
            )
        except Problem as problem:
            if problem.code not in NOT_DONE:
                raise
            mistakes["form"] = NOT_DONE[problem.code]
        else:
            return RedirectResponse(f"/people/{person.id}/consents", 303)
    return await _page(request, who, writing, person, typed, its_id, mistakes)


async def _page(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    person: Person,
    typed: PaperTyped,
    its_id: str,
    mistakes: Mapping[str, str],
) -> HTMLResponse:
    return page(
        request,
        "consents_new.html",
        status=409 if "form" in mistakes else 422 if mistakes else 200,
        who=who,
        person=person,
        details=await details_of(asking, person),
        typed=typed,
        its_id=its_id,
        mistakes=mistakes,
        editions=newest_first(),
        shown=edition(typed.edition) or newest_first()[0],
        languages=LANGUAGES,
        purposes=PURPOSES,
        bands=BANDS,
        policy=policy_on(day_of(asking.now)),
        today=day_of(asking.now).isoformat(),
        longest=(NAMED, MATURITY),
    )


def _typed(form: FormData) -> PaperTyped:
    return PaperTyped(
        edition=_text(form, "edition"),
        purposes=tuple(
            purpose.code for purpose in PURPOSES if purpose.code in form.getlist("purpose")
        ),
        named={
            purpose.code: _text(form, f"named.{purpose.code}")
            for purpose in PURPOSES
            if purpose.naming
        },
        signed_on=_text(form, "signed_on"),
        signed_at=_text(form, "signed_at"),
        age=_text(form, "age"),
        band=_text(form, "band"),
        maturity=_text(form, "maturity"),
        guardian=_text(form, "guardian"),
        guardian_who=_text(form, "guardian_who"),
        guardian_how=_text(form, "guardian_how"),
    )


def _text(form: FormData, name: str) -> str:
    said = form.get(name, "")
    return said if isinstance(said, str) else ""
