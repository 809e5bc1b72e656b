"""
What is believed of the municipality's log-in, and for how long.

Rule 1: whom it knows is nobody to us until an employee has tied their own account to it.
Rule 2: it is asked over TLS, or on this machine; what it answers is small, and comes soon.
Rule 3: an answer counts once, in the browser that asked, and not for long.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

HOLDS: Final = timedelta(minutes=10)
"""From somebody is sent to the provider until they must be back."""
LEEWAY: Final = timedelta(seconds=60)
"""How far the provider's clock may be from ours."""
REMEMBERED: Final = timedelta(hours=1)
"""How long the provider's addresses and keys are not asked for again."""
NOT_AGAIN: Final = timedelta(seconds=10)
"""How long a provider that did not answer is not asked again, so that nobody queues for it."""
PATIENCE: Final = 8.0
"""Seconds for one answer, all of it."""
LARGEST: Final = 256 * 1024
LONGEST_SUBJECT: Final = 255  # OpenID Connect Core 1.0, section 2

# Signed with a key that only the provider has. Not "none", nor HS256, which anybody can sign
# who has read the public key (RFC 8725, 3.1).
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Purpose(StrEnum):
    """What somebody is sent to the provider for."""

    LOG_IN = "log_in"
    TIE = "tie"


class Refusal(StrEnum):
    """Why it came to nothing; the code that is logged, and picks the words that are shown."""

    NOT_BEGUN = "not_begun"
    """Nothing of the kind was begun in this browser, or it has been used, or is too old."""
    DECLINED = "declined"
    SILENT = "silent"
    """The provider does not answer, or not as agreed."""
    NOT_PROVED = "not_proved"
    """What came back does not prove who it is."""
    UNKNOWN = "unknown"
    SHUT = "shut"
    """The account lets nobody in just now."""
    LEFT = "left"
    """Who began to tie their account is no longer logged in."""
    TAKEN = "taken"


class NotLetIn(Exception):
    """A log-in with the provider, or a tie, that came to nothing."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.detail = detail
        """A code of ours for the log; never anything that was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """Whom the provider knows it to be; `strong` if it has asked for two factors itself."""

    subject: str = field(repr=False)
    strong: bool


def may_be_asked(url: str) -> bool:
    """Say whether an address is one that nobody on the way can read or answer for."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.fragment or not (url.isascii() and _plain(url)):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def _plain(url: str) -> bool:
    return url.isprintable() and " " not in url
