"""Persons, their threads and merges as JSON; the same decisions as the pages."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.responses import JSONResponse

from casestore.access.asking import PersonCreate, PersonEdit, PersonMerge, PersonRead, ThreadTie
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.cases.opening import open_case
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId
from casestore.paging import After, known, page_of
from casestore.people.bodies import (
    MergeSaid,
    NewPerson,
    PersonSaid,
    ReasonSaid,
    Sought,
    TieSaid,
)
from casestore.people.details import Details
from casestore.people.duplicates import pairs
from casestore.people.finding import get_person
from casestore.people.keeping import LISTED, READ, change, register
from casestore.people.merging import merge, undo
from casestore.people.rules import Typed, mistakes, reason_mistake
from casestore.people.showing import PersonLine, found, listed, place_of, shown_page
from casestore.people.tying import hold, tie_thread, untie_thread
from casestore.problems import Problem
from casestore.received import Received, received
from casestore.repeats.route import Once
from casestore.times import day_of, write_time
from casestore.users.sessions import form_is_ours, same_site
from casestore.versions import SeenCount, etag

router = APIRouter(prefix="/api/people", dependencies=[Depends(same_site)], route_class=Once)

# To look is no deed: each time is another, and noted as another.
seeking = APIRouter(prefix="/api/people", dependencies=[Depends(same_site)])

Token = Annotated[str, Header(max_length=200)]


@router.get("")
async def get_people(who: PersonRead, writing: WritingNow, after: After = None) -> JSONResponse:
    """Give a page of the persons that may be seen."""
    known(after, place_of(after))
    lines, cursor = await listed(writing, who, after=after)
    await note(writing, LISTED, by=who.id, count=len(lines))
    return JSONResponse({"people": [_line(line) for line in lines], "next": cursor})


@router.post("")
async def post_person(
    who: PersonCreate,
    x_form_token: Token,
    body: Annotated[Received[NewPerson], Depends(received(NewPerson))],
    writing: WritingNow,
) -> JSONResponse:
    """Register a person."""
    form_is_ours(who, x_form_token)
    typed = _typed(body.said, writing)
    person = await register(writing, who, typed, its_id=body.said.id)
    answer: dict[str, object] = {"id": person.id, "version": person.version}
    if body.said.case:
        case_id = f"case_{person.id}"[:64] if body.said.id else None
        case = await open_case(writing, who, person, its_id=case_id)
        answer["case"] = {"id": case.id, "number": case.number}
    return JSONResponse(answer, 201, etag(person.version))


@seeking.post("/find")
async def find_people(
    who: PersonRead,
    x_form_token: Token,
    body: Annotated[Received[Sought], Depends(received(Sought))],
    writing: WritingNow,
) -> JSONResponse:
    """Find persons by alias or name. What is sought is in the body: addresses are logged."""
    form_is_ours(who, x_form_token)
    lines = await found(writing, who, body.said.text)
    await note(writing, LISTED, by=who.id, count=len(lines))
    return JSONResponse({"people": [_line(line) for line in lines]})


@router.get("/duplicates")
async def get_duplicates(who: PersonRead, writing: WritingNow, after: After = None) -> JSONResponse:
    """Give pairs of persons who may be one, among those that may be seen."""
    every = await pairs(writing, who)
    pairs_found, cursor = page_of(every, after, lambda p: f"{p.one.id}~{p.other.id}")
    await note(writing, LISTED, by=who.id, count=2 * len(pairs_found))
    return JSONResponse(
        {
            "pairs": [
                {"people": [pair.one.id, pair.other.id], "why": sorted(pair.why)}
                for pair in pairs_found
            ],
            "next": cursor,
        }
    )


@router.get("/{person_id}")
async def get_one(person_id: PathId, who: PersonRead, writing: WritingNow) -> JSONResponse:
    """Give what is known of a person, and note that it was read."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    shown = await shown_page(writing, who, person)
    await note(writing, READ, by=who.id, of=person.id)
    return JSONResponse(
        {
            "id": person.id,
            "version": person.version,
            **_details(shown.details),
            "restricted": person.restricted_at is not None,
            "threads": [line.id for line in shown.threads],
            "cases": [{"id": case.id, "number": case.number} for case in shown.cases],
        },
        headers=etag(person.version),
    )


@router.put("/{person_id}")
async def put_person(
    person_id: PathId,
    who: PersonEdit,
    x_form_token: Token,
    version: SeenCount,
    body: Annotated[Received[PersonSaid], Depends(received(PersonSaid))],
    writing: WritingNow,
) -> JSONResponse:
    """Change what is known of a person."""
    form_is_ours(who, x_form_token)
    typed = _typed(body.said, writing)
    person = await change(writing, who, person_id, typed, version=version)
    if person is None:
        raise Problem(409, "overtaken", "Somebody has changed it since that version.")
    told = {"id": person.id, "version": person.version}
    return JSONResponse(told, headers=etag(person.version))


@router.post("/{person_id}/threads")
async def post_tie(
    person_id: PathId,
    who: ThreadTie,
    x_form_token: Token,
    body: Annotated[Received[TieSaid], Depends(received(TieSaid))],
    writing: WritingNow,
) -> JSONResponse:
    """Tie a thread to a person."""
    form_is_ours(who, x_form_token)
    reason = _reason(body.said.reason)
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.THREAD_TIE)
    await tie_thread(writing, who, body.said.thread, person, reason=reason)
    return JSONResponse({"person": person.id, "thread": body.said.thread}, 201)


@router.post("/{person_id}/threads/{thread}/untie")
async def post_untie(
    person_id: PathId,
    thread: PathId,
    who: ThreadTie,
    x_form_token: Token,
    body: Annotated[Received[ReasonSaid], Depends(received(ReasonSaid))],
    writing: WritingNow,
) -> JSONResponse:
    """Untie a thread from a person."""
    form_is_ours(who, x_form_token)
    reason = _reason(body.said.reason)
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.THREAD_TIE)
    await untie_thread(writing, who, thread, person, reason=reason)
    return JSONResponse({"person": person.id, "thread": thread})


@router.post("/{person_id}/merge")
async def post_merge(
    person_id: PathId,
    who: PersonMerge,
    x_form_token: Token,
    version: SeenCount,
    body: Annotated[Received[MergeSaid], Depends(received(MergeSaid))],
    writing: WritingNow,
) -> JSONResponse:
    """Merge another person into this one."""
    form_is_ours(who, x_form_token)
    said, reason = body.said, _reason(body.said.reason)
    versions = (version, said.other_version)
    merged = await merge(writing, who, person_id, said.other, versions=versions, reason=reason)
    return JSONResponse({"id": merged.id, "person": merged.person, "into": merged.into}, 201)


@router.post("/{person_id}/merges/{merge_id}/undo")
async def post_undo(
    person_id: PathId, merge_id: PathId, who: PersonMerge, x_form_token: Token, writing: WritingNow
) -> JSONResponse:
    """Undo a merge."""
    form_is_ours(who, x_form_token)
    undone = await undo(writing, who, person_id, merge_id)
    return JSONResponse({"id": undone.id, "person": undone.person})


def _typed(said: PersonSaid, writing: Writing) -> Typed:
    typed = Typed(
        alias=said.alias,
        name=said.name or "",
        born=said.born or "",
        ways="\n".join(said.ways),
    )
    if wrong := mistakes(typed, today=day_of(writing.now)):
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(wrong)))
    return typed


def _reason(reason: str) -> str:
    if reason_mistake(reason) is not None:
        raise Problem(422, "malformed", "Not as agreed: reason")
    return reason


def _line(line: PersonLine) -> dict[str, object]:
    return {
        "id": line.id,
        **_details(line.details),
        "cases": [number for _, number in line.cases],
        "restricted": line.restricted,
        "created_at": write_time(line.created_at),
    }


def _details(details: Details) -> dict[str, object]:
    return {
        "alias": details.alias,
        "name": details.name,
        "born": details.born,
        "ways": list(details.ways),
    }
