"""What this team has decided: everything that law or local routine may change."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from bridge.domain.ageing import Limits
from bridge.domain.hours import Hours
from bridge.domain.ids import Room
from bridge.domain.phrases import Numbers
from bridge.domain.sealing import Patience

PER_ROOM: Final = timedelta(seconds=1)
"""Slack: about one post a second for each room (chat.postMessage, special tier)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    team: str
    room: Room
    """The team's own."""
    rooms: tuple[Room, ...] = ()
    """Each one person's: what came to them is read there, and nowhere else."""
    leader: Room | None = None
    """Where the team leader reads what has been given to them; None: it cannot be given."""
    hours: Hours
    numbers: Numbers = field(default_factory=Numbers)
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    undo: timedelta = timedelta(seconds=10)
    """How long Angre works, counted from when its card is up."""
    outage: timedelta = timedelta(minutes=10)
    """A reply delayed for longer than this asks the caseworker before it goes."""
    cooling_off: timedelta = timedelta(days=30)
    """How long nobody is asked again after a no."""
    crisis_hold: timedelta = timedelta(hours=24)
    """How long the consent question is held back after crisis words."""
    silence: timedelta = timedelta(days=90)
    """After so long without a word, the youth's address goes."""
    wipes_people: bool = True
    """An administrator's token can erase what people type; without it replies go by Svar."""
    revisions_kept: bool = True
    """The operator has not recorded that the workspace keeps no revisions."""
    max_file: int = 20_000_000
    """Bytes; what Telegram lets a bot fetch."""
    per_room: timedelta = PER_ROOM
    """Between posts in a room."""
