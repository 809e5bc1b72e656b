"""«Behandlingen»: the record of processing activities and the impact assessment, for everybody."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from casestore.access.asking import ProcessingRead
from casestore.answers import Given, JsonRoute
from casestore.edge import ReadingNow
from casestore.processing.activities import ACTIVITIES, CONFIRM, EFFECTIVE, VERSION, Activity
from casestore.processing.answers import ActivityTold, BasisTold, ProcessingTold
from casestore.processing.assessment import LEVELS, NECESSITY, RISKS, WHY
from casestore.processing.assessment import VERSION as ASSESSMENT
from casestore.processing.record import as_markdown, basis_said, here
from casestore.routing import Late
from casestore.templating import language_of, page
from casestore.texts.speaking import speaking

router = APIRouter(route_class=Late)
api = APIRouter(prefix="/api", route_class=JsonRoute)


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
async def processing_markdown(
    request: Request, who: ProcessingRead, reading: ReadingNow
) -> Response:
    """Hand both out as Markdown."""
    name = f"utebru-behandling-{reading.now:%Y%m%d}.md"
    told = await here(reading, who)
    with speaking(language_of(request)):
        written = as_markdown(told)
    return Response(
        written.encode(),
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@api.get("/processing")
async def processing_json(who: ProcessingRead, reading: ReadingNow) -> Given[ProcessingTold]:
    """Give the record as JSON."""
    told = await here(reading, who)
    return Given(
        ProcessingTold(
            version=VERSION,
            effective=EFFECTIVE.isoformat(),
            confirm=CONFIRM,
            team=told.team,
            database=told.database,
            channels=list(told.channels),
            activities=[_activity(each) for each in ACTIVITIES],
        )
    )


def _activity(activity: Activity) -> ActivityTold:
    return ActivityTold(
        code=activity.code,
        title=activity.title,
        purpose=activity.purpose,
        people=list(activity.people),
        data=list(activity.data),
        bases=[
            BasisTold(
                text=one.text, checked_on=one.checked_on.isoformat() if one.checked_on else None
            )
            for one in activity.bases
        ],
        recipients=list(activity.recipients),
        retention=activity.retention,
        measures=list(activity.measures),
    )
