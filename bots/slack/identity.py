"""What makes an event the same event when Slack tells it again."""

import hashlib
import json

from bots.slack.payload import Json, items_at, text_at


def identity(payload: Json) -> str:
    """What makes this the same event when Slack sends it again."""
    match payload.get("type"):
        case "event_callback":
            parts = _event_id(payload)
        case "block_actions":
            action = (items_at(payload, "actions") or [None])[0]
            user = text_at(payload, "user", "id")
            parts = ("a", text_at(action, "action_ts"), user, text_at(payload, "trigger_id"))
        case "view_submission":
            parts = ("v", text_at(payload, "view", "id"), text_at(payload, "view", "hash"))
        case _:
            parts = ("s", text_at(payload, "trigger_id"))
    if None in parts:
        whole = json.dumps(payload, sort_keys=True).encode()
        return f"x:{hashlib.sha256(whole).hexdigest()}"
    return ":".join(part for part in parts if part is not None)


def _event_id(payload: Json) -> tuple[str | None, ...]:
    event, team = payload.get("event"), text_at(payload, "team_id")
    room, ts = text_at(event, "channel"), text_at(event, "ts")
    match text_at(event, "type"), text_at(event, "subtype"):
        case "message", "message_changed":
            changed = text_at(event, "message", "ts")
            return "c", team, room, changed, text_at(event, "event_ts") or ts
        case "message", "message_deleted":
            return "d", team, room, text_at(event, "deleted_ts")
        case "message", _:
            return "m", team, room, ts
        case _:
            return "e", text_at(payload, "event_id")
