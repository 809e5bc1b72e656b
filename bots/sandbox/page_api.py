"""What the demo page asks for, and what it does on people's behalf."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bots.sandbox.breaking import Breaking
from bots.sandbox.changes import Changes
from bots.sandbox.handsets import Handset
from bots.sandbox.orders import order_of
from bots.sandbox.page_acts import SLACK_ACTS
from bots.sandbox.page_state import page_state
from bots.sandbox.slack import SlackStandIn
from bots.sandbox.telegram import Phone, TelegramStandIn

Json = dict[str, Any]

FILES: Final = Path(__file__).parent / "page"
LOG_EVERY: Final = 1.0
"""Seconds between two looks at the log: the case store does not tell us of changes."""

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


class PageApi:
    def __init__(
        self,
        telegram: TelegramStandIn,
        slack: SlackStandIn,
        handsets: Mapping[str, Handset],
        *,
        hooks: Mapping[str, Callable[[], Awaitable[None]]],
        log_source: Callable[[], Awaitable[list[Json]]] | None,
        log_url: str | None,
    ) -> None:
        self._telegram, self._slack, self.handsets = telegram, slack, handsets
        self._log_source, self.log_url = log_source, log_url
        self._log: list[Json] = []
        self.changes = Changes()
        self.breaking = Breaking(telegram, slack, hooks, self.changes)
        telegram.changes.echo(self.changes.tell)
        slack.changes.echo(self.changes.tell)

    def puts_on_the_phones(self, more: Mapping[str, Handset]) -> None:
        self.handsets = {**self.handsets, **more}

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self._index),
            Route("/page/{name}", self._static),
            Route("/demo/events", self._events),
            Route("/demo/state", self._state),
            Route("/demo/youth", self._youth, methods=["POST"]),
            Route("/demo/youth/file", self._youth_file, methods=["POST"]),
            Route("/demo/slack", self._slack_act, methods=["POST"]),
            Route("/demo/slack/file", self._slack_file, methods=["POST"]),
            Route("/demo/slack/form-file", self._form_file, methods=["POST"]),
            Route("/demo/break", self.breaking.endpoint, methods=["POST"]),
            Route("/demo/faults/telegram", self._telegram.faults.endpoint, methods=["POST"]),
            Route("/demo/faults/slack", self._slack.faults.endpoint, methods=["POST"]),
            Route("/demo/picture/{place}/{file_id}", self._picture),
        ]

    async def _index(self, _: Request) -> Response:
        return FileResponse(FILES / "index.html", headers=HEADERS)

    async def _static(self, request: Request) -> Response:
        wanted = FILES / Path(request.path_params["name"]).name
        if wanted.suffix not in {".css", ".js", ".svg"} or not wanted.is_file():
            return _problem(404, "no such file")
        return FileResponse(wanted, headers=HEADERS)

    async def _state(self, request: Request) -> Response:
        chosen = dict(request.query_params)
        state = page_state(self._telegram.youths, self.handsets, self._slack, chosen)
        state["log"] = {"rows": self._log, "url": self.log_url}
        state["broken"] = self.breaking.describe()
        return JSONResponse(state, headers=HEADERS)

    async def _events(self, request: Request) -> Response:
        """Server-Sent Events: only that something has changed; the page then asks for the state."""
        gone = asyncio.ensure_future(_disconnected(request))

        async def stream() -> AsyncIterator[bytes]:
            seen = -1
            try:
                while not gone.done():
                    await self._look_at_log()
                    if self.changes.count != seen:
                        seen = self.changes.count
                        yield b"data: %d\n\n" % seen
                    else:  # a page that has gone is noticed only by writing to it
                        yield b": still here\n\n"
                    waiting = asyncio.ensure_future(self.changes.since(seen))
                    await asyncio.wait(
                        {waiting, gone}, timeout=LOG_EVERY, return_when=asyncio.FIRST_COMPLETED
                    )
                    waiting.cancel()
            finally:
                gone.cancel()

        return StreamingResponse(stream(), media_type="text/event-stream", headers=HEADERS)

    async def _look_at_log(self) -> None:
        if self._log_source is not None:
            rows = await self._log_source()
            if rows != self._log:
                self._log = rows
                self.changes.tell()

    async def _youth(self, request: Request) -> Response:
        order = await order_of(request) or {}
        if order.get("do") == "new":
            phone = self._telegram.youth(str(order.get("name", ""))[:40] or "Ny ungdom")
            return JSONResponse({"youth": str(phone.id)})
        known, handset = self._phone(order.get("youth")), self._app(order.get("app"))
        if known is None or handset is None:
            return _problem(404, "no such youth or app")
        try:
            handset.does(known, order)
        except (KeyError, TypeError, ValueError, LookupError):
            return _problem(422, "cannot be done")
        return JSONResponse({})

    def _phone(self, youth: object) -> Phone | None:
        return next((each for each in self._telegram.youths if str(each.id) == str(youth)), None)

    def _app(self, name: object) -> Handset | None:
        """The first where none is named."""
        return self.handsets.get(str(name or next(iter(self.handsets))))

    async def _youth_file(self, request: Request) -> Response:
        query = request.query_params
        phone, handset = self._phone(query.get("youth")), self._app(query.get("app"))
        if phone is None or handset is None:
            return _problem(404, "no such youth or app")
        body, kind = await request.body(), query.get("kind", "document")
        handset.sends_file(phone, kind, body, query.get("name"))
        return JSONResponse({})

    async def _slack_act(self, request: Request) -> Response:
        order = await order_of(request) or {}
        user = self._slack.workspace.users.get(str(order.get("user")))
        room = self._slack.workspace.rooms.get(str(order.get("room")))
        act = SLACK_ACTS.get(str(order.get("do")))
        if user is None or room is None or act is None:
            return _problem(404, "no such user, room or act")
        try:
            return JSONResponse(await act(self._slack, user, room, order))
        except (KeyError, TypeError, ValueError, LookupError):
            return _problem(422, "cannot be done")

    async def _slack_file(self, request: Request) -> Response:
        query = request.query_params
        user = self._slack.workspace.users.get(query.get("user", ""))
        room = self._slack.workspace.rooms.get(query.get("room", ""))
        if user is None or room is None:
            return _problem(404, "no such user or room")
        name, thread_ts = query.get("name", "fil"), query.get("thread") or None
        self._slack.uploads(user, room, name, await request.body(), thread_ts=thread_ts)
        return JSONResponse({})

    async def _form_file(self, request: Request) -> Response:
        user = self._slack.workspace.users.get(request.query_params.get("user", ""))
        if user is None:
            return _problem(404, "no such user")
        name = request.query_params.get("name", "fil")
        return JSONResponse({"file": self._slack.puts_in_form(user, name, await request.body())})

    async def _picture(self, request: Request) -> Response:
        file_id, place = request.path_params["file_id"], request.path_params["place"]
        if place == "slack":
            file = self._slack.workspace.files.get(file_id)
            data, kind = (file.data, file.type) if file else (None, "")
        else:
            handset = self.handsets.get(place)
            data, kind = (handset.picture(file_id) if handset else None), "image/jpeg"
        if data is None or kind not in PICTURES:
            return _problem(404, "no such picture")
        return Response(data, media_type=kind, headers=HEADERS)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _problem(status: int, title: str) -> Response:
    return JSONResponse({"title": title, "status": status}, status_code=status, headers=HEADERS)
