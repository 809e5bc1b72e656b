"""Logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from casestore.edge import StoreNow, WritingNow
from casestore.templating import page
from casestore.users.accounts import log_in
from casestore.users.sessions import (
    COOKIE,
    LogInFirst,
    VisitorNow,
    begin,
    end,
    form_is_ours,
    hand_over,
    same_site,
    visitor,
)

router = APIRouter()

Field = Annotated[str, Form(max_length=200)]


@router.get("/login")
async def login_page(request: Request, store: StoreNow) -> Response:
    """Show the form, or lead on who is logged in already."""
    try:
        await visitor(request, store)
    except LogInFirst:
        return page(request, "login.html", who=None, refused=False, login="")
    return RedirectResponse("/transfers", 303)


@router.post("/login", dependencies=[Depends(same_site)])
async def login_form(
    request: Request, login: Field, password: Field, writing: WritingNow
) -> Response:
    """Log in, in a session that is new; a refusal does not say which part was wrong."""
    user = await log_in(writing, login=login, password=password)
    if user is None:
        return page(request, "login.html", status=401, who=None, refused=True, login=login)
    await end(writing, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/transfers", 303)
    hand_over(response, request, begin(writing, user.id))
    return response


@router.post("/logout", dependencies=[Depends(same_site)])
async def logout_form(who: VisitorNow, form_token: Field, writing: WritingNow) -> Response:
    """Log out: the session is deleted, not only the cookie."""
    form_is_ours(who, form_token)
    await end(writing, who.secret)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
