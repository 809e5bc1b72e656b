"""«Kontoer»: who has access, and since when, and what a team leader changes of it (R49–R51)."""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from pydantic import StringConstraints
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import AccessGrant, AccessList
from casestore.access.changing import By, ChangedMeanwhile
from casestore.access.listing import account, accounts, changes
from casestore.access.making import Wanted, make
from casestore.access.phrases import CHANGE, ROLE
from casestore.access.typed_days import day_field
from casestore.audit.chain import note
from casestore.edge import ReadingNow, Writing, WritingNow
from casestore.ids import PathId, new_id
from casestore.routing import Late
from casestore.templating import page
from casestore.users.rules import OWN_ROLES, AccountRefused
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(prefix="/accounts", route_class=Late)
OURS: Final = [Depends(same_site)]

Token = Annotated[str, Form(max_length=200)]
Short = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=2000)]
Minted = Annotated[str, Form(alias="id"), StringConstraints(pattern=r"^(e|grant)_[0-9a-f]{24}$")]


@router.get("")
async def accounts_page(request: Request, who: AccessList, reading: ReadingNow) -> HTMLResponse:
    """Show every account, and what was changed lately."""
    return page(
        request,
        "accounts.html",
        who=who,
        accounts=await accounts(reading, who.team),
        changes=await changes(reading, who.team),
        roles=ROLE,
        phrases=CHANGE,
    )


@router.get("/new")
async def new_page(request: Request, who: AccessGrant) -> HTMLResponse:
    """Show the form for a new account."""
    return _new(request, who, {"id": new_id("e"), "role": "caseworker"}, None)


@router.post("", dependencies=OURS)
async def make_form(
    request: Request,
    who: AccessGrant,
    form_token: Token,
    its_id: Minted,
    writing: WritingNow,
    login: Short = "",
    name: Short = "",
    role: Short = "",
    begins: Short = "",
    ends: Short = "",
    reason: Reason = "",
) -> Response:
    """Make an account, and show its first password this once."""
    form_is_ours(who, form_token)
    typed = {
        "id": its_id, "login": login, "name": name, "role": role, "begins": begins, "ends": ends,
        "reason": reason,
    }  # fmt: skip
    try:
        wanted = Wanted(
            id=its_id, login=login, name=name, role=role,
            begins=day_field(begins, "begins"), ends=day_field(ends, "ends"),
        )  # fmt: skip
        made, password = await make(writing, by_and_why(who, reason), wanted)
    except AccountRefused as refused:
        return _new(request, who, typed, refused)
    if not password:
        return RedirectResponse(f"/accounts/{made}", 303)
    return await first_password(request, who, writing, made, password)


@router.get("/{user}")
async def account_page(
    request: Request, user: PathId, who: AccessList, writing: WritingNow
) -> HTMLResponse:
    """Show one account, and why it has been changed; that is noted."""
    return await one_account(request, who, writing, user)


def by_and_why(who: Visitor, reason: str) -> By:
    """Say who changes it, and why."""
    return By(who=who, reason=reason.strip())


async def one_account(
    request: Request,
    who: Visitor,
    writing: Writing,
    user: str,
    *,
    form: str = "",
    typed: Mapping[str, str] | None = None,
    refused: AccountRefused | None = None,
) -> HTMLResponse:
    """Show one account, with the form that was refused as it was typed; that is noted."""
    line = await account(writing, who.team, user)
    await note(writing, "account.read", by=who.id, of=user)
    return page(
        request,
        "one_account.html",
        status=_status(refused),
        who=who,
        account=line,
        changes=await changes(writing, who.team, of=user, at_most=100),
        roles=ROLE,
        own_roles=OWN_ROLES,
        phrases=CHANGE,
        form=form,
        typed=typed or {},
        wrong={refused.where: str(refused)} if refused else {},
        minted=new_id("grant"),
    )


def _new(
    request: Request, who: Visitor, typed: Mapping[str, str], refused: AccountRefused | None
) -> HTMLResponse:
    return page(
        request,
        "new_account.html",
        status=_status(refused),
        who=who,
        typed=typed,
        roles=ROLE,
        own_roles=OWN_ROLES,
        wrong={refused.where: str(refused)} if refused else {},
    )


async def first_password(
    request: Request, who: Visitor, writing: Writing, user: str, password: str
) -> HTMLResponse:
    """Show a temporary password, this once."""
    line = await account(writing, who.team, user)
    return page(request, "first_password.html", who=who, account=line, password=password)


def _status(refused: AccountRefused | None) -> int:
    if refused is None:
        return 200
    return 409 if isinstance(refused, ChangedMeanwhile) else 422
