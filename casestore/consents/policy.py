"""
From what age a youth can answer for themselves: what law or local routine may change.

Each policy holds from its date until the next. What was registered keeps the version that it was
registered under. Below the age the record warns, and a person decides; it never refuses help.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from casestore.texts.phrases import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Ages in whole years. `source` is where the ages are taken from, and how sure it is."""

    version: str
    effective_from: date
    journal_age: int
    guardian_below: int
    source: str
    warning: str


POLICIES: Final = (
    Policy(
        version="2019-1",
        effective_from=date(2019, 1, 1),
        journal_age=15,
        guardian_below=15,
        source=_(
            "Datatilsynet, «Samtykke fra mindreårige»: hovedregelen er 15 år, men modenheten "
            "avgjør. Kildene er ikke enige, så kommunen må bekrefte aldersgrensen."
        ),
        warning=_(
            "Ungdommen var under aldersgrensen da det ble skrevet under. Teamlederen har fått "
            "en oppgave. Ungdommen får hjelp som før."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """An age band: from `lowest` years, in words."""

    lowest: int
    name: str


BANDS: Final[Mapping[str, Band]] = {
    "under_13": Band(lowest=0, name=_("Under 13 år")),
    "13_14": Band(lowest=13, name=_("13–14 år")),
    "15_17": Band(lowest=15, name=_("15–17 år")),
    "18_plus": Band(lowest=18, name=_("18 år eller eldre")),
}


def policy_on(day: date) -> Policy:
    """Give the policy that held on a day; a day before the first has the first one."""
    holding = [policy for policy in POLICIES if policy.effective_from <= day]
    return holding[-1] if holding else POLICIES[0]


def youngest(age: int | None, band: str | None) -> int:
    """Give the youngest that they can have been, by what was said; nothing said is 0."""
    if age is not None:
        return age
    return BANDS[band].lowest if band is not None and band in BANDS else 0


def below_age(policy: Policy, age: int | None, band: str | None) -> bool:
    """Say whether the youth may have been too young to answer alone."""
    return youngest(age, band) < policy.journal_age
