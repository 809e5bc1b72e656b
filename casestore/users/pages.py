"""Logging in, with a code where one is asked for, and logging out."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import AtTheDoor, OwnAccount
from casestore.access.gate import may
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.edge import Store, StoreNow, WritingNow
from casestore.routing import Late
from casestore.templating import page
from casestore.users.accounts import give_code, log_in
from casestore.users.rules import Step
from casestore.users.sessions import (
    COOKIE,
    LogInFirst,
    arriving,
    begin,
    end,
    form_is_ours,
    hand_over,
    same_site,
)

router = APIRouter(route_class=Late)

Field = Annotated[str, Form(max_length=200)]

# Where somebody comes to: the first page that is theirs to see.
LANDINGS: Final = (
    ("/transfers", Action.TRANSFER_LIST),
    ("/accounts", Action.ACCESS_LIST),
    ("/account", Action.OWN_ACCOUNT),
)


@router.get("/")
async def landing(who: OwnAccount) -> Response:
    """Lead everybody to the first page that is theirs to see."""
    return RedirectResponse(next(path for path, action in LANDINGS if may(who, action)), 303)


@router.get("/api/here")
async def here(_who: OwnAccount) -> Response:
    """Say only whether somebody is logged in; being asked is being seen."""
    return Response(status_code=204)


@router.get("/login")
async def login_page(request: Request, store: StoreNow) -> Response:
    """Show the form, or lead on who is logged in already."""
    try:
        await arriving(request, store)
    except LogInFirst:
        return _log_in(request, store, login="", refused=False)
    return RedirectResponse("/", 303)


@router.post("/login", dependencies=[Depends(same_site)])
async def login_form(
    request: Request, login: Field, password: Field, writing: WritingNow
) -> Response:
    """Log in, in a session that is new; a refusal does not say which part was wrong."""
    user = await log_in(writing, login=login, password=password)
    if user is None:
        return _log_in(request, writing.store, login=login, refused=True)
    await end(writing, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/", 303)
    hand_over(response, request, begin(writing, user.id))
    return response


@router.get("/login/code")
async def code_page(request: Request, who: AtTheDoor) -> Response:
    """Ask for the code, of who has given a password and not yet a code."""
    if who.step is not Step.CODE:
        return RedirectResponse("/", 303)
    return _ask_for_code(request, form_token=who.form_token, refused=False)


@router.post("/login/code", dependencies=[Depends(same_site)])
async def code_form(
    request: Request, who: AtTheDoor, form_token: Field, writing: WritingNow, code: Field = ""
) -> Response:
    """Complete the log-in, in a session that is new."""
    form_is_ours(who, form_token)
    secret = await give_code(writing, who, code)
    if secret is None:
        return _ask_for_code(request, form_token=form_token, refused=True)
    response = RedirectResponse("/", 303)
    hand_over(response, request, secret)
    return response


@router.post("/logout", dependencies=[Depends(same_site)])
async def logout_form(who: AtTheDoor, form_token: Field, writing: WritingNow) -> Response:
    """Log out: the session is deleted, not only the cookie."""
    form_is_ours(who, form_token)
    await note(writing, "account.log_out", by=who.id, of=who.id)
    await end(writing, who.secret)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _log_in(request: Request, store: Store, *, login: str, refused: bool) -> HTMLResponse:
    return page(
        request,
        "login.html",
        status=401 if refused else 200,
        who=None,
        refused=refused,
        login=login,
        provider=store.settings.oidc is not None,
    )


def _ask_for_code(request: Request, *, form_token: str, refused: bool) -> HTMLResponse:
    # The page has no menu and no name: the password alone has shown nothing yet.
    status = 401 if refused else 200
    return page(
        request, "code.html", status=status, who=None, form_token=form_token, refused=refused
    )
