"""What an employee says of an incident, and what of it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from casestore.incidents.rules import (
    KINDS,
    REASON_NEEDED,
    SEVERITIES,
    Severity,
    Step,
    before_closing,
)
from casestore.incidents.tables import Incident
from casestore.problems import Problem
from casestore.texts.phrases import _

LONGEST: Final = 8000
CLOCKS_APART: Final = timedelta(minutes=5)
NOT_YET: Final = _("Tidspunktet har ikke vært ennå.")
WHEN: Final = _("Skriv dag og klokkeslett.")

Mistakes = Mapping[str, str]
"""By field, in bokmål."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an employee reports. A time is None when it was not one."""

    id: str
    kind: str
    severity: str
    happened_at: datetime | None
    found_at: datetime | None
    happened: str = field(repr=False)
    at_once: str = field(repr=False)
    affected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A step with an incident; `at` when somebody was told, `severity` when assessed anew."""

    step: Step
    at: datetime | None
    severity: str
    said: str = field(repr=False)


def report_mistakes(told: Report, now: datetime) -> dict[str, str]:
    """Say what is wrong with a report, by field, in bokmål."""
    mistakes: dict[str, str] = {}
    if told.kind not in dict(KINDS):
        mistakes["kind"] = _("Velg hva slags hendelse det var.")
    if told.severity not in {str(code) for code, _ in SEVERITIES}:
        mistakes["severity"] = _("Velg hvor alvorlig du tror det er.")
    if not 0 < len(told.happened) <= LONGEST:
        mistakes["happened"] = _("Skriv hva som skjedde, med høyst {longest} tegn.").format(
            longest=LONGEST
        )
    if len(told.at_once) > LONGEST:
        mistakes["at_once"] = _("Høyst {longest} tegn.").format(longest=LONGEST)
    for name, at in (("happened_at", told.happened_at), ("found_at", told.found_at)):
        if at is None:
            mistakes[name] = WHEN
        elif at > now + CLOCKS_APART:
            mistakes[name] = NOT_YET
    if told.happened_at and told.found_at and told.found_at < told.happened_at:
        mistakes["found_at"] = _("Den kan ikke være oppdaget før den skjedde.")
    return mistakes


def step_mistakes(incident: Incident, told: FollowUp, now: datetime) -> dict[str, str]:
    """Say what is wrong with a step. One that has been taken before is a 409."""
    mistakes: dict[str, str] = {}
    if len(told.said) > LONGEST:
        mistakes["said"] = _("Høyst {longest} tegn.").format(longest=LONGEST)
    elif told.step in REASON_NEEDED and not told.said:
        mistakes["said"] = _("Skriv hva som er vurdert, og hvorfor.")
    match told.step:
        case Step.AUTHORITY:
            mistakes |= _told_mistakes(incident, incident.authority_told_at, told.at, now)
        case Step.AFFECTED:
            mistakes |= _told_mistakes(incident, incident.affected_told_at, told.at, now)
        case Step.SEVERITY:
            if told.severity not in set(Severity) - {incident.severity}:
                mistakes["severity"] = _("Velg en annen alvorlighet enn den som står.")
        case Step.CLOSE:
            missing = before_closing(
                severity=incident.severity,
                authority_told=incident.authority_told_at is not None,
                affected_told=incident.affected_told_at is not None,
            )
            if missing is not None:
                mistakes["form"] = missing
    return mistakes


def _told_mistakes(
    incident: Incident, earlier: datetime | None, at: datetime | None, now: datetime
) -> dict[str, str]:
    if earlier is not None:
        raise Problem(409, "already-done")
    if at is None:
        return {"at": WHEN}
    if at > now + CLOCKS_APART:
        return {"at": NOT_YET}
    # Both are typed to the minute.
    if at < incident.found_at.replace(second=0, microsecond=0):
        return {"at": _("Det kan ikke være før hendelsen ble oppdaget.")}
    return {}
