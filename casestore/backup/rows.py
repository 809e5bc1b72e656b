"""Rows as JSON and back, the same from either database."""

import base64
from datetime import UTC, date, datetime
from typing import Any, Final

LEFT_OUT: Final = frozenset(
    {"sessions", "link_codes", "slack_links", "journal_codes", "kept_answers", "oidc_attempts"}
    | {"registrations", "registration_pictures"}
)
"""
What must not come back: what lets somebody in, or speak to a youth; answers kept for a day; and
words that are here for minutes, on their way to the bridge, which a backup would keep for months.
"""


def packed(value: object) -> object:
    """Write a value; what JSON has no form for is a list of a letter and a text."""
    match value:
        case bytes() | memoryview():
            return ["b", base64.b64encode(bytes(value)).decode()]
        case datetime():
            moment = value if value.tzinfo else value.replace(tzinfo=UTC)
            return ["t", moment.astimezone(UTC).isoformat()]
        case date():
            return ["d", value.isoformat()]
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(type(value).__name__)


def unpacked(value: Any, *, zoned: bool) -> Any:
    """Read a value again; `zoned`: whether the database keeps a moment's zone."""
    match value:
        case ["b", str(text)]:
            return base64.b64decode(text, validate=True)
        case ["t", str(text)]:
            moment = datetime.fromisoformat(text)
            return moment if zoned else moment.replace(tzinfo=None)
        case ["d", str(text)]:
            return date.fromisoformat(text)
        case _:
            return value
