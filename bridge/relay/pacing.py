"""
Not faster than the platforms take it: per target, so that one slow chat delays no other.

A platform counts what reaches it, which is between when a call leaves and when it is answered, so
a turn counts from then, and not from when it was given. Who must wait is told when it will be
their turn, and not when the next one is: otherwise everybody would come for that one, and all but
one be sent away again.
"""

from bisect import insort
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bridge.domain.delivery import Delivery
from bridge.domain.ids import DeliveryId, Room
from bridge.ports import Surroundings

FORGOTTEN: Final = timedelta(minutes=1)
"""Longer than anybody waits for a turn while others have theirs."""

LEEWAY: Final = timedelta(milliseconds=40)
"""
By which one call may be longer on its way than the next, which must not seem too soon.

Most of the time that a platform takes to answer comes after it has counted.
"""

MANY: Final = 10_000

Limit = tuple[int, timedelta]
"""So many in any time of such a length."""


@dataclass(slots=True)
class Target:
    """The latest turns, as many as the limit counts, the oldest first."""

    pause: timedelta
    turns: deque[datetime] = field(default_factory=deque)

    @classmethod
    def limited(cls, limit: Limit) -> "Target":
        return cls(limit[1], deque(maxlen=limit[0]))

    def free(self, now: datetime, *, behind: int = 0) -> datetime:
        """When somebody may go, after so many others who wait."""
        count = self.turns.maxlen or 1
        if len(self.turns) < count:
            return now
        rounds, place = divmod(behind, count)
        return max(now, self.turns[place] + self.pause * (rounds + 1))

    def counts(self, now: datetime) -> bool:
        """Whether anything that it remembers can hold somebody up."""
        return bool(self.turns) and now < self.turns[-1] + self.pause

    def move(self, turn: datetime, to: datetime) -> None:
        """Where so many have gone meanwhile that it counts no longer, nothing."""
        if turn in self.turns:
            self.turns.remove(turn)
            insort(self.turns, to)


class Pacing:
    """Remembers when each target was last used; forgotten with the process, which is safe."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._targets: dict[str, Target] = {}
        self._waiting = Counter[str]()
        """By target: how many of those that were claimed together have been told to wait."""
        self._going: dict[DeliveryId, tuple[datetime, Sequence[Target]]] = {}
        """When each of those had its turn, until it is answered."""
        self._served: dict[str, datetime] = {}
        """By lane: when it had its last turn."""

    def in_turn(self, claimed: Sequence[Delivery]) -> Sequence[Delivery]:
        """
        Whoever has waited longest for a turn first, so that one youth's flood holds up no other.

        Of one lane there is never more than one that can go: its own order is the vault's.
        """
        self._waiting.clear()
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
        limits = self._limits(delivery, room=room, channel=channel)
        targets = {
            key: self._targets.setdefault(key, Target.limited(limit))
            for key, limit in limits.items()
        }
        at, slowest = max(
            ((each.free(now), key) for key, each in targets.items()), default=(now, "")
        )
        if at > now:
            at = targets[slowest].free(now, behind=self._waiting[slowest])
            self._waiting[slowest] += 1
            return at
        for each in targets.values():
            each.turns.append(now)
        if targets:
            self._going[delivery.id] = now, tuple(targets.values())
            self._served[delivery.lane] = now
        self._forget(now)
        return None

    def leaves(self, delivery: Delivery) -> None:
        """Its call is made now."""
        self._moves(delivery, self._around.clock.now())

    def is_answered(self, delivery: Delivery) -> None:
        """Whatever the answer, the platform has counted it by now."""
        if delivery.id in self._going:
            left, _ = self._going[delivery.id]
            self._moves(delivery, min(self._around.clock.now(), left + LEEWAY))
            del self._going[delivery.id]

    def _moves(self, delivery: Delivery, to: datetime) -> None:
        if delivery.id in self._going:
            turn, targets = self._going[delivery.id]
            self._going[delivery.id] = to, targets
            for each in targets:
                each.move(turn, to)

    def _forget(self, now: datetime) -> None:
        if len(self._targets) > MANY:
            self._targets = {key: each for key, each in self._targets.items() if each.counts(now)}
        if len(self._served) > MANY:
            self._served = {lane: at for lane, at in self._served.items() if now - at < FORGOTTEN}

    def _limits(
        self, delivery: Delivery, *, room: Room | None, channel: str | None
    ) -> Mapping[str, Limit]:
        """By target; what has no limit is none."""
        found: dict[str, Limit] = {}
        if channel is not None:
            can = self._around.channels[channel].capabilities
            found[f"{channel}"] = can.per_second, timedelta(seconds=1)
            found[f"{channel}/{delivery.thread}"] = 1, can.per_chat
        elif room is not None:
            found[f"room/{room}"] = 1, self._around.practice.per_room
        return {key: limit for key, limit in found.items() if limit[1]}
