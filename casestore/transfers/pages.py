"""«Overføringslogg»: the log, the part of it that refreshes itself, and one transfer in full."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from casestore.access.asking import TransferList, TransferRead
from casestore.access.gate import permit
from casestore.access.relations import transfer_relation
from casestore.access.rules import Action
from casestore.database import each_of
from casestore.edge import ReadingNow
from casestore.ids import PathId
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.times import read_time
from casestore.transfers import phrases
from casestore.transfers.chain import links_of
from casestore.transfers.details import copy_lines, journal_number, reviewed_at
from casestore.transfers.filters import Filters
from casestore.transfers.tables import Transfer
from casestore.transfers.view import COUNTED, LogPage, log_page, names, shown

router = APIRouter(route_class=Late)


def _asked(request: Request) -> Filters:
    return Filters.asked(request.query_params)


FiltersNow = Annotated[Filters, Depends(_asked)]


@router.get("/transfers")
async def the_log(
    request: Request,
    who: TransferList,
    filters: FiltersNow,
    reading: ReadingNow,
) -> HTMLResponse:
    """Show the log."""
    told = await log_page(reading, who, filters)
    people = await names(reading)
    return page(
        request,
        "transfers.html",
        who=who,
        people=people,
        channels=await each_of(reading.session, Transfer.channel),
        **_told(told, filters),
    )


@router.get("/transfers/rows")
async def the_rows(
    request: Request,
    who: TransferList,
    filters: FiltersNow,
    reading: ReadingNow,
) -> HTMLResponse:
    """Show only the part of the log that changes by itself."""
    told = await log_page(reading, who, filters)
    return page(request, "transfers_rows.html", who=who, **_told(told, filters))


@router.get("/transfers/{conversation}")
async def one_transfer(
    request: Request,
    conversation: PathId,
    who: TransferRead,
    reading: ReadingNow,
) -> HTMLResponse:
    """Show one transfer with every copy and every link; to others than its own it is not there."""
    transfer = await reading.session.get(Transfer, conversation)
    if transfer is None:
        raise Problem(404, "not-found")
    permit(who, Action.TRANSFER_READ, await transfer_relation(reading, who, transfer))
    return page(
        request,
        "transfer.html",
        who=who,
        row=(await shown(reading, [transfer]))[0],
        copies=await copy_lines(reading, conversation),
        links=await links_of(reading.session, conversation),
        people=await names(reading),
        reviewed=await reviewed_at(reading, conversation),
        entry=await journal_number(reading, conversation),
        phrases=phrases,
        read_time=read_time,
    )


def _told(told: LogPage, filters: Filters) -> dict[str, Any]:
    return {"log": told, "filters": filters, "counted": COUNTED, "phrases": phrases}
