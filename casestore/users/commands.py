"""Accounts from the command line: the first team leader, and those that follow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from casestore.edge import Writing
from casestore.ids import new_id
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import Clock, utc_now
from casestore.users.passwords import hashed
from casestore.users.rules import Role, as_login, last_leader, password_mistake
from casestore.users.tables import LoginSession, User


class AccountRefused(Exception):
    """The account cannot be made or changed so; the message says why, in bokmål."""


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
        if await _leaders(writing):
            raise AccountRefused("Teamet har en teamleder fra før.")
        return await _create(writing, login, name, Role.TEAM_LEADER, password)


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
        return await _create(writing, login, name, role, password)


async def set_password(
    settings: Settings, *, login: str, password: str, clock: Clock = utc_now
) -> None:
    """Give an account a new password, open its lock, and log it out everywhere."""
    async with _writing(settings, clock) as writing:
        user = await _user(writing, login)
        _check(password, user.login)
        user.password, user.failures, user.locked_until = await hashed(password), 0, None
        await _log_out(writing, user)


async def close_account(settings: Settings, *, login: str, clock: Clock = utc_now) -> None:
    """Close an account; it is kept, its id is never used again, and one leader must be left."""
    async with _writing(settings, clock) as writing:
        user = await _user(writing, login)
        if last_leader(role=user.role, other_leaders=await _leaders(writing, besides=user.id)):
            raise AccountRefused("Dette er den siste teamlederen.")
        user.active, user.closed_at = False, writing.now
        await _log_out(writing, user)


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


async def _create(writing: Writing, login: str, name: str, role: Role, password: str) -> str:
    known, name = as_login(login), name.strip()
    if known is None:
        raise AccountRefused("Brukernavnet må være små bokstaver, tall, punktum, @ eller strek.")
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise AccountRefused("Navnet må ha mellom 1 og 120 synlige tegn.")
    _check(password, known)
    taken = await writing.session.scalar(select(User.id).where(User.login == known))
    if taken is not None:
        raise AccountRefused("Brukernavnet er i bruk.")
    user = User(
        id=new_id("e"),
        team=writing.team,
        login=known,
        name=name,
        role=role,
        password=await hashed(password),
        active=True,
        failures=0,
        created_at=writing.now,
    )
    writing.session.add(user)
    return user.id


def _check(password: str, login: str) -> None:
    if mistake := password_mistake(password, login=login):
        raise AccountRefused(mistake)


async def _user(writing: Writing, login: str) -> User:
    found = await writing.session.execute(select(User).where(User.login == (as_login(login) or "")))
    user = found.scalar_one_or_none()
    if user is None:
        raise AccountRefused("Det finnes ingen slik bruker.")
    return user


async def _leaders(writing: Writing, *, besides: str = "") -> int:
    counted = await writing.session.execute(
        select(func.count())
        .select_from(User)
        .where(User.role == Role.TEAM_LEADER, User.active, User.id != besides)
    )
    return counted.scalar_one()


async def _log_out(writing: Writing, user: User) -> None:
    await writing.session.execute(delete(LoginSession).where(LoginSession.user == user.id))
