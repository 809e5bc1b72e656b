"""
What is begun in a browser, and must come back to it: once, soon, and with nothing missing.

The browser holds one secret, in a cookie of its own. What goes to the provider with it, the nonce
and the PKCE verifier, is made from that secret and the store's key, so that neither a copy of the
database nor the address bar has it. The row is deleted before the provider is asked for anything.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import Response

from casestore.edge import Store, Writing
from casestore.oidc.provider import Errand
from casestore.oidc.rules import HOLDS, NotLetIn, Purpose, Refusal
from casestore.oidc.settings import OidcSettings
from casestore.oidc.tables import OidcAttempt
from casestore.threads.keys import fingerprint

NAME: Final = "utebru_provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """An attempt that has come back: what was begun, in which session, and what was sent along."""

    purpose: Purpose
    session_hash: bytes = field(repr=False)
    begun_at: datetime
    errand: Errand = field(repr=False)


async def begin(writing: Writing, purpose: Purpose, *, session_hash: bytes) -> tuple[Errand, str]:
    """Begin it in a session, or in none; give what to send along, and the browser's secret."""
    await writing.session.execute(
        delete(OidcAttempt).where(OidcAttempt.begun_at < writing.now - HOLDS)
    )
    secret, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    writing.session.add(
        OidcAttempt(
            state_hash=_hash(state),
            team=writing.team,
            browser_hash=_hash(secret),
            purpose=purpose,
            session_hash=session_hash,
            begun_at=writing.now,
        )
    )
    return _errand(writing.store, secret, state), secret


async def take(writing: Writing, state: str, secret: str) -> Back:
    """Use it up, in the browser where it was begun; raises `NotLetIn`."""
    found = await writing.session.execute(
        delete(OidcAttempt)
        .where(
            OidcAttempt.state_hash == _hash(state),
            OidcAttempt.browser_hash == _hash(secret),
            OidcAttempt.team == writing.team,
        )
        .returning(OidcAttempt.purpose, OidcAttempt.session_hash, OidcAttempt.begun_at)
    )
    row = found.one_or_none()
    if row is None or writing.now - row.begun_at >= HOLDS:
        raise NotLetIn(Refusal.NOT_BEGUN)
    return Back(
        purpose=Purpose(row.purpose),
        session_hash=row.session_hash,
        begun_at=row.begun_at,
        errand=_errand(writing.store, secret, state),
    )


def hand_over(response: Response, settings: OidcSettings, secret: str) -> None:
    """Put the secret in its cookie. Lax: it must come along when the provider sends them back."""
    response.set_cookie(
        _cookie(settings),
        secret,
        max_age=int(HOLDS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.over_tls,
        path="/",
    )


def secret_in(request: Request, settings: OidcSettings) -> str:
    """Give the secret that the browser holds."""
    return request.cookies.get(_cookie(settings), "")


def take_back(response: Response, settings: OidcSettings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(
        _cookie(settings), path="/", secure=settings.over_tls, httponly=True, samesite="lax"
    )


def _cookie(settings: OidcSettings) -> str:
    # With the prefix no other host of the domain can have set it (RFC 6265bis, 4.1.3.2).
    return f"__Host-{NAME}" if settings.over_tls else NAME


def _errand(store: Store, secret: str, state: str) -> Errand:
    def made(what: bytes) -> str:
        return fingerprint(store, what, secret.encode("utf-8", "replace"), state.encode()).hex()

    return Errand(state=state, nonce=made(b"oidc-nonce"), verifier=made(b"oidc-verifier"))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
