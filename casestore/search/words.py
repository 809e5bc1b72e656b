"""
What a word is, to a search: two letters or digits and up, whatever way they are written.

Whole words, and no stemming: a rule that also finds «barnet» for «barn» finds «bruker» for
«bruk», and a caseworker who cannot foretell what is found trusts neither hits nor none.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final

import regex

from casestore.texts.phrases import _

SHORTEST: Final = 2
LONGEST_QUERY: Final = 200
MOST_WORDS: Final = 12
AROUND: Final = 70
"""Characters of a snippet on each side of what was found."""

# What is not seen (soft hyphen, joiners) is part of the word that it stands in.
UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f"
_RUN: Final = regex.compile(rf"[\w{UNSEEN}]+")
_WORD: Final = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_DROPPED: Final = dict.fromkeys(map(ord, UNSEEN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a snippet; `found` is what was searched for."""

    text: str = field(repr=False)
    found: bool


def words_in(text: str) -> frozenset[str]:
    """Give the words of a text, as they are compared."""
    # Each way of writing it is looked at once, however often it stands there.
    return frozenset(word for run in set(_RUN.findall(text)) for word in _compared(run))


def paragraphs(document: Mapping[str, Any]) -> Iterator[str]:
    """Give what is searched in a transcript: its alias, what was said, and the names of files."""
    yield document["alias"]
    for message in document["messages"]:
        yield message["text"]
        yield from (file["name"] for file in message["attachments"])


def asked_for(query: str) -> tuple[str, ...]:
    """Give the words of a query, each once, in the order they were written."""
    runs = _RUN.findall(query)
    return tuple(dict.fromkeys(word for run in runs for word in _compared(run)))


def mistake(query: str) -> str | None:
    """Say why there is nothing to search for, in bokmål, or None."""
    if len(query) > LONGEST_QUERY:
        return _("Søk med høyst {longest_query} tegn.").format(longest_query=LONGEST_QUERY)
    count = len(asked_for(query))
    if count == 0:
        return _("Skriv minst ett ord med to bokstaver eller tall.")
    return (
        _("Søk med høyst {most_words} ord.").format(most_words=MOST_WORDS)
        if count > MOST_WORDS
        else None
    )


def begins(names: Iterable[str], wanted: Sequence[str]) -> bool:
    """Say whether every wanted word begins some word of a name or alias."""
    known = frozenset().union(*(words_in(name) for name in names))
    return bool(wanted) and all(any(word.startswith(each) for word in known) for each in wanted)


def snippets(parts: Iterable[str], wanted: Set[str], *, at_most: int = 3) -> list[list[Piece]]:
    """Show each wanted word once, where it first stands; `parts` are one text's paragraphs."""
    missing = set(wanted)
    shown: list[list[Piece]] = []
    for part in parts:
        if len(shown) == at_most or not missing:
            break
        if missing & words_in(part):
            shown.append(_snippet(part, missing, wanted))
            missing -= words_in("".join(piece.text for piece in shown[-1]))
    return shown


def _compared(run: str) -> Iterator[str]:
    folded = _composed(_composed(run).casefold()).translate(_DROPPED)
    return (word for word in _WORD.findall(folded) if len(word) >= SHORTEST)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _snippet(text: str, first: Set[str], wanted: Set[str]) -> list[Piece]:
    spans = [
        match.span() for match in _RUN.finditer(text) if not wanted.isdisjoint(_compared(match[0]))
    ]
    middle = next(span for span in spans if not first.isdisjoint(_compared(text[slice(*span)])))
    start, end = max(0, middle[0] - AROUND), min(len(text), middle[1] + AROUND)
    # Whole words at both ends.
    start = start if start == 0 else max(text.find(" ", start, middle[0]) + 1, start)
    end = end if end == len(text) else max(text.rfind(" ", middle[1], end), middle[1])
    pieces = [Piece(text="… ", found=False)] if start else []
    for here, after in ((here, after) for here, after in spans if here >= start and after <= end):
        pieces += [
            Piece(text=text[start:here], found=False),
            Piece(text=text[here:after], found=True),
        ]
        start = after
    tail = text[start:end] + (" …" if end < len(text) else "")
    return [piece for piece in (*pieces, Piece(text=tail, found=False)) if piece.text]
