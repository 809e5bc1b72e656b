"""The audit as a page shows it: the newest first, a page at a time, by what somebody asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Self
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from casestore.audit.chain import AUDIT
from casestore.audit.phrases import said, told, when, who, written
from casestore.audit.tables import AuditEvent
from casestore.edge import Reading
from casestore.times import OSLO, write_time
from casestore.users.tables import User

PAGE: Final = 50
YET_TO_COME: Final = "9999"
"""Later than any time, as times are written."""
NAMES: Final = ("by", "what", "of", "since", "until", "before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody has asked to see; what is not understood is not chosen. Days are in Oslo."""

    by: str = ""
    what: str = ""
    of: str = ""
    since: str = ""
    until: str = ""
    before: int | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str]) -> Self:
        """Read the choice from an address."""
        before = query.get("before", "")
        return cls(
            by=_code(query.get("by", "")),
            what=_code(query.get("what", "")),
            of=_code(query.get("of", "")),
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            before=int(before) if before.isascii() and before.isdecimal() and len(before) < 16
            else None,
        )  # fmt: skip

    @property
    def chosen(self) -> bool:
        """Whether anything but the page has been chosen."""
        return self != Choice(before=self.before)

    def address(self, **changed: Any) -> str:
        """Write the choice as an address, with something in it changed."""
        every = {name: changed.get(name, getattr(self, name)) for name in NAMES}
        return urlencode({name: value for name, value in every.items() if value not in {"", None}})

    @property
    def by_time(self) -> bool:
        """
        Whether a period is all that was chosen. It is found by time: by number, all that has
        been done since would be looked through for it.
        """
        return bool(self.since or self.until) and not (self.by or self.what or self.of)

    @property
    def order(self) -> Sequence[ColumnElement[Any]]:
        """The newest first; of what was done in the same moment, the last."""
        return (
            [AuditEvent.at.desc(), AuditEvent.n.desc()] if self.by_time else [AuditEvent.n.desc()]
        )

    def where(self) -> list[ColumnElement[bool]]:
        """Give the conditions."""
        kept: list[ColumnElement[bool]] = []
        if self.by:
            kept.append(AuditEvent.user == self.by)
        if self.what:
            kept.append(AuditEvent.what == self.what)
        if self.of:
            kept.append(AuditEvent.of == self.of)
        if self.since:
            kept.append(AuditEvent.at >= write_time(_midnight(self.since)))
        if self.until:
            kept.append(AuditEvent.at < write_time(_midnight(self.until, days=1)))
        if self.before is not None:
            kept.append(_before(self.before) if self.by_time else AuditEvent.n < self.before)
        return kept


def _before(n: int) -> ColumnElement[bool]:
    """What stands after that line where the order is by time; after one yet to come, all."""
    line = aliased(AuditEvent)
    its_time = func.coalesce(select(line.at).where(line.n == n).scalar_subquery(), YET_TO_COME)
    return tuple_(AuditEvent.at, AuditEvent.n) < tuple_(its_time, literal(n))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One deed as it is shown; `more` is what else is told, as words and values."""

    n: int
    at: str
    who: str
    said: str
    of: str | None
    called: str | None
    """The same, by name when it is an employee; an employee's own doing is of nobody else."""
    more: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, and the cursor to the older ones if there are any."""

    lines: Sequence[Line]
    older: int | None
    people: Mapping[str, str]
    """Every employee there ever was, by id."""


async def audit_page(reading: Reading, choice: Choice) -> Page:
    """Fetch one page of what was asked for."""
    found = await reading.session.execute(select(User.id, User.name).order_by(User.name))
    people = {row.id: row.name for row in found}
    newest = await reading.session.scalars(
        select(AuditEvent.n).where(*choice.where()).order_by(*choice.order).limit(PAGE + 1)
    )
    numbers = list(newest)
    links = await AUDIT.some(reading.session, AuditEvent.n.in_(numbers[:PAGE]))
    older = numbers[PAGE - 1] if len(numbers) > PAGE else None
    by_number = {link.n: link for link in links}
    shown = [by_number[n] for n in numbers[:PAGE]]
    lines = [_line(link.n, link.at, link.event, people) for link in shown]
    return Page(lines=lines, older=older, people=people)


def _line(n: int, at: str, event: Mapping[str, Any], people: Mapping[str, str]) -> Line:
    of = None if event.get("of") is None else str(event["of"])
    more = ((name, value) for name, value in event.items() if name not in {"by", "what", "of"})
    return Line(
        n=n,
        at=when(at),
        who=who(event.get("by"), str(event.get("what")), people),
        said=said(str(event.get("what"))),
        of=of,
        called=None if of is None or of == event.get("by") else people.get(of, of),
        more=[(told(name), written(value, people)) for name, value in more if value is not None],
    )


def _code(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 64 and text.isascii() and text.isprintable() else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""


def _midnight(day: str, *, days: int = 0) -> datetime:
    first = max(min(date.fromisoformat(day), date(9000, 1, 1)), date(1900, 1, 1))
    return datetime.combine(first + timedelta(days=days), time(), OSLO).astimezone(UTC)
