"""Whether the process lives, and whether it can do its work."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from casestore.edge import ReadingNow, StoreNow
from casestore.keyring import Unreadable
from casestore.migrating import up_to_date
from casestore.problems import problem_response
from casestore.routing import Late
from casestore.threads.keys import LOOKUP, known_key

router = APIRouter(route_class=Late)


@router.get("/livez")
async def livez() -> JSONResponse:
    """Answer."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(store: StoreNow, reading: ReadingNow) -> JSONResponse:
    """Answer only if the database has this version's shape and its keys can be unwrapped."""
    if not await up_to_date(store.database):
        return problem_response(503, "not-migrated")
    try:
        await known_key(reading, LOOKUP)
    except Unreadable:
        return problem_response(503, "keys-missing")
    return JSONResponse({"status": "ready"})
