"""
Who is logged in.

The browser holds an opaque secret in a cookie; the database holds its hash, so that a copy of
the database lets nobody in. Logging out deletes the row.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from sqlalchemy import delete
from starlette.responses import Response

from casestore.edge import Store, StoreNow, Writing
from casestore.problems import Problem
from casestore.transfers.rules import Asking
from casestore.users.rules import AT_MOST, IDLE, SEEN_AGAIN, Role, session_holds
from casestore.users.tables import LoginSession, User

COOKIE: Final = "utebru_session"
POLLING: Final = "x-live"


class LogInFirst(Exception):
    """Nobody is logged in; the browser is shown the log-in page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The employee who is logged in."""

    id: str
    name: str
    role: Role
    secret: str = field(repr=False)

    @property
    def leads(self) -> bool:
        """Whether they lead the team."""
        return self.role is Role.TEAM_LEADER

    @property
    def asking(self) -> Asking:
        """The same, in the words of the transfer log's rules."""
        return Asking(user=self.id, leads=self.leads)

    @property
    def form_token(self) -> str:
        """What every form of theirs carries, so that no other site can send one."""
        return hmac.new(self.secret.encode(), b"form", "sha256").hexdigest()


async def visitor(request: Request, store: StoreNow) -> Visitor:
    """Find who is logged in, or raise `LogInFirst`."""
    secret = request.cookies.get(COOKIE, "")
    now = store.clock()
    async with store.database.reading() as session:
        row = await session.get(LoginSession, _hash(secret)) if secret else None
        user = await session.get(User, row.user) if row else None
        if row is None or user is None or not user.active:
            raise LogInFirst
        if not session_holds(begun_at=row.begun_at, seen_at=row.seen_at, now=now):
            raise LogInFirst
        seen_at = row.seen_at
    # A page that only refreshes itself is not somebody being there.
    if now - seen_at >= SEEN_AGAIN and POLLING not in request.headers:
        await _seen(store, secret)
    return Visitor(id=user.id, name=user.name, role=Role(user.role), secret=secret)


VisitorNow = Annotated[Visitor, Depends(visitor)]


def team_leader(who: VisitorNow) -> Visitor:
    """Let through only a team leader."""
    if not who.leads:
        raise Problem(403, "team-leader-only")
    return who


TeamLeaderNow = Annotated[Visitor, Depends(team_leader)]


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


def begin(writing: Writing, user: str) -> str:
    """Begin a session and give the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    writing.session.add(
        LoginSession(
            secret_hash=_hash(secret),
            team=writing.team,
            user=user,
            begun_at=writing.now,
            seen_at=writing.now,
        )
    )
    return secret


async def end(writing: Writing, secret: str) -> None:
    """End a session, and clear away those that nobody has ended."""
    await writing.session.execute(
        delete(LoginSession).where(
            (LoginSession.secret_hash == _hash(secret))
            | (LoginSession.seen_at < writing.now - IDLE)
            | (LoginSession.begun_at < writing.now - AT_MOST)
        )
    )


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
        row = await session.get(LoginSession, _hash(secret))
        if row is not None:
            row.seen_at = store.clock()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
