"""What a workspace is made of: people, rooms, posts, files, and the ids of what is ours."""

from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

TEAM: Final = "T07UTEBRU01"
APP: Final = "A07UTEBRU01"
BOT: Final = "B07UTEBRU01"
BOT_USER: Final = "U07UTEBRUBOT"
ADMIN: Final = "U07VASKEKONTO"
SLACKBOT: Final = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    name: str = field(repr=False)
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    id: str
    name: str
    private: bool = True
    members: tuple[str, ...] = ()
    archived: bool = False
    locked: frozenset[str] = frozenset()  # room threads nobody may write in


@dataclass(slots=True, kw_only=True)
class Post:
    """A message in a room; `json` is what every reader is served, save replies and files."""

    room: str
    json: Json = field(repr=False)
    author: str
    by_app: bool
    file_ids: list[str] = field(default_factory=list)
    metadata: Json | None = field(default=None, repr=False)
    tombstone: bool = False

    @property
    def ts(self) -> str:
        return str(self.json["ts"])

    @property
    def root(self) -> str:
        return str(self.json.get("thread_ts", self.ts))

    @property
    def is_reply(self) -> bool:
        return self.root != self.ts


@dataclass(slots=True, kw_only=True)
class File:
    id: str
    name: str = field(repr=False)
    title: str = field(repr=False)
    owner: str
    created: int
    type: str
    data: bytes | None = field(default=None, repr=False)  # None: not uploaded yet
    announced: int = 0
    complete: bool = False
    deleted: bool = False
    shares: dict[str, list[str]] = field(default_factory=dict)  # room → ts
