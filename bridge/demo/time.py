"""A day that can be played in a moment."""

from datetime import datetime, timedelta


class PlayedClock:
    """Stands still until it is moved; never goes backwards."""

    def __init__(self, at: datetime) -> None:
        self._now = at

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += max(by, timedelta())

    def set(self, at: datetime) -> None:
        self._now = max(self._now, at)
