"""Text cut to what Telegram takes at once: 4096 UTF-16 code units (Bot API, sendMessage)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

import regex

MAX_UNITS: Final = 4096

_GRAPHEME: Final = regex.compile(r"\X")
_PAUSES: Final = ("\n\n", "\n", " ")
"""Where a reader would pause, best first."""


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def pieces(text: str) -> Sequence[str]:
    """
    `text` in parts that Telegram takes, none of them blank; () if there is nothing to say.

    Telegram refuses blank messages, so a part that would hold nothing but blanks is left out.
    """
    return tuple(part for part in parts(text) if part.strip())


def parts(text: str) -> Iterator[str]:
    """
    `text`, whole again when joined.

    Cut after a paragraph, a line or a word that ends in the second half of a part, else
    between graphemes, and inside one only if it alone is too long.
    """
    start = 0
    while units(text[start:]) > MAX_UNITS:
        end = _end(text, start)
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _end(text: str, start: int) -> int:
    graphemes = (found.end() for found in _GRAPHEME.finditer(text, start))
    ends = _fitting(text, start, graphemes) or _fitting(
        text, start, range(start + 1, len(text) + 1)
    )
    middle = start + (ends[-1] - start) // 2
    for pause in _PAUSES:
        for end in takewhile(lambda end: end > middle, reversed(ends)):
            if text.endswith(pause, start, end):
                return end
    return ends[-1]


def _fitting(text: str, start: int, ends: Iterable[int]) -> Sequence[int]:
    """Those of `ends` that keep a part that begins at `start` short enough."""
    used, before, fitting = 0, start, []
    for end in ends:
        used += units(text[before:end])
        if used > MAX_UNITS:
            break
        fitting.append(end)
        before = end
    return fitting
