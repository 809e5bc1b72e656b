"""Not faster than the platforms take it: per target, so that one slow chat delays no other."""

from datetime import datetime, timedelta

from bridge.domain.delivery import Delivery
from bridge.domain.ids import Room
from bridge.ports import Surroundings


class Pacing:
    """Remembers when each target was last used; forgotten with the process, which is safe."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._free: dict[str, datetime] = {}

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
        if len(self._free) > 10_000:
            self._free = {key: free for key, free in self._free.items() if free > now}
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
