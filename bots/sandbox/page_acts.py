"""What a visitor of the page can do as someone in Slack, by name."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from bots.sandbox.slack import Room, SlackStandIn, User

Json = dict[str, Any]
SlackAct = Callable[[SlackStandIn, User, Room, Json], Awaitable[Json]]

DONE: Final[Json] = {"acknowledged": True}


async def _posts(slack: SlackStandIn, user: User, room: Room, order: Json) -> Json:
    text = str(order["text"])
    if text.startswith("/"):
        command, _, rest = text.partition(" ")
        press = await slack.slash(user, room, command, rest.strip())
        return {"acknowledged": press.acknowledged}
    slack.posts(user, room, text, thread_ts=order.get("thread"))
    return DONE


async def _edits(slack: SlackStandIn, user: User, room: Room, order: Json) -> Json:
    slack.edits(user, room, str(order["ts"]), str(order["text"]))
    return DONE


async def _deletes(slack: SlackStandIn, user: User, room: Room, order: Json) -> Json:
    slack.deletes(user, room, str(order["ts"]))
    return DONE


async def _presses(slack: SlackStandIn, user: User, room: Room, order: Json) -> Json:
    button, value = str(order["button"]), order.get("value")
    press = await slack.presses(user, room, str(order["ts"]), button, value=value)
    return {"acknowledged": press.acknowledged}


async def _presses_in_modal(slack: SlackStandIn, user: User, _: Room, order: Json) -> Json:
    press = await slack.presses_in_modal(user, str(order["button"]), value=order.get("value"))
    return {"acknowledged": press.acknowledged}


async def _submits(slack: SlackStandIn, user: User, _: Room, order: Json) -> Json:
    sent = await slack.submits(user, dict(order["values"]))
    return {"acknowledged": sent.acknowledged, "errors": dict(sent.errors)}


async def _closes(slack: SlackStandIn, user: User, _room: Room, _order: Json) -> Json:
    return {"acknowledged": await slack.closes(user)}


async def _opens_home(slack: SlackStandIn, user: User, _room: Room, _order: Json) -> Json:
    slack.opens_home(user)
    return DONE


SLACK_ACTS: Final[dict[str, SlackAct]] = {
    "posts": _posts,
    "edits": _edits,
    "deletes": _deletes,
    "presses": _presses,
    "presses_in_modal": _presses_in_modal,
    "submits": _submits,
    "closes": _closes,
    "opens_home": _opens_home,
}
