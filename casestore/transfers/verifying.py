"""«Kontroller kjeden»: following the hash chain from the beginning, while the team leader waits."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from casestore.access.asking import TransferCheck
from casestore.edge import ReadingNow
from casestore.routing import Late
from casestore.templating import page
from casestore.transfers.chain import verify_chain

router = APIRouter(route_class=Late)


@router.get("/transfers/verify")
async def verify(
    request: Request,
    who: TransferCheck,
    reading: ReadingNow,
) -> HTMLResponse:
    """Verify the chain and say how it stands."""
    verdict = await verify_chain(reading)
    return page(request, "verify.html", who=who, verdict=verdict, at=reading.now)
