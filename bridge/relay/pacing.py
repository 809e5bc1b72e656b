"""Not faster than the platforms take it: per target, so that one slow chat delays no other."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bridge.domain.delivery import Delivery
from bridge.domain.ids import Room
from bridge.ports import Surroundings

FORGOTTEN: Final = timedelta(minutes=1)
"""Longer than anybody waits for a turn while others have theirs."""


class Pacing:
    """Remembers when each target was last used; forgotten with the process, which is safe."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._free: dict[str, datetime] = {}
        self._served: dict[str, datetime] = {}
        """By lane: when it had its last turn."""

    def in_turn(self, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        """
        Whoever has waited longest for a turn first, so that one youth's flood holds up no other.

        Of one lane there is never more than one that can go: its own order is the vault's.
        """
        never = datetime.min.replace(tzinfo=UTC)
        return sorted(claimed, key=lambda each: self._served.get(each.lane, never))

    def wait(
        self, delivery: Delivery, *, room: Room | None, channel: str | None
    ) -> datetime | None:
        """
        When this may go, if not now; otherwise its turn is taken.

        `room`: where it makes a new message (bringing a card up to date makes none).
        """
        now = self._around.clock.now()
        pauses = self._pauses(delivery, room=room, channel=channel)
        latest = max((self._free.get(key, now) for key in pauses), default=now)
        if latest > now:
            return latest
        for key, pause in pauses.items():
            self._free[key] = now + pause
        if pauses:
            self._served[delivery.lane] = now
        if len(self._free) > 10_000:
            self._free = {key: free for key, free in self._free.items() if free > now}
        if len(self._served) > 10_000:
            self._served = {lane: at for lane, at in self._served.items() if now - at < FORGOTTEN}
        return None

    def _pauses(
        self, delivery: Delivery, *, room: Room | None, channel: str | None
    ) -> dict[str, timedelta]:
        if channel is not None:
            limits = self._around.channels[channel].capabilities
            return {
                f"{channel}": timedelta(seconds=1) / limits.per_second,
                f"{channel}/{delivery.thread}": limits.per_chat,
            }
        if room is not None:
            return {f"room/{room}": self._around.practice.per_room}
        return {}
