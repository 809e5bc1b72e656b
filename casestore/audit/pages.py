"""«Hendelseslogg»: who has done and read what, whether the log is whole, and anchors for paper."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse

from casestore.access.asking import AuditRead
from casestore.audit import phrases
from casestore.audit.checking import CHAINS, agrees, check_chains, grouped, typed
from casestore.audit.lines import Choice, audit_page
from casestore.edge import Reading, ReadingNow
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)

WRONG = _("Skriv nummeret, og alle de 64 tegnene i avtrykket (tall og bokstavene a til f).")


@router.get("/audit")
async def the_audit(request: Request, who: AuditRead, reading: ReadingNow) -> HTMLResponse:
    """Show the audit, the newest first."""
    choice = Choice.asked(request.query_params)
    told = await audit_page(reading, choice)
    return page(request, "audit.html", who=who, audit=told, choice=choice, phrases=phrases)


@router.get("/audit/verify")
async def verify(request: Request, who: AuditRead, reading: ReadingNow) -> HTMLResponse:
    """Check both chains and say how they stand."""
    found = await check_chains(reading)
    return page(request, "audit_verify.html", who=who, chains=found, at=reading.now)


@router.get("/audit/anchors")
async def anchors(request: Request, who: AuditRead, reading: ReadingNow) -> HTMLResponse:
    """Show the anchors, to be printed; and a form for one that was."""
    return await _anchors(request, who, reading)


@router.post("/audit/anchors", dependencies=[Depends(same_site)])
async def compare(
    request: Request,
    who: AuditRead,
    form_token: Annotated[str, Form(max_length=200)],
    reading: ReadingNow,
    chain: Annotated[str, Form(max_length=16)] = "",
    n: Annotated[str, Form(max_length=40)] = "",
    digits: Annotated[str, Form(max_length=200)] = "",
) -> HTMLResponse:
    """Compare an anchor on paper with the chain as it lies."""
    form_is_ours(who, form_token)
    printed = typed(chain, n, digits)
    return await _anchors(
        request,
        who,
        reading,
        asked=(chain, n, digits),
        wrong=WRONG if printed is None else None,
        agreed=None if printed is None else await agrees(reading, printed),
    )


async def _anchors(
    request: Request,
    who: Visitor,
    reading: Reading,
    *,
    asked: tuple[str, str, str] = ("audit", "", ""),
    wrong: str | None = None,
    agreed: bool | None = None,
) -> HTMLResponse:
    return page(
        request,
        "audit_anchors.html",
        status=422 if wrong else 200,
        who=who,
        chains=await check_chains(reading),
        names=[(chain.name, phrases.CHAIN[chain.name]) for chain in CHAINS],
        at=reading.now,
        asked=asked,
        wrong=wrong,
        agreed=agreed,
        grouped=grouped,
    )
