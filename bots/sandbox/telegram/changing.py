"""The methods by which the bot changes or takes back what has been said."""

from typing import Any, Final

from bots.sandbox.telegram.asked import Asked
from bots.sandbox.telegram.chats import Chats, Json, Kept
from bots.sandbox.telegram.refusals import NOT_MODIFIED, QUERY_TOO_OLD, bad_request
from bots.sandbox.telegram.rules import MAX_TOAST, checked_markup, checked_text, units

TOO_OLD: Final = "message can't be deleted for everyone"
MOST_AT_ONCE: Final = 100


class Changing:
    def __init__(self, chats: Chats) -> None:
        self._chats = chats
        self.queries: dict[str, int] = {}  # callback queries that wait for an answer: whose

    async def edit_text(self, asked: Asked) -> Json:
        kept = self._own(asked)
        if "text" not in kept.json:
            bad_request("there is no text in the message to edit")
        text = checked_text(asked.text("text"))
        markup = checked_markup(asked.nested("reply_markup"))
        if text == kept.json["text"] and markup == kept.json.get("reply_markup"):
            bad_request(NOT_MODIFIED)
        return self._change(kept, {"text": text}, markup)

    async def edit_markup(self, asked: Asked) -> Json:
        kept = self._own(asked)
        markup = checked_markup(asked.nested("reply_markup"))
        if markup == kept.json.get("reply_markup"):
            bad_request(NOT_MODIFIED)
        return self._change(kept, {}, markup)

    async def delete_one(self, asked: Asked) -> bool:
        account = self._chats.account(asked.number("chat_id"))
        kept = self._chats.find(account.id, asked.number("message_id"))
        if kept is None:
            bad_request("message to delete not found")
        if not self._chats.erasable(kept):
            bad_request(TOO_OLD)
        self._chats.forget(kept, by="bot")
        return True

    async def delete_many(self, asked: Asked) -> bool:
        """Unknown ids are skipped; one known id that is too old fails the whole batch."""
        account = self._chats.account(asked.number("chat_id"))
        ids = asked.nested("message_ids")
        if not isinstance(ids, list) or not ids:
            bad_request("message identifiers are not specified")
        if len(ids) > MOST_AT_ONCE:
            bad_request("too many message identifiers specified")
        known = [kept for each in ids if (kept := self._chats.find(account.id, int(each)))]
        if not all(self._chats.erasable(kept) for kept in known):
            bad_request(TOO_OLD)
        for kept in known:
            self._chats.forget(kept, by="bot")
        return True

    async def answer_query(self, asked: Asked) -> bool:
        whose = self.queries.pop(asked.text("callback_query_id") or "", None)
        if whose is None:
            bad_request(QUERY_TOO_OLD)
        text = asked.text("text")
        if text and units(text) > MAX_TOAST:
            bad_request("MESSAGE_TOO_LONG")
        if text:
            self._chats.account(whose).toasts.append(text)
        self._chats.changes.tell()
        return True

    def _own(self, asked: Asked) -> Kept:
        account = self._chats.account(asked.number("chat_id"))
        kept = self._chats.find(account.id, asked.number("message_id"))
        if kept is None:
            bad_request("message to edit not found")
        if not kept.ours:
            bad_request("message can't be edited")
        return kept

    def _change(self, kept: Kept, content: Json, markup: Json | None) -> Json:
        """Editing without a keyboard takes the keyboard away."""
        fresh: dict[str, Any] = kept.json | content
        fresh.pop("reply_markup", None)
        if markup:
            fresh["reply_markup"] = markup
        if content:
            fresh["edit_date"] = self._chats.now
        kept.json = fresh
        self._chats.changes.tell()
        return fresh
