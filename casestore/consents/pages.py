"""What a youth has agreed to, with the evidence; and taking it back for them."""

from typing import Annotated, Final, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import ConsentRegister, PersonRead
from casestore.access.gate import may
from casestore.access.relations import person_relation
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.consents import phrases as words
from casestore.consents.paper import paper_file
from casestore.consents.paper_rules import WORDS, withdrawal_moment
from casestore.consents.policy import BANDS, POLICIES
from casestore.consents.purposes import BY_CODE
from casestore.consents.rules import JOURNAL
from casestore.consents.standing import consents_of, standing_of
from casestore.consents.taking_back import TakenBackSaid, take_back
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId, new_id
from casestore.people.details import details_of
from casestore.people.finding import get_person
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.transfers import phrases
from casestore.transfers.view import names
from casestore.typed import for_form, text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

# Ids of rows are made from the form's: they must have room for it.
FORM_ID: Final = r"^[A-Za-z0-9_-]{1,48}$"
SHOWN_INLINE: Final = frozenset({"image/jpeg", "image/png"})
NOT_DONE: Final = {
    "given-later": _(
        "Samtykket ble gitt etter det tidspunktet, så da blir det ikke trukket. "
        "Se etter dato og klokkeslett."
    ),
    "nothing-to-take-back": _("Det er ikke registrert noe samtykke å trekke."),
    "different-body": _("Skjemaet er alt lagret med et annet innhold. Se hva som er registrert."),
}


@router.get("/people/{person_id}/consents")
async def consents_page(
    request: Request, person_id: PathId, who: PersonRead, writing: WritingNow
) -> HTMLResponse:
    """Show every answer and withdrawal, and note that they were read."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    relation = await person_relation(writing, who, person)
    await note(writing, "consents.read", by=who.id, of=person.id)
    return page(
        request,
        "consents.html",
        who=who,
        person=person,
        details=await details_of(writing, person),
        lines=await consents_of(writing, person),
        standing=await standing_of(writing, person),
        registers=may(who, Action.CONSENT_REGISTER, relation),
        people=await names(writing),
        policies={policy.version: policy for policy in POLICIES},
        bands=BANDS,
        words=words,
        phrases=phrases,
    )


@router.get("/people/{person_id}/consents/files/{file_id}")
async def consent_file(
    person_id: PathId, file_id: PathId, who: PersonRead, writing: WritingNow
) -> Response:
    """Hand out the scanned paper, and note that it was read."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    scan = await paper_file(writing, person, file_id)
    await note(writing, "file.read", by=who.id, of=file_id, person=person.id)
    inline = scan.type in SHOWN_INLINE
    return Response(
        scan.raw,
        media_type=scan.type,
        headers={
            "Content-Disposition": f"{'inline' if inline else 'attachment'}; "
            f"filename*=UTF-8''{quote(scan.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@router.get("/people/{person_id}/consents/withdraw")
async def withdraw_page(
    request: Request, person_id: PathId, who: ConsentRegister, writing: WritingNow
) -> HTMLResponse:
    """Show the form, with what can be taken back."""
    person = await get_person(writing, who, person_id, Action.CONSENT_REGISTER)
    return await _withdraw(request, who, writing, person, purposes=[JOURNAL])


@router.post("/people/{person_id}/withdrawals", dependencies=[Depends(same_site)])
async def withdraw_form(
    request: Request,
    person_id: PathId,
    who: ConsentRegister,
    writing: WritingNow,
    form_token: Annotated[str, Form(max_length=200)],
    its_id: Annotated[str, Form(alias="id", pattern=FORM_ID)],
    purpose: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006  (read only)
    at: Annotated[str, Form(max_length=40)] = "",
    how: Annotated[Literal["", "in_person", "paper"], Form()] = "",
    said: Annotated[str, Form(max_length=4 * WORDS)] = "",
) -> Response:
    """Take back what the youth no longer wants; the journal is closed when this is answered."""
    form_is_ours(who, form_token)
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.CONSENT_REGISTER)
    moment, mistakes = withdrawal_moment(at, writing.now), {}
    if not purpose or not all(code in BY_CODE for code in purpose):
        mistakes["purpose"] = _("Kryss av for det som trekkes.")
    if moment is None:
        mistakes["at"] = _("Skriv når ungdommen sa det. Det kan ikke være i framtida.")
    if not how:
        mistakes["how"] = _("Velg hvordan ungdommen sa det.")
    if len(text_typed(said)) > WORDS:
        mistakes["said"] = _("Teksten kan ha høyst {words} tegn.").format(words=WORDS)
    if not mistakes and moment is not None and how:
        told = TakenBackSaid(purposes=purpose, at=moment, how=how, words=text_typed(said))
        try:
            await take_back(writing, who, person_id, its_id=its_id, said=told)
        except Problem as problem:
            if problem.code not in NOT_DONE:
                raise
            mistakes["form"] = NOT_DONE[problem.code]
        else:
            return RedirectResponse(f"/people/{person.id}/consents", 303)
    return await _withdraw(
        request,
        who,
        writing,
        person,
        purposes=purpose,
        at=at,
        how=how,
        said=said,
        its_id=its_id,
        mistakes=mistakes,
    )


async def _withdraw(
    request: Request,
    who: Visitor,
    writing: Writing,
    person: Person,
    *,
    purposes: list[str],
    at: str | None = None,
    how: str = "",
    said: str = "",
    its_id: str | None = None,
    mistakes: dict[str, str] | None = None,
) -> HTMLResponse:
    wrong = mistakes or {}
    return page(
        request,
        "consents_withdraw.html",
        status=409 if "form" in wrong else 422 if wrong else 200,
        who=who,
        person=person,
        details=await details_of(writing, person),
        standing=[one for one in await standing_of(writing, person) if one.purpose in BY_CODE],
        purposes=purposes,
        at=for_form(writing.now) if at is None else at,
        how=how,
        said=said,
        its_id=its_id or new_id("w"),
        mistakes=wrong,
        longest=WORDS,
    )
