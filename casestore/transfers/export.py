"""The export that a short script verifies without Utebru (docs/verify_export.py)."""

from fastapi import APIRouter
from starlette.responses import Response

from casestore.access.asking import TransferCheck
from casestore.canonical import canonical
from casestore.edge import WritingNow
from casestore.routing import Late
from casestore.times import write_time
from casestore.transfers import chain

router = APIRouter(route_class=Late)


@router.get("/transfers/export")
async def export(who: TransferCheck, writing: WritingNow) -> Response:
    """Give the whole chain; that it was exported is its last link, which vouches for the header."""
    at = write_time(writing.now)
    last = await chain.append(writing, {"kind": "exported", "by": who.id, "exported_at": at})
    lines = [
        {"n": link.n, "at": link.at, "prev": link.prev, "event": link.event, "hash": link.hash}
        async for link in chain.links(writing.session)
    ]
    header = {
        "format": "utebru-transfer-log",
        "v": 1,
        "exported_at": at,
        "count": len(lines),
        "head": last.hash,
    }
    body = b"".join(canonical(line) + b"\n" for line in (header, *lines))
    name = f"utebru-overforingslogg-{writing.now:%Y%m%d}.ndjson"
    return Response(
        body,
        media_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
