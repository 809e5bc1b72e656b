"""Reading what Slack sends without trusting its shape, and the forms of its ids."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from bridge.domain.ids import Ref, Room
from bridge.ports import Unreadable

Json = Mapping[str, object]

_TS: Final = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
_ROOM: Final = re.compile(r"[A-Za-z0-9]{1,64}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def load(body: bytes) -> Json:
    """The JSON object in `body`. Raises `Unreadable`."""
    try:
        payload: object = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(payload, dict):
        raise Unreadable("not an object")
    return payload


def dig(of: object, *path: str) -> object | None:
    """What lies at `path`, or None where there is no such place."""
    for name in path:
        if not isinstance(of, Mapping):
            return None
        of = of.get(name)
    return of


def text_at(of: object, *path: str) -> str | None:
    found = dig(of, *path)
    return found if isinstance(found, str) and found else None


def need(of: object, *path: str) -> str:
    found = text_at(of, *path)
    if found is None:
        raise Unreadable(f"no {'.'.join(path)}")
    return found


def items_at(of: object, *path: str) -> list[object]:
    found = dig(of, *path)
    return found if isinstance(found, list) else []


def moment(ts: str) -> datetime:
    """The time in a Slack `ts`, to the microsecond, UTC. Raises `Unreadable`."""
    found = _TS.fullmatch(ts)
    if found is None:
        raise Unreadable("no time in ts")
    seconds, fraction = int(found[1]), int((found[2] or "").ljust(6, "0"))
    return _EPOCH + timedelta(seconds=seconds, microseconds=fraction)


def moment_of(seconds: object) -> datetime:
    """The time that a field for day and time tells, in whole seconds. Raises `Unreadable`."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise Unreadable("no time in the field")
    if not 0 <= seconds < 10_000_000_000:
        raise Unreadable("no such time")
    return _EPOCH + timedelta(seconds=seconds)


def stamp(at: datetime) -> str:
    """The opposite of `moment`, exactly."""
    since = at.astimezone(UTC) - _EPOCH
    return f"{since.days * 86400 + since.seconds}.{since.microseconds:06d}"


def message_ref(room: str, ts: str) -> Ref:
    """The `Ref` of a message Slack tells of. Raises `Unreadable` if it could not be one."""
    if not _ROOM.fullmatch(room):
        raise Unreadable("no room")
    moment(ts)
    return ref_of(room, ts)


def ref_of(room: str, ts: str) -> Ref:
    return Ref(f"{room}/{ts}")


def split(ref: Ref) -> tuple[Room, str]:
    """A `Ref` is `room/ts`; a file's is `room/file id`."""
    room, _, rest = ref.partition("/")
    return Room(room), rest
