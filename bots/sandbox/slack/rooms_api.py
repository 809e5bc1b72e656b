"""What every method has to check about rooms and messages, and the reading methods."""

import base64
from collections.abc import Sequence
from typing import Any

from bots.sandbox.slack.asked import Asked, refuse
from bots.sandbox.slack.values import BOT_USER, TEAM, Post, Room
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]


def room_of(workspace: Workspace, asked: Asked, name: str = "channel") -> Room:
    """The room, if the caller can see it: a private one is unknown to those outside."""
    room = workspace.rooms.get(asked.text(name) or "")
    if room is None or (room.private and asked.actor not in room.members):
        refuse("channel_not_found")
    return room


def writable(room: Room, asked: Asked, thread_ts: str | None = None) -> Room:
    if room.archived:
        refuse("is_archived")
    if asked.actor not in room.members:
        refuse("not_in_channel")
    if thread_ts in room.locked:
        refuse("restricted_action_thread_locked")
    return room


def post_of(workspace: Workspace, room: Room, ts: str | None) -> Post:
    post = workspace.find(room.id, ts or "")
    if post is None or post.tombstone:
        refuse("message_not_found")
    return post


def page(items: Sequence[Any], asked: Asked, default: int, most: int) -> tuple[Sequence[Any], str]:
    """One page of a cursor-based collection, and the cursor of the next ("" on the last)."""
    limit = asked.number("limit", default)
    if not 1 <= limit <= most:
        refuse("invalid_limit")
    start = 0
    if cursor := asked.text("cursor"):
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            refuse("invalid_cursor")
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], following


class Reading:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def history(self, asked: Asked) -> Json:
        """Roots and broadcast replies, the newest first."""
        room = room_of(self._workspace, asked)
        posts = [
            post
            for post in reversed(self._workspace.posts[room.id].values())
            if (not post.is_reply or post.json.get("subtype") == "thread_broadcast")
            and _within(post.ts, asked)
        ]
        shown, following = page(posts, asked, 100, 999)
        return self._messages(shown, following, asked) | {"pin_count": 0}

    async def replies(self, asked: Asked) -> Json:
        """The root on every page, then the replies, the oldest first."""
        room = room_of(self._workspace, asked)
        ts = asked.needed("ts")
        if (post := self._workspace.find(room.id, ts)) is None:
            refuse("thread_not_found")
        if post.is_reply:
            return self._messages([post], "", asked)
        replies = [
            reply for reply in self._workspace.replies(room.id, ts) if _within(reply.ts, asked)
        ]
        shown, following = page(replies, asked, 1000, 1000)
        return self._messages([post, *shown], following, asked)

    async def members(self, asked: Asked) -> Json:
        room = room_of(self._workspace, asked)
        shown, following = page(room.members, asked, 100, 1000)
        return {"members": list(shown), "response_metadata": {"next_cursor": following}}

    async def info(self, asked: Asked) -> Json:
        room = room_of(self._workspace, asked)
        channel: Json = {
            "id": room.id,
            "name": room.name,
            "name_normalized": room.name,
            "is_channel": not room.private,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": room.private,
            "is_archived": room.archived,
            "is_general": False,
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_member": asked.actor in room.members,
            "created": 1_700_000_000,
            "creator": BOT_USER,
            "context_team_id": TEAM,
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
        if asked.flag("include_num_members"):
            channel["num_members"] = len(room.members)
        return {"channel": channel}

    async def list_rooms(self, asked: Asked) -> Json:
        rooms = [room for room in self._workspace.rooms.values() if asked.actor in room.members]
        shown, following = page(rooms, asked, 100, 999)
        channels = [
            {"id": room.id, "name": room.name, "is_private": room.private} for room in shown
        ]
        return {"channels": channels, "response_metadata": {"next_cursor": following}}

    async def user(self, asked: Asked) -> Json:
        user = self._workspace.users.get(asked.text("user") or "")
        if user is None:
            refuse("user_not_found")
        return {
            "user": {
                "id": user.id,
                "team_id": TEAM,
                "name": user.handle,
                "real_name": user.name,
                "deleted": user.deleted,
                "is_bot": user.is_bot,
                "is_app_user": False,
                "is_admin": user.is_admin,
                "is_owner": False,
                "is_restricted": False,
                "is_ultra_restricted": False,
                "tz": "Europe/Oslo",
                "tz_label": "Central European Time",
                "tz_offset": 3600,
                "updated": 1_700_000_000,
                "profile": {
                    "real_name": user.name,
                    "display_name": user.name,
                    "real_name_normalized": user.name,
                    "display_name_normalized": user.name,
                    "team": TEAM,
                },
            }
        }

    async def permalink(self, asked: Asked) -> Json:
        room = room_of(self._workspace, asked)
        post = post_of(self._workspace, room, asked.text("message_ts"))
        link = f"https://ungdomsteamet.slack.com/archives/{room.id}/p{post.ts.replace('.', '')}"
        if post.is_reply:
            link += f"?thread_ts={post.root}&cid={room.id}"
        return {"channel": room.id, "permalink": link}

    def _messages(self, posts: Sequence[Post], following: str, asked: Asked) -> Json:
        metadata = asked.flag("include_all_metadata")
        answer: Json = {
            "messages": [self._workspace.render(post, metadata=metadata) for post in posts],
            "has_more": bool(following),
        }
        if following:
            answer["response_metadata"] = {"next_cursor": following}
        return answer


def _within(ts: str, asked: Asked) -> bool:
    oldest, latest = asked.text("oldest"), asked.text("latest")
    edge = asked.flag("inclusive")
    stamp = _us(ts)
    late_enough = oldest is None or stamp > _us(oldest) or (edge and stamp == _us(oldest))
    early_enough = latest is None or stamp < _us(latest) or (edge and stamp == _us(latest))
    return late_enough and early_enough


def _us(ts: str) -> int:
    """A ts as whole microseconds: floats would round."""
    seconds, _, rest = ts.partition(".")
    try:
        return int(seconds) * 1_000_000 + int((rest + "000000")[:6])
    except ValueError:
        refuse("invalid_ts_oldest")
