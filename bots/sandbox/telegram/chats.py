"""
What Telegram's servers hold: accounts, private chats with the bot, messages, files.

A message is kept in the very form in which the Bot API shows it (`json`), so that
what is served later is what was said at the time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bots.sandbox.changes import Changes
from bots.sandbox.telegram.refusals import BLOCKED, DEACTIVATED, NEVER_WROTE, Refused, bad_request

Json = dict[str, Any]

ERASABLE: Final = timedelta(hours=48)
"""Bot API, deleteMessage: a message can be deleted only if it was sent less than 48 hours ago."""

LINK_HOLDS: Final = timedelta(hours=1)
"""Bot API, getFile: the link is valid for at least one hour."""

DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Account:
    """A person's account, and how it stands towards the bot."""

    id: int
    first_name: str = field(repr=False)
    username: str | None = field(repr=False)
    language_code: str
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    toasts: list[str] = field(default_factory=list, repr=False)

    @property
    def user(self) -> Json:
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}

    @property
    def chat(self) -> Json:
        chat: Json = {"id": self.id, "first_name": self.first_name}
        if self.username:
            chat["username"] = self.username
        return chat | {"type": "private"}


@dataclass(slots=True, kw_only=True)
class Kept:
    """A message on the server, or what is left of it."""

    json: Json = field(repr=False)
    ours: bool  # the bot's own
    deleted_by: str | None = None

    @property
    def id(self) -> int:
        return int(self.json["message_id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    id: str
    path: str
    size: int
    data: bytes = field(repr=False)


class Chats:
    """Everything on the server's side of the Bot API."""

    def __init__(self, *, bot: Json, clock: Callable[[], datetime], changes: Changes) -> None:
        self.bot, self.clock, self.changes = bot, clock, changes
        self.accounts: dict[int, Account] = {}
        self.messages: dict[int, dict[int, Kept]] = {}
        self.files: dict[str, StoredFile] = {}
        self.links: dict[str, tuple[str, datetime]] = {}
        self._last_message, self._last_file = 70_310, 0

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def account(self, chat_id: int | None) -> Account:
        """The account behind a private chat's id; `Refused` if there is none."""
        if chat_id is None:
            bad_request("chat_id is empty")
        if chat_id not in self.accounts:
            bad_request("chat not found")
        return self.accounts[chat_id]

    def reachable(self, chat_id: int | None) -> Account:
        """The same, if the bot may write to it."""
        account = self.account(chat_id)
        if account.deactivated:
            raise Refused(*DEACTIVATED)
        if account.blocked:
            raise Refused(*BLOCKED)
        if not account.started:
            raise Refused(*NEVER_WROTE)
        return account

    def keep(self, account: Account, *, ours: bool, content: Json) -> Kept:
        """A new message in the chat."""
        self._last_message += 1
        head: Json = {"message_id": self._last_message}
        head["from"] = self.bot if ours else account.user
        head |= {"chat": account.chat, "date": self.now}
        kept = Kept(json=head | content, ours=ours)
        self.messages.setdefault(account.id, {})[kept.id] = kept
        self.changes.tell()
        return kept

    def find(self, chat_id: int, message_id: int | None) -> Kept | None:
        """A message that still exists."""
        kept = self.messages.get(chat_id, {}).get(message_id or 0)
        return None if kept is None or kept.deleted_by else kept

    def forget(self, kept: Kept, *, by: str) -> None:
        """Delete for both; the words go, the place stays so that the phone can show a trace."""
        kept.deleted_by = by
        kept.json = {name: kept.json[name] for name in ("message_id", "from", "chat", "date")}
        self.changes.tell()

    def erasable(self, kept: Kept) -> bool:
        return self.clock() - datetime.fromtimestamp(kept.json["date"], tz=self._zone) < ERASABLE

    @property
    def _zone(self) -> Any:
        return self.clock().tzinfo

    def store(self, data: bytes, *, folder: str, suffix: str, size: int | None = None) -> Json:
        """Keep a file's bytes; `size` may announce more than is really there."""
        self._last_file += 1
        number = self._last_file
        stored = StoredFile(
            id=f"AgACAgQAAxkBAAI{number:06d}Zx9mUtebruStandIn{number:08x}",
            path=f"{folder}/file_{number}{suffix}",
            size=len(data) if size is None else size,
            data=data,
        )
        self.files[stored.id] = stored
        return {
            "file_id": stored.id,
            "file_unique_id": f"AQAD{number:08x}",
            "file_size": stored.size,
        }

    def link(self, file_id: str | None) -> Json:
        """getFile: a path that can be downloaded for an hour."""
        stored = self.files.get(file_id or "")
        if stored is None:
            bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_LIMIT:
            bad_request("file is too big")
        self.links[stored.path] = (stored.id, self.clock() + LINK_HOLDS)
        return {
            "file_id": stored.id,
            "file_unique_id": f"AQAD{len(self.files):08x}",
            "file_size": stored.size,
            "file_path": stored.path,
        }

    def download(self, path: str) -> bytes | None:
        file_id, until = self.links.get(path, ("", self.clock()))
        stored = self.files.get(file_id)
        return None if stored is None or self.clock() >= until else stored.data
