"""All that the page shows, for one youth's phone and one person's Slack."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots.sandbox.slack import Room, Seen, SlackStandIn, User
from bots.sandbox.telegram import Phone, Shown, TelegramStandIn

Json = dict[str, Any]

OSLO = ZoneInfo("Europe/Oslo")


def page_state(telegram: TelegramStandIn, slack: SlackStandIn, chosen: Json) -> Json:
    """`chosen` names the youth, the Slack user, the room and the room thread, each by id."""
    return {
        "phone": _phone_pane(telegram, chosen.get("youth")),
        "slack": _slack_pane(slack, chosen),
    }


def _phone_pane(telegram: TelegramStandIn, youth: str | None) -> Json:
    phones = {str(phone.id): phone for phone in telegram.youths}
    phone = phones.get(youth or "") or next(iter(phones.values()), None)
    return {
        "bot": telegram.chats.bot["first_name"],
        "youths": [{"id": key, "name": each.name} for key, each in phones.items()],
        "youth": None if phone is None else _phone(phone),
    }


def _phone(phone: Phone) -> Json:
    return {
        "id": str(phone.id),
        "name": phone.name,
        "blocked": phone.account.blocked,
        "started": phone.account.started,
        "toast": phone.toasts[-1] if phone.toasts else "",
        "toasts": len(phone.toasts),
        "chat": [_bubble(shown) for shown in phone.chat()],
    }


def _bubble(shown: Shown) -> Json:
    return {
        "id": shown.message_id,
        "by": shown.by,
        "at": _clock(shown.at),
        "day": _day(shown.at),
        "text": shown.text,
        "kind": shown.kind,
        "file": shown.file,
        "picture": shown.file_id if shown.kind == "photo" else None,
        "buttons": shown.buttons,
        "edited": shown.edited,
        "deleted": shown.deleted_by,
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
        "at": _clock(seen.at),
        "day": _day(seen.at),
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


def _clock(at: datetime) -> str:
    return at.astimezone(OSLO).strftime("%H:%M")


def _day(at: datetime) -> str:
    return at.astimezone(OSLO).strftime("%Y-%m-%d")
