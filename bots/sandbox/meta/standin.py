"""
The stand-in for `graph.facebook.com` and the hosts that Meta keeps files on.

    meta = MetaStandIn(page="100200300", token=…, app_secret=…, clock=clock)
    async with serve(meta.app) as url:
        …              # <url>/v25.0/<page>/messages, and the files under <url>/cdn
        maya = meta.youth("Maya")
        maya.says("hei")
        ola = meta.on_instagram("Ola")

Written after the Messenger Platform's documentation; all in memory, and gone with the object.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Faults, Faulty
from bots.sandbox.meta import refusals
from bots.sandbox.meta.board import Board
from bots.sandbox.meta.people import TITLE, Bubble, InstagramPhone, Json, Phone
from bots.sandbox.meta.refusals import Refused
from bots.sandbox.meta.webhooks import Webhooks

STANDARD: Final = timedelta(hours=24)
HUMAN_AGENT: Final = timedelta(days=7)
MAX_TEXT: Final = 2000
MAX_BYTES: Final = 1000
"""On Instagram («Send a Message»)."""
FIRST_YOUTH: Final = 6_310_884_201_775_001


class MetaStandIn:
    """A page on Messenger, its account on Instagram, and the people who write to them."""

    def __init__(
        self,
        *,
        page: str,
        token: str,
        app_secret: str,
        clock: Callable[[], datetime],
        instagram: str = "17841400008460056",
        first_pause: float = 1.0,
    ) -> None:
        self.page, self.token, self.app_secret, self.clock = page, token, app_secret, clock
        self.instagram = instagram
        self.app_id = 1_517_776_481_860_111
        self.human_agent = True
        self.permitted = True
        self.changes = Changes()
        self.faults = Faults(clock)
        self.webhooks = Webhooks(app_secret, first_pause=first_pause, changed=self.changes.tell)
        self.calls: list[Json] = []
        self.fields: tuple[str, ...] = ()
        self.profile: Json = {}
        self.board = Board(page, clock=self._now, tell=self.webhooks.tell)
        self.url = ""
        self._phones: dict[str, Phone] = {}
        self._files: dict[str, bytes] = {}
        self._mids = 0
        self.app: ASGIApp = self._build()

    def youth(self, name: str) -> Phone:
        return self._meets(Phone, name)

    def on_instagram(self, name: str) -> Phone:
        return self._meets(InstagramPhone, name)

    def _meets(self, make: type[Phone], name: str) -> Phone:
        phone = make(
            str(FIRST_YOUTH + 1_000_003 * len(self._phones)), name,
            clock=self._now, mid=self._mid, keep=self._keep, tell=self._tell,
        )  # fmt: skip
        self._phones[phone.id] = phone
        return phone

    @property
    def youths(self) -> list[Phone]:
        return list(self._phones.values())

    def writes_in_the_inbox(self, to: Phone, text: str) -> str:
        """A colleague answers in Meta Business Suite: our app is told, as of anybody's."""
        return self._say(to, {"text": text}, app=263_902_037_430_900)

    def _reply_in_private(self, asked: Json, which: str) -> Response:
        """«Private Replies»: one for each comment, within seven days, to nobody's page."""
        who = self.board.answered(which)
        self.calls.append(asked)
        mid = self._say(who, asked["message"], app=self.app_id)
        return JSONResponse({"recipient_id": who.id, "message_id": mid})

    def _tell(self, phone: Phone, event: Json, *, echo: bool = False) -> None:
        us = self.page if phone.kind == "page" else self.instagram
        ends = [{"id": phone.id}, {"id": us}]
        sender, recipient = reversed(ends) if echo else ends
        now = int(self.clock().timestamp() * 1000)
        whole = {"sender": sender, "recipient": recipient, "timestamp": now, **event}
        self.webhooks.tell({"id": us, "time": now, "messaging": [whole]}, phone.kind)
        self.changes.tell()

    def _say(self, to: Phone, message: Json, *, app: int) -> str:
        choices = message.get("quick_replies", [])
        bubble = Bubble(
            mid=self._mid(),
            ours=True,
            at=self.clock(),
            text=str(message.get("text", "")),
            buttons=tuple((str(c["title"])[:TITLE], str(c["payload"])) for c in choices),
        )
        told = {"is_echo": True, "app_id": app, "mid": bubble.mid, "text": bubble.text}
        # On Instagram an echo says neither whose app it was nor what that app had marked.
        if to.kind == "instagram":
            del told["app_id"]
        elif "metadata" in message:
            told["metadata"] = message["metadata"]
        self._tell(to, {"message": told}, echo=True)
        to.hears(bubble)
        return bubble.mid

    async def _send(self, request: Request) -> Response:
        try:
            asked = await self._admitted(request)
            recipient = asked.get("recipient")
            if isinstance(recipient, dict) and "comment_id" in recipient:
                return self._reply_in_private(asked, str(recipient["comment_id"]))
            phone, message = self._to(asked), asked.get("message")
            if not isinstance(message, dict) or not str(message.get("text", "")).strip():
                raise Refused(refusals.MALFORMED)
            if _is_too_long(str(message["text"]), phone.kind):
                raise Refused(refusals.TOO_LONG)
            self._within(phone, asked)
            self.calls.append(asked)
            mid = self._say(phone, message, app=self.app_id)
            return JSONResponse({"recipient_id": phone.id, "message_id": mid})
        except Refused as refused:
            return refused.answer()

    def _to(self, asked: Json) -> Phone:
        recipient = asked.get("recipient")
        phone = self._phones.get(str(recipient.get("id")) if isinstance(recipient, dict) else "")
        if phone is None:
            raise Refused(refusals.NOBODY)
        if phone.blocked:
            raise Refused(refusals.NOT_NOW)
        return phone

    def _within(self, phone: Phone, asked: Json) -> None:
        """«Messaging policy»: a day after her last word, a person for a week."""
        late = asked.get("messaging_type") == "MESSAGE_TAG" and asked.get("tag") == "HUMAN_AGENT"
        allowed = HUMAN_AGENT if late and self.human_agent else STANDARD
        said = phone.last_said_at
        if asked.get("messaging_type") not in {"RESPONSE", "MESSAGE_TAG"}:
            raise Refused(refusals.MALFORMED)
        if said is None or self.clock() - said >= allowed:
            raise Refused(refusals.OUTSIDE)

    async def _admitted(self, request: Request) -> Json:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(refusals.BAD_TOKEN)
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if request.query_params.get("appsecret_proof") != proof:
            raise Refused(refusals.BAD_PROOF)
        if not self.permitted:
            raise Refused(refusals.NO_PERMISSION)
        if request.method == "GET":
            return {}
        if request.path_params["page"] not in {self.page, "me"}:
            raise Refused(refusals.NO_SUCH)
        try:
            asked: Any = json.loads(await request.body())
        except ValueError:
            raise Refused(refusals.MALFORMED) from None
        if not isinstance(asked, dict):
            raise Refused(refusals.MALFORMED)
        return asked

    async def _me(self, request: Request) -> Response:
        try:
            await self._admitted(request)
            asked = request.path_params.get("account", self.page)
            if asked not in {self.page, self.instagram}:
                raise Refused(refusals.NO_SUCH)
            return JSONResponse({"id": asked})
        except Refused as refused:
            return refused.answer()

    async def _subscribed(self, request: Request) -> Response:
        try:
            asked = await self._admitted(request)
            if request.method == "POST":
                self.fields = tuple(str(asked.get("subscribed_fields", "")).split(","))
                return JSONResponse({"success": True})
            app = {"id": str(self.app_id), "subscribed_fields": list(self.fields)}
            return JSONResponse({"data": [app] if self.fields else []})
        except Refused as refused:
            return refused.answer()

    async def _profile(self, request: Request) -> Response:
        try:
            self.profile |= await self._admitted(request)
            return JSONResponse({"result": "success"})
        except Refused as refused:
            return refused.answer()

    async def _download(self, request: Request) -> Response:
        body = self._files.get(request.path_params["path"])
        if body is None:
            return Response("URL signature expired", 403)
        return Response(body, media_type="application/octet-stream")

    def _now(self) -> datetime:
        """By the clock that stands in the wall now; a test may hang up another."""
        return self.clock()

    def _keep(self, name: str, body: bytes) -> str:
        """A file on the CDN; its address is where we are served."""
        path = f"{len(self._files)}/{name}"
        self._files[path] = body
        return f"{self.url}/cdn/{quote(path)}?oh=00_AY&oe=6A1B"

    def _mid(self) -> str:
        self._mids += 1
        return "m_" + hashlib.sha256(f"{self.page} {self._mids}".encode()).hexdigest()

    def _build(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.webhooks.close()

        routes = [
            Route("/v25.0/me", self._me),
            Route("/v25.0/{account}", self._me),
            Route("/v25.0/{page}/subscribed_apps", self._subscribed, methods=["GET", "POST"]),
            Route("/v25.0/{page}/messenger_profile", self._profile, methods=["POST"]),
            Route("/v25.0/{page}/messages", self._send, methods=["POST"]),
            Route("/cdn/{path:path}", self._download),
        ]
        return Faulty(
            Starlette(routes=routes, lifespan=lifespan),
            self.faults,
            method_of=_method_of,
            too_many=refusals.too_many,
        )


def _method_of(path: str) -> str | None:
    return "download" if path.startswith("/cdn/") else path.rpartition("/")[2]


def _is_too_long(text: str, kind: str) -> bool:
    if kind == "instagram":
        return len(text.encode()) > MAX_BYTES
    return len(text.encode("utf-16-le")) // 2 > MAX_TEXT
