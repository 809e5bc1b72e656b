"""
A platform on loopback that answers what it is told to, in order, and remembers what it was asked.

Each channel's own tables go through here: what we ask of it, and what its answers mean.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

import pytest
from aiohttp import web

from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

Asked = TypeVar("Asked")
Act = TypeVar("Act")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; `cut` breaks the connection after the request has been read."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    promise: int | None = None
    """What Content-Length says, where that is not the truth."""


RUBBISH = Answer(body=b"\x1f\x8b\x08rubbish", headers=(("Content-Encoding", "gzip"),))
"""Called gzip, and cannot be unpacked."""

PAGE_502 = Answer(status=502, body=b"<html>Bad gateway</html>")


class Script(ABC, Generic[Asked]):
    def __init__(self, answers: Sequence[Answer]) -> None:
        self.left = list(answers)
        self.calls: list[Asked] = []
        self.headers: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.surprises: list[str] = []
        self.url = ""

    @abstractmethod
    def asked(self, request: web.Request, body: bytes) -> Asked:
        """A call, as this platform's tables write it."""

    def routes(self, app: web.Application) -> None:
        """What is answered by itself, and is in no table."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(self.asked(request, await request.read()))
        self.headers.append(dict(request.headers))
        self.queries.append(dict(request.query))
        if not self.left:
            self.surprises.append(request.path)
            return web.Response(status=500)
        answer = self.left.pop(0)
        assert request.transport is not None
        if answer.cut:
            request.transport.close()
        if answer.promise is None:
            return web.Response(
                status=answer.status, body=answer.body, headers=dict(answer.headers)
            )
        response = web.StreamResponse(status=answer.status)
        response.content_length = answer.promise
        await response.prepare(request)
        await response.write(answer.body)
        request.transport.close()
        return response


@asynccontextmanager
async def played(script: Script[Any]) -> AsyncIterator[str]:
    """Where the script is played; a surprise or an unused answer fails the test."""
    app = web.Application()
    script.routes(app)
    app.router.add_route("*", "/{path:.*}", script.answer)
    server = web.AppRunner(app, access_log=None)
    await server.setup()
    try:
        await web.TCPSite(server, "127.0.0.1", 0).start()
        script.url = f"http://127.0.0.1:{server.addresses[0][1]}"
        yield script.url
    finally:
        await server.cleanup()
    assert script.surprises == []
    assert script.left == []


@dataclass(frozen=True, kw_only=True)  # with slots, what is both frozen and generic cannot be made
class Case(Generic[Act, Asked]):
    """One thing the bridge wants, how the platform answers, and what comes of it."""

    label: str
    act: Act
    answers: tuple[Answer, ...] = ()
    asks: Asked | None = None
    comes: object = None
    fails: Reason | None = None
    retry: bool = False
    after: timedelta | None = None


async def comes_out(
    case: Case[Any, Any], acting: Awaitable[object], *, secrets: Sequence[str]
) -> None:
    """As the table says; and what is said of a failure holds nothing of hers."""
    if case.fails is None:
        assert await acting == case.comes
        return
    with pytest.raises(SendFailed) as failed:
        await acting
    outcome = failed.value
    assert (outcome.reason, outcome.retry) == (case.fails, case.retry)
    assert outcome.after == case.after
    assert not any(secret in f"{outcome!r} {outcome.__cause__!r}" for secret in secrets)
    assert outcome.__cause__ is None
