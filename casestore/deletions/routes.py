"""What has been deleted here, for the bridge to forget too."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select
from starlette.responses import JSONResponse

from casestore.deletions.tables import Deletion
from casestore.edge import ReadingNow, bridge_only

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)])


@router.get("/deletions")
async def deletions(
    reading: ReadingNow, since: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")] = ""
) -> JSONResponse:
    """Give the deletions after the cursor, and the cursor to ask from next time."""
    after = int(since or "0")
    found = list(
        await reading.session.scalars(
            select(Deletion).where(Deletion.n > after).order_by(Deletion.n).limit(500)
        )
    )
    told = [{"id": d.id, "conversation": d.conversation, "thread": d.thread} for d in found]
    cursor = str(found[-1].n if found else after)
    return JSONResponse({"deletions": told, "cursor": cursor})
