"""
The stand-in for `slack.com`: Web API, Socket Mode, signed HTTP.

    slack = SlackStandIn(clock=clock, bot_token=…, app_token=…, admin_token=…, signing_secret=…)
    async with serve(slack.app) as url:       # <url>/api/<method>
        turid = slack.add_user("Turid")
        room = slack.add_room("ungdom-innboks", turid)
        slack.posts(turid, room, "hei")

Written after Slack's documentation; everything is in memory, and gone with the object.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Faults, Faulty
from bots.sandbox.slack.asked import Asked, Refused, base_of, refuse, token_of, too_many, values_of
from bots.sandbox.slack.chat_api import Chatting
from bots.sandbox.slack.delivery import Delivery
from bots.sandbox.slack.desk import Desk
from bots.sandbox.slack.files_api import Filing
from bots.sandbox.slack.hands import Hands
from bots.sandbox.slack.modals import Modal, Modals
from bots.sandbox.slack.requests_out import RequestUrls, SignedRequests
from bots.sandbox.slack.response_urls import ResponseUrls
from bots.sandbox.slack.rooms_api import Reading
from bots.sandbox.slack.screen import Alert, Screen, Seen, Whispers
from bots.sandbox.slack.sockets import Sockets
from bots.sandbox.slack.values import ADMIN, BOT_USER, Room, User
from bots.sandbox.slack.views_api import Viewing
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]
Method = Callable[[Asked], Awaitable[Json]]


class SlackStandIn(Desk, Hands):
    """A workspace with one app in it. What people do comes from `Desk` and `Hands`."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        bot_token: str,
        app_token: str,
        admin_token: str,
        signing_secret: str,
        ack_within: float = 3.0,
        retry_after: Sequence[float] = (0.0, 60.0, 300.0),
        files_shared_after: float = 0.05,
    ) -> None:
        self.bot_token, self.app_token, self.admin_token = bot_token, app_token, admin_token
        self.changes = Changes()
        self.faults = Faults(clock)
        self.workspace = Workspace(clock, self.changes)
        self.whispers = Whispers(self.workspace)
        self.modals = Modals(clock)
        self.screen = Screen(self.workspace, self.whispers)
        self.sockets = Sockets()
        self.requests = SignedRequests(signing_secret, lambda: clock().timestamp())
        self.delivery = Delivery(
            self.workspace,
            self.sockets,
            self.requests,
            ack_within=ack_within,
            retry_after=retry_after,
        )
        self.calls: list[tuple[str, Json]] = []
        self.revoked: dict[str, str] = {}  # token → the error it now gives
        urls = ResponseUrls(self.workspace, self.whispers)
        self._filing = Filing(self.workspace, shared_after=files_shared_after)
        Desk.__init__(self, self.workspace)
        Hands.__init__(self, self.workspace, self.whispers, self.modals, urls, self.delivery)
        self._methods = self._table()
        self.app: ASGIApp = self._build(urls)

    @property
    def bot(self) -> User:
        return self.workspace.users[BOT_USER]

    @property
    def admin(self) -> User:
        """The dedicated account whose token deletes what people have written."""
        return self.workspace.users[ADMIN]

    def add_user(self, name: str, *, user_id: str | None = None, is_admin: bool = False) -> User:
        user = User(id=user_id or self.workspace.new_id("U"), name=name, is_admin=is_admin)
        self.workspace.users[user.id] = user
        self.changes.tell()
        return user

    def add_room(
        self, name: str, *members: User, room_id: str | None = None, private: bool = True
    ) -> Room:
        """A room with these people, the app and the admin account in it."""
        ids = (BOT_USER, ADMIN, *(member.id for member in members))
        room_id = room_id or self.workspace.new_id("C")
        return self.workspace.add_room(Room(id=room_id, name=name, private=private, members=ids))

    def room(self, room: Room, user: User) -> list[Seen]:
        """What the room shows this user, oldest first."""
        return self.screen.room(room.id, user.id)

    def thread(self, room: Room, ts: str, user: User) -> list[Seen]:
        """What the room thread shows this user: the root, the replies, what only they see."""
        return self.screen.thread(room.id, ts, user.id)

    def notifications(self, user: User) -> list[Alert]:
        """The pushes on this user's phone, oldest first."""
        return self.screen.alerts_of(user.id)

    def modal(self, user: User) -> Modal | None:
        """The modal on this user's screen."""
        return self.modals.top(user.id)

    def http_mode(self, urls: RequestUrls | str) -> None:
        """Deliver by signed POSTs, when no socket is open, to one URL for all or to three."""
        if isinstance(urls, str):
            urls = RequestUrls(events=urls, interactivity=urls, commands=urls)
        self.requests.urls = urls

    def calls_of(self, method: str) -> list[Json]:
        """The arguments of each call of a method, as they were sent."""
        return [values for name, values in self.calls if name == method]

    async def files_shared(self) -> None:
        """When this returns, the messages that show what was uploaded have been made."""
        await self._filing.settled()

    async def close(self) -> None:
        await self._filing.close()
        await self.delivery.close()

    def _table(self) -> dict[str, Method]:
        chatting = Chatting(self.workspace, self.whispers)
        reading = Reading(self.workspace)
        viewing = Viewing(self.workspace, self.modals)
        return {
            "auth.test": viewing.who_am_i,
            "apps.connections.open": self._connect,
            "chat.postMessage": chatting.post,
            "chat.update": chatting.update,
            "chat.delete": chatting.delete,
            "chat.postEphemeral": chatting.whisper,
            "chat.getPermalink": reading.permalink,
            "conversations.history": reading.history,
            "conversations.replies": reading.replies,
            "conversations.members": reading.members,
            "conversations.info": reading.info,
            "conversations.list": reading.list_rooms,
            "users.info": reading.user,
            "views.open": viewing.open,
            "views.push": viewing.push,
            "views.update": viewing.update,
            "views.publish": viewing.publish,
            "files.getUploadURLExternal": self._filing.upload_url,
            "files.completeUploadExternal": self._filing.complete,
            "files.info": self._filing.info,
            "files.delete": self._filing.delete,
            "reactions.add": viewing.add_reaction,
            "reactions.remove": viewing.remove_reaction,
        }

    def _build(self, urls: ResponseUrls) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.close()

        routes = [
            Route("/api/{method}", self._answer, methods=["GET", "POST"]),
            Route("/upload/v1/{file_id}", self._filing.receive, methods=["POST"]),
            Route("/files-pri/{team_and_file}/{rest:path}", self._download),
            Route("/response/{key}", urls.answer, methods=["POST"]),
            Route("/signin", _sign_in),
            WebSocketRoute("/link/", self.sockets.serve),
        ]
        return Faulty(
            Starlette(routes=routes, lifespan=lifespan),
            self.faults,
            method_of=_method_of,
            too_many=too_many,
        )

    async def _answer(self, request: Request) -> Response:
        self.workspace.home = base_of(request)
        try:
            method = request.path_params["method"]
            values = await values_of(request)
            actor = self._actor(token_of(request, values), method)
            if method not in self._methods:
                refuse("unknown_method")
            self.calls.append((method, values))
            self.changes.tell()
            asked = Asked(
                values=values,
                actor=actor,
                as_bot=actor == BOT_USER,
                base=self.workspace.home,
            )
            return JSONResponse({"ok": True} | await self._methods[method](asked))
        except Refused as refused:
            return refused.answer()

    def _actor(self, token: str | None, method: str) -> str:
        if not token:
            refuse("not_authed")
        if token in self.revoked:
            refuse(self.revoked[token])
        if token not in {self.bot_token, self.app_token, self.admin_token}:
            refuse("invalid_auth")
        if (token == self.app_token) != (method == "apps.connections.open"):
            refuse("not_allowed_token_type")
        return ADMIN if token == self.admin_token else BOT_USER

    async def _connect(self, asked: Asked) -> Json:
        return {"url": self.sockets.url(asked.base)}

    async def _download(self, request: Request) -> Response:
        token = token_of(request, {})
        file_id = request.path_params["team_and_file"].partition("-")[2]
        await asyncio.sleep(0)
        return self._filing.download(file_id, allowed=token in {self.bot_token, self.admin_token})


async def _sign_in(_: Request) -> Response:
    return HTMLResponse("<!DOCTYPE html><title>Sign in | Slack</title><h1>Sign in</h1>")


def _method_of(path: str) -> str | None:
    """`/api/chat.postMessage` is `chat.postMessage`; uploads and downloads have names, too."""
    for start, name in (("/upload/", "upload"), ("/files-pri/", "download")):
        if path.startswith(start):
            return name
    return path.removeprefix("/api/") if path.startswith("/api/") else None
