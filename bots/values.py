"""Reading odd JSON without stumbling: a value of another type is a value that is not there."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

Json = Mapping[str, Any]


def said(holder: object, key: str) -> str:
    """
    The string under `key`, or "".

    JSON can hold half a surrogate pair, which UTF-8 cannot; it becomes U+FFFD.
    """
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return whole(value) if isinstance(value, str) else ""


def whole(text: str) -> str:
    """`text` with lone surrogates replaced, so that it can be encoded."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number(holder: object, key: str) -> int | None:
    """The integer under `key`, if it fits in 64 bits."""
    value = holder.get(key) if isinstance(holder, Mapping) else None
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    return None


def listed(holder: object, key: str) -> Sequence[object]:
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, list) else ()


def held(holder: object, key: str) -> Json | None:
    """The object under `key`."""
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, Mapping) else None


def parsed(body: bytes | str) -> dict[str, Any] | None:
    """The object that `body` is; None where it is anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_OPENING: Final = frozenset(b"[{")


def depth(body: bytes) -> int:
    """How deep arrays and objects are nested in JSON, seen without parsing it."""
    deepest = now = 0
    for token in _TOKEN.finditer(body):
        mark = body[token.start()]
        if mark in _OPENING:
            now += 1
            deepest = max(deepest, now)
        elif mark != ord('"'):
            now -= 1
    return deepest


def from_outside(body: bytes, *, deepest: int) -> dict[str, Any] | None:
    """The object of a call from outside; None where it is none, or nested deeper than that."""
    opened = body.count(b"{") + body.count(b"[")  # at least as many as it is deep, and soon counted
    if opened > deepest and depth(body) > deepest:
        return None
    try:
        return parsed(body.decode("utf-8"))
    except UnicodeDecodeError:
        return None
