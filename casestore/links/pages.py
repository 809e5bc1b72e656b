"""«Koble til Slack»: an employee makes a code and types it in Slack, once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import delete
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import OwnAccount
from casestore.edge import ReadingNow, Writing, WritingNow
from casestore.links.rules import HOLDS, new_code
from casestore.links.tables import LinkCode, SlackLink
from casestore.routing import Late
from casestore.templating import page
from casestore.threads.keys import fingerprint
from casestore.users.sessions import form_is_ours, same_site

router = APIRouter(route_class=Late)

Token = Annotated[str, Form(max_length=200)]


@router.get("/slack")
async def slack_page(
    request: Request,
    who: OwnAccount,
    reading: ReadingNow,
) -> HTMLResponse:
    """Show whether the employee's Slack account is tied, and how to tie it."""
    link = await reading.session.get(SlackLink, who.id)
    return page(request, "slack.html", who=who, link=link, code=None, until=None)


@router.post("/slack/code", dependencies=[Depends(same_site)])
async def make_code(
    request: Request,
    who: OwnAccount,
    form_token: Token,
    writing: WritingNow,
) -> HTMLResponse:
    """Make a code and show it this once; the employee's earlier codes no longer hold."""
    form_is_ours(who, form_token)
    await _forget_codes(writing, who.id)
    code = new_code()
    writing.session.add(
        LinkCode(
            code_hash=fingerprint(writing.store, b"code", code.encode()),
            team=writing.team,
            user=who.id,
            expires_at=writing.now + HOLDS,
        )
    )
    link = await writing.session.get(SlackLink, who.id)
    until = writing.now + HOLDS
    return page(request, "slack.html", who=who, link=link, code=code, until=until)


@router.post("/slack/untie", dependencies=[Depends(same_site)])
async def untie(
    who: OwnAccount,
    form_token: Token,
    writing: WritingNow,
) -> Response:
    """Untie the employee's own Slack account; until it is tied again they can send nothing."""
    form_is_ours(who, form_token)
    await writing.session.execute(delete(SlackLink).where(SlackLink.user == who.id))
    await _forget_codes(writing, who.id)
    return RedirectResponse("/slack", 303)


async def _forget_codes(writing: Writing, user: str) -> None:
    await writing.session.execute(
        delete(LinkCode).where((LinkCode.user == user) | (LinkCode.expires_at < writing.now))
    )
