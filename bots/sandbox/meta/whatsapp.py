"""
The stand-in for the Cloud API: a number on WhatsApp and the people who write to it.

    whatsapp = WhatsAppStandIn(number="106540352242922", account=…, token=…, app_secret=…, clock=…)
    async with serve(whatsapp.app) as url:
        …              # <url>/v25.0/<number>/messages, and the files under <url>/media

Written after the WhatsApp Business Platform's documentation; all in memory.
"""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Faults, Faulty
from bots.sandbox.meta import refusals
from bots.sandbox.meta.people import Bubble, Json
from bots.sandbox.meta.refusals import Refused
from bots.sandbox.meta.webhooks import Webhooks
from bots.sandbox.meta.whatsapp_people import Handset
from bots.sandbox.meta.whatsapp_rules import said_in

WINDOW: Final = timedelta(hours=24)
FIRST_MEDIA: Final = 1_003_383_421_387_256


class WhatsAppStandIn:
    def __init__(
        self,
        *,
        number: str,
        account: str,
        token: str,
        app_secret: str,
        clock: Callable[[], datetime],
        first_pause: float = 1.0,
    ) -> None:
        self.number, self.account = number, account
        self.token, self.app_secret, self.clock = token, app_secret, clock
        self.changes, self.faults = Changes(), Faults(clock)
        self.webhooks = Webhooks(app_secret, first_pause=first_pause, changed=self.changes.tell)
        self.calls: list[Json] = []
        self.subscribed = False
        self.refuses: tuple[int, int, int, str] | None = None
        """What every message is refused with, for as long as it is set."""
        self.media: dict[str, tuple[bytes, str]] = {}
        self.url = ""
        self._people: list[Handset] = []
        self._uploads = 0
        self.app: ASGIApp = self._build()

    @property
    def youths(self) -> list[Handset]:
        return list(self._people)

    def youth(self, name: str) -> Handset:
        n = len(self._people)
        handset = Handset(
            str(4_799_000_001 + n), name, user=f"NO.{7_700_112_233_440_001 + n}",
            clock=self._now, keep=self._keep, tell=self._tell,
        )  # fmt: skip
        self._people.append(handset)
        return handset

    def reads(self, who: Handset) -> None:
        """She opens the chat: everything of ours in it has been read."""
        for bubble in who.visible:
            if bubble.ours:
                self._status(who, bubble.mid, "read", None)

    def _tell(self, who: Handset, event: Json) -> None:
        contact: Json = {"profile": {"name": who.name}, "user_id": who.id}
        if not who.hides_number:
            contact["wa_id"] = who.number
        shown = {"display_phone_number": "4721800000", "phone_number_id": self.number}
        value = {"messaging_product": "whatsapp", "metadata": shown, "contacts": [contact], **event}
        entry = {"id": self.account, "changes": [{"field": "messages", "value": value}]}
        self.webhooks.tell(entry, "whatsapp_business_account")
        self.changes.tell()

    def _status(self, who: Handset, mid: str, status: str, data: str | None, *codes: int) -> None:
        now = str(int(self.clock().timestamp()))
        told: Json = {"id": mid, "status": status, "timestamp": now, "recipient_user_id": who.id}
        if not who.hides_number:
            told["recipient_id"] = who.number
        if data is not None:
            told["biz_opaque_callback_data"] = data
        if codes:
            told["errors"] = [{"code": code, "title": "Message undeliverable"} for code in codes]
        self._tell(who, {"statuses": [told]})

    async def _send(self, request: Request) -> Response:
        try:
            asked = await self._admitted(request)
            if self.refuses is not None:
                raise Refused(self.refuses)
            who, (text, buttons) = self._to(asked), said_in(asked)
            if who.last_said_at is None or self.clock() - who.last_said_at >= WINDOW:
                raise Refused(refusals.RE_ENGAGEMENT)
            self.calls.append(asked)
            mid = self._say(who, text, buttons, asked.get("biz_opaque_callback_data"))
            contact = {"input": asked.get("to") or asked.get("recipient"), "user_id": who.id}
            return JSONResponse(
                {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": mid}]}
            )
        except Refused as refused:
            return refused.answer()

    def _say(
        self, who: Handset, text: str, buttons: tuple[tuple[str, str], ...], data: str | None
    ) -> str:
        mid = who.mid()
        if who.gone:
            self._status(who, mid, "failed", data, 131026)
            return mid
        self._status(who, mid, "sent", data)
        if not who.off:
            who.bubbles.append(
                Bubble(mid=mid, ours=True, at=self.clock(), text=text, buttons=buttons)
            )
            self._status(who, mid, "delivered", data)
        return mid

    def _to(self, asked: Json) -> Handset:
        """«Business-scoped user IDs»: `to` is a number, `recipient` such an id."""
        to, recipient = asked.get("to"), asked.get("recipient")
        for who in self._people:
            if (to and who.number == to) or (not to and who.id == recipient):
                return who
        raise Refused(refusals.UNDELIVERABLE)

    async def _admitted(self, request: Request) -> Json:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused(refusals.BAD_TOKEN)
        proof = hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()
        if request.query_params.get("appsecret_proof") != proof:
            raise Refused(refusals.BAD_PROOF)
        if request.method != "POST":
            return {}
        asked = json.loads(await request.body())
        if not isinstance(asked, dict):
            raise Refused(refusals.MALFORMED)
        return asked

    async def _object(self, request: Request) -> Response:
        """A number, or a file: `GET` tells of either, `DELETE` deletes a file («Media»)."""
        try:
            await self._admitted(request)
            which = request.path_params["id"]
            if which == self.number:
                return JSONResponse({"id": which})
            ours = request.query_params.get("phone_number_id") == self.number
            if which not in self.media or not ours:
                raise Refused(refusals.NO_SUCH_MEDIA)
            if request.method == "DELETE":
                del self.media[which]
                return JSONResponse({"success": True})
            body, mime = self.media[which]
            about = {"url": f"{self.url}/media/{which}?ext=1&hash=ARsK", "mime_type": mime,
                     "sha256": hashlib.sha256(body).hexdigest(), "file_size": len(body),
                     "id": which, "messaging_product": "whatsapp"}  # fmt: skip
            return JSONResponse(about)
        except Refused as refused:
            return refused.answer()

    async def _download(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return Response(status_code=401)
        body, mime = self.media.get(request.path_params["id"], (None, None))
        return Response(status_code=404) if body is None else Response(body, media_type=mime)

    async def _apps(self, request: Request) -> Response:
        try:
            await self._admitted(request)
            if request.method == "POST":
                self.subscribed = True
                return JSONResponse({"success": True})
            app = {"whatsapp_business_api_data": {"id": "1517776481860111", "name": "Utebru"}}
            return JSONResponse({"data": [app] if self.subscribed else []})
        except Refused as refused:
            return refused.answer()

    def _now(self) -> datetime:
        """By the clock that hangs there now; a test may hang up another."""
        return self.clock()

    def _keep(self, body: bytes, mime: str) -> str:
        self._uploads += 1
        which = str(FIRST_MEDIA + self._uploads)
        self.media[which] = (body, mime)
        return which

    def _build(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.webhooks.close()

        routes = [
            Route("/v25.0/{account}/subscribed_apps", self._apps, methods=["GET", "POST"]),
            Route("/v25.0/{number}/messages", self._send, methods=["POST"]),
            Route("/v25.0/{id}", self._object, methods=["GET", "DELETE"]),
            Route("/media/{id}", self._download),
        ]
        return Faulty(
            Starlette(routes=routes, lifespan=lifespan),
            self.faults,
            method_of=_method_of,
            too_many=refusals.too_many,
        )


def _method_of(path: str) -> str | None:
    return "download" if path.startswith("/media/") else path.rpartition("/")[2]
