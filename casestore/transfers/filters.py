"""What somebody has asked to see of the log: caseworker, channel, status, verdict, period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Self
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from casestore.database import Unsought
from casestore.places import Place
from casestore.times import OSLO
from casestore.transfers.rules import Status, Verdict
from casestore.transfers.tables import Copy, Transfer, TransferCaseworker

PAGE: Final = 50

Lines = type[Transfer] | type[TransferCaseworker] | type[Copy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A choice within the log; what is not understood is not chosen."""

    caseworker: str = ""
    channel: str = ""
    status: str = ""
    verdict: str = ""
    since: str = ""
    until: str = ""
    before: Place | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Self:
        """Read the choice from an address."""
        return cls(
            caseworker=_short(query.get("caseworker", "")),
            channel=_short(query.get("channel", "")),
            status=_one_of(Status, query.get("status", "")),
            verdict=_one_of(Verdict, query.get("verdict", "")),
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            before=Place.read(query.get("before", "")),
        )

    @property
    def chosen(self) -> bool:
        """Whether anything but the page has been chosen."""
        return self != Filters(before=self.before)

    def address(self, **changed: Any) -> str:
        """Write the choice as an address, with something in it changed."""
        names = ("caseworker", "channel", "status", "verdict", "since", "until", "before")
        told = {name: changed.get(name, getattr(self, name)) for name in names}
        return urlencode({k: str(v) for k, v in told.items() if v})

    def walked(self, own: str | None) -> tuple[Lines, list[ColumnElement[bool]]]:
        """
        Say what the log is walked by: those of a verdict, somebody's, or all.

        Each has an index in the order of the log, so that a page costs a page. `own`: whose lines
        are seen, None for everybody's.
        """
        if self.verdict:
            other = aliased(Copy)
            before = exists().where(
                other.conversation == Copy.conversation,
                other.verdict == Copy.verdict,
                other.id < Copy.id,
            )
            return Copy, [Copy.verdict == self.verdict, ~before]
        if by := own or self.caseworker:
            return TransferCaseworker, [TransferCaseworker.caseworker == by]
        return Transfer, []

    def where(self, seen: ColumnElement[bool], by: Lines) -> list[ColumnElement[bool]]:
        """
        Give the other conditions; what may be seen at all is the first of them.

        `by`: what the log is walked by; no other way through it is looked for.
        """
        told = (lambda column: column) if by is Transfer else Unsought
        conditions = [seen]
        if self.caseworker:
            conditions.append(_of(self.caseworker))
        if self.channel:
            conditions.append(told(Transfer.channel) == self.channel)
        if self.status:
            conditions.append(told(Transfer.status) == self.status)
        if self.since:
            conditions.append(by.first_at >= _midnight(self.since))
        if self.until:
            conditions.append(by.first_at < _midnight(self.until, days=1))
        return conditions


def _of(caseworker: str) -> ColumnElement[bool]:
    part = aliased(TransferCaseworker)
    return exists().where(part.conversation == Transfer.conversation, part.caseworker == caseworker)


def _short(text: str) -> str:
    return text if len(text) <= 64 and text.isascii() and text.isprintable() else ""


def _one_of(words: type[Status] | type[Verdict], text: str) -> str:
    return text if text in {str(word) for word in words} else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""


def _midnight(day: str, *, days: int = 0) -> datetime:
    first = min(date.fromisoformat(day), date(9000, 1, 1)) + timedelta(days=days)
    first = max(first, date(1900, 1, 1))
    return datetime.combine(first, time(), OSLO).astimezone(UTC)
