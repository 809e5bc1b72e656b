"""Slack's payloads, after its documentation; people and ids are made up."""

import json
from collections.abc import Mapping

from bots.slack.posts import Me

Json = dict[str, object]

TEAM, ROOM, BOT, BOT_ID, APP = "T1", "C1", "U0BOT", "B0BOT", "A0BOT"
ROOT, TS = "1700000000.000100", "1700000100.000200"
KARI, OLA = "U1KARI", "U2OLA"
AT_BOT = f"<@{BOT}>"
ME = Me(user=BOT, bot=BOT_ID, name="utebru", home="https://laget.slack.com/")


def body(payload: Mapping[str, object]) -> bytes:
    return json.dumps(payload).encode()


def event(inner: object, **outer: object) -> Json:
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event_id": "Ev1",
        "event_time": 1700000100,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        "event": inner,
    } | outer


def written(text: str, **more: object) -> Json:
    """A reply in a live room thread, by Kari."""
    return {
        "type": "message",
        "channel": ROOM,
        "channel_type": "group",
        "user": KARI,
        "text": text,
        "ts": TS,
        "thread_ts": ROOT,
        "event_ts": TS,
    } | more


def edited(before: object, after: object, **more: object) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": ROOM,
        "channel_type": "group",
        "ts": "1700000200.000300",
        "event_ts": "1700000200.000300",
        "message": after,
        "previous_message": before,
    } | more


def deleted(ts: str = TS) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": ROOM,
        "channel_type": "group",
        "deleted_ts": ts,
        "ts": "1700000300.000400",
        "event_ts": "1700000300.000400",
    }


def click(action: str, value: str | None = "c_1", **more: object) -> Json:
    pressed: Json = {"type": "button", "action_id": action, "action_ts": "1700000400.000500"}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": KARI},
        "trigger_id": "13.37.trig",
        "container": {"type": "message", "channel_id": ROOM, "message_ts": TS, "thread_ts": ROOT},
        "channel": {"id": ROOM},
        "message": {"ts": TS, "thread_ts": ROOT, "text": "Ny melding fra Blå rev"},
        "actions": [pressed | ({} if value is None else {"value": value})],
    } | more


def submission(form: str, about: str, values: object, **more: object) -> Json:
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": KARI},
        "view": {
            "id": "V1",
            "hash": "1700000500.abcd",
            "callback_id": form,
            "private_metadata": about,
            "state": {"values": values},
        },
    } | more


def words_in_form(text: str | None) -> Json:
    return {"words": {"words": {"type": "plain_text_input", "value": text}}}


def command(text: str) -> Json:
    return {
        "command": "/utebru",
        "text": text,
        "team_id": TEAM,
        "user_id": KARI,
        "channel_id": ROOM,
        "trigger_id": "13.37.slash",
        "utebru_accepted_at": "1700000600.000000",
    }


def rich(*elements: object) -> list[object]:
    return [{"type": "rich_text", "elements": list(elements)}]


def quoted(text: str) -> object:
    return {"type": "rich_text_quote", "elements": [{"type": "text", "text": text}]}
