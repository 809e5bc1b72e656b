"""What of a contact may stand in the register: nothing that leads back to anybody."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from casestore.texts.phrases import _
from casestore.times import OSLO, day_of

TOPICS = (
    ("school", _("Skole")),
    ("work", _("Jobb")),
    ("family", _("Familie")),
    ("friends", _("Venner")),
    ("love", _("Kjærlighet")),
    ("mental_health", _("Psykisk helse")),
    ("body_health", _("Kropp og helse")),
    ("drugs", _("Rus")),
    ("violence", _("Vold og overgrep")),
    ("money", _("Penger")),
    ("housing", _("Bolig")),
    ("net", _("Nett og sosiale medier")),
    ("leisure", _("Fritid")),
    ("other", _("Annet")),
)

MESSAGE: Final = "message"
"""The kind that only the bridge registers: a conversation in a chat app."""

KINDS: Final = (
    ("talk", _("Samtale")),
    ("street", _("Ute i gata")),
    ("call", _("Telefonsamtale")),
    ("meeting", _("Avtalt møte")),
    ("home_visit", _("Hjemmebesøk")),
    ("accompaniment", _("Følge")),
    ("group", _("Gruppe")),
    ("guardian", _("Foresatt")),
    ("body", _("Samarbeidspart")),
)

IN_PERSON: Final = "in_person"
PHONE: Final = "phone"
CHANNELS: Final = (
    (IN_PERSON, _("Ansikt til ansikt")),
    (PHONE, _("Telefon")),
    ("video", _("Video")),
    ("outlook", _("E-post")),
    ("post", _("Brev")),
)

MINUTES: Final = range(1, 1441)
BACK: Final = timedelta(days=366)
"""So far back a contact may be registered: paper from an outage, a winter's backlog."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhenAndHowLong:
    """The hour a contact began in, and how many whole minutes it lasted, at least one."""

    hour: datetime
    minutes: int


def blurred(opened_at: datetime, sealed_at: datetime) -> WhenAndHowLong:
    """Cut the time so far that it cannot be matched with a conversation to the second."""
    hour = opened_at.replace(minute=0, second=0, microsecond=0)
    minutes = max(1, round((sealed_at - opened_at).total_seconds() / 60))
    return WhenAndHowLong(hour=hour, minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """A contact as it was told: `day` and `hour` (0–23) as in Oslo, nothing of anybody."""

    kind: str
    channel: str
    day: date | None
    hour: int | None
    minutes: int | None
    topics: tuple[str, ...]

    def began(self) -> datetime | None:
        """Give the hour it began in, in UTC."""
        if self.day is None or self.hour is None:
            return None
        return datetime.combine(self.day, time(self.hour), OSLO).astimezone(UTC)


def mistakes_in(told: ByHand, now: datetime) -> Mapping[str, str]:
    """Say what is wrong with it, by field, in bokmål."""
    mistakes: dict[str, str] = {}
    if told.kind not in dict(KINDS):
        mistakes["kind"] = _("Velg hva slags kontakt det var.")
    if told.channel not in dict(CHANNELS):
        mistakes["channel"] = _("Velg hvordan dere snakket sammen.")
    if told.minutes is None or told.minutes not in MINUTES:
        mistakes["minutes"] = _("Skriv hvor mange minutter det tok, fra 1 til 1440.")
    today = day_of(now)
    if told.day is None or not today - BACK <= told.day <= today:
        mistakes["day"] = _("Velg en dag fra det siste året.")
    if told.hour is None or told.hour not in range(24):
        mistakes["hour"] = _("Velg klokkeslett.")
    if "day" not in mistakes and "hour" not in mistakes:
        began = told.began()
        if began is not None and began > now:
            mistakes["hour"] = _("Det klokkeslettet har ikke vært ennå.")
    if not _known(told.topics):
        mistakes["topics"] = _("Velg blant temaene.")
    return mistakes


def channel_of(told: ByHand) -> str:
    """Give the channel: a telephone call is on the telephone, whatever else was chosen."""
    return PHONE if told.kind == "call" else told.channel


def may_correct(*, registered_at: datetime | None, now: datetime) -> bool:
    """Say whether the registrant may still correct it: on the day it was registered, in Oslo."""
    return registered_at is not None and day_of(registered_at) == day_of(now)


def _known(topics: Collection[str]) -> bool:
    return len(set(topics)) == len(topics) and set(topics) <= set(dict(TOPICS))
