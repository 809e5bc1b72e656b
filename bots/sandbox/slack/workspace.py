"""
What Slack's servers hold: users, rooms, posts, files.

Everything that changes goes through here and says so as an event, in the Events API's
shape. Slack calls a room a channel; here it is a room, save in the shapes themselves.
"""

import itertools
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bots.sandbox.changes import Changes
from bots.sandbox.slack.values import ADMIN, BOT_USER, SLACKBOT, TEAM, File, Post, Room, User

Json = dict[str, Any]


class Workspace:
    """The state, and the one door to change it."""

    def __init__(self, clock: Callable[[], datetime], changes: Changes) -> None:
        self.clock, self.changes = clock, changes
        self.users: dict[str, User] = {}
        self.rooms: dict[str, Room] = {}
        self.posts: dict[str, dict[str, Post]] = {}  # by room and ts; what is later is last
        self._threads: dict[tuple[str, str], dict[str, Post]] = {}
        self.files: dict[str, File] = {}
        self.emit: Callable[[Json], None] = lambda _: None
        self.on_post: Callable[[Post], None] = lambda _: None
        self.home = "http://127.0.0.1"  # where we were last reached; links are made from it
        self._last_us = 0
        self._numbers = itertools.count(1)
        self.users[BOT_USER] = User(id=BOT_USER, name="utebru", is_bot=True)
        self.users[ADMIN] = User(id=ADMIN, name="Utebru vask", is_admin=True)

    def ts(self) -> str:
        """Seconds and microseconds; no two are the same, each is later than the one before."""
        now = int(self.clock().timestamp() * 1_000_000)
        self._last_us = max(now, self._last_us + 1)
        return f"{self._last_us // 1_000_000}.{self._last_us % 1_000_000:06d}"

    def new_id(self, letter: str) -> str:
        return f"{letter}07UT{next(self._numbers):06X}"

    def add_room(self, room: Room) -> Room:
        self.rooms[room.id] = room
        self.posts.setdefault(room.id, {})
        self.changes.tell()
        return room

    def change_room(self, room_id: str, **changes: Any) -> Room:
        return self.add_room(replace(self.rooms[room_id], **changes))

    def find(self, room_id: str, ts: str) -> Post | None:
        return self.posts.get(room_id, {}).get(ts)

    def thread(self, room_id: str, ts: str) -> list[Post]:
        """The root, or its tombstone, and the replies, in order."""
        return list(self._threads.get((room_id, ts), {}).values())

    def replies(self, room_id: str, ts: str) -> list[Post]:
        return [post for post in self.thread(room_id, ts) if post.is_reply]

    def put(self, post: Post, *, extra: Mapping[str, Any] | None = None) -> Post:
        """A new message in a room; `extra` goes into the event alone."""
        self.posts[post.room][post.ts] = post
        self._threads.setdefault((post.room, post.root), {})[post.ts] = post
        for file_id in post.file_ids:
            self.files[file_id].shares.setdefault(post.room, []).append(post.ts)
        event = self.render(post, bare=True) | self._where(post.room) | {"event_ts": post.ts}
        self.emit(event | dict(extra or {}))
        self.on_post(post)
        self.changes.tell()
        return post

    def edit(self, post: Post, change: Mapping[str, Any], *, by: str) -> None:
        """Change a message, and say so as `message_changed`."""
        before = self.render(post, bare=True)
        stamp = self.ts()
        post.json = post.json | dict(change) | {"edited": {"user": by, "ts": stamp}}
        self._changed(post, before, stamp)

    def remove(self, post: Post) -> None:
        """Delete a message. A root with replies leaves a tombstone, and the replies stay."""
        before = self.render(post, bare=True)
        stamp = self.ts()
        if not post.is_reply and self.replies(post.room, post.ts):
            post.tombstone, post.metadata, post.file_ids = True, None, []
            post.author, post.by_app = SLACKBOT, False
            post.json = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": SLACKBOT,
                "hidden": True,
                "ts": post.ts,
                "thread_ts": post.ts,
            }
            self._changed(post, before, stamp)
            return
        self._drop(post)
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "hidden": True,
            "deleted_ts": post.ts,
        }
        self.emit(event | self._where(post.room) | {"ts": stamp, "event_ts": stamp})
        self._bury(post)
        self.changes.tell()

    def delete_file(self, file: File) -> None:
        """The file goes everywhere; where it was shared, a mark is left."""
        file.deleted, file.data = True, None
        file.name = file.title = ""
        stamp = self.ts()
        self.emit({"type": "file_deleted", "file_id": file.id, "event_ts": stamp})
        self.changes.tell()

    def render(self, post: Post, *, metadata: bool = False, bare: bool = False) -> Json:
        """The message as the Web API shows it; `bare`: as an event does, without the replies."""
        json = dict(post.json)
        if post.file_ids:
            json["files"] = [self.file_json(self.files[each]) for each in post.file_ids]
        if post.metadata is not None and (metadata or bare):
            json["metadata"] = post.metadata
        replies = self.replies(post.room, post.ts) if not post.is_reply else []
        if replies:
            writers = list(dict.fromkeys(reply.author for reply in replies))
            json |= {
                "thread_ts": post.ts,
                "reply_count": len(replies),
                "reply_users_count": len(writers),
                "latest_reply": replies[-1].ts,
                "reply_users": writers,
                "is_locked": post.ts in self.rooms[post.room].locked,
                "subscribed": False,
            }
        return json

    def file_json(self, file: File, *, shares: bool = False) -> Json:
        if file.deleted:
            return {"id": file.id, "mode": "tombstone"}
        json: Json = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.type,
            "filetype": file.name.rpartition(".")[2].lower() or "binary",
            "user": file.owner,
            "user_team": TEAM,
            "mode": "hosted",
            "size": len(file.data or b""),
            "is_external": False,
            "is_public": False,
            "file_access": "visible",
            "url_private": f"{self.home}/files-pri/{TEAM}-{file.id}/{file.name}",
            "url_private_download": f"{self.home}/files-pri/{TEAM}-{file.id}/download/{file.name}",
        }
        if shares:
            json["groups"] = list(file.shares)
            json["shares"] = {"private": self._shares(file)} if file.shares else {}
        return json

    def people(self) -> Iterator[User]:
        return (user for user in self.users.values() if not user.is_bot and user.id != ADMIN)

    def _shares(self, file: File) -> Json:
        return {
            room: [
                {"ts": ts, "channel_name": self.rooms[room].name, "team_id": TEAM}
                | (
                    {"thread_ts": post.root}
                    if (post := self.find(room, ts)) and post.is_reply
                    else {}
                )
                for ts in stamps
            ]
            for room, stamps in file.shares.items()
        }

    def _changed(self, post: Post, before: Json, stamp: str) -> None:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": self.render(post, bare=True),
            "previous_message": before,
            "hidden": True,
        }
        self.emit(event | self._where(post.room) | {"ts": stamp, "event_ts": stamp})
        self.changes.tell()

    def _bury(self, post: Post) -> None:
        """When a tombstone's last reply goes, the tombstone goes with it; shares are struck out."""
        for file_id in post.file_ids:
            stamps = self.files[file_id].shares.get(post.room, [])
            self.files[file_id].shares[post.room] = [ts for ts in stamps if ts != post.ts]
        root = self.find(post.room, post.root)
        if post.is_reply and root and root.tombstone and not self.replies(post.room, root.ts):
            self._drop(root)

    def _drop(self, post: Post) -> None:
        del self.posts[post.room][post.ts]
        thread = self._threads[post.room, post.root]
        del thread[post.ts]
        if not thread:
            del self._threads[post.room, post.root]

    def _where(self, room_id: str) -> Json:
        kind = "group" if self.rooms[room_id].private else "channel"
        return {"channel": room_id, "channel_type": kind}


def client_msg_id() -> str:
    return str(uuid.uuid4())
