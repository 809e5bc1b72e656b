"""Persons, their threads and merges as JSON; the same decisions as the pages."""

from typing import Annotated, TypedDict

from fastapi import APIRouter, Depends, Header

from casestore.access.asking import PersonCreate, PersonEdit, PersonMerge, PersonRead, ThreadTie
from casestore.access.rules import Action
from casestore.answers import Created, Given, JsonRoute
from casestore.audit.chain import note
from casestore.cases.opening import open_case
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId
from casestore.paging import After, known, page_of
from casestore.people.answers import (
    CaseNumber,
    MergeState,
    NewPersonState,
    Pair,
    Pairs,
    People,
    PeoplePage,
    PersonInList,
    PersonState,
    PersonTold,
    TieState,
    UnmergedState,
)
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
from casestore.versions import SeenCount

router = APIRouter(prefix="/api/people", dependencies=[Depends(same_site)], route_class=Once)

# To look is no deed: each time is another, and noted as another.
seeking = APIRouter(prefix="/api/people", dependencies=[Depends(same_site)], route_class=JsonRoute)

Token = Annotated[str, Header(max_length=200)]


@router.get("")
async def get_people(
    who: PersonRead, writing: WritingNow, after: After = None
) -> Given[PeoplePage]:
    """Give a page of the persons that may be seen."""
    known(after, place_of(after))
    lines, cursor = await listed(writing, who, after=after)
    await note(writing, LISTED, by=who.id, count=len(lines))
    return Given(PeoplePage(people=[_line(line) for line in lines], next=cursor))


@router.post("")
async def post_person(
    who: PersonCreate,
    body: Annotated[Received[NewPerson], Depends(received(NewPerson))],
    writing: WritingNow,
) -> Created[NewPersonState]:
    """Register a person."""
    typed = _typed(body.said, writing)
    person = await register(writing, who, typed, its_id=body.said.id)
    opened = None
    if body.said.case:
        case_id = f"case_{person.id}"[:64] if body.said.id else None
        case = await open_case(writing, who, person, its_id=case_id)
        opened = CaseNumber(id=case.id, number=case.number)
    return Created(NewPersonState(id=person.id, version=person.version, case=opened))


@seeking.post("/find")
async def find_people(
    who: PersonRead,
    x_form_token: Token,
    body: Annotated[Received[Sought], Depends(received(Sought))],
    writing: WritingNow,
) -> Given[People]:
    """Find persons by alias or name. What is sought is in the body: addresses are logged."""
    form_is_ours(who, x_form_token)
    lines = await found(writing, who, body.said.text)
    await note(writing, LISTED, by=who.id, count=len(lines))
    return Given(People(people=[_line(line) for line in lines]))


@router.get("/duplicates")
async def get_duplicates(who: PersonRead, writing: WritingNow, after: After = None) -> Given[Pairs]:
    """Give pairs of persons who may be one, among those that may be seen."""
    every = await pairs(writing, who)
    pairs_found, cursor = page_of(every, after, lambda p: f"{p.one.id}~{p.other.id}")
    await note(writing, LISTED, by=who.id, count=2 * len(pairs_found))
    return Given(
        Pairs(
            pairs=[
                Pair(people=[pair.one.id, pair.other.id], why=sorted(pair.why))
                for pair in pairs_found
            ],
            next=cursor,
        )
    )


@router.get("/{person_id}")
async def get_one(person_id: PathId, who: PersonRead, writing: WritingNow) -> Given[PersonTold]:
    """Give what is known of a person, and note that it was read."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    shown = await shown_page(writing, who, person)
    await note(writing, READ, by=who.id, of=person.id)
    return Given(
        PersonTold(
            id=person.id,
            version=person.version,
            **_details(shown.details),
            restricted=person.restricted_at is not None,
            threads=[line.id for line in shown.threads],
            cases=[CaseNumber(id=case.id, number=case.number) for case in shown.cases],
        )
    )


@router.put("/{person_id}")
async def put_person(
    person_id: PathId,
    who: PersonEdit,
    version: SeenCount,
    body: Annotated[Received[PersonSaid], Depends(received(PersonSaid))],
    writing: WritingNow,
) -> Given[PersonState]:
    """Change what is known of a person."""
    typed = _typed(body.said, writing)
    person = await change(writing, who, person_id, typed, version=version)
    if person is None:
        raise Problem(409, "overtaken", "Somebody has changed it since that version.")
    return Given(PersonState(id=person.id, version=person.version))


@router.post("/{person_id}/threads")
async def post_tie(
    person_id: PathId,
    who: ThreadTie,
    body: Annotated[Received[TieSaid], Depends(received(TieSaid))],
    writing: WritingNow,
) -> Created[TieState]:
    """Tie a thread to a person."""
    reason = _reason(body.said.reason)
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.THREAD_TIE)
    await tie_thread(writing, who, body.said.thread, person, reason=reason)
    return Created(TieState(person=person.id, thread=body.said.thread))


@router.post("/{person_id}/threads/{thread}/untie")
async def post_untie(
    person_id: PathId,
    thread: PathId,
    who: ThreadTie,
    body: Annotated[Received[ReasonSaid], Depends(received(ReasonSaid))],
    writing: WritingNow,
) -> Given[TieState]:
    """Untie a thread from a person."""
    reason = _reason(body.said.reason)
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.THREAD_TIE)
    await untie_thread(writing, who, thread, person, reason=reason)
    return Given(TieState(person=person.id, thread=thread))


@router.post("/{person_id}/merge")
async def post_merge(
    person_id: PathId,
    who: PersonMerge,
    version: SeenCount,
    body: Annotated[Received[MergeSaid], Depends(received(MergeSaid))],
    writing: WritingNow,
) -> Created[MergeState]:
    """Merge another person into this one."""
    said, reason = body.said, _reason(body.said.reason)
    versions = (version, said.other_version)
    merged = await merge(writing, who, person_id, said.other, versions=versions, reason=reason)
    return Created(MergeState(id=merged.id, person=merged.person, into=merged.into))


@router.post("/{person_id}/merges/{merge_id}/undo")
async def post_undo(
    person_id: PathId, merge_id: PathId, who: PersonMerge, writing: WritingNow
) -> Given[UnmergedState]:
    """Undo a merge."""
    undone = await undo(writing, who, person_id, merge_id)
    return Given(UnmergedState(id=undone.id, person=undone.person))


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


class _Details(TypedDict):
    alias: str
    name: str | None
    born: str | None
    ways: list[str]


def _line(line: PersonLine) -> PersonInList:
    return PersonInList(
        id=line.id,
        **_details(line.details),
        cases=[number for _, number in line.cases],
        restricted=line.restricted,
        created_at=write_time(line.created_at),
    )


def _details(details: Details) -> _Details:
    return {
        "alias": details.alias,
        "name": details.name,
        "born": details.born,
        "ways": list(details.ways),
    }
