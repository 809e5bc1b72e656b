"""When there are people at work, and when it is too late at night to ask somebody something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Opening hours per weekday (Monday is 0), in the municipality's own time zone."""

    open: Mapping[int, tuple[time, time]]
    zone: ZoneInfo
    quiet_from: time = time(22)
    quiet_until: time = time(8)

    def __post_init__(self) -> None:
        """Raises `ValueError` for a day that closes before it opens."""
        if any(start >= end for start, end in self.open.values()):
            raise ValueError("opening hours must end after they begin, on the same day")

    def is_open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        span = self.open.get(local.weekday())
        return span is not None and span[0] <= local.time() < span[1]

    def next_open(self, at: datetime) -> datetime | None:
        """The next time the doors open after `at`, in UTC; None if they never do."""
        local = at.astimezone(self.zone)
        for days in range(8):
            day = local.date() + timedelta(days=days)
            opens = self._span(day)
            if opens is not None and opens[0] > local:
                return opens[0].astimezone(UTC)
        return None

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """How much of the time between lies within opening hours."""
        day, last = since.astimezone(self.zone).date(), until.astimezone(self.zone).date()
        total = timedelta()
        while day <= last:
            span = self._span(day)
            if span is not None:
                # In UTC: two times of one zone are subtracted by the wall clock.
                start, end = max(span[0], since), min(span[1], until)
                total += max(timedelta(), end.astimezone(UTC) - start.astimezone(UTC))
            day += timedelta(days=1)
        return total

    def considerate(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours if `at` lies in them (never between 22 and 08)."""
        local = at.astimezone(self.zone)
        if self.quiet_until <= local.time() < self.quiet_from:
            return at
        day = local.date() + timedelta(days=1 if local.time() >= self.quiet_from else 0)
        return datetime.combine(day, self.quiet_until, self.zone).astimezone(UTC)

    def before_quiet(self, at: datetime) -> datetime:
        """`at`, or when the quiet hours that `at` lies in began."""
        local = at.astimezone(self.zone)
        if self.quiet_until <= local.time() < self.quiet_from:
            return at
        day = local.date() - timedelta(days=0 if local.time() >= self.quiet_from else 1)
        return datetime.combine(day, self.quiet_from, self.zone).astimezone(UTC)

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        span = self.open.get(day.weekday())
        if span is None:
            return None
        return (
            datetime.combine(day, span[0], self.zone),
            datetime.combine(day, span[1], self.zone),
        )
