"""What a person sees in Slack: rooms, room threads, whispers, pushes on the phone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bots.sandbox.slack.typed import as_read
from bots.sandbox.slack.values import Post
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message on someone's screen."""

    ts: str
    thread_ts: str | None
    user: str
    author: str = field(repr=False)
    text: str = field(repr=False)
    blocks: tuple[Json, ...] = field(repr=False, default=())
    files: tuple[Json, ...] = field(repr=False, default=())
    buttons: tuple[tuple[str, str], ...] = field(repr=False, default=())  # action_id, text
    reactions: tuple[tuple[str, int], ...] = ()
    replies: int = 0
    by_app: bool = False
    edited: bool = False
    tombstone: bool = False
    only_you: bool = False

    @property
    def words(self) -> str:
        """Everything there is to read: the blocks that were sent with it, else the text."""
        if all(block.get("type") == "rich_text" for block in self.blocks):
            return self.text or "\n".join(texts_in(list(self.blocks)))
        return "\n".join(texts_in(list(self.blocks)))

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A push on the phone's lock screen."""

    user: str
    room: str
    ts: str
    text: str = field(repr=False)


@dataclass(slots=True)
class Whisper:
    room: str
    user: str
    json: Json = field(repr=False)

    @property
    def ts(self) -> str:
        return str(self.json["ts"])


@dataclass(slots=True)
class Whispers:
    """Ephemeral messages: kept nowhere but on a screen."""

    workspace: Workspace
    all: list[Whisper] = field(default_factory=list, repr=False)

    def say(self, room: str, user: str, json: Json) -> Whisper:
        whisper = Whisper(room, user, json)
        self.all.append(whisper)
        self.workspace.changes.tell()
        return whisper

    def find(self, ts: str) -> Whisper | None:
        return next((each for each in self.all if each.ts == ts), None)

    def remove(self, whisper: Whisper) -> None:
        self.all = [each for each in self.all if each is not whisper]
        self.workspace.changes.tell()


class Screen:
    def __init__(self, workspace: Workspace, whispers: Whispers) -> None:
        self._workspace, self._whispers = workspace, whispers
        self.alerts: list[Alert] = []
        workspace.on_post = self._push

    def room(self, room: str, user: str) -> list[Seen]:
        """The room itself, oldest first: roots, broadcasts, and what only this person sees."""
        shown = [
            self._seen(post)
            for post in self._workspace.posts[room].values()
            if not post.is_reply or post.json.get("subtype") == "thread_broadcast"
        ]
        return sorted([*shown, *self._whispered(room, user, None)], key=lambda seen: seen.ts)

    def thread(self, room: str, ts: str, user: str) -> list[Seen]:
        shown = [self._seen(post) for post in self._workspace.thread(room, ts)]
        return sorted([*shown, *self._whispered(room, user, ts)], key=lambda seen: seen.ts)

    def alerts_of(self, user: str) -> list[Alert]:
        return [alert for alert in self.alerts if alert.user == user]

    def _whispered(self, room: str, user: str, thread_ts: str | None) -> Iterator[Seen]:
        for whisper in self._whispers.all:
            place = (whisper.room, whisper.user, whisper.json.get("thread_ts"))
            if place == (room, user, thread_ts):
                yield self._look(whisper.json, only_you=True)

    def _seen(self, post: Post) -> Seen:
        return self._look(self._workspace.render(post), tombstone=post.tombstone)

    def _look(self, json: Json, *, tombstone: bool = False, only_you: bool = False) -> Seen:
        user = str(json.get("user", ""))
        known = self._workspace.users.get(user)
        blocks = json.get("blocks", [])
        return Seen(
            ts=json["ts"],
            thread_ts=json.get("thread_ts"),
            user=user,
            author=json.get("username") or (known.name if known else "Slackbot"),
            text=as_read(json.get("text", ""), self._workspace.users),
            blocks=tuple(blocks),
            files=tuple(json.get("files", ())),
            buttons=tuple(
                (element["action_id"], element.get("text", {}).get("text", ""))
                for _, element in elements_in(blocks)
            ),
            reactions=tuple((each["name"], each["count"]) for each in json.get("reactions", ())),
            replies=json.get("reply_count", 0),
            by_app="bot_id" in json,
            edited="edited" in json,
            tombstone=tombstone,
            only_you=only_you,
        )

    def _push(self, post: Post) -> None:
        """Who is in the room gets a push for a root; for a reply, who takes part or is named."""
        room = self._workspace.rooms[post.room]
        text = str(post.json.get("text", ""))
        named = {user for user in room.members if f"<@{user}>" in text}
        if any(word in text for word in ("<!channel", "<!here", "<!everyone")):
            named = set(room.members)
        thread = self._workspace.thread(post.room, post.root)
        part = {each.author for each in thread} if post.is_reply else set(room.members)
        for user in sorted((part | named) - {post.author}):
            if user in room.members and not self._workspace.users[user].is_bot:
                self.alerts.append(
                    Alert(user=user, room=room.id, ts=post.ts, text=self._push_text(post))
                )

    def _push_text(self, post: Post) -> str:
        """The text; only where there is none does Slack make one from the blocks or the files."""
        text = str(post.json.get("text", ""))
        if not text and post.file_ids:
            text = self._workspace.files[post.file_ids[0]].title
        if not text:
            text = " ".join(texts_in(post.json.get("blocks", [])))
        return as_read(text, self._workspace.users)


def elements_in(blocks: Any) -> Iterator[tuple[Json, Json]]:
    """The elements that can be pressed or chosen, each with its block."""
    for block in blocks:
        found = list(block.get("elements", [])) if block.get("type") == "actions" else []
        if "accessory" in block:
            found.append(block["accessory"])
        for element in found:
            if "action_id" in element:
                yield block, element


def texts_in(value: Any) -> list[str]:
    """All words in blocks, in reading order."""
    if isinstance(value, list):
        return [text for each in value for text in texts_in(each)]
    if isinstance(value, dict):
        return [
            text
            for name, each in value.items()
            for text in ([each] if name == "text" and isinstance(each, str) else texts_in(each))
        ]
    return []
