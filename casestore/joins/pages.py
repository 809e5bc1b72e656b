"""«Samme ungdom?»: what is proposed, and where whoever knows the youth answers it."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import JoinDecide, JoinRead, ThreadTie
from casestore.access.gate import may
from casestore.access.relations import join_relation, person_relation
from casestore.access.rules import Action
from casestore.edge import Reading, ReadingNow, WritingNow
from casestore.ids import PathId
from casestore.joins import phrases
from casestore.joins.rules import Status
from casestore.joins.saying import get_join, loose_side, one_person, say, tie, undo
from casestore.joins.showing import Asking, line_of, listed, mixed
from casestore.joins.tables import Join
from casestore.people.details import details_of
from casestore.people.finding import get_person, person_of_thread, threads_of
from casestore.people.rules import reason_mistake
from casestore.routing import Late
from casestore.templating import page
from casestore.transfers.phrases import CHANNEL, said
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

Token = Annotated[str, Form(max_length=200)]
AT_MOST: Final = 200
ENDED: Final = 50


@router.get("/joins")
async def joins_page(request: Request, who: JoinRead, reading: ReadingNow) -> HTMLResponse:
    """Show what waits, what is joined, and what was last refused or taken apart."""
    return await _list(request, who, reading)


@router.get("/people/{person_id}/joins")
async def person_joins_page(
    request: Request, person_id: PathId, who: JoinRead, reading: ReadingNow
) -> Response:
    """Show the same, of one person's threads."""
    person = await get_person(reading, who, person_id, Action.JOIN_READ)
    if person.id != person_id:
        return RedirectResponse(f"/people/{person.id}/joins", 303)
    threads = await threads_of(reading, person)
    alias = (await details_of(reading, person)).alias
    return await _list(request, who, reading, threads=threads, person=(person.id, alias))


@router.get("/joins/{join_id}")
async def join_page(
    request: Request, join_id: PathId, who: JoinRead, reading: ReadingNow
) -> HTMLResponse:
    """Show one, and what may be done about it."""
    join = await get_join(reading, who, join_id, Action.JOIN_READ)
    return await _shown(request, who, reading, join)


@router.post("/joins/{join_id}/decision", dependencies=[Depends(same_site)])
async def decision_form(
    join_id: PathId,
    who: JoinDecide,
    form_token: Token,
    writing: WritingNow,
    same: Annotated[Literal["yes", "no"], Form()],
) -> Response:
    """Say whether it is the same youth."""
    form_is_ours(who, form_token)
    await say(writing, who, join_id, same=same == "yes")
    return RedirectResponse(f"/joins/{join_id}", 303)


@router.post("/joins/{join_id}/tie", dependencies=[Depends(same_site)])
async def tie_form(
    request: Request,
    join_id: PathId,
    who: ThreadTie,
    form_token: Token,
    writing: WritingNow,
    reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Tie the one that is nobody's to the other's youth."""
    form_is_ours(who, form_token)
    if wrong := reason_mistake(reason):
        join = await get_join(writing, who, join_id, Action.THREAD_TIE)
        return await _shown(request, who, writing, join, wrong=wrong, typed=reason)
    await tie(writing, who, join_id, reason=reason)
    return RedirectResponse(f"/joins/{join_id}", 303)


@router.post("/joins/{join_id}/undo", dependencies=[Depends(same_site)])
async def undo_form(
    join_id: PathId, who: JoinDecide, form_token: Token, writing: WritingNow
) -> Response:
    """Have the two taken apart."""
    form_is_ours(who, form_token)
    await undo(writing, who, join_id)
    return RedirectResponse(f"/joins/{join_id}", 303)


async def _shown(
    request: Request,
    who: Visitor,
    asking: Asking,
    join: Join,
    *,
    wrong: str | None = None,
    typed: str = "",
) -> HTMLResponse:
    owners = [await _owner(asking, who, thread) for thread in (join.thread, join.into)]
    decides = may(who, Action.JOIN_DECIDE, await join_relation(asking, who, join))
    return page(
        request,
        "join.html",
        status=422 if wrong else 200,
        who=who,
        line=await line_of(asking, who, join),
        owners=owners,
        decides=decides,
        one_person=await one_person(asking, join),
        ties=await loose_side(asking, who, join) is not None,
        mixed=await mixed(asking, who, join),
        wrong=wrong,
        typed=typed,
        **_words(),
    )


async def _list(
    request: Request,
    who: Visitor,
    reading: Reading,
    *,
    threads: list[str] | None = None,
    person: tuple[str, str] | None = None,
) -> HTMLResponse:
    ended = (Status.REFUSED, Status.UNDONE)
    return page(
        request,
        "joins.html",
        who=who,
        person=person,
        waiting=await listed(reading, who, Status.WAITING, threads=threads, at_most=AT_MOST),
        joined=await listed(reading, who, Status.JOINED, threads=threads, at_most=AT_MOST),
        ended=await listed(reading, who, *ended, threads=threads, at_most=ENDED),
        **_words(),
    )


async def _owner(asking: Asking, who: Visitor, thread: str) -> tuple[str | None, str] | None:
    """Whose a thread is, as (id, alias) to who may read them, (None, "") to others; or nobody's."""
    person = await person_of_thread(asking, thread)
    if person is None:
        return None
    if not may(who, Action.PERSON_READ, await person_relation(asking, who, person)):
        return (None, "")
    return (person.id, (await details_of(asking, person)).alias)


def _words() -> dict[str, Any]:
    return {"phrases": phrases, "channels": CHANNEL, "said": said}
