"""The methods by which the bot says something."""

from datetime import datetime, timedelta
from typing import Any, Final

from bots.sandbox.telegram.asked import Asked
from bots.sandbox.telegram.chats import Account, Chats, Json
from bots.sandbox.telegram.refusals import Refused, bad_request
from bots.sandbox.telegram.rules import checked_caption, checked_markup, checked_text

PHOTO_LIMIT: Final = 10 * 1024 * 1024
UPLOAD_LIMIT: Final = 50 * 1024 * 1024
PER_SECOND: Final = 30


class Pace:
    """The documented limits, when enforced: one message a second to a chat, thirty to all."""

    def __init__(self) -> None:
        self.enforced = False
        self._sent: list[tuple[datetime, int]] = []

    def spend(self, chat: int, now: datetime) -> None:
        if not self.enforced:
            return
        since = now - timedelta(seconds=1)
        self._sent = [(at, to) for at, to in self._sent if at > since]
        if any(to == chat for _, to in self._sent) or len(self._sent) >= PER_SECOND:
            raise Refused(429, "Too Many Requests: retry after 1", retry_after=1)
        self._sent.append((now, chat))


class Sending:
    def __init__(self, chats: Chats, pace: Pace) -> None:
        self._chats, self._pace = chats, pace

    async def send_message(self, asked: Asked) -> Json:
        account = self._open(asked)
        return self._say(account, asked, {"text": checked_text(asked.text("text"))})

    async def send_photo(self, asked: Asked) -> Json:
        account = self._open(asked)
        sizes = [self._file(asked, "photo", "photos", PHOTO_LIMIT) | {"width": 640, "height": 480}]
        return self._say(account, asked, {"photo": sizes})

    async def send_document(self, asked: Asked) -> Json:
        account = self._open(asked)
        return self._say(account, asked, {"document": self._named(asked, "document", "documents")})

    async def send_voice(self, asked: Asked) -> Json:
        account = self._open(asked)
        voice = self._file(asked, "voice", "voice", UPLOAD_LIMIT)
        voice |= {"duration": asked.number("duration") or 1, "mime_type": "audio/ogg"}
        return self._say(account, asked, {"voice": voice})

    async def send_chat_action(self, asked: Asked) -> bool:
        self._chats.reachable(asked.number("chat_id"))
        return True

    def _open(self, asked: Asked) -> Account:
        account = self._chats.reachable(asked.number("chat_id"))
        self._pace.spend(account.id, self._chats.clock())
        return account

    def _say(self, account: Account, asked: Asked, content: Json) -> Json:
        if caption := checked_caption(asked.text("caption")):
            content["caption"] = caption
        if (reply := self._replied_to(account, asked)) is not None:
            content["reply_to_message"] = reply
        if markup := checked_markup(asked.nested("reply_markup")):
            content["reply_markup"] = markup
        if asked.flag("protect_content"):
            content["has_protected_content"] = True
        return self._chats.keep(account, ours=True, content=content).json

    def _replied_to(self, account: Account, asked: Asked) -> Json | None:
        parameters: Any = asked.nested("reply_parameters") or {}
        message_id = parameters.get("message_id", asked.number("reply_to_message_id"))
        if message_id is None:
            return None
        kept = self._chats.find(account.id, int(message_id))
        if kept is not None:
            return {name: value for name, value in kept.json.items() if name != "reply_to_message"}
        if not parameters.get("allow_sending_without_reply"):
            bad_request("message to be replied not found")
        return None

    def _named(self, asked: Asked, field: str, folder: str) -> Json:
        document = self._file(asked, field, folder, UPLOAD_LIMIT)
        if (upload := asked.files.get(self._attached(asked, field))) is not None:
            document |= {"file_name": upload.name, "mime_type": upload.type}
        return document

    def _file(self, asked: Asked, field: str, folder: str, limit: int) -> Json:
        upload = asked.files.get(self._attached(asked, field))
        if upload is not None:
            if len(upload.data) > limit:
                raise Refused(413, "Request Entity Too Large")
            if not upload.data:
                bad_request("file must be non-empty")
            return self._chats.store(upload.data, folder=folder, suffix=_suffix(upload.name))
        known = self._chats.files.get(asked.text(field) or "")
        if known is None:
            bad_request(
                "there is no file in the request"
                if not asked.text(field)
                else "wrong remote file identifier specified"
            )
        return {
            "file_id": known.id,
            "file_unique_id": "AQAD" + known.id[-8:],
            "file_size": known.size,
        }

    def _attached(self, asked: Asked, field: str) -> str:
        """Multipart: the file's part has the field's name, or the one in `attach://name`."""
        return (asked.text(field) or field).removeprefix("attach://")


def _suffix(name: str) -> str:
    _, dot, end = name.rpartition(".")
    return f".{end}" if dot and end.isalnum() else ""
