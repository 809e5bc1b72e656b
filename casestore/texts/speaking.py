"""
Which language is spoken right now, and whose word counts for it.

Bokmål is what the texts are written in, and what is spoken wherever nobody has said otherwise: in
the record, the log, a file. Another language is spoken only while something is being shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Final


class Language(StrEnum):
    """A language the pages can be read in, by its code in HTML."""

    BOKMAL = "nb"
    NYNORSK = "nn"
    ENGLISH = "en"


# Each in itself: who looks for their own language should not have to read another.
NAMES: Final = {
    Language.BOKMAL: "Bokmål",
    Language.NYNORSK: "Nynorsk",
    Language.ENGLISH: "English",
}
# Browsers in Norway ask for "no" too.
_ASKED: Final = {language.value: language for language in Language} | {"no": Language.BOKMAL}
_SPOKEN: Final = ContextVar("_SPOKEN", default=Language.BOKMAL)


def spoken() -> Language:
    """Give the language of what is being shown right now."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Show in this language what is shown inside."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def known(code: str | None) -> Language | None:
    """Read a code that somebody has chosen; None when it is none of ours."""
    return Language(code) if code in set(Language) else None


def asked_for(header: str) -> Language:
    """Give what a browser would rather have (`Accept-Language`), or bokmål."""
    wanted = [_weighed(part, place) for place, part in enumerate(header.split(",")[:20])]
    for weight, _, code in sorted(wanted):
        if weight < 0 and code in _ASKED:
            return _ASKED[code]
    return Language.BOKMAL


def _weighed(part: str, place: int) -> tuple[float, int, str]:
    tag, _, rest = part.partition(";")
    weight = rest.strip().removeprefix("q=") if rest.strip().startswith("q=") else "1"
    code = tag.strip().lower().partition("-")[0]
    try:
        return -float(weight), place, code
    except ValueError:
        return 0.0, place, code
