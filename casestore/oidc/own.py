"""«Min konto»: tying one's own account to the municipality's log-in, and untying it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from casestore.access.asking import OwnAccount
from casestore.edge import StoreNow, Writing, WritingNow
from casestore.oidc.attempts import begin
from casestore.oidc.pages import ProviderNow, leaving, refusal
from casestore.oidc.rules import NotLetIn, Purpose
from casestore.oidc.tying import untie_own
from casestore.routing import Late
from casestore.texts.phrases import _
from casestore.users.accounts import password_again
from casestore.users.own import account_shown
from casestore.users.rules import AccountRefused
from casestore.users.sessions import form_is_ours, hash_of, same_site

router = APIRouter(prefix="/account/provider", dependencies=[Depends(same_site)], route_class=Late)

Field = Annotated[str, Form(max_length=200)]


@router.post("")
async def tie_form(
    request: Request,
    who: OwnAccount,
    form_token: Field,
    store: StoreNow,
    provider: ProviderNow,
    password: Field = "",
) -> Response:
    """Send somebody to the provider to tie their account; a screen left open is not enough."""
    form_is_ours(who, form_token)
    if provider is None:
        return RedirectResponse("/account", 303)
    try:
        places = await provider.places()
    except NotLetIn as refused:
        return refusal(request, refused)
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        if not await password_again(writing, who, password):
            wrong = {"password": _("Passordet stemmer ikke, eller kontoen er låst en stund.")}
            return await account_shown(request, who, writing, wrong=wrong)
        begun = await begin(writing, Purpose.TIE, session_hash=hash_of(who.secret))
    return leaving(request, provider, places, *begun)


@router.post("/untie")
async def untie_form(
    request: Request,
    who: OwnAccount,
    form_token: Field,
    writing: WritingNow,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Let the provider's log-in open one's account no longer."""
    form_is_ours(who, form_token)
    try:
        await untie_own(writing, who, reason)
    except AccountRefused as refused:
        return await account_shown(request, who, writing, wrong={refused.where: str(refused)})
    return RedirectResponse("/account", 303)
