"""
The stand-in for `api.telegram.org`.

    telegram = TelegramStandIn(token="123:abc", clock=clock)
    async with serve(telegram.app) as url:
        …           # <url>/bot<token>/<method> and <url>/file/bot<token>/<path>
        maya = telegram.youth("Maya")
        maya.says("hei")

Written after the Bot API's documentation; everything is in memory, and gone with the object.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Faults, Faulty
from bots.sandbox.telegram.asked import Asked, asked_of
from bots.sandbox.telegram.changing import Changing
from bots.sandbox.telegram.chats import Account, Chats, Json
from bots.sandbox.telegram.listening import Listening
from bots.sandbox.telegram.phone import Phone, Shown
from bots.sandbox.telegram.refusals import Refused, too_many
from bots.sandbox.telegram.sending import Pace, Sending
from bots.sandbox.telegram.updates import Updates
from bots.sandbox.telegram.webhook import Webhook

Method = Callable[[Asked], Awaitable[Any]]

FIRST_YOUTH: Final = 7_310_884_201
TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")


class TelegramStandIn:
    """Telegram, as far as a bot in private chats can see it."""

    def __init__(
        self,
        *,
        token: str,
        clock: Callable[[], datetime],
        bot_name: str = "Utekontakten",
        bot_username: str = "utekontakten_bot",
        first_pause: float = 1.0,
    ) -> None:
        bot_id = int(token.partition(":")[0])
        bot: Json = {"id": bot_id, "is_bot": True, "first_name": bot_name, "username": bot_username}
        self.token = token
        self.changes = Changes()
        self.faults = Faults(clock)
        self.pace = Pace()
        self.chats = Chats(bot=bot, clock=clock, changes=self.changes)
        self.updates = Updates(clock, first_id=812_550_017)
        self.updates.on_gone = self.changes.tell
        self.webhook = Webhook(self.updates, first_pause=first_pause, call=self._call_back)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._changing = Changing(self.chats)
        self._phones: dict[int, Phone] = {}
        self._methods = self._table()
        self.app: ASGIApp = self._build()

    def youth(
        self,
        name: str,
        *,
        username: str | None = None,
        user_id: int | None = None,
        language_code: str = "nb",
    ) -> Phone:
        """A new account, and the phone it is on."""
        account = Account(
            id=user_id or FIRST_YOUTH + 1_000_003 * len(self._phones),
            first_name=name,
            username=username,
            language_code=language_code,
        )
        self.chats.accounts[account.id] = account
        phone = Phone(account, self.chats, self.updates, self._changing.queries)
        self._phones[account.id] = phone
        self.changes.tell()
        return phone

    @property
    def youths(self) -> list[Phone]:
        return list(self._phones.values())

    def chat(self, youth: Phone) -> list[Shown]:
        """What her phone shows now."""
        return youth.chat()

    def push_update(self, update: Json, *, chat: int = 0, first: bool = False) -> None:
        """Put a raw update in the list: odd, poisonous, or one that has been there before."""
        self.updates.insert(update, chat=chat, first=first)

    def calls_of(self, method: str) -> list[dict[str, Any]]:
        """The parameters of each call of a method, as they were sent."""
        return [values for name, values in self.calls if name == method]

    async def close(self) -> None:
        self.updates.interrupt()
        await self.webhook.close()

    def _table(self) -> dict[str, Method]:
        sending = Sending(self.chats, self.pace)
        changing = self._changing
        listening = Listening(self.chats, self.updates, self.webhook)
        return {
            "getme": listening.get_me,
            "getupdates": listening.get_updates,
            "setwebhook": listening.set_webhook,
            "deletewebhook": listening.delete_webhook,
            "getwebhookinfo": listening.webhook_info,
            "setmycommands": listening.set_my_commands,
            "getmycommands": listening.get_my_commands,
            "getchat": listening.get_chat,
            "getfile": listening.get_file,
            "logout": listening.nothing,
            "close": listening.nothing,
            "sendmessage": sending.send_message,
            "sendphoto": sending.send_photo,
            "senddocument": sending.send_document,
            "sendvoice": sending.send_voice,
            "sendchataction": sending.send_chat_action,
            "editmessagetext": changing.edit_text,
            "editmessagereplymarkup": changing.edit_markup,
            "deletemessage": changing.delete_one,
            "deletemessages": changing.delete_many,
            "answercallbackquery": changing.answer_query,
        }

    def _build(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            yield
            await self.close()

        routes = [
            Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download),
        ]
        return Faulty(
            Starlette(routes=routes, lifespan=lifespan),
            self.faults,
            method_of=_method_of,
            too_many=too_many,
        )

    async def _answer(self, request: Request) -> Response:
        try:
            self._admit(request.path_params["token"])
            name = request.path_params["method"]
            method = self._methods.get(name.lower())
            if method is None:
                raise Refused(404, "Not Found: method not found")
            asked = await asked_of(request)
            self.calls.append((name, dict(asked.values)))
            self.changes.tell()
            return JSONResponse({"ok": True, "result": await method(asked)})
        except Refused as refused:
            return refused.answer()
        except ClientDisconnect:
            return Refused(400, "Bad Request").answer()

    async def _download(self, request: Request) -> Response:
        try:
            self._admit(request.path_params["token"])
            data = self.chats.download(request.path_params["path"])
            if data is None:
                raise Refused(404, "Not Found")
            return Response(data, media_type="application/octet-stream")
        except Refused as refused:
            return refused.answer()

    def _admit(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise Refused(404, "Not Found")
        if token != self.token:
            raise Refused(401, "Unauthorized")

    async def _call_back(self, name: str, values: dict[str, Any]) -> None:
        method = self._methods.get(name.lower())
        if method is not None:
            try:
                await method(Asked(values))
            except Refused:
                return


def _method_of(path: str) -> str | None:
    """`/bot<token>/sendMessage` is `sendMessage`, a file's download is `download`."""
    if path.startswith("/file/bot"):
        return "download"
    return path.rpartition("/")[2] if path.startswith("/bot") else None
