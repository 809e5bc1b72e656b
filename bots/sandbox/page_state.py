"""All that the page shows, for one youth's phone and one person's Slack."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.sandbox.handsets import Handset
from bots.sandbox.shown import clock, day
from bots.sandbox.slack import Room, Seen, SlackStandIn, User
from bots.sandbox.telegram import Phone

Json = dict[str, Any]


def page_state(
    youths: Sequence[Phone], handsets: Mapping[str, Handset], slack: SlackStandIn, chosen: Json
) -> Json:
    """`chosen` names the youth, the app, the Slack user, the room and the room thread, by id."""
    return {
        "phone": _phone_pane(youths, handsets, chosen),
        "slack": _slack_pane(slack, chosen),
    }


def _phone_pane(youths: Sequence[Phone], handsets: Mapping[str, Handset], chosen: Json) -> Json:
    phones = {str(phone.id): phone for phone in youths}
    phone = phones.get(chosen.get("youth") or "") or next(iter(phones.values()), None)
    app = chosen.get("app") if chosen.get("app") in handsets else next(iter(handsets))
    handset = handsets[app or ""]
    return {
        "bot": handset.team,
        "app": app,
        "apps": [{"id": key, "name": each.title} for key, each in handsets.items()],
        "youths": [{"id": key, "name": each.name} for key, each in phones.items()],
        "youth": None
        if phone is None
        else {"id": str(phone.id), "name": phone.name, **handset.screen(phone)},
    }


def _slack_pane(slack: SlackStandIn, chosen: Json) -> Json:
    people = {user.id: user for user in slack.workspace.people()}
    user = people.get(chosen.get("user", "")) or next(iter(people.values()), slack.bot)
    rooms = [room for room in slack.workspace.rooms.values() if user.id in room.members]
    room = next((each for each in rooms if each.id == chosen.get("room")), None)
    room = room or next(iter(rooms), None)
    modal = slack.modal(user)
    return {
        "users": [{"id": each.id, "name": each.name} for each in people.values()],
        "names": {each.id: each.name for each in slack.workspace.users.values()},
        "user": user.id,
        "rooms": [{"id": each.id, "name": each.name} for each in rooms],
        "room": None if room is None else room.id,
        "messages": [] if room is None else _messages(slack.room(room, user)),
        "thread": _thread(slack, room, user, chosen.get("thread")),
        "modal": None if modal is None else modal.json,
        "home": slack.modals.homes.get(user.id),
        "alerts": [
            {"ts": alert.ts, "text": alert.text, "room": slack.workspace.rooms[alert.room].name}
            for alert in slack.notifications(user)[-3:]
        ],
        "connected": bool(slack.sockets.open) or slack.requests.urls is not None,
    }


def _thread(slack: SlackStandIn, room: Room | None, user: User, ts: str | None) -> Json | None:
    if room is None or not ts or slack.workspace.find(room.id, ts) is None:
        return None
    return {"ts": ts, "messages": _messages(slack.thread(room, ts, user))}


def _messages(seen: list[Seen]) -> list[Json]:
    return [_message(each) for each in seen]


def _message(seen: Seen) -> Json:
    return {
        "ts": seen.ts,
        "user": seen.user,
        "author": seen.author,
        "at": clock(seen.at),
        "day": day(seen.at),
        "text": seen.text,
        "blocks": seen.blocks,
        "files": [
            {
                "id": file["id"],
                "gone": file.get("mode") == "tombstone",
                "title": file.get("title", ""),
                "picture": str(file.get("mimetype", "")).startswith("image/"),
            }
            for file in seen.files
        ],
        "reactions": seen.reactions,
        "replies": seen.replies,
        "app": seen.by_app,
        "edited": seen.edited,
        "tombstone": seen.tombstone,
        "only_you": seen.only_you,
    }
