"""
What the bot says: service messages and nothing else; a person gives the advice.

Texts are versioned, so that a consent can name the very text it answered. A language that
lacks a text falls back to bokmål, and says so, so that the caseworker can be told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from types import ModuleType
from typing import Final

from bridge.domain.catalogue import en, nb
from bridge.domain.hours import Hours
from bridge.domain.messages import Button

LANGUAGES: Final[Mapping[str, ModuleType]] = {"nb": nb, "en": en}

STAYS: Final = frozenset(
    {"consent.journal", "consent.meant", "consent.yes", "consent.no", "consent.unsure",
     "consent.withdrawn", "crisis", "receipt.journal", "receipt.contact", "chat.yes", "chat.no"}
)  # fmt: skip
"""What stays with the youth whatever else is cleared."""

_CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "consent.journal": ("yes", "no", "unsure"),
    "consent.meant": ("yes", "no"),
    "chat.ask": ("chat.yes", "chat.no"),
    "chat.ask_contact": ("chat.yes", "chat.no"),
    "language": ("language.nb", "language.en"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Telephone numbers with who answers them; a setting with the date it was checked."""

    crisis: Sequence[tuple[str, str]] = (
        ("113", "medisinsk nødtelefon"),
        ("112", "politiet"),
        ("116 111", "Alarmtelefonen for barn og unge, hele døgnet"),
        ("116 123", "Mental Helse, hele døgnet"),
    )
    verified_on: str = "2026-11-01"

    def listed(self) -> str:
        return "\n".join(f"• {number} – {who}" for number, who in self.crisis)

    def in_line(self) -> str:
        """Those to talk with; the emergency numbers come first, and are said elsewhere."""
        talk = self.crisis[2:] or self.crisis
        return ", ".join(f"{number} ({who})" for number, who in talk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A service message ready to be said, and exactly which text it is."""

    id: str
    version: str
    language: str
    text: str = field(repr=False)
    buttons: tuple[Button, ...] = ()
    missing: bool = False
    """The youth's language has no such text yet; this is bokmål instead."""

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def version(phrase: str, language: str) -> str:
    return str(_catalogue(phrase, language)[0].TEXTS[phrase][0])


def say(
    phrase: str, language: str, *, hours: Hours, numbers: Numbers, now: datetime, about: str = ""
) -> Spoken:
    """
    The sentence `phrase` in `language`; `about` is what its buttons answer (a question's id).

    Raises `KeyError` for a phrase no catalogue has.
    """
    catalogue, missing = _catalogue(phrase, language)
    number, text = catalogue.TEXTS[phrase]
    spoken = text.format(
        hours=catalogue.TEXTS["hours.line"][1].format(opening=opening(hours, catalogue)),
        next_open=_next_open(hours, catalogue, now),
        crisis=numbers.listed(),
        numbers=numbers.in_line(),
    )
    return Spoken(
        id=phrase,
        version=number,
        language="nb" if missing else language,
        text=spoken,
        buttons=_buttons(phrase, catalogue, about, number),
        missing=missing,
    )


def _catalogue(phrase: str, language: str) -> tuple[ModuleType, bool]:
    chosen = LANGUAGES.get(language)
    if chosen is not None and phrase in chosen.TEXTS:
        return chosen, False
    return nb, True


def _buttons(phrase: str, catalogue: ModuleType, about: str, number: str) -> tuple[Button, ...]:
    topic = phrase.split(".", maxsplit=1)[0]
    return tuple(
        Button(
            label=catalogue.BUTTONS[choice],
            data=f"{topic}:{choice.split('.')[-1]}:{about}:{number}",
        )
        for choice in _CHOICES.get(phrase, ())
    )


def opening(hours: Hours, catalogue: ModuleType) -> str:
    """«mandag–fredag 09:00–15:30»: days with the same hours are said together."""
    runs: list[tuple[int, int, str, str]] = []
    for day in range(7):
        span = hours.open.get(day)
        if span is None:
            continue
        start, end = span[0].strftime("%H:%M"), span[1].strftime("%H:%M")
        if runs and runs[-1][1] == day - 1 and runs[-1][2:] == (start, end):
            runs[-1] = (runs[-1][0], day, start, end)
        else:
            runs.append((day, day, start, end))
    if not runs:
        return str(catalogue.ASIDE)
    names = catalogue.DAYS
    return ", ".join(
        catalogue.SPAN.format(
            days=names[a] if a == b else f"{names[a]}–{names[b]}", start=start, end=end
        )
        for a, b, start, end in runs
    )


def _next_open(hours: Hours, catalogue: ModuleType, now: datetime) -> str:
    opens = hours.next_open(now)
    if opens is None:
        return str(catalogue.ASIDE)
    local = opens.astimezone(hours.zone)
    return str(
        catalogue.AT.format(day=catalogue.DAYS[local.weekday()], time=local.strftime("%H:%M"))
    )
