"""«Kontroller kjeden»: following the hash chain from the beginning, while the team leader waits."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from casestore.edge import ReadingNow
from casestore.templating import page
from casestore.transfers.chain import verify_chain
from casestore.users.sessions import TeamLeaderNow

router = APIRouter()


@router.get("/transfers/verify")
async def verify(request: Request, who: TeamLeaderNow, reading: ReadingNow) -> HTMLResponse:
    """Verify the chain and say how it stands."""
    verdict = await verify_chain(reading.session)
    return page(request, "verify.html", who=who, verdict=verdict, at=reading.now)
