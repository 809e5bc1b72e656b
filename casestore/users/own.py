"""«Min konto»: one's own password, and one's own second factor."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import AtTheDoor, OwnAccount
from casestore.edge import Reading, ReadingNow, Writing, WritingNow
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.speaking import known
from casestore.users.accounts import change_password, put_to_use, set_up
from casestore.users.rules import MUST_HAVE_TWO, SHORTEST_PASSWORD, AccountRefused, Step
from casestore.users.second_factor import enrolled, picture, secret_of
from casestore.users.sessions import (
    WAY,
    LogInFirst,
    Visitor,
    form_is_ours,
    hand_over,
    same_site,
)
from casestore.users.tables import User

router = APIRouter(prefix="/account", route_class=Late)

Field = Annotated[str, Form(max_length=200)]


@router.get("")
async def account_page(request: Request, who: OwnAccount, reading: ReadingNow) -> HTMLResponse:
    """Show one's own account."""
    return await account_shown(request, who, reading)


async def account_shown(
    request: Request,
    who: Visitor,
    asking: Reading | Writing,
    *,
    wrong: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Show one's own account, with what was wrong in a form on it."""
    return page(
        request,
        "account.html",
        status=422 if wrong else 200,
        who=who,
        user=await asking.session.get_one(User, who.id),
        must=who.role in MUST_HAVE_TWO,
        provider=asking.store.settings.oidc is not None,
        wrong=wrong or {},
    )


@router.post("/language", dependencies=[Depends(same_site)])
async def language_form(
    who: OwnAccount, form_token: Field, writing: WritingNow, language: Field = ""
) -> Response:
    """Choose what one reads the pages in; what is none of the languages is the browser's."""
    form_is_ours(who, form_token)
    user = await writing.session.get_one(User, who.id)
    user.language = known(language)
    return RedirectResponse("/account", 303)


@router.get("/password")
async def password_page(request: Request, who: AtTheDoor) -> HTMLResponse:
    """Show the form for one's own new password."""
    _not_before_the_code(who)
    return _password(request, who, None)


@router.post("/password", dependencies=[Depends(same_site)])
async def password_form(
    request: Request,
    who: AtTheDoor,
    form_token: Field,
    writing: WritingNow,
    old: Field = "",
    new: Field = "",
    again: Field = "",
) -> Response:
    """Set one's own password, and log out everywhere else."""
    form_is_ours(who, form_token)
    try:
        secret = await change_password(writing, who, old=old, new=new, again=again)
    except AccountRefused as refused:
        return _password(request, who, refused)
    response = RedirectResponse("/" if who.step else "/account", 303)
    hand_over(response, request, secret)
    return response


@router.get("/second-factor")
async def second_factor_page(request: Request, who: AtTheDoor, reading: ReadingNow) -> Response:
    """Show how a second factor is set up, and the secret while it is."""
    _not_before_the_code(who)
    if who.step is Step.PASSWORD:
        raise LogInFirst(WAY[Step.PASSWORD])
    return await _second_factor(request, who, reading, refused=False)


@router.post("/second-factor", dependencies=[Depends(same_site)])
async def set_up_form(who: AtTheDoor, form_token: Field, writing: WritingNow) -> Response:
    """Make the secret; what is in use already is left as it is."""
    form_is_ours(who, form_token)
    await set_up(writing, who)
    return RedirectResponse("/account/second-factor", 303)


@router.post("/second-factor/confirm", dependencies=[Depends(same_site)])
async def confirm_form(
    request: Request, who: AtTheDoor, form_token: Field, writing: WritingNow, code: Field = ""
) -> Response:
    """Put the second factor to use, once the telephone has shown that it reckons right."""
    form_is_ours(who, form_token)
    secret = await put_to_use(writing, who, code)
    if secret is None:
        return await _second_factor(request, who, writing, refused=True)
    response = RedirectResponse("/" if who.step else "/account", 303)
    hand_over(response, request, secret)
    return response


def _not_before_the_code(who: Visitor) -> None:
    if who.step is Step.CODE:
        raise LogInFirst(WAY[Step.CODE])


def _password(request: Request, who: Visitor, refused: AccountRefused | None) -> HTMLResponse:
    return page(
        request,
        "password.html",
        status=422 if refused else 200,
        who=who if who.step is None else None,
        form_token=who.form_token,
        must=who.step is Step.PASSWORD,
        wrong={refused.where: str(refused)} if refused else {},
        shortest=SHORTEST_PASSWORD,
    )


async def _second_factor(
    request: Request, who: Visitor, asking: Reading | Writing, *, refused: bool
) -> Response:
    user = await asking.session.get_one(User, who.id)
    if enrolled(user):
        return RedirectResponse("/account", 303)
    secret = await secret_of(asking, user)
    return page(
        request,
        "second_factor.html",
        status=422 if refused else 200,
        who=who if who.step is None else None,
        form_token=who.form_token,
        must=who.step is Step.ENROL,
        secret=secret,
        picture=picture(secret, user.login) if secret else None,
        refused=refused and secret is not None,
    )
