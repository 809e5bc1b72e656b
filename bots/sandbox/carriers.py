"""One exchange between aiohttp's server and an ASGI app: HTTP, or a WebSocket."""

import asyncio
from typing import Final

from aiohttp import WSMsgType, web
from starlette.types import Message

LARGEST_FRAME: Final = 8 * 1024 * 1024
CLOSING: Final = 0.2
"""Seconds that the other side gets to answer a close frame."""


class HttpCarrier:
    """One HTTP exchange between aiohttp and the app."""

    def __init__(self, request: web.BaseRequest, body: bytes, going_down: asyncio.Event) -> None:
        self._request, self._going_down = request, going_down
        self._body: bytes | None = body
        self.response: web.StreamResponse | None = None

    async def receive(self) -> Message:
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self._going_down.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.response = web.StreamResponse(status=message["status"])
            for name, value in message.get("headers", ()):
                self.response.headers.add(name.decode("latin-1"), value.decode("latin-1"))
            await self.response.prepare(self._request)
        elif message["type"] == "http.response.body" and self.response is not None:
            if chunk := message.get("body", b""):
                await self.response.write(chunk)
            if not message.get("more_body", False):
                await self.response.write_eof()


class SocketCarrier:
    """A WebSocket; `prepared` once the app has accepted it."""

    def __init__(self, request: web.BaseRequest) -> None:
        self._request = request
        self._greeted = False
        self.socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME, timeout=CLOSING)

    async def receive(self) -> Message:
        if not self._greeted:
            self._greeted = True
            return {"type": "websocket.connect"}
        frame = await self.socket.receive()
        if frame.type is WSMsgType.TEXT:
            return {"type": "websocket.receive", "text": frame.data}
        if frame.type is WSMsgType.BINARY:
            return {"type": "websocket.receive", "bytes": frame.data}
        return {"type": "websocket.disconnect", "code": self.socket.close_code or 1006}

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            await self.socket.prepare(self._request)
        elif message["type"] == "websocket.send":
            await self.socket.send_str(message["text"])
        elif self.socket.prepared:
            await self.socket.close(code=message.get("code", 1000))
