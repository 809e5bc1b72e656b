"""Accounts from the command line: the first team leader, and those that follow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casestore.access import making
from casestore.access.changing import By, close
from casestore.access.making import Wanted, make
from casestore.edge import Writing
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import Clock, day_of, utc_now
from casestore.users.rules import AccountRefused, Role, as_login
from casestore.users.tables import User

# The server's own: the audit notes that it was done, by nobody.
SERVER = By()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the command lists it."""

    id: str
    login: str
    name: str
    role: Role
    active: bool
    created_at: datetime


async def create_first_team_leader(
    settings: Settings, *, login: str, name: str, password: str, clock: Clock = utc_now
) -> str:
    """Make the first account and give its id; refused when the team has a leader already."""
    async with _writing(settings, clock) as writing:
        wanted = _wanted(writing, login, name, Role.TEAM_LEADER, password)
        return (await make(writing, SERVER, wanted, first=True))[0]


async def create_account(
    settings: Settings,
    *,
    login: str,
    name: str,
    role: Role,
    password: str,
    clock: Clock = utc_now,
) -> str:
    """Make an account and give its id."""
    async with _writing(settings, clock) as writing:
        return (await make(writing, SERVER, _wanted(writing, login, name, role, password)))[0]


async def set_password(
    settings: Settings, *, login: str, password: str, clock: Clock = utc_now
) -> None:
    """Give an account a new password, open its lock, and log it out everywhere."""
    async with _writing(settings, clock) as writing:
        await making.new_password(writing, SERVER, await _user(writing, login), password=password)


async def reset_second_factor(settings: Settings, *, login: str, clock: Clock = utc_now) -> None:
    """Take away a second factor, and log the account out everywhere."""
    async with _writing(settings, clock) as writing:
        await making.reset_second_factor(writing, SERVER, await _user(writing, login))


async def close_account(settings: Settings, *, login: str, clock: Clock = utc_now) -> None:
    """Close an account; it is kept, its id is never used again, and one leader must be left."""
    async with _writing(settings, clock) as writing:
        await close(writing, SERVER, await _user(writing, login))


async def list_accounts(settings: Settings, *, clock: Clock = utc_now) -> list[Account]:
    """List every account, closed ones too."""
    async with _writing(settings, clock) as writing:
        return [
            Account(
                id=user.id,
                login=user.login,
                name=user.name,
                role=Role(user.role),
                active=user.active,
                created_at=user.created_at,
            )
            for user in await writing.session.scalars(select(User).order_by(User.login))
        ]


@asynccontextmanager
async def _writing(settings: Settings, clock: Clock) -> AsyncIterator[Writing]:
    async with opened_store(settings, clock) as store, store.database.writing() as session:
        yield Writing(session=session, store=store, now=clock())


def _wanted(writing: Writing, login: str, name: str, role: Role, password: str) -> Wanted:
    today = day_of(writing.now)
    return Wanted(login=login, name=name, role=role, password=password, begins=today)


async def _user(writing: Writing, login: str) -> str:
    known = User.login == (as_login(login) or "")
    found = await writing.session.scalar(select(User.id).where(known, User.team == writing.team))
    if found is None:
        raise AccountRefused("Det finnes ingen slik bruker.")
    return found
