"""One incident: its words, who it touched, and the steps until it is closed."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import IncidentRead
from casestore.audit.chain import AUDIT, note
from casestore.edge import Writing, WritingNow
from casestore.exporting import csv_response
from casestore.ids import PathId
from casestore.incidents.affected import choices, ids_in, touched_by
from casestore.incidents.listing import clock
from casestore.incidents.pages import LongText
from casestore.incidents.reporting import add_affected, follow_up, get_incident
from casestore.incidents.rules import KINDS, SEVERITIES, STEPS, Step
from casestore.incidents.tables import Incident
from casestore.incidents.told import LONGEST, FollowUp
from casestore.incidents.words import words_of
from casestore.keyring import Unreadable
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import language_of, page
from casestore.texts.phrases import _
from casestore.texts.speaking import speaking
from casestore.times import read_time
from casestore.transfers.view import names
from casestore.typed import for_form, moment_typed, text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

CHANGED: Final = {
    "closed": _("Avviket er avsluttet siden du åpnet siden. Det du skrev, er ikke lagret."),
    "already-done": _("Dette er alt notert siden du åpnet siden. Det du skrev, er ikke lagret."),
}
HEADER: Final = (_("Slag"), "Id", _("Alias"), _("Navn"))
KIND_SAID: Final = {"person": _("Ungdom"), "thread": _("Tråd")}


class StepForm(BaseModel):
    """A step as it was sent."""

    form_token: str = Field(max_length=200, repr=False)
    step: Step
    at: str = Field(default="", max_length=40)
    severity: str = Field(default="", max_length=64)
    said: LongText = ""

    def told(self) -> FollowUp:
        """Give what was told, as far as it was understood."""
        timed = self.step in {Step.AUTHORITY, Step.AFFECTED}
        return FollowUp(
            step=self.step,
            at=moment_typed(self.at) if timed else None,
            severity=self.severity,
            said=text_typed(self.said),
        )


class AffectedForm(BaseModel):
    """More of those who were touched, as it was sent."""

    form_token: str = Field(max_length=200, repr=False)
    affected: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=1000
    )
    more: LongText = ""


@router.get("/incidents/{incident_id}")
async def incident_page(
    request: Request, incident_id: PathId, who: IncidentRead, writing: WritingNow
) -> HTMLResponse:
    """Show an incident, and note that it was read."""
    return await _page(request, who, writing, await get_incident(writing, who, incident_id))


@router.post("/incidents/{incident_id}/steps", dependencies=[Depends(same_site)])
async def step_form(
    request: Request,
    incident_id: PathId,
    who: IncidentRead,
    writing: WritingNow,
    sent: Annotated[StepForm, Form()],
) -> Response:
    """Take a step with an incident."""
    form_is_ours(who, sent.form_token)
    await AUDIT.hold(writing)
    incident = await get_incident(writing, who, incident_id)
    status = 422
    try:
        mistakes = await follow_up(writing, who, incident, sent.told())
    except Unreadable:
        raise Problem(409, "unreadable") from None
    except Problem as problem:
        if problem.code not in CHANGED:
            raise
        mistakes, status = {"form": CHANGED[problem.code]}, problem.status
    if mistakes:
        return await _page(
            request, who, writing, incident, sent=sent, mistakes=mistakes, status=status
        )
    return RedirectResponse(f"/incidents/{incident.id}", 303)


@router.post("/incidents/{incident_id}/affected", dependencies=[Depends(same_site)])
async def affected_form(
    request: Request,
    incident_id: PathId,
    who: IncidentRead,
    writing: WritingNow,
    sent: Annotated[AffectedForm, Form()],
) -> Response:
    """Note more of those who were touched."""
    form_is_ours(who, sent.form_token)
    await AUDIT.hold(writing)
    incident = await get_incident(writing, who, incident_id)
    ids = tuple(sorted({*sent.affected, *ids_in(sent.more)}))
    mistakes = await add_affected(writing, who, incident, ids)
    if mistakes:
        return await _page(
            request, who, writing, incident, more=sent.more, mistakes=mistakes, status=422
        )
    return RedirectResponse(f"/incidents/{incident.id}", 303)


@router.get("/incidents/{incident_id}/affected.csv")
async def affected_csv(
    request: Request, incident_id: PathId, who: IncidentRead, writing: WritingNow
) -> Response:
    """Hand out who was touched, and note it."""
    incident = await get_incident(writing, who, incident_id)
    touched = await touched_by(writing, who, incident.id)
    await note(writing, "incident.exported", by=who.id, of=incident.id, count=len(touched))
    rows = [(KIND_SAID[each.kind], each.id, each.alias, each.name) for each in touched]
    with speaking(language_of(request)):
        return csv_response(f"utebru-avvik-berorte-{writing.now:%Y%m%d}.csv", HEADER, rows)


async def _page(
    request: Request,
    who: Visitor,
    writing: Writing,
    incident: Incident,
    *,
    sent: StepForm | None = None,
    more: str = "",
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    await note(writing, "incident.read", by=who.id, of=incident.id)
    touched = await touched_by(writing, who, incident.id)
    already = {each.id for each in touched}
    is_open = incident.closed_at is None
    return page(
        request,
        "incident.html",
        status=status,
        who=who,
        incident=incident,
        words=await words_of(writing, incident),
        clock=clock(writing, incident),
        touched=touched,
        choices=[each for each in await choices(writing, who) if each.id not in already]
        if is_open
        else [],
        people=await names(writing),
        sent=sent,
        more=more,
        mistakes=mistakes or {},
        now=for_form(writing.now),
        kinds=dict(KINDS),
        severities=dict(SEVERITIES),
        steps=dict(STEPS),
        Step=Step,
        longest=LONGEST,
        read_time=read_time,
    )
