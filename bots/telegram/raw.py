"""
JSON looked at without being parsed, so that no single update can spoil its neighbours.

A parser gives up on a whole answer when one element is nested too deep or holds a number
with too many digits; brackets and strings can be told apart regardless.
"""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_RESULT: Final = re.compile(rb'"result"\s*:\s*\[')
_UPDATE_ID: Final = re.compile(rb'"update_id"\s*:\s*(\d{1,18})\b')

_OPENING: Final = frozenset(b"[{")


def split(answer: bytes) -> Iterator[bytes]:
    """Each update in the answer to getUpdates, byte for byte as it came."""
    result = _RESULT.search(answer)
    if result is None:
        return
    level, start = 0, 0
    for token in _TOKEN.finditer(answer, result.end()):
        mark = answer[token.start()]
        if mark == ord('"'):
            continue
        if mark in _OPENING:
            start = token.start() if level == 0 else start
            level += 1
        elif level == 0:
            return
        else:
            level -= 1
            if level == 0:
                yield answer[start : token.end()]


def update_id(update: bytes) -> int | None:
    """
    Its number, wherever it stands; None if it has none.

    A quoted `"update_id"` in somebody's words is escaped in JSON, and cannot be mistaken for it.
    """
    found = _UPDATE_ID.search(update)
    return None if found is None else int(found[1])
