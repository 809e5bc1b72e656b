"""«Avvik»: anybody on the team reports one; the team leader follows it up, against the clock."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import IncidentRead, IncidentWrite
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.audit.chain import AUDIT
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.ids import ID_PATTERN, new_id
from casestore.incidents.affected import choices, ids_in
from casestore.incidents.listing import incidents
from casestore.incidents.reporting import report
from casestore.incidents.rules import KINDS, SEVERITIES
from casestore.incidents.told import LONGEST, Report
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.typed import for_form, moment_typed, text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

ALREADY: Final = _(
    "Dette avviket er alt meldt, med andre ord enn dem som står her nå. "
    "Lagre bare hvis dette er et nytt avvik."
)
LongText = Annotated[str, Field(max_length=40_000, repr=False)]


class ReportForm(BaseModel):
    """The form as it was sent; what is wrong in it is said beside the field."""

    form_token: str = Field(max_length=200, repr=False)
    id: str = Field(default="none", pattern=ID_PATTERN)
    kind: str = Field(default="", max_length=64)
    severity: str = Field(default="", max_length=64)
    happened_at: str = Field(default="", max_length=40)
    found_at: str = Field(default="", max_length=40)
    happened: LongText = ""
    at_once: LongText = ""
    affected: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=1000
    )
    more: LongText = ""

    def told(self) -> Report:
        """Give what was told, as far as it was understood."""
        return Report(
            id=self.id,
            kind=self.kind,
            severity=self.severity,
            happened_at=moment_typed(self.happened_at),
            found_at=moment_typed(self.found_at),
            happened=text_typed(self.happened),
            at_once=text_typed(self.at_once),
            affected=tuple(sorted({*self.affected, *ids_in(self.more)})),
        )


@router.get("/incidents")
async def incidents_page(request: Request, who: IncidentRead, reading: ReadingNow) -> HTMLResponse:
    """Show the team's incidents, without their words."""
    return page(
        request,
        "incidents.html",
        who=who,
        lines=await incidents(reading, who),
        kinds=dict(KINDS),
        severities=dict(SEVERITIES),
    )


@router.get("/incidents/new")
async def report_page(request: Request, who: IncidentWrite, reading: ReadingNow) -> HTMLResponse:
    """Show the form."""
    now = for_form(reading.now)
    empty = ReportForm(form_token="", found_at=now, happened_at=now)
    return await _page(request, who, reading, empty, reported="reported" in request.query_params)


@router.post("/incidents/new", dependencies=[Depends(same_site)])
async def report_form(
    request: Request,
    who: IncidentWrite,
    writing: WritingNow,
    sent: Annotated[ReportForm, Form()],
) -> Response:
    """Report an incident."""
    form_is_ours(who, sent.form_token)
    await AUDIT.hold(writing)
    status = 422
    try:
        mistakes = await report(writing, who, sent.told())
    except Problem as problem:
        if problem.code != "different-body":
            raise
        mistakes, status = {"form": ALREADY}, problem.status
    if mistakes:
        return await _page(request, who, writing, sent, mistakes=mistakes, status=status)
    reads = may(who, Action.INCIDENT_READ)
    return RedirectResponse(f"/incidents/{sent.id}" if reads else "/incidents/new?reported", 303)


async def _page(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    sent: ReportForm,
    *,
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
    reported: bool = False,
) -> HTMLResponse:
    return page(
        request,
        "incident_new.html",
        status=status,
        who=who,
        sent=sent,
        # A form that is shown again after a 409 is another incident.
        its_id=sent.id if status == 422 else new_id("incident"),
        mistakes=mistakes or {},
        reported=reported,
        kinds=KINDS,
        severities=SEVERITIES,
        choices=await choices(asking, who),
        longest=LONGEST,
    )
