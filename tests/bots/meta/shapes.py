"""Events in the shapes that the Messenger Platform documents."""

import hashlib
import hmac
import json
from typing import Any, Final

Json = dict[str, Any]

PAGE: Final = "100200300"
MAYA: Final = "6310884201775001"
WORDS: Final = "Jeg tør ikke gå hjem"
TOKEN: Final = "EAAkanariToken"
SECRET: Final = "kanari-app-hemmelighet"
VERIFY: Final = "kanari-verify"
MID: Final = (
    "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P"
)
ASKED: Final = "m_1fTq8oLumEyIp3Q2MR-aY7IfLZDamVrALniheU"
AT: Final = 1_772_000_000_123
CDN: Final = "https://scontent-arn2-1.xx.fbcdn.net/v/t1.15752-9/456_n.png?oh=03_Q7cD&oe=6A1B2C3D"

SECRETS: Final = (WORDS, MAYA, TOKEN, SECRET, VERIFY, CDN)
"""What no log line may hold."""


def event(**about: Any) -> Json:
    return {"sender": {"id": MAYA}, "recipient": {"id": PAGE}, "timestamp": AT} | about


def said(**message: Any) -> Json:
    return event(message={"mid": MID} | message)


def echo(**message: Any) -> Json:
    told = {"is_echo": True, "app_id": 1517776481860111, "mid": MID} | message
    return event(message=told) | {"sender": {"id": PAGE}, "recipient": {"id": MAYA}}


def attached(kind: str, **payload: Any) -> Json:
    return said(attachments=[{"type": kind, "payload": payload}])


def kept(told: object) -> bytes:
    """As it is put on disk."""
    return json.dumps({"page": PAGE, "event": told}).encode()


def call(*events: object, page: str = PAGE, channel: str = "messaging") -> bytes:
    entry = [{"id": page, "time": AT, channel: list(events)}]
    return json.dumps({"object": "page", "entry": entry}).encode()


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    seal = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={seal}"}
