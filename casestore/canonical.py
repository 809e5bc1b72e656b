"""
Canonical JSON (RFC 8785) and its digest.

Our documents hold no fractions, so numbers are whole and within what every JSON reader
keeps exact (RFC 7493 §2.2); anything else is refused rather than rounded.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final

WHAT_IT_HOLDS: Final = "a canonical document holds only text, whole numbers, lists and objects"
EXACT: Final = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form."""


def canonical(value: object) -> bytes:
    """Give the one byte string that stands for `value`."""
    try:
        plain = _is_plain(value)
        return (_at_once(value) if plain else _written(value)).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        raise NotCanonical("text that is not Unicode, or nesting without end") from None


def digest(value: object) -> str:
    """Give the lowercase hex SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: object) -> bool:
    """Whether the library itself writes it canonically: whole numbers, and names in ASCII."""
    match value:
        case None | bool() | str():
            return True
        case int():
            return -EXACT <= value <= EXACT
        case list() | tuple():
            return all(map(_is_plain, value))
        case dict():
            named = all(isinstance(name, str) and name.isascii() for name in value)
            return named and all(map(_is_plain, value.values()))
        case _:
            return False


def _at_once(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _written(value: object) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if -EXACT <= value <= EXACT:
            return str(value)
        case list() | tuple():
            return "[" + ",".join(_written(item) for item in value) + "]"
        case Mapping():
            members = sorted(value.items(), key=lambda member: _utf16(member[0]))
            return "{" + ",".join(f"{_written(k)}:{_written(v)}" for k, v in members) + "}"
        case _:
            raise NotCanonical(WHAT_IT_HOLDS)


def _utf16(name: object) -> bytes:
    if not isinstance(name, str):
        raise NotCanonical(WHAT_IT_HOLDS)
    return name.encode("utf-16-be")
