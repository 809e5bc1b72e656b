"""Time that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta


class StoppedClock:
    """A `bridge.ports.Clock` that a test moves by hand; never backwards, as promised there."""

    def __init__(self, at: datetime = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)) -> None:
        self._now = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self.set(self._now + by)

    def set(self, at: datetime) -> None:
        if at < self._now:
            raise ValueError("a clock never goes backwards")
        self._now = at.astimezone(UTC)
