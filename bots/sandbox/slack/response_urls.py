"""response_url: five answers within half an hour to what a person did."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bots.sandbox.slack.asked import Asked, Refused, values_of
from bots.sandbox.slack.chat_api import app_message, content_of
from bots.sandbox.slack.screen import Whispers
from bots.sandbox.slack.values import BOT_USER, Post
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

USES: Final = 5
HOLDS: Final = timedelta(minutes=30)


@dataclass(slots=True, kw_only=True)
class Address:
    """Where an answer belongs, and how many are left."""

    room: str
    user: str
    thread_ts: str | None
    message_ts: str | None
    born: datetime
    left: int = USES


@dataclass(slots=True)
class ResponseUrls:
    workspace: Workspace
    whispers: Whispers
    _given: dict[str, Address] = field(default_factory=dict, repr=False)

    def give(
        self, *, room: str, user: str, thread_ts: str | None = None, message_ts: str | None = None
    ) -> str:
        key = secrets.token_urlsafe(12)
        self._given[key] = Address(
            room=room,
            user=user,
            thread_ts=thread_ts,
            message_ts=message_ts,
            born=self.workspace.clock(),
        )
        return f"{self.workspace.home}/response/{key}"

    async def answer(self, request: Request) -> Response:
        address = self._given.get(request.path_params["key"])
        if address is None or self.workspace.clock() - address.born > HOLDS:
            return JSONResponse({"ok": False, "error": "expired_url"}, status_code=404)
        if not address.left:
            return JSONResponse({"ok": False, "error": "used_url"}, status_code=404)
        address.left -= 1
        try:
            values = await values_of(request)
            self.take(address, values)
        except Refused as refused:
            return JSONResponse({"ok": False, "error": refused.error}, status_code=400)
        return PlainTextResponse("ok")

    def take(self, address: Address, values: Json) -> None:
        """Do what the answer says: replace, delete, or say something new."""
        asked = Asked(values=values, actor=BOT_USER, as_bot=True, base=self.workspace.home)
        whisper = self.whispers.find(address.message_ts or "")
        post = self.workspace.find(address.room, address.message_ts or "")
        if asked.flag("delete_original"):
            if whisper:
                self.whispers.remove(whisper)
            elif post and post.by_app:
                self.workspace.remove(post)
            return
        text, blocks, _ = content_of(asked)
        json = app_message(self.workspace, BOT_USER, text, blocks)
        if asked.flag("replace_original") and (whisper or post):
            fresh = {"text": text, "blocks": json["blocks"]}
            if whisper:
                whisper.json |= fresh
                self.workspace.changes.tell()
            elif post:
                self.workspace.edit(post, fresh, by=BOT_USER)
            return
        thread_ts = asked.text("thread_ts") or address.thread_ts
        if thread_ts is not None:
            json["thread_ts"] = thread_ts
        if asked.text("response_type") == "in_channel":
            post = Post(room=address.room, json=json, author=BOT_USER, by_app=True)
            self.workspace.put(post)
        else:
            self.whispers.say(address.room, address.user, json)

    def for_command(self, *, room: str, user: str, values: Json) -> None:
        """An answer given in the acknowledgement of a slash command."""
        address = Address(
            room=room, user=user, thread_ts=None, message_ts=None, born=self.workspace.clock()
        )
        self.take(address, values)
