"""The wall clock and real dice: what `Clock` and `Mint` are outside tests."""

import secrets
from datetime import UTC, datetime


class WallClock:
    """Never goes backwards, also when the machine's clock is set back."""

    def __init__(self) -> None:
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        self._latest = max(self._latest, datetime.now(UTC))
        return self._latest


class Dice:
    def new(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(10)}"

    def draw(self, below: int) -> int:
        return secrets.randbelow(below)

    def salt(self) -> str:
        return secrets.token_hex(32)
