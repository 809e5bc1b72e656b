"""chat.*: posting, changing, taking back."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from bots.sandbox.slack.asked import Asked, refuse
from bots.sandbox.slack.blocks import MESSAGE_TEXT, faults_in_message, text_in
from bots.sandbox.slack.rooms_api import post_of, room_of, writable
from bots.sandbox.slack.screen import Whispers
from bots.sandbox.slack.typed import rich_text
from bots.sandbox.slack.values import APP, BOT, BOT_USER, TEAM, Post
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

POST_LIMIT: Final = 40_000
UPDATE_LIMIT: Final = 4_000
TRUNCATED: Final = "message_truncated"


class Chatting:
    def __init__(self, workspace: Workspace, whispers: Whispers) -> None:
        self._workspace, self._whispers = workspace, whispers

    async def post(self, asked: Asked) -> Json:
        thread_ts = asked.text("thread_ts")
        room = writable(room_of(self._workspace, asked), asked, thread_ts)
        if thread_ts is not None and self._workspace.find(room.id, thread_ts) is None:
            refuse("thread_not_found")
        text, blocks, truncated = content_of(asked)
        json = app_message(self._workspace, asked.actor, text, blocks)
        extra: Json = {}
        if thread_ts is not None:
            root = self._workspace.find(room.id, thread_ts)
            json["thread_ts"] = root.root if root else thread_ts
            json["parent_user_id"] = root.author if root else ""
            if asked.flag("reply_broadcast") and root:
                json["subtype"] = "thread_broadcast"
                extra["root"] = self._workspace.render(root)
        if asked.text("username") and asked.as_bot:
            json |= {"subtype": "bot_message", "username": asked.text("username")}
        post = Post(
            room=room.id,
            json=json,
            author=asked.actor,
            by_app=True,
            metadata=_metadata(asked),
        )
        self._workspace.put(post, extra=extra)
        answer = {"channel": room.id, "ts": post.ts, "message": dict(post.json)}
        return answer | _warned(truncated)

    async def update(self, asked: Asked) -> Json:
        room = room_of(self._workspace, asked)
        post = post_of(self._workspace, room, asked.text("ts"))
        if post.author != asked.actor:
            refuse("cant_update_message")
        if room.archived:
            refuse("is_archived")
        if len(asked.text("text") or "") > UPDATE_LIMIT:
            refuse("msg_too_long")
        change = _change(asked, post)
        if (metadata := _metadata(asked)) is not None:
            post.metadata = metadata
        self._workspace.edit(post, change, by=asked.actor)
        return {"channel": room.id, "ts": post.ts, "text": post.json["text"], "message": post.json}

    async def delete(self, asked: Asked) -> Json:
        """A bot's token takes back the bot's own; an admin's token also what others wrote."""
        room = room_of(self._workspace, asked)
        post = post_of(self._workspace, room, asked.text("ts"))
        actor = self._workspace.users[asked.actor]
        if post.author != asked.actor and not (actor.is_admin and not asked.as_bot):
            refuse("cant_delete_message")
        self._workspace.remove(post)
        return {"channel": room.id, "ts": post.ts}

    async def whisper(self, asked: Asked) -> Json:
        """chat.postEphemeral: shown to one person, and to no API."""
        thread_ts = asked.text("thread_ts")
        room = writable(room_of(self._workspace, asked), asked, thread_ts)
        user = asked.needed("user", "user_not_in_channel")
        if user not in room.members:
            refuse("user_not_in_channel")
        text, blocks, _ = content_of(asked)
        json = app_message(self._workspace, asked.actor, text, blocks)
        if thread_ts is not None:
            json["thread_ts"] = thread_ts
        self._whispers.say(room.id, user, json)
        return {"message_ts": json["ts"]}


def content_of(asked: Asked) -> tuple[str, list[Json] | None, bool]:
    """Text and blocks after Slack's checks, and whether the text was cut."""
    text, blocks = asked.text("text") or "", asked.nested("blocks", "invalid_blocks_format")
    if not text.strip() and not blocks and not asked.nested("attachments"):
        refuse("no_text")
    if blocks:
        if faults := faults_in_message(blocks):
            refuse("invalid_blocks", messages=faults)
        if text_in(blocks) > MESSAGE_TEXT:
            refuse("msg_blocks_too_long")
    return text[:POST_LIMIT], blocks or None, len(text) > POST_LIMIT


def app_message(workspace: Workspace, actor: str, text: str, blocks: list[Json] | None) -> Json:
    """What a message posted by an app looks like."""
    return {
        "user": actor,
        "type": "message",
        "ts": workspace.ts(),
        "bot_id": BOT,
        "app_id": APP,
        "text": text,
        "team": TEAM,
        "bot_profile": {
            "id": BOT,
            "app_id": APP,
            "user_id": BOT_USER,
            "name": workspace.users[BOT_USER].name,
            "icons": {},
            "deleted": False,
            "updated": 1_700_000_000,
            "team_id": TEAM,
        },
        "blocks": numbered(blocks) if blocks else [rich_text(text)],
    }


def numbered(blocks: list[Json]) -> list[Json]:
    """Each block gets an id, each interactive element an action_id, as Slack fills them in."""
    done: list[Json] = []
    for block in blocks:
        fresh = {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
        if block["type"] == "actions":
            fresh["elements"] = [_named(element) for element in block["elements"]]
        if "accessory" in block:
            fresh["accessory"] = _named(block["accessory"])
        done.append(fresh)
    return done


def _named(element: Json) -> Json:
    if element["type"] == "image":
        return element
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(4)}


def _change(asked: Asked, post: Post) -> Json:
    """chat.update: text without blocks takes the blocks away."""
    blocks = asked.nested("blocks", "invalid_blocks_format")
    text = asked.text("text")
    if text is None and not blocks:
        refuse("no_text")
    if blocks:
        if faults := faults_in_message(blocks):
            refuse("invalid_blocks", messages=faults)
        if text_in(blocks) > MESSAGE_TEXT:
            refuse("msg_blocks_too_long")
    kept = str(post.json.get("text", "")) if text is None else text
    return {"text": kept, "blocks": numbered(blocks) if blocks else [rich_text(kept)]}


def _metadata(asked: Asked) -> Json | None:
    metadata = asked.nested("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("event_type"), str):
        refuse("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), Mapping):
        refuse("invalid_metadata_format")
    return dict(metadata)


def _warned(truncated: bool) -> Json:
    if not truncated:
        return {}
    return {"warning": TRUNCATED, "response_metadata": {"warnings": [TRUNCATED]}}
