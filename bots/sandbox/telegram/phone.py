"""A youth's phone: what she does with it, and what it shows her."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bots.sandbox.telegram.attachments import attachment
from bots.sandbox.telegram.chats import Account, Chats, Json, Kept
from bots.sandbox.telegram.rules import command_entities
from bots.sandbox.telegram.updates import Updates


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A bubble on the phone. A deleted one is gone from a real phone; here its place is kept."""

    message_id: int
    by: str  # "youth" or "bot"
    at: datetime
    text: str = field(repr=False)
    kind: str
    file: str | None = field(repr=False, default=None)
    file_id: str | None = None
    buttons: tuple[tuple[str, ...], ...] = field(repr=False, default=())
    reply_to: int | None = None
    edited: bool = False
    deleted_by: str | None = None  # "bot", "youth" or None

    @property
    def deleted(self) -> bool:
        return self.deleted_by is not None


class Phone:
    """One youth's Telegram app. Every method does what her thumb does."""

    def __init__(
        self, account: Account, chats: Chats, updates: Updates, queries: dict[str, int]
    ) -> None:
        self.account = account
        self._chats, self._updates, self._queries = chats, updates, queries

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def name(self) -> str:
        return self.account.first_name

    def starts(self, payload: str = "") -> int:
        """Press Start, perhaps through a deep link with a payload."""
        return self.says(f"/start {payload}".strip())

    def says(self, text: str, *, reply_to: int | None = None) -> int:
        content: Json = {"text": text}
        if entities := command_entities(text):
            content["entities"] = entities
        return self._send(content, reply_to)

    def sends_file(
        self,
        kind: str,
        data: bytes = b"",
        name: str | None = None,
        *,
        caption: str | None = None,
        announced_size: int | None = None,
        media_group: str | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Send anything that is not text; `announced_size` may lie about the bytes."""
        content = attachment(self._chats, kind, data, name, announced_size)
        if caption:
            content["caption"] = caption
        if media_group:
            content["media_group_id"] = media_group
        return self._send(content, reply_to)

    def edits(self, message_id: int, text: str) -> None:
        kept = self._mine(message_id)
        kept.json = kept.json | {
            "caption" if "text" not in kept.json else "text": text,
            "edit_date": self._chats.now,
        }
        self._updates.push("edited_message", self.id, kept.json)
        self._chats.changes.tell()

    def presses(self, button: str, message_id: int | None = None) -> str:
        """Press a button by its text or its data; on the newest message that has it."""
        for kept in reversed(list(self._still_there())):
            if message_id in (None, kept.id):
                for each in _buttons(kept):
                    if button in (each["text"], each.get("callback_data")):
                        return self._press(kept, str(each.get("callback_data", "")))
        raise LookupError("no such button on the screen")

    def deletes_own(self, *message_ids: int) -> None:
        """Delete for both. The bot is never told."""
        for message_id in message_ids:
            self._chats.forget(self._mine(message_id), by="youth")

    def blocks(self) -> None:
        self.account.blocked = True
        self._membership("member", "kicked")

    def unblocks(self) -> None:
        self.account.blocked = False
        self._membership("kicked", "member")

    def deletes_account(self) -> None:
        self.account.deactivated = True

    @property
    def toasts(self) -> list[str]:
        """The short notes that came as answers to presses."""
        return list(self.account.toasts)

    def chat(self) -> list[Shown]:
        """What stands in the chat, oldest first, with the traces of what was deleted."""
        return [_shown(kept) for kept in self._chats.messages.get(self.id, {}).values()]

    def visible(self) -> list[Shown]:
        """What a real phone shows: without what was deleted."""
        return [shown for shown in self.chat() if not shown.deleted]

    def last(self) -> Shown:
        """The newest thing the bot has said that still stands; `LookupError` if none."""
        for shown in reversed(self.visible()):
            if shown.by == "bot":
                return shown
        raise LookupError("the bot has said nothing")

    def _send(self, content: Json, reply_to: int | None) -> int:
        self.account.started = True
        if reply_to is not None and (original := self._chats.find(self.id, reply_to)):
            quoted = {key: val for key, val in original.json.items() if key != "reply_to_message"}
            content = {"reply_to_message": quoted} | content
        kept = self._chats.keep(self.account, ours=False, content=content)
        self._updates.push("message", self.id, kept.json)
        return kept.id

    def _press(self, kept: Kept, data: str) -> str:
        query_id = str(uuid.uuid4().int)[:18]
        self._queries[query_id] = self.id
        body: Json = {
            "id": query_id,
            "from": self.account.user,
            "message": kept.json,
            "chat_instance": str(-(self.id * 7919)),
            "data": data,
        }
        self._updates.push("callback_query", self.id, body)
        return query_id

    def _membership(self, before: str, after: str) -> None:
        body: Json = {
            "chat": self.account.chat,
            "from": self.account.user,
            "date": self._chats.now,
            "old_chat_member": _member(self._chats.bot, before),
            "new_chat_member": _member(self._chats.bot, after),
        }
        self._updates.push("my_chat_member", self.id, body)
        self._chats.changes.tell()

    def _still_there(self) -> Iterable[Kept]:
        return (
            kept for kept in self._chats.messages.get(self.id, {}).values() if not kept.deleted_by
        )

    def _mine(self, message_id: int) -> Kept:
        kept = self._chats.find(self.id, message_id)
        if kept is None or kept.ours:
            raise LookupError("no such message of hers")
        return kept


def _member(bot: Json, status: str) -> Json:
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _buttons(kept: Kept) -> Iterable[dict[str, Any]]:
    rows = kept.json.get("reply_markup", {}).get("inline_keyboard", [])
    return (button for row in rows for button in row)


_KINDS = (
    "animation", "photo", "voice", "document", "sticker", "video_note", "video", "audio",
    "location", "contact", "venue", "dice", "poll",
)  # fmt: skip


def _shown(kept: Kept) -> Shown:
    json = kept.json
    kind = next((kind for kind in _KINDS if kind in json), "text")
    rows = json.get("reply_markup", {}).get("inline_keyboard", [])
    held = json.get(kind)
    held = held[-1] if isinstance(held, list) and held else held
    return Shown(
        message_id=kept.id,
        by="bot" if kept.ours else "youth",
        at=datetime.fromtimestamp(json["date"], tz=UTC),
        text=str(json.get("text", json.get("caption", ""))),
        kind=kind,
        file=held.get("file_name") if isinstance(held, dict) else None,
        file_id=held.get("file_id") if isinstance(held, dict) else None,
        buttons=tuple(tuple(button["text"] for button in row) for row in rows),
        reply_to=json.get("reply_to_message", {}).get("message_id"),
        edited="edit_date" in json,
        deleted_by=kept.deleted_by,
    )
