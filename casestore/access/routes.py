"""Accounts as JSON: the same list and the same changes as the pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access import making
from casestore.access.answers import AccountMade, Accounts, AccountTold, Done, NewPassword
from casestore.access.asking import AccessGrant, AccessList
from casestore.access.changing import (
    By,
    ChangedMeanwhile,
    close,
    set_employment,
    set_role,
)
from casestore.access.deputies import end_deputy, grant_deputy
from casestore.access.listing import account, accounts
from casestore.access.making import Wanted, make
from casestore.access.typed_days import day_field
from casestore.answers import ById, Created, Given
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId, new_id
from casestore.oidc.tying import untie
from casestore.paging import After, page_of
from casestore.problems import Problem
from casestore.received import Agreed, Day, Received, received
from casestore.repeats.route import Once
from casestore.times import write_time
from casestore.users.rules import AccountRefused
from casestore.users.sessions import Visitor, same_site
from casestore.versions import SeenVersion

router = APIRouter(prefix="/api/accounts", dependencies=[Depends(same_site)], route_class=Once)


class Change(Agreed):
    """Why something is done."""

    reason: str = Field(min_length=1, max_length=2000, repr=False)


class NewAccount(Change):
    """An account to be made; its first password is ours."""

    login: str = Field(max_length=64)
    name: str = Field(max_length=120, repr=False)
    role: str
    begins: Day
    ends: Day | None


class NewRole(Change):
    """A role."""

    role: str


class Employment(Change):
    """Days of employment, both included."""

    begins: Day
    ends: Day | None


class Deputy(Change):
    """Days of standing in, both included."""

    begins: Day
    ends: Day


@router.get("")
async def list_accounts(
    who: AccessList, reading: ReadingNow, after: After = None
) -> Given[Accounts]:
    """List the accounts of the team."""
    lines, cursor = page_of(await accounts(reading, who.team), after, lambda line: line.id)
    told = [AccountTold(**_plain(asdict(line))) for line in lines]
    return Given(Accounts(accounts=told, next=cursor))


@router.get("/{user}")
async def one_account(user: PathId, who: AccessList, reading: ReadingNow) -> Given[AccountTold]:
    """Give one account, with the version that a change of it is made from."""
    return Given(AccountTold(**_plain(asdict(await account(reading, who.team, user)))))


@router.post("")
async def post_account(
    who: AccessGrant,
    body: Annotated[Received[NewAccount], Depends(received(NewAccount))],
    writing: WritingNow,
) -> Created[AccountMade]:
    """Make an account; the answer holds its first password, this once."""
    said = body.said
    async with _by(who, said) as by:
        wanted = Wanted(
            login=said.login, name=said.name, role=said.role,
            begins=_date(said.begins), ends=_date(said.ends),
        )  # fmt: skip
        made, password = await make(writing, by, wanted)
    return Created(AccountMade(id=made, password=password))


@router.post("/{user}/role")
async def post_role(
    user: PathId,
    who: AccessGrant,
    version: SeenVersion,
    body: Annotated[Received[NewRole], Depends(received(NewRole))],
    writing: WritingNow,
) -> Given[Done]:
    """Give an account another role."""
    said = body.said
    async with _by(who, said) as by:
        await set_role(writing, by, user, role=said.role, version=version)
    return Given(Done())


@router.post("/{user}/employment")
async def post_employment(
    user: PathId,
    who: AccessGrant,
    version: SeenVersion,
    body: Annotated[Received[Employment], Depends(received(Employment))],
    writing: WritingNow,
) -> Given[Done]:
    """Say from when and until when somebody is employed."""
    said = body.said
    async with _by(who, said) as by:
        await set_employment(
            writing, by, user, version=version, begins=_date(said.begins),
            ends=_date(said.ends),
        )  # fmt: skip
    return Given(Done())


@router.post("/{user}/deputies")
async def post_deputy(
    user: PathId,
    who: AccessGrant,
    body: Annotated[Received[Deputy], Depends(received(Deputy))],
    writing: WritingNow,
) -> Created[ById]:
    """Let somebody stand in for the team leader."""
    said, its_id = body.said, new_id("grant")
    async with _by(who, said) as by:
        await grant_deputy(
            writing, by, user, its_id=its_id, begins=_date(said.begins), ends=_date(said.ends)
        )
    return Created(ById(id=its_id))


@router.post("/{user}/deputies/{grant}/end")
async def post_deputy_end(
    user: PathId,
    grant: PathId,
    who: AccessGrant,
    body: Annotated[Received[Change], Depends(received(Change))],
    writing: WritingNow,
) -> Given[Done]:
    """End somebody's time as deputy at once."""
    async with _by(who, body.said) as by:
        await end_deputy(writing, by, user, grant=grant)
    return Given(Done())


class Deed(StrEnum):
    """What can be done with an account, with nothing to say but why."""

    CLOSE = "close"
    UNLOCK = "unlock"
    SECOND_FACTOR_RESET = "second-factor-reset"
    UNTIE = "untie"


DEEDS: Final = {
    Deed.CLOSE: close,
    Deed.UNLOCK: making.unlock,
    Deed.SECOND_FACTOR_RESET: making.reset_second_factor,
    Deed.UNTIE: untie,
}


@router.post("/{user}/password")
async def post_password(
    user: PathId,
    who: AccessGrant,
    body: Annotated[Received[Change], Depends(received(Change))],
    writing: WritingNow,
) -> Given[NewPassword]:
    """Make a new password for one log-in; the answer holds it, this once."""
    async with _by(who, body.said) as by:
        password = await making.new_password(writing, by, user)
    return Given(NewPassword(password=password))


@router.post("/{user}/{deed}")
async def post_deed(
    user: PathId,
    deed: Deed,
    who: AccessGrant,
    body: Annotated[Received[Change], Depends(received(Change))],
    writing: WritingNow,
) -> Given[Done]:
    """Close an account, open its lock, or take its second factor or its tie away."""
    async with _by(who, body.said) as by:
        await DEEDS[deed](writing, by, user)
    return Given(Done())


@asynccontextmanager
async def _by(who: Visitor, said: Change) -> AsyncIterator[By]:
    """Give who changes it and why; what is refused is a problem, and nothing of it is kept."""
    try:
        yield By(who=who, reason=said.reason.strip())
    except ChangedMeanwhile as refused:
        raise Problem(409, "changed-meanwhile", str(refused)) from None
    except AccountRefused as refused:
        raise Problem(422, "account-refused", str(refused)) from None


def _date(text: str | None) -> date | None:
    return day_field(text or "", "begins")


def _plain(told: Any) -> Any:
    match told:
        case dict():
            return {key: _plain(value) for key, value in told.items()}
        case list() | tuple():
            return [_plain(each) for each in told]
        case datetime():
            return write_time(told)
        case date():
            return told.isoformat()
        case _:
            return told
