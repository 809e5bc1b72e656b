"""
Somebody asks Meta that we delete what we have of them; Meta tells us, and not who it is.

«Data Deletion Request Callback»: the id in it belongs to the app alone, and is not the one that
a youth writes from. So a person is told, and whoever asked gets a code and a page about it. The
code says itself when it was made and that we made it, so that nothing need be kept for the page.
"""

import hashlib
import hmac
import json
import re
from base64 import b32encode, b64decode
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import parse_qs

from bots.values import Json, held, number, said
from bridge.domain.ids import Address
from bridge.domain.messages import DeletionAsked, Inbound

CODE: Final = re.compile(r"(?P<day>\d{6})-(?P<what>[A-Z2-7]{8})-(?P<seal>[A-Z2-7]{8})")
LARGEST: Final = 8 * 1024
_END_OF_TIME: Final = 253_402_300_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    code: str
    at: int
    """Seconds, by Meta's clock."""

    @property
    def event(self) -> str:
        return hashlib.sha256(f"deletion {self.code}".encode()).hexdigest()[:40]

    @property
    def body(self) -> bytes:
        """As it is put on disk: nothing of whom."""
        return json.dumps({"deletion": {"code": self.code, "timestamp": self.at}}).encode()


def wished(body: bytes, secret: str) -> Wish | None:
    """What was signed with the app's secret; the same asked again is the same wish."""
    sealed, _, payload = _field(body).partition(".")
    ours = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    if not secret or not hmac.compare_digest(_decoded(sealed), ours):
        return None
    try:
        told = json.loads(_decoded(payload))
    except (ValueError, RecursionError):
        return None
    at = number(told, "issued_at")
    if said(told, "algorithm").upper() != "HMAC-SHA256" or not said(told, "user_id"):
        return None
    if at is None or not 0 <= at < _END_OF_TIME:
        return None
    what = f"{datetime.fromtimestamp(at, tz=UTC):%y%m%d}-{_letters(secret, 'wish', payload)}"
    return Wish(code=f"{what}-{_letters(secret, 'code', what)}", at=at)


def made_on(code: str, secret: str) -> date | None:
    """When it was asked for; None if we never gave that code."""
    found = CODE.fullmatch(code)
    if found is None:
        return None
    what, _, seal = code.rpartition("-")
    if not hmac.compare_digest(seal, _letters(secret, "code", what)):
        return None
    try:
        return datetime.strptime(found["day"], "%y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def read(kept: Json) -> Inbound | None:
    """Such a wish as a fact, where it is one."""
    about = held(kept, "deletion")
    code, at = said(about, "code"), number(about, "timestamp")
    if not code or at is None or not 0 <= at < _END_OF_TIME:
        return None
    moment = datetime.fromtimestamp(at, tz=UTC)
    return Inbound(address=Address(""), at=moment, fact=DeletionAsked(code=code))


def _field(body: bytes) -> str:
    if len(body) > LARGEST:
        return ""
    try:
        told = parse_qs(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return ""
    return told.get("signed_request", [""])[0]


def _decoded(text: str) -> bytes:
    """Base64 for addresses, with or without its padding; b"" where it is none."""
    try:
        return b64decode(
            text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True
        )
    except ValueError:
        return b""


def _letters(secret: str, about: str, text: str) -> str:
    made = hmac.new(secret.encode(), f"{about} {text}".encode(), hashlib.sha256).digest()
    return b32encode(made[:5]).decode()
