"""
The stand-in for `graph.microsoft.com` and `login.microsoftonline.com`.

    outlook = OutlookStandIn(mailbox="ute@kommunen.example", clock=clock)
    async with serve(outlook.app) as url:
        …              # <url>/v1.0 is Graph, <url> is the authority
        maya = outlook.person("maya@post.example", "Maya")
        maya.writes("hei")

Written after Microsoft Graph's documentation; all in memory, and gone with the object.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Faults, Faulty
from bots.sandbox.outlook import refusals
from bots.sandbox.outlook.entra import Entra
from bots.sandbox.outlook.mailbox import (
    DRAFTS,
    QUIET,
    Item,
    Mailbox,
    described,
    selected,
)
from bots.sandbox.outlook.people import Letter
from bots.sandbox.outlook.post import Post
from bots.sandbox.outlook.refusals import Refused

Json = dict[str, Any]
Handler = Callable[[Request], Awaitable[Response]]

AT_ONCE: Final = 4
FROM: Final = re.compile(
    r"receivedDateTime ge \S+ and from/emailAddress/address eq '(?P<address>(?:[^']|'')+)'"
)
MARKED: Final = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '(?P<id>[^']+)'"
    r" and startswith\(ep/value, '(?P<value>[^']*)'\)\)"
)
WHOSE: Final = re.compile(r"internetMessageId eq '(?P<id>(?:[^']|'')+)'")


class OutlookStandIn(Post):
    """One tenant with one shared mailbox or more, and the people who write to them."""

    def __init__(
        self,
        *,
        mailbox: str,
        clock: Callable[[], datetime],
        tenant: str = "84bd8158-6d4d-4958-8b9f-9d6445542f95",
        client: str = "2b1c5b9e-0000-4a00-9a00-1f0e6f2f7c11",
        secret: str = "stand-in~client-secret",  # noqa: S107  (of the stand-in)
        certificate: str | None = None,
        first_pause: float = 1.0,
    ) -> None:
        super().__init__(mailbox, clock, tenant=tenant, first_pause=first_pause)
        self.entra = Entra(tenant=tenant, client=client, secret=secret, certificate=certificate)
        self.faults = Faults(self._now)
        self.permitted = True
        self.changes = Changes()
        self.gate = asyncio.Event()
        """While it is shut, whoever has been let in waits for their answer."""
        self.gate.set()
        self.most_at_once = 0
        self.asked: list[str] = []
        self._at_once = 0
        self.app: ASGIApp = self._build()

    async def _folder(self, request: Request) -> Response:
        return JSONResponse({"id": request.path_params["folder"], "displayName": "Innboks"})

    async def _delta(self, request: Request) -> Response:
        query, folder = request.query_params, request.path_params["folder"].lower()
        page, token, last = self._at(request).delta(folder, query)
        path = f"{self._root(request)}/mailFolders('{folder}')/messages/delta"
        kind = "$deltatoken" if last else "$skiptoken"
        link = "@odata.deltaLink" if last else "@odata.nextLink"
        told: list[Json] = []
        for each in page:
            if isinstance(each, str):
                told.append({"id": each, "@removed": {"reason": "deleted"}})
            else:
                told.append(selected(self._told(request, each), query))
        return JSONResponse({"value": told, link: f"{path}?{quote(kind, safe='$')}={token}"})

    async def _list(self, request: Request) -> Response:
        """All that lies in the mailbox, or in the one folder."""
        query, folder = request.query_params, request.path_params.get("folder", "").lower()
        asked = query.get("$filter", "")
        known = [
            i for i in self._at(request).items.values()
            if i.folder not in QUIET and folder in {"", i.folder}
        ]  # fmt: skip
        if found := FROM.fullmatch(asked):
            sender = found["address"].replace("''", "'").lower()
            known = [i for i in known if i.letter.sender.lower() == sender]
        elif found := WHOSE.fullmatch(asked):
            known = [i for i in known if i.letter.id == found["id"].replace("''", "'")]
        elif found := MARKED.fullmatch(asked):
            known = [
                i for i in known
                if any(p["id"] == found["id"] and p["value"].startswith(found["value"])
                       for p in i.properties)
            ]  # fmt: skip
        elif asked:
            raise Refused(refusals.BAD_QUERY)
        ordered = sorted(known, key=lambda i: i.letter.at, reverse=True)
        few = ordered[: int(query.get("$top", "10"))]
        return JSONResponse({"value": [selected(self._told(request, i), query) for i in few]})

    async def _create(self, request: Request) -> Response:
        asked, mailbox = await _object(request), self._at(request)
        letter = Letter(
            id=self._message_id(), sender=mailbox.address, at=self._now(),
            subject=str(asked.get("subject", "")), text="", to=_addresses(asked, "toRecipients"),
        )  # fmt: skip
        item = mailbox.add(letter, DRAFTS, draft=True, properties=_properties(asked))
        return JSONResponse(self._told(request, item), 201)

    async def _get(self, request: Request) -> Response:
        item = self._item(request)
        return JSONResponse(selected(self._told(request, item), request.query_params))

    async def _reply(self, request: Request) -> Response:
        """To Reply-To where the mail asks for it, with the mail quoted below (createReply)."""
        about, told = self._item(request).letter, {}
        if await request.body():
            told = (await _object(request)).get("message", {})
        asked = [value for name, value in about.headers if name.lower() == "reply-to"]
        quoted = f"________________________________\nFra: {about.sender}\n\n{about.text}"
        letter = Letter(
            id=self._message_id(), sender=self._at(request).address, at=self._now(),
            subject=about.subject if about.subject.startswith("SV:") else f"SV: {about.subject}",
            text=quoted, to=tuple(asked[:1] or [about.sender]), answers=about.id,
        )  # fmt: skip
        item = self._at(request).add(letter, DRAFTS, draft=True, properties=_properties(told))
        return JSONResponse(self._told(request, item), 201)

    async def _change(self, request: Request) -> Response:
        item, asked = self._item(request), await _object(request)
        if not item.draft:
            raise Refused(refusals.NOT_A_DRAFT)
        body, letter = asked.get("body"), item.letter
        if isinstance(body, dict):
            is_html = str(body.get("contentType")).lower() == "html"
            content = str(body.get("content", ""))
            letter = replace(letter, text=content, html=content if is_html else None)
        if "toRecipients" in asked:
            letter = replace(letter, to=_addresses(asked, "toRecipients"))
        if "ccRecipients" in asked:
            letter = replace(letter, copied=_addresses(asked, "ccRecipients"))
        item.letter = letter
        item.properties = _properties(asked, item.properties)
        self._at(request).touch(item)
        return JSONResponse(self._told(request, item))

    async def _send(self, request: Request) -> Response:
        item = self._item(request)
        if not item.draft:
            raise Refused(refusals.NOT_A_DRAFT)
        if not item.letter.to:
            raise Refused(refusals.NO_RECIPIENT)
        item.letter = replace(item.letter, at=self._now())
        self._at(request).sent(item)
        self._carry(item.letter)
        return Response(status_code=202)

    async def _purge(self, request: Request) -> Response:
        self._at(request).move(self._item(request), "purges")
        return Response(status_code=204)

    async def _value(self, request: Request) -> Response:
        item, asked = self._item(request), request.path_params["attachment"]
        told = self._told(request, item)["attachments"]
        for file, about in zip(item.letter.files, told, strict=True):
            if about["id"] == asked:
                if file.kind == "reference":
                    raise Refused(refusals.NO_VALUE)
                return Response(file.body, media_type=file.mime or "text/plain")
        raise Refused(refusals.NO_ITEM)

    async def _subscriptions(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"value": self.subscriptions.listed()})
        return JSONResponse(await self.subscriptions.make(await _object(request)), 201)

    async def _subscription(self, request: Request) -> Response:
        known = request.path_params["subscription"]
        if request.method == "DELETE":
            self.subscriptions.remove(known)
            return Response(status_code=204)
        return JSONResponse(self.subscriptions.renew(known, await _object(request)))

    def _told(self, request: Request, item: Item) -> Json:
        wanted = 'IdType="ImmutableId"' in request.headers.get("prefer", "")
        return described(item, immutable=wanted, mailbox=self._at(request).address)

    def _at(self, request: Request) -> Mailbox:
        """The mailbox that is asked about."""
        return self.mailboxes[request.path_params["user"]]

    def _item(self, request: Request) -> Item:
        return self._at(request).find(request.path_params["message"])

    def _root(self, request: Request) -> str:
        return (
            f"http://{request.url.netloc}/v1.0/users/{quote(self._at(request).address, safe='@')}"
        )

    def _admitted(self, handler: Handler) -> Handler:
        """Whoever asks has a key, a permission, and is not one of too many."""

        async def asked(request: Request) -> Response:
            self.asked.append(f"{request.method} {request.url.path}")
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            try:
                if not self.entra.admits(request):
                    raise Refused(refusals.NO_TOKEN)
                if not self.permitted:
                    raise Refused(refusals.DENIED)
                if request.path_params.get("user", self.mailbox.address) not in self.mailboxes:
                    raise Refused(refusals.NO_MAILBOX)
                if self._at_once > AT_ONCE:
                    raise Refused(refusals.AT_ONCE)
                self.changes.tell()
                await self.gate.wait()
                return await handler(request)
            except Refused as refused:
                return refused.answer()
            finally:
                self._at_once -= 1

        return asked

    def _build(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.subscriptions.close()

        user, one = "/v1.0/users/{user}", "/v1.0/users/{user}/messages/{message}"
        graph: list[tuple[str, Handler, list[str]]] = [
            (f"{user}/mailFolders/{{folder}}", self._folder, ["GET"]),
            (f"{user}/mailFolders/{{folder}}/messages", self._list, ["GET"]),
            (f"{user}/mailFolders/{{folder}}/messages/delta", self._delta, ["GET"]),
            (f"{user}/mailFolders('{{folder}}')/messages/delta", self._delta, ["GET"]),
            (f"{user}/messages", self._list, ["GET"]),
            (f"{user}/messages", self._create, ["POST"]),
            (one, self._get, ["GET"]),
            (one, self._change, ["PATCH"]),
            (f"{one}/createReply", self._reply, ["POST"]),
            (f"{one}/send", self._send, ["POST"]),
            (f"{one}/permanentDelete", self._purge, ["POST"]),
            (f"{one}/attachments/{{attachment}}/$value", self._value, ["GET"]),
            ("/v1.0/subscriptions", self._subscriptions, ["GET", "POST"]),
            ("/v1.0/subscriptions/{subscription}", self._subscription, ["PATCH", "DELETE"]),
        ]
        routes = [Route(path, self._admitted(how), methods=verbs) for path, how, verbs in graph]
        routes += [
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self.entra.discovery),
            Route("/{tenant}/oauth2/v2.0/token", self.entra.token, methods=["POST"]),
        ]
        return Faulty(
            Starlette(routes=routes, lifespan=lifespan),
            self.faults,
            method_of=_method_of,
            too_many=refusals.too_many,
        )


async def _object(request: Request) -> Json:
    try:
        asked: Any = json.loads(await request.body())
    except ValueError:
        raise Refused(refusals.MALFORMED) from None
    if not isinstance(asked, dict):
        raise Refused(refusals.MALFORMED)
    return asked


def _properties(asked: Json, known: Sequence[Json] = ()) -> list[Json]:
    """One that is told anew has its new value («Create singleValueLegacyExtendedProperty»)."""
    told: list[Json] = asked.get("singleValueExtendedProperties", [])
    anew = {each["id"] for each in told}
    return [*(each for each in known if each["id"] not in anew), *told]


def _addresses(asked: Json, kind: str) -> tuple[str, ...]:
    return tuple(str(each["emailAddress"]["address"]) for each in asked.get(kind, []))


def _method_of(path: str) -> str | None:
    last = path.rpartition("/")[2]
    return "message" if last.startswith("AAkALg") else last
