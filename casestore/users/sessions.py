"""
Who is logged in.

The browser holds an opaque secret in a cookie; the database holds its hash, so that a copy of
the database lets nobody in. Logging out deletes the row.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy import delete, select
from starlette.responses import Response

from casestore.access.tables import Grant
from casestore.database import AnySession
from casestore.edge import Store, StoreNow, Writing
from casestore.problems import Problem
from casestore.times import day_of
from casestore.users.rules import (
    AT_MOST,
    IDLE,
    LEADING,
    SEEN_AGAIN,
    Role,
    Step,
    Way,
    employed,
    next_step,
    session_holds,
)
from casestore.users.second_factor import enrolled
from casestore.users.tables import LoginSession, User

COOKIE: Final = "utebru_session"
POLLING: Final = "x-live"


WAY: Final = {
    Step.CODE: "/login/code",
    Step.PASSWORD: "/account/password",
    Step.ENROL: "/account/second-factor",
}


class LogInFirst(Exception):
    """Nobody is logged in, or not all the way; `where` the browser is led instead."""

    def __init__(self, where: str = "/login") -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The employee who is logged in; `step` is what they must do before anything else."""

    id: str
    name: str
    role: Role
    team: str
    secret: str = field(repr=False)
    step: Step | None = None
    way: Way = Way.PASSWORD

    @property
    def leads(self) -> bool:
        """Whether they lead the team, or stand in for who does."""
        return self.role in LEADING

    @property
    def form_token(self) -> str:
        """What every form of theirs carries, so that no other site can send one."""
        return hmac.new(self.secret.encode(), b"form", "sha256").hexdigest()


async def arriving(request: Request, store: StoreNow) -> Visitor:
    """Find who has given a password, whatever is left to do, or raise `LogInFirst`."""
    secret = request.cookies.get(COOKIE, "")
    now = store.clock()
    today = day_of(now)
    async with store.database.reading() as session:
        row, user = await logged_in(session, hash_of(secret), now)
        request.state.language = user.language
        seen_at, role = row.seen_at, await role_today(session, user, today)
    # A page that only refreshes itself is not somebody being there.
    if now - seen_at >= SEEN_AGAIN and POLLING not in request.headers:
        await _seen(store, secret)
    way = Way(row.way)
    step = _step(store, user, role, code_given=row.second_factor, way=way)
    return Visitor(
        id=user.id, name=user.name, role=role, team=user.team, secret=secret, step=step, way=way
    )


async def logged_in(
    session: AnySession, secret_hash: bytes, now: datetime
) -> tuple[LoginSession, User]:
    """Give the session that somebody's cookie is of, and whose it is, or raise `LogInFirst`."""
    row = await session.get(LoginSession, secret_hash)
    user = await session.get(User, row.user) if row else None
    if row is None or user is None or not user.active:
        raise LogInFirst
    if not employed(user.employed_from, user.employed_until, day_of(now)):
        raise LogInFirst
    if not session_holds(begun_at=row.begun_at, seen_at=row.seen_at, now=now):
        raise LogInFirst
    return row, user


ArrivingNow = Annotated[Visitor, Depends(arriving)]


async def visitor(who: ArrivingNow) -> Visitor:
    """Give who is logged in all the way, or raise `LogInFirst`."""
    if who.step is not None:
        raise LogInFirst(WAY[who.step])
    return who


async def step_of(writing: Writing, user: User, row: LoginSession) -> Step | None:
    """Say what an account must do first in a session that has begun."""
    role = await role_today(writing.session, user, day_of(writing.now))
    return _step(writing.store, user, role, code_given=row.second_factor, way=Way(row.way))


def _step(store: Store, user: User, role: Role, *, code_given: bool, way: Way) -> Step | None:
    return next_step(
        role=role,
        enrolled=enrolled(user),
        code_given=code_given,
        password_temporary=user.password_temporary,
        required=store.settings.second_factor == "required",
        way=way,
    )


async def role_today(session: AnySession, user: User, today: date) -> Role:
    """Give the account's own role, or that of the deputy while somebody has granted it."""
    if Role(user.role) is not Role.CASEWORKER:
        return Role(user.role)
    granted = await session.scalars(select(Grant).where(Grant.user == user.id))
    return acting_role(user, granted.all(), today)


def acting_role(user: User, granted: Iterable[Grant], today: date) -> Role:
    """Give the role somebody acts in on a day, knowing all that they were ever granted."""
    role = Role(user.role)
    if role is not Role.CASEWORKER:
        return role
    running = any(
        each.ended_at is None and each.from_day <= today <= each.until_day for each in granted
    )
    return Role.DEPUTY if running else role


VisitorNow = Annotated[Visitor, Depends(visitor)]


def same_site(request: Request) -> None:
    """Refuse a form that another site has sent: by Sec-Fetch-Site, and by Origin."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if site not in {None, "same-origin"} or (origin is not None and not own):
        raise Problem(403, "another-site")
    if site is None and origin is None:
        raise Problem(403, "another-site")


def form_is_ours(who: Visitor, token: str) -> None:
    """Refuse a form without the token that our page put in it."""
    if not hmac.compare_digest(who.form_token.encode(), token.encode("utf-8", "replace")):
        raise Problem(403, "form-token")


def begin(
    writing: Writing, user: str, *, second_factor: bool = False, way: Way = Way.PASSWORD
) -> str:
    """Begin a session and give the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    writing.session.add(
        LoginSession(
            secret_hash=hash_of(secret),
            team=writing.team,
            user=user,
            second_factor=second_factor,
            way=way,
            begun_at=writing.now,
            seen_at=writing.now,
        )
    )
    return secret


async def end(writing: Writing, secret: str) -> None:
    """End a session, and clear away those that nobody has ended."""
    await end_hashed(writing, hash_of(secret))


async def end_hashed(writing: Writing, secret_hash: bytes) -> None:
    """The same, of a session whose cookie is not at hand."""
    await writing.session.execute(
        delete(LoginSession).where(
            (LoginSession.secret_hash == secret_hash)
            | (LoginSession.seen_at < writing.now - IDLE)
            | (LoginSession.begun_at < writing.now - AT_MOST)
        )
    )


async def end_all(writing: Writing, user: str, *, but: Visitor | None = None) -> None:
    """Log somebody out everywhere, `but` where they are now."""
    here = [] if but is None else [LoginSession.secret_hash != hash_of(but.secret)]
    await writing.session.execute(delete(LoginSession).where(LoginSession.user == user, *here))


def hand_over(response: Response, request: Request, secret: str) -> None:
    """Put the secret in the cookie: for this site only, out of reach of scripts."""
    response.set_cookie(
        COOKIE,
        secret,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )


async def _seen(store: Store, secret: str) -> None:
    async with store.database.writing() as session:
        row = await session.get(LoginSession, hash_of(secret))
        if row is not None:
            row.seen_at = store.clock()


def hash_of(secret: str) -> bytes:
    """Give what is kept of a session's secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
