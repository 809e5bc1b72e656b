"""A report of concern as it is typed in: what it must have, and what is refused, without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from casestore.texts.phrases import _
from casestore.typed import for_form, moment_typed, text_typed

WORDS: Final = 20_000  # characters
SHORT: Final = 1000

RECEIVERS: Final[Mapping[str, str]] = {
    "child_welfare": _("Barnevernstjenesten"),
    "child_welfare_emergency": _("Barnevernvakten"),
    "police": _("Politiet"),
    "other": _("Annen"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernTyped:
    """The fields as they were typed. `sent_at` is `YYYY-MM-DDTHH:MM` in Oslo."""

    receiver: str = ""
    other: str = field(default="", repr=False)
    sent_at: str = ""
    about: str = field(default="", repr=False)
    what: str = field(default="", repr=False)
    told: str = ""
    why_not: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernSaid:
    """
    A report as it was meant.

    `other` is who received it, where that is none of `RECEIVERS`; `about` is whom it is about, as
    it was written in the report; `why_not` is why the youth was not told.
    """

    receiver: str
    other: str = field(repr=False)
    sent_at: datetime
    about: str = field(repr=False)
    what: str = field(repr=False)
    told: bool
    why_not: str = field(repr=False)


def said_by(typed: ConcernTyped) -> ConcernSaid:
    """Give what was meant; raises `ValueError` without a time."""
    sent_at = moment_typed(typed.sent_at)
    if sent_at is None:
        raise ValueError("a report without a time")
    return ConcernSaid(
        receiver=typed.receiver,
        other=text_typed(typed.other) if typed.receiver == "other" else "",
        sent_at=sent_at,
        about=text_typed(typed.about),
        what=text_typed(typed.what),
        told=typed.told == "yes",
        why_not=text_typed(typed.why_not) if typed.told == "no" else "",
    )


def typed_mistakes(typed: ConcernTyped, *, known: bool, now: datetime) -> dict[str, str]:
    """Say what is wrong with each field of the form, in bokmål; nothing when nothing is."""
    at = moment_typed(typed.sent_at)
    wrong: dict[str, str] = {}
    if at is None:
        wrong["sent_at"] = _("Skriv dato og klokkeslett.")
    elif for_form(at) != typed.sent_at.strip()[:16]:
        wrong["sent_at"] = _("Det klokkeslettet finnes ikke: klokka ble stilt fram den natta.")
    if typed.told not in {"yes", "no"}:
        wrong["told"] = _("Velg ja eller nei.")
    if at is not None and not wrong:
        return mistakes(said_by(typed), known=known, now=now)
    return wrong | {
        place: said
        for place, said in mistakes(said_by(_with_time(typed, now)), known=known, now=now).items()
        if place not in wrong and (place != "why_not" or "told" not in wrong)
    }


def mistakes(said: ConcernSaid, *, known: bool, now: datetime) -> dict[str, str]:
    """Say what is wrong; `known` is whether it is tied to a person or a conversation."""
    wrong = {
        "receiver": None if said.receiver in RECEIVERS else _("Velg hvem meldingen gikk til."),
        "other": _text(said.other, SHORT, _("Skriv hvem.")) if said.receiver == "other" else None,
        "sent_at": _("Tidspunktet har ikke vært ennå.") if said.sent_at > now else None,
        "about": _text(said.about, SHORT, None if known else _("Skriv hvem det gjelder.")),
        "what": _text(said.what, WORDS, _("Skriv hva som ble meldt.")),
        "why_not": None
        if said.told
        else _text(said.why_not, SHORT, _("Skriv hvorfor ungdommen ikke fikk vite det.")),
    }
    return {place: what for place, what in wrong.items() if what}


def _with_time(typed: ConcernTyped, now: datetime) -> ConcernTyped:
    return ConcernTyped(
        receiver=typed.receiver,
        other=typed.other,
        sent_at=for_form(now),
        about=typed.about,
        what=typed.what,
        told=typed.told,
        why_not=typed.why_not,
    )


def _text(text: str, at_most: int, missing: str | None) -> str | None:
    if not text:
        return missing
    return (
        _("Teksten kan ha høyst {at_most} tegn.").format(at_most=at_most)
        if len(text) > at_most
        else None
    )
