"""What an incident can be, what the clock says of it, and what must be done before it is closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from casestore.texts.phrases import _
from casestore.times import length

KINDS: Final = (
    ("wrong_thread", _("Ord havnet hos feil ungdom eller i feil tråd")),
    ("lost_device", _("Mistet eller stjålet telefon, maskin eller papir")),
    ("outage", _("Systemet var nede, eller noe ble borte")),
    ("unauthorised_read", _("Noen har lest noe de ikke skulle")),
    ("wrong_disclosure", _("Noe er gitt til feil mottaker utenfor")),
    ("other", _("Noe annet")),
)


class Severity(StrEnum):
    """What it may mean for those it touched (GDPR art. 33(1) and 34(1))."""

    NONE = "none"
    RISK = "risk"
    HIGH_RISK = "high_risk"


SEVERITIES: Final = (
    (Severity.NONE, _("Neppe noen risiko for dem det gjelder")),
    (Severity.RISK, _("Risiko for dem det gjelder")),
    (Severity.HIGH_RISK, _("Høy risiko for dem det gjelder")),
)


class Step(StrEnum):
    """What the team leader does with an incident."""

    AUTHORITY = "authority_told"
    AFFECTED = "affected_told"
    SEVERITY = "severity"
    CLOSE = "closed"


STEPS: Final = (
    (Step.AUTHORITY, _("Meldt til Datatilsynet")),
    (Step.AFFECTED, _("De berørte har fått beskjed")),
    (Step.SEVERITY, _("Vurdert på nytt")),
    (Step.CLOSE, _("Avsluttet")),
)
REASON_NEEDED: Final = frozenset({Step.SEVERITY, Step.CLOSE})

WITHIN: Final = timedelta(hours=72)
"""GDPR art. 33(1): the authority is told within 72 hours of when it was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Where the 72 hours stand: words, and the colour they are shown in."""

    words: str
    tag: str


def deadline(
    *, severity: str, found_at: datetime, told_at: datetime | None, closed: bool, now: datetime
) -> Deadline:
    """Say how much time is left to tell the authority, or how it went."""
    ends = found_at + WITHIN
    if told_at is not None:
        if told_at <= ends:
            return Deadline(words=_("Meldt til Datatilsynet i tide"), tag="good")
        late = length(told_at - ends)
        return Deadline(
            words=_("Meldt til Datatilsynet {late} for sent").format(late=late), tag="bad"
        )
    if severity == Severity.NONE:
        return Deadline(words=_("Trenger ikke å meldes til Datatilsynet"), tag="calm")
    if closed:
        return Deadline(words=_("Ikke meldt til Datatilsynet"), tag="bad")
    if now < ends:
        left = ends - now
        tag = "bad" if left <= timedelta(hours=24) else "warn"
        return Deadline(
            words=_("{left} igjen til å melde til Datatilsynet").format(left=_left(left)), tag=tag
        )
    ago = length(now - ends)
    return Deadline(
        words=_("Fristen til Datatilsynet gikk ut for {ago} siden").format(ago=ago), tag="bad"
    )


def _left(span: timedelta) -> str:
    """Say what is left in whole hours, never more than there is."""
    hours = span // timedelta(hours=1)
    return (
        _("{n} t").format(n=hours)
        if hours >= 2
        else _("{n} min").format(n=span // timedelta(minutes=1))
    )


def before_closing(*, severity: str, authority_told: bool, affected_told: bool) -> str | None:
    """
    Say what is missing before it can be closed, in bokmål.

    Who finds that nobody needs to be told, says so by a new assessment with its reason: it
    stands in the incident (art. 33(5)).
    """
    if severity != Severity.NONE and not authority_told:
        return _("Meld hendelsen til Datatilsynet først, eller vurder risikoen på nytt.")
    if severity == Severity.HIGH_RISK and not affected_told:
        return _("De berørte må få beskjed først, eller risikoen må vurderes på nytt.")
    return None
