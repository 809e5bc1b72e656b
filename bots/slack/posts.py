"""
What a message is, by its marks: whose, in what manner, and whether it begins with us.

In doubt a post is not plain, so that it is not sent: a quotation anywhere in it, anything
shared into it, an app's mark on it, or an edit that may have brought the mention.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bots.slack.payload import Json, dig, items_at, message_ref, moment, need, text_at
from bots.slack.plain import spoken
from bridge.domain.ids import Room
from bridge.domain.speech import Manner, Post
from bridge.ports import Unreadable

BY_PEOPLE: Final = ("file_share", "thread_broadcast")
"""Message subtypes that are a person's own post; every other is Slack's or an app's."""


_SHARED: Final = ("is_share", "is_msg_unfurl", "is_thread_root_unfurl", "message_blocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The bot as the workspace knows it; None until it has told us (`auth.test`)."""

    user: str | None = None
    bot: str | None = None
    name: str | None = None
    home: str | None = None
    """The workspace's own address, with a slash at the end."""


def own(message: Json, me: Me, *, app: str | None = None) -> bool:
    """Whether the bot itself has posted it."""
    return (
        (me.user is not None and message.get("user") == me.user)
        or (me.bot is not None and message.get("bot_id") == me.bot)
        or (app is not None and message.get("app_id") == app)
    )


def post(
    message: Json,
    room: str,
    me: Me,
    *,
    at: datetime | None = None,
    direct: bool = False,
    added: bool = False,
    late: bool = False,
) -> Post:
    """What `message` says, whoever wrote it. Raises `Unreadable`."""
    ts, thread = need(message, "ts"), text_at(message, "thread_ts")
    automatic = _automatic(message)
    user = text_at(message, "user") or text_at(message, "bot_id")
    if user is None and not automatic:
        raise Unreadable("nobody wrote it")
    text = text_at(message, "text") or ""
    if me.user is None and "<@" in text:
        raise Unreadable("whose mention it is cannot be told yet")
    mention, words = spoken(text, me.user, me.name)
    return Post(
        room=Room(room),
        ref=message_ref(room, ts),
        root=message_ref(room, thread) if thread and thread != ts else None,
        user=user or "",
        at=at or moment(ts),
        mention=mention,
        manner=_manner(message, automatic, direct=direct or room.startswith("D"), added=added),
        text=words,
        files=tuple(name for each in items_at(message, "files") if (name := text_at(each, "id"))),
        late=late,
    )


def _manner(message: Json, automatic: bool, *, direct: bool, added: bool) -> Manner:
    if automatic:
        return Manner.AUTOMATIC
    if direct:
        return Manner.DIRECT
    if message.get("subtype") == "thread_broadcast":
        return Manner.BROADCAST
    if any(dig(each, mark) for each in items_at(message, "attachments") for mark in _SHARED):
        return Manner.FORWARD
    if _quotes(message):
        return Manner.QUOTE
    # A post that is told for the first time has not been edited; in a gap one cannot know.
    return Manner.ADDED if added or message.get("edited") else Manner.PLAIN


def _automatic(message: Json) -> bool:
    by_app = any(message.get(mark) for mark in ("bot_id", "app_id", "bot_profile", "metadata"))
    return (
        by_app
        or message.get("subtype") not in (None, *BY_PEOPLE)
        or message.get("user") == "USLACKBOT"
    )


def _quotes(message: Json) -> bool:
    """Whether anything in it is a quotation, wherever it stands."""
    text = text_at(message, "text") or ""
    if any(line.lstrip().startswith(("&gt;", ">")) for line in text.splitlines()):
        return True
    rest = items_at(message, "blocks")
    while rest:
        block = rest.pop()
        if dig(block, "type") == "rich_text_quote" or dig(block, "border"):
            return True
        rest = [*rest, *items_at(block, "elements")]
    return False


def knowing(payload: Json, me: Me) -> Me:
    """Every event names the bot it is for, also before Slack has answered `auth.test`."""
    if me.user is not None:
        return me
    for each in items_at(payload, "authorizations"):
        if dig(each, "is_bot") is True:
            return Me(user=text_at(each, "user_id"))
    return me
