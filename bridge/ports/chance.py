"""Time and randomness, which the core never asks for itself."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time in UTC, with a time zone; never goes backwards."""
        ...


class Mint(Protocol):
    """Where randomness comes from."""

    def new(self, prefix: str) -> str:
        """An id nobody has had before: `prefix_` and at most 24 letters and digits."""
        ...

    def draw(self, below: int) -> int: ...

    def salt(self) -> str:
        """64 hex digits."""
        ...
