"""The forms on an account's page: what a team leader changes of it, each with a reason (R49)."""

from collections.abc import Awaitable, Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from casestore.access import making
from casestore.access.asking import AccessGrant
from casestore.access.changing import close, set_employment, set_role
from casestore.access.deputies import end_deputy, grant_deputy
from casestore.access.pages import (
    OURS,
    Minted,
    Reason,
    Short,
    Token,
    by_and_why,
    first_password,
    one_account,
)
from casestore.access.typed_days import day_field
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId
from casestore.oidc.tying import untie
from casestore.routing import Late
from casestore.users.rules import AccountRefused
from casestore.users.sessions import Visitor, form_is_ours

router = APIRouter(prefix="/accounts", dependencies=OURS, route_class=Late)


@router.post("/{user}/role")
async def role_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    version: Short,
    writing: WritingNow,
    role: Short = "",
    reason: Reason = "",
) -> Response:
    """Give an account another role."""
    form_is_ours(who, form_token)
    deed = set_role(writing, by_and_why(who, reason), user, role=role, version=version)
    return await _done(request, who, writing, user, "role", deed, {"role": role, "reason": reason})


@router.post("/{user}/employment")
async def employment_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    version: Short,
    writing: WritingNow,
    begins: Short = "",
    ends: Short = "",
    reason: Reason = "",
) -> Response:
    """Say from when and until when somebody is employed."""
    form_is_ours(who, form_token)

    async def deed() -> None:
        await set_employment(
            writing,
            by_and_why(who, reason),
            user,
            version=version,
            begins=day_field(begins, "begins"),
            ends=day_field(ends, "ends"),
        )

    typed = {"begins": begins, "ends": ends, "reason": reason}
    return await _done(request, who, writing, user, "employment", deed(), typed)


@router.post("/{user}/deputies")
async def deputy_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    its_id: Minted,
    writing: WritingNow,
    begins: Short = "",
    ends: Short = "",
    reason: Reason = "",
) -> Response:
    """Let somebody stand in for the team leader."""
    form_is_ours(who, form_token)

    async def deed() -> None:
        await grant_deputy(
            writing,
            by_and_why(who, reason),
            user,
            its_id=its_id,
            begins=day_field(begins, "begins"),
            ends=day_field(ends, "ends"),
        )

    typed = {"id": its_id, "begins": begins, "ends": ends, "reason": reason}
    return await _done(request, who, writing, user, "deputy", deed(), typed)


@router.post("/{user}/deputies/{grant}/end")
async def end_deputy_form(
    request: Request,
    user: PathId,
    grant: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """End somebody's time as deputy at once."""
    form_is_ours(who, form_token)
    deed = end_deputy(writing, by_and_why(who, reason), user, grant=grant)
    return await _done(request, who, writing, user, f"end-{grant}", deed, {"reason": reason})


@router.post("/{user}/close")
async def close_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """Close an account."""
    form_is_ours(who, form_token)
    deed = close(writing, by_and_why(who, reason), user)
    return await _done(request, who, writing, user, "close", deed, {"reason": reason})


@router.post("/{user}/unlock")
async def unlock_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """Open the lock of an account that had too many wrong guesses."""
    form_is_ours(who, form_token)
    deed = making.unlock(writing, by_and_why(who, reason), user)
    return await _done(request, who, writing, user, "unlock", deed, {"reason": reason})


@router.post("/{user}/second-factor/reset")
async def reset_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """Take away a second factor whose telephone is lost."""
    form_is_ours(who, form_token)
    deed = making.reset_second_factor(writing, by_and_why(who, reason), user)
    return await _done(request, who, writing, user, "reset", deed, {"reason": reason})


@router.post("/{user}/untie")
async def untie_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """Let the municipality's log-in open an account no longer."""
    form_is_ours(who, form_token)
    deed = untie(writing, by_and_why(who, reason), user)
    return await _done(request, who, writing, user, "untie", deed, {"reason": reason})


@router.post("/{user}/password")
async def password_form(
    request: Request,
    user: PathId,
    who: AccessGrant,
    form_token: Token,
    writing: WritingNow,
    reason: Reason = "",
) -> Response:
    """Make a new password for one log-in, and show it this once."""
    form_is_ours(who, form_token)
    try:
        password = await making.new_password(writing, by_and_why(who, reason), user)
    except AccountRefused as refused:
        typed = {"reason": reason}
        return await one_account(
            request, who, writing, user, form="password", typed=typed, refused=refused
        )
    return await first_password(request, who, writing, user, password)


async def _done(
    request: Request,
    who: Visitor,
    writing: Writing,
    user: str,
    form: str,
    deed: Awaitable[None],
    typed: Mapping[str, str],
) -> Response:
    try:
        await deed
    except AccountRefused as refused:
        return await one_account(
            request, who, writing, user, form=form, typed=typed, refused=refused
        )
    return RedirectResponse(f"/accounts/{user}", 303)
