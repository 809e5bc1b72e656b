"""Text cut to what a platform takes at once, in UTF-16 code units unless it counts otherwise."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
_PAUSES: Final = ("\n\n", "\n", " ")
"""Where a reader would pause, best first."""


def units(text: str) -> int:
    """Length as platforms count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    """Length in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


Length = Callable[[str], int]


def pieces(text: str, most: int, length: Length = units) -> Sequence[str]:
    """
    `text` in parts of at most `most` units, none of them blank; () if there is nothing to say.

    Platforms refuse blank messages, so a part that would hold nothing but blanks is left out.
    """
    return tuple(part for part in parts(text, most, length) if part.strip())


def parts(text: str, most: int, length: Length = units) -> Iterator[str]:
    """
    `text`, whole again when joined.

    Cut after a paragraph, a line or a word that ends in the second half of a part, else
    between graphemes, and inside one only if it alone is too long.
    """
    start = 0
    while length(text[start:]) > most:
        end = _end(text, start, most, length)
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]


def _end(text: str, start: int, most: int, length: Length) -> int:
    graphemes = (found.end() for found in _GRAPHEME.finditer(text, start))
    ends = _fitting(text, start, graphemes, most, length) or _fitting(
        text, start, range(start + 1, len(text) + 1), most, length
    )
    middle = start + (ends[-1] - start) // 2
    for pause in _PAUSES:
        for end in takewhile(lambda end: end > middle, reversed(ends)):
            if text.endswith(pause, start, end):
                return end
    return ends[-1]


def _fitting(
    text: str, start: int, ends: Iterable[int], most: int, length: Length
) -> Sequence[int]:
    """Those of `ends` that keep a part that begins at `start` short enough."""
    used, before, fitting = 0, start, []
    for end in ends:
        used += length(text[before:end])
        if used > most:
            break
        fitting.append(end)
        before = end
    return fitting
