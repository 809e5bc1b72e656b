"""«Gjennomgang»: the team leader signs off the log with a comment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import func, select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import TransferCheck
from casestore.edge import Reading, ReadingNow, WritingNow
from casestore.keyring import Unreadable, unseal
from casestore.reviews.signing import sign_off
from casestore.reviews.tables import Review
from casestore.templating import page
from casestore.threads.keys import TEAM, known_key
from casestore.transfers import chain, phrases
from casestore.transfers.filters import Filters
from casestore.transfers.tables import Transfer
from casestore.transfers.view import UNREADABLE, names, open_stuck
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter()


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
    signed = await _signed(reading)
    since = signed[0].at if signed else None
    by_status = await reading.session.execute(
        select(Transfer.status, func.count())
        .where(*([Transfer.first_at >= since] if since else []))
        .group_by(Transfer.status)
    )
    return page(
        request,
        "reviews.html",
        who=who,
        signed=signed,
        head=await chain.current(reading.session),
        verdict=await chain.verify_chain(reading),
        counts=dict(by_status.all()),
        stuck=await open_stuck(reading, who),
        filters=Filters(),
        phrases=phrases,
    )


@router.post("/reviews", dependencies=[Depends(same_site)])
async def review_form(
    who: TransferCheck,
    form_token: Annotated[str, Form(max_length=200)],
    comment: Annotated[str, Form(min_length=1, max_length=4000)],
    writing: WritingNow,
) -> Response:
    """Sign off the log as it stands."""
    form_is_ours(who, form_token)
    await sign_off(writing, by=who.id, comment=comment)
    return RedirectResponse("/reviews", 303)


async def _signed(reading: Reading) -> list[Signed]:
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


async def _comment(reading: Reading, row: Review) -> str:
    try:
        key = await known_key(reading, TEAM)
        return unseal(key, row.comment, bound_to=f"reviews/{row.id}").decode()
    except Unreadable:
        return UNREADABLE
