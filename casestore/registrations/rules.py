"""
How what somebody has written down comes to the bridge, and what may be done meanwhile.

    waiting ──the bridge asks──▶ asked ──it is on the bridge's disk──▶ taken
       │  ▲                        └──the bridge says why not──▶ refused
       │  └──────────sent in again────────────────────────────────┘  │
       └────────────────────── withdrawn ◀───────────────────────────┘

Rule 1: words are given to the bridge only after it is noted that they were. So what is
withdrawn has gone nowhere, and what may have gone somewhere cannot be withdrawn here.
Rule 2: only a person, or the bridge that has the words, ends it. Time alone never does.
Rule 3: it waits half a minute before the bridge is told, as shown, so that a slip can be mended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from casestore.texts.phrases import _
from casestore.typed import for_form, moment_typed, text_typed

CHANNELS: Final = ("snapchat",)
"""Those that people carry."""

GRACE: Final = timedelta(seconds=30)
LATE: Final = timedelta(minutes=10)
"""After this, whoever wrote it is told that it is still here."""

AHEAD: Final = timedelta(minutes=5)
"""How far a telephone's clock may be ahead of ours; as the bridge has it."""

MOST_PICTURES: Final = 5
MOST_BYTES: Final = 25 * 1024 * 1024
"""All the pictures of one form together."""
LONGEST: Final = 10_000
ALIAS: Final = 80

NEW: Final = "new"
PERSON: Final = "thread:"
"""Before a thread's id, where a person was chosen from the list."""


class Status(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    REFUSED = "refused"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


class Why(StrEnum):
    """Why the bridge would not take it in."""

    CHANNEL_OFF = "channel-off"
    NOBODY = "nobody"  # no youth of this channel goes by that alias
    OUT_OF_REACH = "out-of-reach"  # the youth's thread there is forgotten
    STANDING = "standing"  # something of theirs stands in that minute


YOUTH_DELETED: Final = "youth-deleted"
"""Why one is withdrawn that nobody has taken back: whoever it was about is deleted."""

HERE: Final = frozenset({Status.WAITING, Status.ASKED, Status.REFUSED})
"""The words are still here."""

MENDABLE: Final = frozenset({Status.WAITING, Status.REFUSED})
"""The bridge has not got them, and does not get them before somebody sends it in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was filled in."""

    channel: str = CHANNELS[0]
    whose: str = ""
    alias: str = field(default="", repr=False)
    said_at: str = ""
    by: str = ""
    """Who said it: `youth`, or `me`."""
    text: str = field(default="", repr=False)
    answers: bool = False
    insists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the form comes to. `thread` or `alias`: neither is somebody new."""

    channel: str
    thread: str | None
    alias: str | None = field(repr=False)
    said_at: datetime
    ours: bool
    text: str = field(repr=False)
    answers: bool
    insists: bool


def mistakes(
    typed: Typed, *, known: Sequence[str], pictures: int, now: datetime
) -> Mapping[str, str]:
    """Say what must be mended, by field; `known` are the choices of whose it may be."""
    found = {
        "form": None if typed.channel in CHANNELS else _("Velg hvor det ble skrevet."),
        "whose": _whose_mistake(typed, known),
        "by": None if typed.by in {"youth", "me"} else _("Velg hvem som skrev det."),
        "said_at": _time_mistake(typed.said_at, now),
        "text": _text_mistake(text_typed(typed.text), pictures),
    }
    return {place: what for place, what in found.items() if what}


def _whose_mistake(typed: Typed, known: Sequence[str]) -> str | None:
    alias = text_typed(typed.alias)
    if typed.whose and alias:
        return _("Velg enten fra lista eller skriv aliaset, ikke begge.")
    if not typed.whose and not alias:
        return _("Velg hvem det gjelder, eller skriv aliaset.")
    if typed.whose and typed.whose not in (NEW, *known):
        return _("Velg hvem det gjelder på nytt.")
    if len(alias) > ALIAS or "\n" in alias:
        return _("Skriv bare aliaset, slik det står i Slack.")
    return None


def _time_mistake(said_at: str, now: datetime) -> str | None:
    at = moment_typed(said_at)
    if at is None:
        return _("Skriv dag og klokkeslett.")
    if for_form(at) != said_at.strip()[:16]:
        return _("Det klokkeslettet finnes ikke: klokka ble stilt fram den natta.")
    if at > now + AHEAD:
        return _("Det er ikke kommet dit ennå. Se på klokka.")
    return None


def _text_mistake(text: str, pictures: int) -> str | None:
    if not text and not pictures:
        return _("Skriv noe, eller legg ved et skjermbilde.")
    return _("Teksten er for lang. Del den i to.") if len(text) > LONGEST else None


def written_by(typed: Typed) -> Written:
    """Read a form without mistakes."""
    at = moment_typed(typed.said_at)
    if at is None:
        raise ValueError("a form with mistakes")
    picked = typed.whose.startswith(PERSON)
    return Written(
        channel=typed.channel,
        thread=typed.whose.removeprefix(PERSON) if picked else None,
        alias=" ".join(typed.alias.split()) or None,
        said_at=at,
        ours=typed.by == "me",
        text=text_typed(typed.text),
        answers=typed.answers and typed.by == "youth",
        insists=typed.insists,
    )


def is_late(status: str, due_at: datetime, now: datetime) -> bool:
    """Say whether it has been here so long that somebody should look."""
    return status in {Status.WAITING, Status.ASKED} and now - due_at > LATE
