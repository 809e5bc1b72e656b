"""How the bridge is, as a person and a monitoring system may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the bridge is, in counts and ages; nothing in it points to a youth."""

    at: datetime
    ready: bool
    """Whether it can take things in: the database answers, the keys are there."""
    last_event: Mapping[str, timedelta | None]
    """Per channel, how long ago something last came; None: nothing yet."""
    waiting: int
    """Accepted, and not yet worked on."""
    oldest_unsent: timedelta | None
    untransferred: int
    """Sealed, and not yet in the case record."""
    stuck: int
    """What only a person can settle."""
    record_reachable: bool
    record_since: datetime | None
    """Since when the case store has been so; None: not tried yet."""
    alarms: tuple[str, ...] = ()
    """Codes of what a person should see to now, such as `telegram-silent`."""

    @property
    def well(self) -> bool:
        return self.ready and not self.alarms


def described(health: Health) -> Mapping[str, object]:
    """The numbers as an object for JSON."""
    return {
        "status": "ok" if health.well else "attention",
        "at": health.at.isoformat(),
        "ready": health.ready,
        "alarms": list(health.alarms),
        "channels": {
            name: {"last_event_age_seconds": _seconds(age)}
            for name, age in health.last_event.items()
        },
        "inbox_waiting": health.waiting,
        "oldest_unsent_seconds": _seconds(health.oldest_unsent),
        "untransferred": health.untransferred,
        "stuck": health.stuck,
        "case_store": {
            "reachable": health.record_reachable,
            "since": health.record_since and health.record_since.isoformat(),
        },
    }


def exposition(health: Health) -> str:
    """The same numbers in the Prometheus text format, version 0.0.4."""
    since = health.record_since
    gauges: dict[str, Mapping[str, float | None]] = {
        "ready": {"": health.ready},
        "alarms": {"": len(health.alarms)},
        "last_event_age_seconds": {
            f'{{channel="{name}"}}': _seconds(age) for name, age in health.last_event.items()
        },
        "inbox_waiting": {"": health.waiting},
        "oldest_unsent_seconds": {"": _seconds(health.oldest_unsent) or 0},
        "untransferred": {"": health.untransferred},
        "stuck": {"": health.stuck},
        "case_store_reachable": {"": health.record_reachable},
        "case_store_since_seconds": {"": since.timestamp() if since else None},
    }
    lines: list[str] = []
    for name, values in gauges.items():
        lines.append(f"# TYPE utebru_{name} gauge")
        lines += [
            f"utebru_{name}{labels} {float(value):.15g}"
            for labels, value in values.items()
            if value is not None
        ]
    return "\n".join(lines) + "\n"


def _seconds(age: timedelta | None) -> int | None:
    return None if age is None else int(age.total_seconds())
