"""
Slack and Telegram on loopback: just what the measured programs call, as fast as can be.

Written to the platforms' documentation (Slack, chat.postMessage and "Rate limits"; Bot API,
sendMessage and ResponseParameters). They take time, have limits and fail when they are told to.
"""

import asyncio
import json
import re
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from typing_extensions import override

from benchmarks import bodies

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ROOM: Final = "C0BENCH"
WORKER: Final = "U0WORKER"
NUMBERED: Final = re.compile(r'"text": ?"([^"]* #\d+)"')


@dataclass(slots=True)
class Limit:
    """So many in a window of so many seconds, each target by itself; None: none."""

    count: int
    seconds: float
    _seen: dict[str, deque[float]] = field(default_factory=dict)

    def wait(self, target: str) -> float:
        """Seconds until it would be taken; 0 takes its place."""
        now, seen = time.monotonic(), self._seen.setdefault(target, deque())
        while seen and seen[0] <= now - self.seconds:
            seen.popleft()
        if len(seen) < self.count:
            seen.append(now)
            return 0.0
        return seen[0] + self.seconds - now


@dataclass(slots=True)
class Behaviour:
    """How a platform is to be: what it takes to answer, its limits, and until when it is down."""

    takes: float = 0.0
    down_until: float = 0.0
    limits: list[tuple[Callable[[str], str], Limit]] = field(default_factory=list)


@dataclass(slots=True)
class Arrived:
    """What was taken, in the order it came: number, target and time."""

    each: list[tuple[int, str, float]] = field(default_factory=list)
    limited: int = 0
    failed: int = 0
    waiting_for: tuple[int, asyncio.Event] | None = None

    def take(self, texts: Iterable[str], target: str) -> None:
        """What stands in one post has come at the very same moment."""
        when = time.monotonic()
        numbers = [about for text in texts if (about := bodies.number(text)) is not None]
        self.each += [(about, target, when) for about in numbers]
        if self.waiting_for is not None and len(self.each) >= self.waiting_for[0]:
            self.waiting_for[1].set()

    @property
    def numbers(self) -> Counter[int]:
        return Counter(about for about, _, _ in self.each)

    def out_of_order(self, youth_of: Callable[[int], int]) -> int:
        """How many came after one that the same youth, or for them somebody, said later."""
        last: dict[int, int] = {}
        late = 0
        for about, _, _ in self.each:
            youth = youth_of(about)
            late += last.get(youth, -1) > about
            last[youth] = max(about, last.get(youth, -1))
        return late

    async def count(self, expected: int, *, quiet: float = 10.0) -> None:
        """Until so many have come, each once, or nothing more has for `quiet` seconds."""
        while len(self.numbers) < expected:
            before, event = len(self.each), asyncio.Event()
            self.waiting_for = (expected, event)
            try:
                async with asyncio.timeout(quiet):
                    await event.wait()
            except TimeoutError:
                if len(self.each) == before:
                    break
        self.waiting_for = None


class Standin(ABC):
    """A platform's API as an ASGI app; `answer` says what one method gives back."""

    def __init__(self) -> None:
        self.behaviour, self.arrived = Behaviour(), Arrived()
        self.asked = 0
        """How many calls, of any kind."""
        self.taken: list[tuple[str, float]] = []
        """For whom and when: each call that the limits count, and that was within them."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked += 1
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        if self.behaviour.takes:
            await asyncio.sleep(self.behaviour.takes)
        status, said, headers = self._decide(scope, body)
        raw = json.dumps(said).encode()
        head = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(raw)).encode()),
            *headers,
        ]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": raw})

    def _decide(
        self, scope: Message, body: bytes
    ) -> tuple[int, dict[str, Any], list[tuple[bytes, bytes]]]:
        method = scope["path"].rsplit("/", 1)[-1]
        told = _told(scope, body)
        if time.monotonic() < self.behaviour.down_until:
            self.arrived.failed += 1
            return 503, {"ok": False, "error": "service_unavailable"}, []
        if self.counts(method):
            target = str(told.get("channel") or told.get("chat_id"))
            for target_of, limit in self.behaviour.limits:
                if wait := limit.wait(target_of(target)):
                    self.arrived.limited += 1
                    return self.too_many(int(wait) + 1)
            self.taken.append((target, time.monotonic()))
        return 200, self.answer(method, told), []

    def down_for(self, seconds: float) -> None:
        self.behaviour.down_until = time.monotonic() + seconds

    @abstractmethod
    def counts(self, method: str) -> bool:
        """Whether a method is one that the limits count."""

    @abstractmethod
    def too_many(self, wait: int) -> tuple[int, dict[str, Any], list[tuple[bytes, bytes]]]:
        """What is answered to who must wait so many seconds."""

    @abstractmethod
    def answer(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        """What one method gives back."""


def _told(scope: Message, body: bytes) -> dict[str, Any]:
    if body[:1] == b"{":
        found: dict[str, Any] = json.loads(body)
        return found
    return dict(parse_qsl(scope["query_string"].decode())) | dict(parse_qsl(body.decode()))


class Slack(Standin):
    def __init__(self) -> None:
        super().__init__()
        self._posts = 0
        self._threads: dict[str, list[dict[str, Any]]] = {}
        """What was posted, by the post that began its thread."""
        self._under: dict[str, str] = {}
        """By post, the one that began its thread."""
        self.roots: list[str] = []
        """Every post that began a thread."""

    @override
    def counts(self, method: str) -> bool:
        return method == "chat.postMessage"

    @override
    def too_many(self, wait: int) -> tuple[int, dict[str, Any], list[tuple[bytes, bytes]]]:
        headers = [(b"retry-after", str(wait).encode())]
        return 429, {"ok": False, "error": "ratelimited"}, headers

    @override
    def answer(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "chat.postMessage":
                return self._post(told)
            case "chat.delete":
                return self._delete(str(told["ts"]))
            case "chat.update":
                return {"ok": True, "channel": told["channel"], "ts": told["ts"], "text": ""}
            case "auth.test":
                return {
                    "ok": True,
                    "user_id": bodies.BOT,
                    "bot_id": "B0BOT",
                    "team_id": "T0BENCH",
                    "user": "utebru",
                    "team": "bench",
                    "url": "https://bench.slack.com/",
                }
            case "users.info":
                return {
                    "ok": True,
                    "user": {
                        "id": told.get("user"),
                        "name": "amir",
                        "profile": {"display_name": "Amir", "bot_id": "B0BOT"},
                        "is_bot": False,
                    },
                }
            case "conversations.list":
                return {"ok": True, "channels": [], "response_metadata": {}}
            case "users.list":
                member = {"id": WORKER, "name": "amir", "profile": {"display_name": "Amir"}}
                return {"ok": True, "members": [member], "response_metadata": {}}
            case "conversations.members":
                return {"ok": True, "members": [WORKER, bodies.BOT], "response_metadata": {}}
            case "conversations.replies" | "conversations.history":
                posts = self._threads.get(str(told.get("ts") or ""), [])
                return {"ok": True, "messages": posts, "has_more": False, "response_metadata": {}}
            case _:
                return {"ok": True, "response_metadata": {}}  # fmt: skip

    def _post(self, told: dict[str, Any]) -> dict[str, Any]:
        self._posts += 1
        ts = f"{int(time.time())}.{self._posts:06d}"
        root = str(told.get("thread_ts") or "")
        if not root:
            self.roots.append(ts)
        self.arrived.take(_words(told), root or ts)
        message = {"ts": ts, "text": "", "user": bodies.BOT, "bot_id": "B0BOT", "type": "message"}
        kept = message | {"metadata": _object(told.get("metadata")), "thread_ts": root or ts}
        self._threads.setdefault(root or ts, []).append(kept)
        self._under[ts] = root or ts
        return {"ok": True, "channel": told["channel"], "ts": ts, "message": message}

    def _delete(self, ts: str) -> dict[str, Any]:
        root = self._under.pop(ts, None)
        if root is None:
            return {"ok": False, "error": "message_not_found"}
        self._threads[root] = [each for each in self._threads[root] if each["ts"] != ts]
        return {"ok": True, "ts": ts}


def _object(given: Any) -> dict[str, Any]:
    """An argument that is an object: as such in JSON, and written out in a form."""
    found: dict[str, Any] = json.loads(given) if isinstance(given, str) else given or {}
    return found


def _words(told: dict[str, Any]) -> Sequence[str]:
    """What its blocks say, message by message down to the number, or else its text."""
    blocks = told.get("blocks") or ""
    found = NUMBERED.findall(blocks if isinstance(blocks, str) else json.dumps(blocks))
    return found or [str(told.get("text", ""))]


class Telegram(Standin):
    def __init__(self) -> None:
        super().__init__()
        self._sent = 0

    @override
    def counts(self, method: str) -> bool:
        return method == "sendMessage"

    @override
    def too_many(self, wait: int) -> tuple[int, dict[str, Any], list[tuple[bytes, bytes]]]:
        said = {"ok": False, "error_code": 429, "description": f"Too Many Requests: {wait}",
                "parameters": {"retry_after": wait}}  # fmt: skip
        return 429, said, []

    @override
    def answer(self, method: str, told: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "sendMessage":
                self._sent += 1
                chat = int(told["chat_id"])
                self.arrived.take([str(told.get("text", ""))], str(chat))
                message = {
                    "message_id": self._sent,
                    "date": int(time.time()),
                    "chat": {"id": chat, "type": "private"},
                    "text": "ok",
                }
                return {"ok": True, "result": message}
            case "getMe":
                me = {
                    "id": 100,
                    "is_bot": True,
                    "first_name": "Utebru",
                    "username": "utebru_bot",
                }
                return {"ok": True, "result": me}
            case "getUpdates":
                return {"ok": True, "result": []}
            case _:
                return {"ok": True, "result": True}  # fmt: skip
