"""
Slack's payloads in the team's words. Pure.

Rule 1: an event that is understood and concerns nobody is `Irrelevant`; one that cannot be
understood is `Unreadable`. Nothing is dropped, and no exception carries words.
Rule 2: in doubt a post is not plain, so that it is not sent.
Rule 3: our own posts are nobody's; that one of them was deleted is somebody's act.
"""

from datetime import datetime
from typing import Final

from bots.slack import registering
from bots.slack.payload import Json, dig, items_at, load, message_ref, moment, need, text_at
from bots.slack.plain import spoken, visible
from bots.slack.posts import Me, knowing, own, post
from bridge.domain.cards import FormKind
from bridge.domain.ids import Room
from bridge.domain.speech import (
    Changed,
    Clicked,
    Command,
    Deleted,
    Event,
    Irrelevant,
    Mention,
    Submitted,
)
from bridge.ports import Unreadable

ACCEPTED_AT: Final = "utebru_accepted_at"
"""Our own mark on what is stored: neither forms nor commands say when they were sent."""

DIRECT: Final = frozenset({"im", "mpim", "app_home"})
WORDS, CASE, TOPICS, SKIP = "words", "case", "topics", "skip"


def read(body: bytes, me: Me) -> Event:
    """Raises `Unreadable`."""
    payload = load(body)
    match payload.get("type"):
        case "event_callback":
            return _event(payload, me)
        case "block_actions":
            return _click(payload)
        case "view_submission":
            return _submission(payload)
        case str():
            return Irrelevant()
    if "command" not in payload:
        raise Unreadable("neither an event, an interaction nor a command")
    return Command(
        user=need(payload, "user_id"),
        room=Room(need(payload, "channel_id")),
        at=_accepted(payload),
        words=(text_at(payload, "text") or "").strip(),
    )


def _event(payload: Json, me: Me) -> Event:
    event = payload.get("event")
    if not isinstance(event, dict):
        raise Unreadable("no event")
    if event.get("type") != "message":
        return Irrelevant()
    room = need(event, "channel")
    told = text_at(event, "event_ts") or need(event, "ts")
    match event.get("subtype"):
        case "message_deleted":
            gone = need(event, "deleted_ts")
            return Deleted(room=Room(room), ref=message_ref(room, gone), at=moment(told))
        case "message_changed":
            return _change(payload, event, me, at=moment(told))
        case "message_replied":
            return Irrelevant()
    if own(event, me, app=text_at(payload, "api_app_id")):
        return Irrelevant()
    direct = text_at(event, "channel_type") in DIRECT
    return post(event, room, knowing(payload, me), at=moment(told), direct=direct)


def _change(payload: Json, event: Json, me: Me, *, at: datetime) -> Event:
    room, message, before = (
        need(event, "channel"),
        event.get("message"),
        event.get("previous_message"),
    )
    if dig(message, "subtype") == "tombstone":
        return Deleted(room=Room(room), ref=message_ref(room, need(message, "ts")), at=at)
    if not isinstance(message, dict):
        raise Unreadable("no message")
    if own(message, me, app=text_at(payload, "api_app_id")):
        return Irrelevant()
    if isinstance(before, dict) and before.get("text") == message.get("text"):
        return Irrelevant()  # an unfurl, a file or a count, and not the words
    me = knowing(payload, me)
    old, _ = spoken(text_at(before, "text") or "", me.user, me.name)
    new, _ = spoken(text_at(message, "text") or "", me.user, me.name)
    added = new is not Mention.NONE and new is not old and old is not Mention.BEGINS
    direct = text_at(event, "channel_type") in DIRECT
    return Changed(post=post(message, room, me, at=at, direct=direct, added=added))


def _click(payload: Json) -> Event:
    action = (items_at(payload, "actions") or [None])[0]
    if dig(payload, "container", "type") == "view" or text_at(action, "value") is None:
        return Irrelevant()  # something was chosen in a form that is not yet sent in
    room = text_at(payload, "channel", "id") or need(payload, "container", "channel_id")
    ts = text_at(payload, "message", "ts") or need(payload, "container", "message_ts")
    thread = text_at(payload, "message", "thread_ts") or text_at(payload, "container", "thread_ts")
    return Clicked(
        action=need(action, "action_id"),
        value=need(action, "value"),
        user=need(payload, "user", "id"),
        room=Room(room),
        ref=message_ref(room, ts),
        root=message_ref(room, thread) if thread and thread != ts else None,
        at=moment(need(action, "action_ts")),
    )


def _submission(payload: Json) -> Event:
    if text_at(payload, "view", "callback_id") in registering.FORMS:
        return registering.read(payload, _accepted(payload))
    form, filled = need(payload, "view", "callback_id"), dig(payload, "view", "state", "values")
    words = typed(payload)
    if form in (FormKind.REPLY, FormKind.ENDED) and not visible(words):
        return Irrelevant()
    chosen_case = text_at(filled, CASE, CASE, "selected_option", "value")
    case = text_at(filled, CASE, CASE, "value") if chosen_case is None else chosen_case
    chosen = items_at(filled, TOPICS, TOPICS, "selected_options")
    return Submitted(
        form=form,
        about=text_at(payload, "view", "private_metadata") or "",
        user=need(payload, "user", "id"),
        at=_accepted(payload),
        text=words,
        case=None if case == SKIP else case,
        topics=tuple(code for each in chosen if (code := text_at(each, "value"))),
    )


def typed(payload: Json) -> str:
    """The words in a form's text field."""
    return text_at(payload, "view", "state", "values", WORDS, WORDS, "value") or ""


def _accepted(payload: Json) -> datetime:
    at = text_at(payload, ACCEPTED_AT)
    if at is not None:
        return moment(at)
    return moment(need(payload, "view", "hash").partition(".")[0])
