"""
What can go wrong between us and a platform, switched on by hand.

One mechanism serves every stand-in: an ASGI app in front of it, which asks `Faults`
whether this call is to fail, and how. How a platform says "too many requests" is the
platform's own affair and is passed in.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bots.sandbox.orders import order_of


class Fault(StrEnum):
    RATE_LIMITED = "rate_limited"  # 429, with what the platform says about waiting
    RATE_LIMITED_BARE = "rate_limited_bare"  # 429 without a word about how long
    SERVER_ERROR = "server_error"  # 500, an HTML page
    BAD_GATEWAY = "bad_gateway"  # 502, an HTML page
    RESET_BEFORE = "reset_before"  # the connection is cut, nothing has happened
    RESET_AFTER = "reset_after"  # it has happened, and the connection is cut
    TRUNCATED = "truncated"  # it has happened, half of the JSON comes back
    SLOW = "slow"  # it happens, late


PAGE_500: Final = "<html><body><h1>500 Internal Server Error</h1></body></html>"
PAGE_502: Final = "<html><body><center><h1>502 Bad Gateway</h1></center></body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A fault that waits for its calls."""

    fault: Fault
    method: str | None  # None: whichever is called
    left: int | None  # None: as many as come before `until`
    until: datetime | None
    seconds: float  # to wait: what a 429 names, how late a slow answer comes


class Faults:
    """The switches of one stand-in."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._rules: list[Rule] = []
        self.struck: list[tuple[str, Fault]] = []

    def next(
        self, fault: Fault, *, times: int = 1, method: str | None = None, seconds: float = 1
    ) -> None:
        """Let the next `times` calls (of `method`, when given) fail."""
        self._rules.append(
            Rule(fault=fault, method=method, left=times, until=None, seconds=seconds)
        )

    def during(
        self, fault: Fault, *, lasting: timedelta, method: str | None = None, seconds: float = 1
    ) -> None:
        """Let every call fail until the clock has moved on by `lasting`."""
        until = self._clock() + lasting
        self._rules.append(
            Rule(fault=fault, method=method, left=None, until=until, seconds=seconds)
        )

    def clear(self) -> None:
        self._rules.clear()

    @property
    def active(self) -> list[Rule]:
        now = self._clock()
        self._rules = [
            rule
            for rule in self._rules
            if (rule.left is None or rule.left > 0) and (rule.until is None or now < rule.until)
        ]
        return list(self._rules)

    def strike(self, method: str) -> Rule | None:
        """The rule that hits this call, if any; it is used up by being asked for."""
        for rule in self.active:
            if rule.method in (None, method):
                if rule.left is not None:
                    self._rules[self._rules.index(rule)] = replace(rule, left=rule.left - 1)
                self.struck.append((method, rule.fault))
                return rule
        return None

    def describe(self) -> list[dict[str, object]]:
        """What is switched on, as the page shows it."""
        return [
            {"fault": rule.fault, "method": rule.method, "left": rule.left} for rule in self.active
        ]

    async def endpoint(self, request: Request) -> Response:
        """`{"fault", "times" or "lasting", "method", "seconds"}` breaks, `{}` mends all."""
        order = await order_of(request)
        if order is None:
            return JSONResponse({"title": "a JSON object is wanted"}, status_code=415)
        if not order:
            self.clear()
            return JSONResponse({"active": self.describe()})
        try:
            self._switch_on(order)
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"title": "unknown fault"}, status_code=422)
        return JSONResponse({"active": self.describe()})

    def _switch_on(self, order: dict[str, Any]) -> None:
        fault, method = Fault(order["fault"]), order.get("method")
        seconds = float(order.get("seconds", 1))
        if "lasting" in order:
            lasting = timedelta(seconds=float(order["lasting"]))
            self.during(fault, lasting=lasting, method=method, seconds=seconds)
        else:
            self.next(fault, times=int(order.get("times", 1)), method=method, seconds=seconds)


class Faulty:
    """An ASGI app in front of a stand-in that does to some calls what `faults` says."""

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults,
        *,
        method_of: Callable[[str], str | None],
        too_many: Callable[[int | None], Response],
    ) -> None:
        self._app, self._faults = app, faults
        self._method_of, self._too_many = method_of, too_many

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")))
        method = self._method_of(path) if scope["type"] == "http" else None
        rule = self._faults.strike(method) if method is not None else None
        match rule.fault if rule else None:
            case Fault.RATE_LIMITED:
                await self._too_many(int(rule.seconds if rule else 1))(scope, receive, send)
            case Fault.RATE_LIMITED_BARE:
                await self._too_many(None)(scope, receive, send)
            case Fault.SERVER_ERROR:
                await HTMLResponse(PAGE_500, status_code=500)(scope, receive, send)
            case Fault.BAD_GATEWAY:
                await HTMLResponse(PAGE_502, status_code=502)(scope, receive, send)
            case Fault.RESET_BEFORE:
                _cut(scope)
            case Fault.RESET_AFTER:
                await _answer_of(self._app, scope, receive)
                _cut(scope)
            case Fault.TRUNCATED:
                status, body = await _answer_of(self._app, scope, receive)
                half = Response(body[: len(body) // 2], status, media_type="application/json")
                await half(scope, receive, send)
            case Fault.SLOW:
                await asyncio.sleep(rule.seconds if rule else 0)
                await self._app(scope, receive, send)
            case None:
                await self._app(scope, receive, send)


def _cut(scope: Scope) -> None:
    cut = scope.get("extensions", {}).get("sandbox.cut")
    if cut is not None:
        cut()
    raise ConnectionResetError("cut by the sandbox")


async def _answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, bytes]:
    status, body = 500, bytearray()

    async def keep(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    return status, bytes(body)


def as_json(value: object) -> str:
    """JSON as the platforms write it: compact, with letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
