"""
Signed HTTP: events, interactions and commands at one address.

The signature is over the raw bytes and is checked on them. What is refused gets a plain
answer with a 4xx; what is signed and whole goes the same way as Socket Mode's.
"""

import hmac
import json
import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier

from bots.slack.app import SlackApp
from bots.slack.payload import Json, load, text_at
from bridge.ports import Clock, Unreadable

log: Final = logging.getLogger(__name__)

LARGEST: Final = 1_000_000
"""Bytes. Slack's own payloads stay far below; a view may be 250 kB."""

SKEW: Final = 300
"""Seconds a timestamp may be off (Slack, Verifying requests from Slack)."""

Answer = tuple[int, bytes]


class Http:
    def __init__(self, app: SlackApp, signing_secret: str, *, clock: Clock) -> None:
        self._app, self._clock = app, clock
        self._verifier = SignatureVerifier(signing_secret)

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The status, and JSON (or nothing) to answer with. Never raises."""
        if len(body) > LARGEST:
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        known = {name.lower(): value for name, value in headers.items()}
        if not self._fresh(known.get("x-slack-request-timestamp", "")):
            return _problem(HTTPStatus.UNAUTHORIZED)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return _problem(HTTPStatus.BAD_REQUEST)
        if not self._signed(text, known):
            return _problem(HTTPStatus.UNAUTHORIZED)
        try:
            payload = _payload(text, known.get("content-type", ""))
        except Unreadable:
            return _problem(HTTPStatus.BAD_REQUEST)
        if payload.get("type") == "url_verification":
            challenge = text_at(payload, "challenge") or ""
            return HTTPStatus.OK, json.dumps({"challenge": challenge}).encode()
        answer = await self._app.dispatch(payload)
        return answer.status, answer.body.encode()

    def _fresh(self, timestamp: str) -> bool:
        """Whether it is a number, and of now; the SDK raises on what is not a number."""
        if not re.fullmatch("[0-9]{1,12}", timestamp):
            return False
        return abs(self._clock.now().timestamp() - int(timestamp)) <= SKEW

    def _signed(self, text: str, headers: Mapping[str, str]) -> bool:
        """As the SDK's `is_valid`, but by the bridge's clock, which `_fresh` has asked."""
        stamp, given = headers["x-slack-request-timestamp"], headers.get("x-slack-signature", "")
        ours = self._verifier.generate_signature(timestamp=stamp, body=text)
        return ours is not None and hmac.compare_digest(ours.encode(), given.encode())


def _payload(text: str, content_type: str) -> Json:
    """JSON as it is, or what a form carries: an interaction in `payload`, else a command."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return load(text.encode())
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except ValueError:
        raise Unreadable("not a form") from None
    return load(form["payload"].encode()) if "payload" in form else dict[str, object](form)


def _problem(status: HTTPStatus) -> Answer:
    log.warning("slack request refused status=%d", status)
    detail = {"type": "about:blank", "title": status.phrase, "status": status.value}
    return status, json.dumps(detail).encode()
