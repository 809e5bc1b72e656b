"""What a note must have, how it is read from a form, and what is refused; without any I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from casestore.journal.kinds import KINDS
from casestore.texts.phrases import _
from casestore.typed import for_form, moment_typed, text_typed

WORDS: Final = 20_000  # characters
WHY: Final = 1000
MINUTES: Final = range(1, 24 * 60 + 1)
# A clock on the wall may be a little ahead of ours.
AHEAD: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTyped:
    """The fields of the form as they were typed. `at` is `YYYY-MM-DDTHH:MM` in Oslo."""

    kind: str = ""
    at: str = ""
    minutes: str = ""
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSaid:
    """A note as it was meant: the time in UTC, how long in whole minutes."""

    kind: str
    at: datetime
    minutes: int
    words: str = field(repr=False)


def note_mistakes(typed: NoteTyped, *, now: datetime) -> Mapping[str, str]:
    """Say what is wrong with each field, in bokmål; nothing when nothing is."""
    words = text_typed(typed.words)
    wrong = {
        "kind": None if typed.kind in KINDS else _("Velg hva slags kontakt det var."),
        "at": _time_mistake(typed.at, now),
        "minutes": None if _minutes(typed.minutes) else _("Skriv antall minutter, fra 1 til 1440."),
        "words": text_mistake(words, WORDS, _("Skriv hva som skjedde.")),
    }
    return {place: said for place, said in wrong.items() if said}


def note_said(typed: NoteTyped) -> NoteSaid:
    """Give what was meant; raises `ValueError` when there are mistakes in it."""
    at, minutes = moment_typed(typed.at), _minutes(typed.minutes)
    if at is None or minutes is None:
        raise ValueError("a note with mistakes")
    return NoteSaid(kind=typed.kind, at=at, minutes=minutes, words=text_typed(typed.words))


def wrong_in(said: NoteSaid, *, now: datetime) -> list[str]:
    """Name the fields of a note from a tool that cannot be so."""
    wrong = {
        "kind": said.kind not in KINDS,
        "at": said.at > now + AHEAD,
        "minutes": said.minutes not in MINUTES,
        "words": text_mistake(said.words, WORDS, "missing") is not None,
    }
    return [place for place, is_wrong in wrong.items() if is_wrong]


def text_mistake(text: str, at_most: int, missing: str) -> str | None:
    """Say what is wrong with a text that must be there."""
    if not text:
        return missing
    return (
        _("Teksten kan ha høyst {at_most} tegn.").format(at_most=at_most)
        if len(text) > at_most
        else None
    )


def _time_mistake(typed: str, now: datetime) -> str | None:
    at = moment_typed(typed)
    if at is None:
        return _("Skriv dato og klokkeslett.")
    # In spring an hour is missing: 02:30 would quietly become 03:30.
    if for_form(at) != typed.strip()[:16]:
        return _("Det klokkeslettet finnes ikke: klokka ble stilt fram den natta.")
    return _("Tidspunktet har ikke vært ennå.") if at > now + AHEAD else None


def _minutes(typed: str) -> int | None:
    typed = typed.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 4):
        return None
    return int(typed) if int(typed) in MINUTES else None
