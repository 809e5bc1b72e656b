"""Asking the provider over HTTP, and believing nothing of how large or slow it answers."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx

from casestore.oidc.rules import LARGEST, NotLetIn, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: a status, and a JSON object."""

    status: int
    said: Mapping[str, Any] = field(repr=False)


async def ask(
    url: str,
    *,
    patience: float,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Answer:
    """Get `url`, or post a form to it. What is no answer within our limits is `SILENT`."""
    # No redirects: the addresses are the provider's own words.
    try:
        async with (
            asyncio.timeout(patience),
            httpx.AsyncClient(
                verify=trusted(),
                trust_env=False,
                follow_redirects=False,
                timeout=patience,
            ) as http,
            http.stream(
                "GET" if body is None else "POST",
                url,
                content=body,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"}
                | dict(headers or {}),
            ) as answer,
        ):
            return Answer(status=answer.status_code, said=_object(await _whole(answer)))
    except TimeoutError:
        raise NotLetIn(Refusal.SILENT, "slow") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        raise NotLetIn(Refusal.SILENT, "unreachable") from None


@cache
def trusted() -> ssl.SSLContext:
    """Give the system's trusted issuers, read once: it takes longer than the question."""
    return ssl.create_default_context()


async def _whole(answer: httpx.Response) -> bytes:
    """As it was sent: what is packed all the same is never unpacked, and is no JSON."""
    raw = bytearray()
    async for piece in answer.aiter_raw():
        raw += piece
        if len(raw) > LARGEST:
            raise NotLetIn(Refusal.SILENT, "large")
    return bytes(raw)


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise NotLetIn(Refusal.SILENT, "not-json") from None
    if not isinstance(said, dict):
        raise NotLetIn(Refusal.SILENT, "not-json")
    return said
