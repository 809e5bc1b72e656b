"""«Gjennomgang»: the team leader signs off the log with a comment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import func, select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import TransferCheck
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.keyring import Unreadable, unseal
from casestore.problems import Problem
from casestore.reviews.signing import sign_off
from casestore.reviews.tables import Review
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.threads.keys import TEAM, known_key
from casestore.transfers import phrases
from casestore.transfers.filters import Filters
from casestore.transfers.rules import Status
from casestore.transfers.tables import Transfer
from casestore.transfers.view import COUNTED, UNREADABLE, names, open_stuck
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

MISSING: Final = _("Skriv hva du har sett på.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A sign-off as it is shown."""

    at: datetime
    by: str
    upto: int
    comment: str = field(repr=False)


@router.get("/reviews")
async def reviews_page(
    request: Request,
    who: TransferCheck,
    reading: ReadingNow,
) -> HTMLResponse:
    """Show what has come since the last sign-off, and the sign-offs so far."""
    return await _page(request, who, reading)


@router.post("/reviews", dependencies=[Depends(same_site)])
async def review_form(
    request: Request,
    who: TransferCheck,
    form_token: Annotated[str, Form(max_length=200)],
    writing: WritingNow,
    comment: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Sign off the log as it stands; of one that does not hold, say so and keep what was typed."""
    form_is_ours(who, form_token)
    if not comment.strip():
        return await _page(request, who, writing, status=422, mistakes={"comment": MISSING})
    try:
        await sign_off(writing, by=who.id, comment=comment)
    except Problem as problem:
        if problem.code != "chain-broken":
            raise
        return await _page(request, who, writing, status=409, comment=comment, broken=True)
    return RedirectResponse("/reviews", 303)


async def _page(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    *,
    status: int = 200,
    comment: str = "",
    broken: bool = False,
    mistakes: Mapping[str, str] | None = None,
) -> HTMLResponse:
    signed = await _signed(asking)
    since = signed[0].at if signed else None
    return page(
        request,
        "reviews.html",
        status=status,
        who=who,
        signed=signed,
        counts=await _counts(asking, since),
        counted=COUNTED,
        stuck=await open_stuck(asking, who),
        filters=Filters(),
        phrases=phrases,
        comment=comment,
        broken=broken,
        mistakes=mistakes or {},
    )


async def _counts(asking: Reading | Writing, since: datetime | None) -> Mapping[str, int]:
    """How many there are of each status since then, each counted no further than `COUNTED`."""
    new = [Transfer.first_at >= since] if since else []
    of_each = [
        select(Transfer.conversation)
        .where(Transfer.status == status, *new)
        .limit(COUNTED)
        .subquery()
        for status in Status
    ]
    wanted = select(*(select(func.count()).select_from(some).scalar_subquery() for some in of_each))
    counts = (await asking.session.execute(wanted)).one()
    return {status: count for status, count in zip(Status, counts, strict=True) if count}


async def _signed(reading: Reading | Writing) -> list[Signed]:
    people = await names(reading)
    rows = await reading.session.scalars(select(Review).order_by(Review.at.desc()).limit(50))
    return [
        Signed(
            at=row.at,
            by=people.get(row.by, row.by),
            upto=row.upto,
            comment=await _comment(reading, row),
        )
        for row in rows
    ]


async def _comment(reading: Reading | Writing, row: Review) -> str:
    try:
        key = await known_key(reading, TEAM)
        return unseal(key, row.comment, bound_to=f"reviews/{row.id}").decode()
    except Unreadable:
        return UNREADABLE
