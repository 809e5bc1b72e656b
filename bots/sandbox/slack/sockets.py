"""
Socket Mode: WebSockets that the app opens, over which everything reaches it.

Each envelope goes to one of the open connections and wants its `envelope_id` back.
"""

import asyncio
import itertools
import json
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from bots.sandbox.faults import as_json
from bots.sandbox.slack.asked import refuse
from bots.sandbox.slack.values import APP

Json = dict[str, Any]

MOST_CONNECTIONS: Final = 10
HOST: Final = "applink-stand-in"


@dataclass(eq=False, slots=True)
class Connection:
    socket: WebSocket
    closing: bool = False


@dataclass(slots=True)
class Sockets:
    """The app's open connections."""

    refused: bool = False  # Slack is down: no new connection is given out
    connections: list[Connection] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _tickets: set[str] = field(default_factory=set, repr=False)
    _waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict, repr=False)
    _turn: "itertools.count[int]" = field(default_factory=itertools.count, repr=False)

    @property
    def open(self) -> list[Connection]:
        return [each for each in self.connections if not each.closing]

    def url(self, base: str) -> str:
        """apps.connections.open: a WebSocket URL that is good for one connection."""
        if self.refused:
            refuse("internal_error")
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return f"{base.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={APP}"

    async def serve(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=4001)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        if len(self.open) >= MOST_CONNECTIONS:
            await _tell_to_go(socket, "too_many_websockets")
            return
        connection = Connection(socket)
        self.connections.append(connection)
        try:
            await socket.send_text(as_json(self._hello()))
            self.connected.set()
            while True:
                self._acknowledged(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError, ConnectionError):
            pass
        finally:
            self.connections.remove(connection)
            self._look()

    async def deliver(
        self, kind: str, payload: Json, *, within: float, attempt: int = 0, reason: str = ""
    ) -> Json | None:
        """Send one envelope; the answer's payload, or None if nobody acknowledged in time."""
        if not self.open:
            return None
        envelope_id = str(uuid.uuid4())
        envelope: Json = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        envelope["accepts_response_payload"] = kind != "events_api"
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = answer
        connection = self.open[next(self._turn) % len(self.open)]
        try:
            await connection.socket.send_text(as_json(envelope))
            async with asyncio.timeout(within):
                return await answer
        except (TimeoutError, RuntimeError, ConnectionError, WebSocketDisconnect):
            return None
        finally:
            del self._waiting[envelope_id]

    async def warn(self) -> None:
        """Say that the connections will soon be refreshed."""
        for connection in self.open:
            await connection.socket.send_text(as_json(_disconnect("warning")))

    async def refresh(self, *, grace: float = 10.0) -> None:
        """Ask for new connections; the old ones go when one has come, or `grace` is over."""
        leaving = self.open
        for connection in leaving:
            connection.closing = True
        self._look()
        for connection in leaving:
            await connection.socket.send_text(as_json(_disconnect("refresh_requested")))
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self.connected.wait()
        for connection in leaving:
            await self._close(connection)

    async def drop(self) -> None:
        """Lose all connections, without a frame that says so."""
        for connection in self.open:
            connection.closing = True
            self._look()
            cut = connection.socket.scope.get("extensions", {}).get("sandbox.cut")
            if cut is not None:
                cut()
            else:
                await self._close(connection)

    def _look(self) -> None:
        if not self.open:
            self.connected.clear()

    async def _close(self, connection: Connection) -> None:
        with suppress(RuntimeError, ConnectionError):
            await connection.socket.close()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {
                "host": HOST,
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": APP},
        }

    def _acknowledged(self, frame: str) -> None:
        try:
            said = json.loads(frame)
        except ValueError:
            return
        waiting = self._waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if waiting is not None and not waiting.done():
            payload = said.get("payload")
            waiting.set_result(payload if isinstance(payload, dict) else {})


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}


async def _tell_to_go(socket: WebSocket, reason: str) -> None:
    await socket.send_text(as_json(_disconnect(reason)))
    await socket.close()
