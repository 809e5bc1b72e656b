"""
Socket Mode: Slack reaches us over a WebSocket that we open.

An envelope is answered when what is in it is on disk. Connecting again is the SDK's work;
that it has happened is told, since whatever was said in between must be read as a gap.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.app import SlackApp
from bots.slack.calls import API, hush
from bridge.ports import Clock

log: Final = logging.getLogger(__name__)

Told = Callable[[], Awaitable[None]]
Quiet = Callable[[], Coroutine[None, None, None]]
"""The SDK gives these no types."""


class Socket:
    """`on_connected` is called each time a connection is up, the first time too."""

    def __init__(
        self,
        app: SlackApp,
        app_token: str,
        *,
        clock: Clock,
        api_url: str | None = None,
        on_connected: Told | None = None,
        ping_seconds: float = 10,
    ) -> None:
        self._app, self._token, self._clock = app, app_token, clock
        self._api, self._on_connected, self._ping = api_url, on_connected, ping_seconds
        self._client: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._at_work: set[asyncio.Future[None]] = set()
        self._last: datetime | None = None

    @property
    def connected(self) -> bool:
        if self._client is None or self._client.closed:
            return False
        session = self._client.current_session
        return session is not None and not session.closed

    @property
    def last_event_at(self) -> datetime | None:
        """When Slack last told us anything, UTC."""
        return self._last

    async def start(self) -> None:
        """Begins connecting, and goes on trying: that Slack is down stops nobody."""
        web = AsyncWebClient(token=self._token, base_url=self._api or API, logger=hush())
        if self._api is not None:
            web.proxy = None
        handler = AsyncSocketModeHandler(
            self._app.bolt, self._token, logger=hush(), web_client=web, ping_interval=self._ping
        )
        self._client = handler.client
        if self._api is not None:
            self._client.proxy = None
        self._client.socket_mode_request_listeners[:] = [self._handle]
        self._client.message_listeners.append(self._hear)
        connect: Quiet = self._client.connect
        self._connecting = asyncio.create_task(connect())

    async def stop(self) -> None:
        """What has been taken in is finished and answered first."""
        client = self._client
        if client is None:
            return
        if self._at_work:
            await asyncio.gather(*self._at_work, return_exceptions=True)
        close: Quiet = client.close
        await close()
        ends = [
            client.message_processor,
            client.current_session_monitor,
            client.message_receiver,
            self._connecting,
        ]
        running = [task for task in ends if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._client = None

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        work = asyncio.ensure_future(self._answered(client, request))
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        await work

    async def _answered(
        self, client: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        self._last = self._clock.now()
        answer = await self._app.dispatch(request.payload)
        await send_async_response(client, request, answer, 0.0)

    async def _hear(
        self, _client: object, message: dict[str, object], _raw: str | None = None
    ) -> None:
        if message.get("type") != "hello":
            return
        log.info("slack connected")
        if self._on_connected is not None:
            await self._on_connected()
