"""A signed paper as it is typed in: how it is read, and what is refused; without any I/O."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from casestore.consents.policy import BANDS
from casestore.consents.purposes import BY_CODE
from casestore.consents.texts import Edition, edition, in_use
from casestore.people.rules import NOT_HERE, holds_identity_number
from casestore.texts.phrases import _
from casestore.times import OSLO
from casestore.typed import moment_typed, text_typed

NAMED: Final = 200  # characters
MATURITY: Final = 2000
WORDS: Final = 4000
AGES: Final = range(5, 100)
FIRST: Final = date(2019, 9, 1)  # when the record began (R35)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTyped:
    """The fields of the form as they were typed; `named` is by purpose."""

    edition: str = ""
    purposes: Sequence[str] = ()
    named: Mapping[str, str] = field(default_factory=dict, repr=False)
    signed_on: str = ""
    signed_at: str = ""
    age: str = ""
    band: str = ""
    maturity: str = field(default="", repr=False)
    guardian: str = ""
    guardian_who: str = field(default="", repr=False)
    guardian_how: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSaid:
    """A signed paper as it was meant; `signed` is in UTC, from the day's start if no time."""

    edition: Edition
    purposes: Sequence[str]
    named: Mapping[str, str] = field(repr=False)
    signed_on: date
    signed: datetime
    age: int | None
    band: str | None
    maturity: str = field(repr=False)
    guardian_needed: bool
    guardian_who: str = field(repr=False)
    guardian_how: str = field(repr=False)


def paper_mistakes(typed: PaperTyped, *, now: datetime) -> dict[str, str]:
    """Say what is wrong with each field, in bokmål; nothing when nothing is."""
    wrong: dict[str, str | None] = {
        "edition": None if edition(typed.edition) else _("Velg hvilken utgave av papiret det er."),
        "purposes": _purposes_mistake(typed),
        "signed_on": _signed_mistake(typed, now),
        "age": _age_mistake(typed),
        "maturity": _length_mistake(typed.maturity, MATURITY)
        if text_typed(typed.maturity)
        else _("Skriv kort hvordan du vurderte at ungdommen forsto hva det gjelder."),
        "guardian": None if typed.guardian in {"yes", "no"} else _("Velg ja eller nei."),
        "guardian_who": _length_mistake(typed.guardian_who, NAMED),
        "guardian_how": _length_mistake(typed.guardian_how, NAMED),
    }
    for code in typed.purposes:
        if code in BY_CODE and BY_CODE[code].naming:
            wrong[f"named.{code}"] = _named_mistake(typed.named.get(code, ""))
    for place, text in (
        ("maturity", typed.maturity),
        ("guardian_who", typed.guardian_who),
        ("guardian_how", typed.guardian_how),
        *((f"named.{code}", text) for code, text in typed.named.items()),
    ):
        if holds_identity_number(text):
            wrong[place] = NOT_HERE
    return {place: said for place, said in wrong.items() if said}


def paper_said(typed: PaperTyped) -> PaperSaid:
    """Give what was meant; raises `ValueError` when there are mistakes in it."""
    which, signed = edition(typed.edition), _signed(typed)
    if which is None or signed is None:
        raise ValueError("a paper with mistakes")
    return PaperSaid(
        edition=which,
        purposes=[code for code in BY_CODE if code in typed.purposes],
        named={
            code: text_typed(typed.named.get(code, ""))
            for code in typed.purposes
            if BY_CODE[code].naming
        },
        signed_on=signed.astimezone(OSLO).date(),
        signed=signed,
        age=int(typed.age) if typed.age.strip() else None,
        band=typed.band or None,
        maturity=text_typed(typed.maturity),
        guardian_needed=typed.guardian == "yes",
        guardian_who=text_typed(typed.guardian_who),
        guardian_how=text_typed(typed.guardian_how),
    )


def withdrawal_moment(typed: str, now: datetime) -> datetime | None:
    """
    Read when something was taken back: the end of that minute, but never later than now.

    So what was agreed to in the same minute is taken back too. None when it is no time at all,
    or has not been yet.
    """
    at = moment_typed(typed)
    if at is None or at > now:
        return None
    return min(at + timedelta(seconds=59, milliseconds=999), now)


def _signed(typed: PaperTyped) -> datetime | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", typed.signed_on.strip()) is None:
        return None
    try:
        day = date.fromisoformat(typed.signed_on.strip())
    except ValueError:
        return None
    if typed.signed_at.strip():
        return moment_typed(f"{day}T{typed.signed_at.strip()}")
    # The earliest it can have been: anything taken back that day then counts.
    return datetime.combine(day, time(), OSLO).astimezone(UTC)


def _signed_mistake(typed: PaperTyped, now: datetime) -> str | None:
    signed, which = _signed(typed), edition(typed.edition)
    if signed is None:
        return _("Skriv datoen papiret ble signert.")
    day = signed.astimezone(OSLO).date()
    if signed > now:
        return _("Papiret kan ikke være signert i framtida.")
    if day < FIRST:
        return _("Så gamle papirer kan ikke registreres her.")
    if which is not None and not in_use(which, day):
        return _("Den utgaven av papiret fantes ikke den dagen.")
    return None


def _purposes_mistake(typed: PaperTyped) -> str | None:
    if not typed.purposes:
        return _("Kryss av for det ungdommen har sagt ja til.")
    which = edition(typed.edition)
    known = which is None or all(which.text(code) for code in typed.purposes)
    return None if known else _("Denne utgaven av papiret spør ikke om alt du har krysset av for.")


def _age_mistake(typed: PaperTyped) -> str | None:
    told = typed.age.strip()
    if not told and not typed.band:
        return _("Skriv alderen, eller velg et omtrentlig trinn.")
    if told and not (told.isascii() and told.isdecimal() and len(told) < 3 and int(told) in AGES):
        return _("Skriv alderen i hele år.")
    return _("Velg et trinn fra lista.") if typed.band and typed.band not in BANDS else None


def _named_mistake(text: str) -> str | None:
    return _length_mistake(text, NAMED) if text_typed(text) else _("Skriv hvem det gjelder.")


def _length_mistake(text: str, at_most: int) -> str | None:
    return (
        _("Teksten kan ha høyst {at_most} tegn.").format(at_most=at_most)
        if len(text_typed(text)) > at_most
        else None
    )
