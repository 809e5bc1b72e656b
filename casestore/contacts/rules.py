"""What of a contact may stand in the register: nothing that leads back to anybody."""

from dataclasses import dataclass
from datetime import datetime

TOPICS = (
    ("school", "Skole"),
    ("work", "Jobb"),
    ("family", "Familie"),
    ("friends", "Venner"),
    ("love", "Kjærlighet"),
    ("mental_health", "Psykisk helse"),
    ("body_health", "Kropp og helse"),
    ("drugs", "Rus"),
    ("violence", "Vold og overgrep"),
    ("money", "Penger"),
    ("housing", "Bolig"),
    ("net", "Nett og sosiale medier"),
    ("leisure", "Fritid"),
    ("other", "Annet"),
)


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
