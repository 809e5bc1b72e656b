"""How the chains stand, as JSON: for whoever watches the store from outside."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from casestore.access.asking import AuditRead
from casestore.audit.checking import Standing, check_chains
from casestore.edge import ReadingNow

router = APIRouter(prefix="/api/audit")


@router.get("/chains")
async def chains(_who: AuditRead, reading: ReadingNow) -> JSONResponse:
    """Check both chains."""
    return JSONResponse([_told(each) for each in await check_chains(reading)])


def _told(each: Standing) -> dict[str, Any]:
    verdict = each.verdict
    return {
        "chain": each.name,
        "holds": verdict.holds,
        "count": verdict.count,
        "head": verdict.head,
        "broken_at": verdict.broken_at,
        "why": verdict.why,
        "anchors": len(each.anchors),
    }
