"""HTTP mode: signed POSTs to the app's request URLs."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx

from bots.sandbox.faults import as_json

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUrls:
    """Where the app wants to be called."""

    events: str
    interactivity: str
    commands: str


@dataclass(slots=True)
class SignedRequests:
    secret: str = field(repr=False)
    now: Callable[[], float]
    urls: RequestUrls | None = None

    async def deliver(
        self, kind: str, payload: Json, *, within: float, attempt: int = 0, reason: str = ""
    ) -> tuple[Json | None, str]:
        """POST it; the answer (None if it was not taken) and the reason for a retry."""
        if self.urls is None:
            return None, "http_error"
        url, body, content_type = self._form(self.urls, kind, payload)
        headers = {"Content-Type": content_type} | self.signature(body)
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            async with httpx.AsyncClient(timeout=within, trust_env=False) as client:
                response = await client.post(url, content=body, headers=headers)
        except httpx.TimeoutException:
            return None, "http_timeout"
        except httpx.HTTPError:
            return None, "connection_failed"
        if not response.is_success:
            stop = response.headers.get("x-slack-no-retry") == "1"
            return None, "" if stop else "http_error"
        return _json_of(response), ""

    def signature(self, body: bytes) -> dict[str, str]:
        """`v0=HMAC-SHA256(secret, "v0:{timestamp}:{body}")`, over the very bytes that are sent."""
        stamp = str(int(self.now()))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    def _form(self, urls: RequestUrls, kind: str, payload: Json) -> tuple[str, bytes, str]:
        if kind == "events_api":
            return urls.events, as_json(payload).encode(), "application/json"
        form = "application/x-www-form-urlencoded"
        if kind == "slash_commands":
            return urls.commands, urlencode(payload).encode(), form
        return urls.interactivity, urlencode({"payload": as_json(payload)}).encode(), form


def _json_of(response: httpx.Response) -> Json:
    try:
        said = json.loads(response.content)
    except ValueError:
        text = response.text.strip()
        return {"text": text} if text else {}
    return said if isinstance(said, dict) else {}
