"""Reading odd JSON without stumbling: a value of another type is a value that is not there."""

from collections.abc import Mapping, Sequence
from typing import Any

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
