"""«Behandlingen»: the record of processing activities and the impact assessment, for everybody."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from casestore.access.asking import ProcessingRead
from casestore.edge import ReadingNow
from casestore.processing.activities import ACTIVITIES, CONFIRM, EFFECTIVE, VERSION
from casestore.processing.assessment import LEVELS, NECESSITY, RISKS, WHY
from casestore.processing.assessment import VERSION as ASSESSMENT
from casestore.processing.record import as_markdown, basis_said, here
from casestore.templating import page

router = APIRouter()


@router.get("/processing")
async def processing_page(
    request: Request, who: ProcessingRead, reading: ReadingNow
) -> HTMLResponse:
    """Show the record and the assessment."""
    return page(
        request,
        "processing.html",
        who=who,
        here=await here(reading, who),
        activities=ACTIVITIES,
        basis_said=basis_said,
        risks=RISKS,
        levels=LEVELS,
        why=WHY,
        necessity=NECESSITY,
        version=VERSION,
        effective=EFFECTIVE,
        assessment=ASSESSMENT,
        confirm=CONFIRM,
    )


@router.get("/processing.md")
async def processing_markdown(who: ProcessingRead, reading: ReadingNow) -> Response:
    """Hand both out as Markdown."""
    name = f"utebru-behandling-{reading.now:%Y%m%d}.md"
    return Response(
        as_markdown(await here(reading, who)).encode(),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/api/processing")
async def processing_json(who: ProcessingRead, reading: ReadingNow) -> JSONResponse:
    """Give the record as JSON."""
    told = await here(reading, who)
    activities: list[dict[str, Any]] = [
        {
            "code": activity.code,
            "title": activity.title,
            "purpose": activity.purpose,
            "people": activity.people,
            "data": activity.data,
            "bases": [
                {
                    "text": basis.text,
                    "checked_on": basis.checked_on and basis.checked_on.isoformat(),
                }
                for basis in activity.bases
            ],
            "recipients": activity.recipients,
            "retention": activity.retention,
            "measures": activity.measures,
        }
        for activity in ACTIVITIES
    ]
    return JSONResponse(
        {
            "version": VERSION,
            "effective": EFFECTIVE.isoformat(),
            "confirm": CONFIRM,
            "team": told.team,
            "database": told.database,
            "channels": list(told.channels),
            "activities": activities,
        }
    )
