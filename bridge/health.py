"""How the bridge is, as a person and a monitoring system may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.backlog import Backlog, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the bridge is, in counts and ages; nothing in it points to a youth."""

    at: datetime
    ready: bool
    """Whether it can take things in: the database answers, the keys are there."""
    last_event: Mapping[str, timedelta | None]
    """Per channel, how long ago something last came; None: nothing yet."""
    backlog: Sequence[Backlog]
    """How many are at each step of the way, and since when."""
    record_reachable: bool
    record_since: datetime | None
    """Since when the case store has been so; None: not tried yet."""
    alarms: tuple[str, ...] = ()
    """Codes of what a person should see to now, such as `telegram-silent`."""

    @property
    def well(self) -> bool:
        return self.ready and not self.alarms

    @property
    def waiting(self) -> int:
        """Accepted, and not yet worked on."""
        return self._count(Step.TAKEN_IN)

    @property
    def untransferred(self) -> int:
        """Sealed, and not yet forgotten here."""
        return self._count(Step.SEALED, Step.TRANSFERRED)

    @property
    def stuck(self) -> int:
        """What only a person can settle."""
        return self._count(Step.SET_ASIDE)

    @property
    def oldest_unsent(self) -> timedelta | None:
        """None: nothing is due."""
        unsent = (Step.QUEUED, Step.STUCK, Step.SENDING, Step.LAPSED)
        ages = [self.age(each) for each in self.backlog if each.step in unsent]
        return max((age for age in ages if age), default=None)

    def age(self, of: Backlog) -> timedelta | None:
        """How long its oldest has waited; what is not due yet has not waited."""
        return None if of.since is None else max(self.at - of.since, timedelta())

    def _count(self, *steps: Step) -> int:
        return sum(each.count for each in self.backlog if each.step in steps)


def described(health: Health) -> Mapping[str, object]:
    """The numbers as an object for JSON."""
    return {
        "status": "ok" if health.well else "attention",
        "at": health.at.isoformat(),
        "ready": health.ready,
        "alarms": list(health.alarms),
        "channels": {
            name: {"last_event_age_seconds": seconds(age)}
            for name, age in health.last_event.items()
        },
        "inbox_waiting": health.waiting,
        "oldest_unsent_seconds": seconds(health.oldest_unsent),
        "untransferred": health.untransferred,
        "stuck": health.stuck,
        "case_store": {
            "reachable": health.record_reachable,
            "since": health.record_since and health.record_since.isoformat(),
        },
    }


def seconds(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())
