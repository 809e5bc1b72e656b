"""
To the municipality's log-in and back.

The session's cookie is not sent along when another site sends somebody here, nor after a redirect
from such a request. So who is sent away, and who has come back, gets a page that goes on by itself.
No transaction is open while the provider is asked.
"""

import logging
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.edge import Store, StoreNow, Writing
from casestore.oidc.attempts import Back, begin, hand_over, secret_in, take, take_back
from casestore.oidc.phrases import SAYS
from casestore.oidc.provider import Errand, Places, Provider
from casestore.oidc.rules import NotLetIn, Proved, Purpose, Refusal
from casestore.oidc.tying import let_in_tied, mark_of, tie
from casestore.routing import Late
from casestore.templating import page
from casestore.users import sessions
from casestore.users.sessions import COOKIE, hash_of, same_site

router = APIRouter(route_class=Late)
log = logging.getLogger(__name__)

Sent = Annotated[str | None, Query(max_length=4096)]
LOG_IN: Final = "/login"


def provider_of(request: Request) -> Provider | None:
    """Give the provider, or None where none is set up."""
    found = request.app.state.provider
    return found if isinstance(found, Provider) else None


ProviderNow = Annotated[Provider | None, Depends(provider_of)]


@router.post("/login/provider", dependencies=[Depends(same_site)])
async def begin_form(request: Request, store: StoreNow, provider: ProviderNow) -> Response:
    """Send somebody to the provider to log in."""
    if provider is None:
        return RedirectResponse(LOG_IN, 303)
    # The session that this browser may have is ended when the new one begins.
    secret = request.cookies.get(COOKIE, "")
    try:
        places = await provider.places()
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=store.clock())
            begun = await begin(writing, Purpose.LOG_IN, session_hash=hash_of(secret))
    except NotLetIn as refused:
        return refusal(request, refused)
    return leaving(request, provider, places, *begun)


@router.get("/login/provider/back")
async def back_page(
    request: Request,
    store: StoreNow,
    provider: ProviderNow,
    state: Sent = None,
    code: Sent = None,
    iss: Sent = None,
    error: Sent = None,
) -> Response:
    """Take somebody in who comes back, or tie their account."""
    if provider is None:
        return RedirectResponse(LOG_IN, 303)
    try:
        back = await _taken(store, state, secret_in(request, provider.settings))
        await provider.from_us(iss)
        proved = await _proved(provider, back, code, error)
        response = await _carried_out(request, store, provider, back, proved)
    except NotLetIn as refused:
        response = refusal(request, refused)
    take_back(response, provider.settings)
    return response


async def _taken(store: Store, state: str | None, secret: str) -> Back:
    """Use it up, and keep that it is used whatever becomes of the rest."""
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        return await take(writing, state or "", secret)


async def _proved(provider: Provider, back: Back, code: str | None, error: str | None) -> Proved:
    if error is not None or not code:
        # What it says of why is not repeated: anybody could have written it.
        raise NotLetIn(Refusal.DECLINED)
    return await provider.redeem(code, back.errand, back.begun_at)


async def _carried_out(
    request: Request, store: Store, provider: Provider, back: Back, proved: Proved
) -> Response:
    mark = mark_of(store, provider.settings, proved)
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        if back.purpose is Purpose.TIE:
            await tie(writing, back, mark)
            return _arrived(request, "/account")
        user, way = await let_in_tied(writing, mark, strong=proved.strong)
        await sessions.end_hashed(writing, back.session_hash)
        secret = sessions.begin(writing, user.id, way=way)
    response = _arrived(request, "/")
    sessions.hand_over(response, request, secret)
    return response


def leaving(
    request: Request, provider: Provider, places: Places, errand: Errand, secret: str
) -> Response:
    """Lead the browser to the provider, with what it must bring back."""
    response = _leads(request, provider.address(places, errand), away=True)
    hand_over(response, provider.settings, secret)
    return response


def refusal(request: Request, refused: NotLetIn) -> Response:
    """Say what did not go; the log gets a code of ours."""
    log.info("oidc refused=%s detail=%s", refused.refusal.value, refused.detail or "-")
    status, text = SAYS[refused.refusal]
    return page(request, "oidc_refused.html", status=status, who=None, text=text)


def _arrived(request: Request, path: str) -> HTMLResponse:
    return _leads(request, path, away=False)


def _leads(request: Request, to: str, **told: Any) -> HTMLResponse:
    return page(request, "oidc_leads.html", who=None, to=to, **told)
