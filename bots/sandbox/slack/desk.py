"""
The caseworkers' side: what people do in Slack, and what Slack then tells the app.

Nothing here goes through the Web API. `user` and `room` are what `add_user` and
`add_room` gave back.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bots.sandbox.slack.files_api import new_file, share
from bots.sandbox.slack.typed import as_sent, rich_text
from bots.sandbox.slack.values import TEAM, Post, Room, User
from bots.sandbox.slack.workspace import Workspace, client_msg_id

Json = dict[str, Any]


class Desk:
    """Writing, changing, taking back, sharing files; coming and going."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def posts(
        self,
        user: User,
        room: Room,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        raw: bool = False,
        extra: Mapping[str, Any] | None = None,
    ) -> str:
        """Write in a room. `@utebru` becomes a mention; `raw` takes the text as Slack keeps it."""
        sent = text if raw else as_sent(text, self._workspace.users.values())
        json: Json = {
            "user": user.id,
            "type": "message",
            "ts": self._workspace.ts(),
            "client_msg_id": client_msg_id(),
            "text": sent,
            "team": TEAM,
            "blocks": [rich_text(sent)],
        } | dict(extra or {})
        in_event: Json = {}
        if thread_ts is not None:
            root = self._workspace.find(room.id, thread_ts)
            json |= {"thread_ts": thread_ts, "parent_user_id": root.author if root else ""}
            if broadcast and root:
                json["subtype"] = "thread_broadcast"
                in_event["root"] = self._workspace.render(root)
        post = Post(room=room.id, json=json, author=user.id, by_app=False)
        return self._workspace.put(post, extra=in_event).ts

    def posts_as_bot(
        self, room: Room, text: str, *, name: str = "Arbeidsflyt", thread_ts: str | None = None
    ) -> str:
        """Another app or a workflow writes: `bot_message`."""
        json: Json = {
            "type": "message",
            "subtype": "bot_message",
            "text": text,
            "ts": self._workspace.ts(),
            "username": name,
            "bot_id": "B07ANNENBOT",
            "app_id": "A07ANNENBOT",
        } | ({"thread_ts": thread_ts} if thread_ts else {})
        post = Post(room=room.id, json=json, author="B07ANNENBOT", by_app=True)
        return self._workspace.put(post).ts

    def edits(self, user: User, room: Room, ts: str, text: str, *, raw: bool = False) -> None:
        post = self._post(room, ts)
        if post.author != user.id:
            raise LookupError("people can only edit their own messages")
        sent = text if raw else as_sent(text, self._workspace.users.values())
        self._workspace.edit(post, {"text": sent, "blocks": [rich_text(sent)]}, by=user.id)

    def deletes(self, user: User, room: Room, ts: str) -> None:
        """Delete one's own message; the workspace's admin may delete anyone's."""
        post = self._post(room, ts)
        if post.author != user.id and not user.is_admin:
            raise LookupError("people can only delete their own messages")
        self._workspace.remove(post)

    def uploads(
        self,
        user: User,
        room: Room,
        name: str,
        data: bytes,
        *,
        thread_ts: str | None = None,
        text: str = "",
    ) -> str:
        """Share a file; the ts of the message that holds it."""
        file = new_file(self._workspace, name, owner=user.id, data=data)
        sent = as_sent(text, self._workspace.users.values())
        post = share(
            self._workspace, [file], room=room.id, thread_ts=thread_ts, text=sent, owner=user.id
        )
        return post.ts

    def puts_in_form(self, user: User, name: str, data: bytes) -> str:
        """Choose a file in a form's field: Slack has it from then on; its id."""
        return new_file(self._workspace, name, owner=user.id, data=data).id

    def opens_home(self, user: User) -> None:
        event = {"type": "app_home_opened", "user": user.id, "channel": "D07UTEBRU"}
        self._workspace.emit(event | {"tab": "home", "event_ts": self._workspace.ts()})

    def joins(self, user: User, room: Room) -> Room:
        """Come into a room, as `member_joined_channel` tells."""
        return self._member(user, room, (*room.members, user.id), "member_joined_channel")

    def leaves(self, user: User, room: Room) -> Room:
        rest = tuple(member for member in room.members if member != user.id)
        return self._member(user, room, rest, "member_left_channel")

    def _member(self, user: User, room: Room, members: tuple[str, ...], kind: str) -> Room:
        fresh = self._workspace.add_room(replace(room, members=tuple(dict.fromkeys(members))))
        event = {"type": kind, "user": user.id, "channel": room.id, "channel_type": "G"}
        self._workspace.emit(event | {"team": TEAM, "event_ts": self._workspace.ts()})
        return fresh

    def _post(self, room: Room, ts: str) -> Post:
        post = self._workspace.find(room.id, ts)
        if post is None or post.tombstone:
            raise LookupError("no such message on the screen")
        return post
