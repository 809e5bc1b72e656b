"""What a rendering depends on besides the card, and what it comes to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final

from bots.slack.blocks import Block, escaped, person
from bots.slack.payload import split
from bots.slack.texts import CHANNEL, PHRASE, SOME_PHRASE, SOME_ROOM
from bridge.domain.catalogue.nb import DAYS
from bridge.domain.ids import Ref

DAYS_FROM: Final = 48
"""Hours; from here on nobody counts in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """`home`: the workspace's own address; without it nothing is linked."""

    zone: tzinfo
    home: str | None = None

    def clock(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%H:%M")

    def day(self, at: datetime) -> str:
        """«tirsdag kl. 14.05»"""
        there = at.astimezone(self.zone)
        return f"{DAYS[there.weekday()]} kl. {there.strftime('%H.%M')}"

    def moment(self, at: datetime) -> str:
        """«23.11. kl. 10.02»"""
        there = at.astimezone(self.zone)
        return f"{there.day}.{there.month}. kl. {there.strftime('%H.%M')}"

    def link(self, ref: Ref, label: str) -> str:
        """A link to a message, or only the label."""
        room, ts = split(ref)
        if self.home is None:
            return label
        return f"<{self.home}archives/{room}/p{ts.replace('.', '')}|{label}>"

    def shown(self, name: str, value: str | int) -> str:
        """A parameter of a notice or an alarm, safe to put in `mrkdwn`."""
        text = str(value)
        match name:
            case "user":
                return person(text)
            case "phrase":
                return PHRASE.get(text, SOME_PHRASE)
            case "channel":
                return escaped(CHANNEL.get(text, text))
            case "since" | "at":
                return self._time(text, self.clock, "kl. ")
            case "after" | "until":
                return self._time(text, self.moment)
            case "keeps":
                return f"{value} timer" if int(value) < DAYS_FROM else f"{int(value) // 24} døgn"
            case "place":
                return f"<#{text}>" if text.isalnum() and text.isascii() else SOME_ROOM
            case "link" if text.startswith("https://") and not set(text) & set("<>|"):
                return f"<{text}|meldingen>"
        return escaped(text)

    def _time(self, text: str, said: Callable[[datetime], str], before: str = "") -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return escaped(text)
        return escaped(text) if at.tzinfo is None else f"{before}{said(at)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """`text` is what a lock screen shows: only that something came."""

    text: str
    blocks: list[Block] = field(repr=False)
