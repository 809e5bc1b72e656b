"""
Every number of the bridge, in the Prometheus text format.

What waits is read from the database, and is the same whichever process tells it. What is
counted is counted in this process, from its start. Labels are names of steps, platforms,
places and codes; never an id.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from bridge.domain.delivery import Move
from bridge.health import Health, seconds

TYPE: Final = "text/plain; version=0.0.4"
ACCEPTED: Final = Move.ACCEPTED.value
BUCKETS: Final = (0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200)
"""Seconds; around the ten of Angre, a patient caseworker and a long outage."""


Values = Mapping[tuple[str, ...], float | None]


class Meter:
    """What is counted while the program runs."""

    def __init__(self) -> None:
        self._accepted: Counter[tuple[str, ...]] = Counter()
        self._carried: Counter[tuple[str, ...]] = Counter()
        self._refused: Counter[tuple[str, ...]] = Counter()
        self._took: dict[str, _Spread] = {}

    def accepted(self, source: str, *, fresh: bool) -> None:
        """`fresh`: it came for the first time."""
        self._accepted[source, "new" if fresh else "again"] += 1

    def carried(self, end: str, outcome: str, took: timedelta) -> None:
        """`took`: since it was asked for; how long is told of what was accepted."""
        self._carried[end, outcome] += 1
        if outcome == ACCEPTED:
            self._took.setdefault(end, _Spread()).add(took.total_seconds())

    def refused(self, status: int) -> None:
        """A call from outside that was answered so."""
        self._refused[str(status),] += 1

    def exposition(self, health: Health) -> bytes:
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Read([*_standing(health), *_waiting(health), *self._counted()]))
        return generate_latest(registry)

    def _counted(self) -> Iterator[Metric]:
        yield _counter(
            "accepted", "Taken in from each source.", ("source", "times"), self._accepted
        )
        yield _counter("carried", "Tries to carry something.", ("to", "outcome"), self._carried)
        yield _counter("refused", "Calls refused, by status.", ("status",), self._refused)
        spread = HistogramMetricFamily(
            "utebru_carried_seconds",
            "From when it was asked for until it was there.",
            labels=("to",),
        )
        for end, took in sorted(self._took.items()):
            spread.add_metric((end,), took.buckets(), took.total)
        yield spread


class _Spread:
    """How long things took, in so many classes."""

    def __init__(self) -> None:
        self._each, self.total = [0] * (len(BUCKETS) + 1), 0.0

    def add(self, took: float) -> None:
        self._each[bisect_left(BUCKETS, took)] += 1
        self.total += took

    def buckets(self) -> list[tuple[str, float]]:
        bounds = [*(f"{float(bound)}" for bound in BUCKETS), "+Inf"]
        return list(zip(bounds, accumulate(self._each), strict=True))


class _Read(Collector):
    """What has been read already; a collector of the library's cannot wait for a database."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    @override
    def collect(self) -> Iterable[Metric]:
        return self._families


def _standing(health: Health) -> Iterator[Metric]:
    since = health.record_since
    alone: Mapping[str, tuple[str, float | None]] = {
        "ready": ("Whether it can take things in.", health.ready),
        "alarms": ("What a person should see to now.", len(health.alarms)),
        "case_store_reachable": ("Whether the case store answers.", health.record_reachable),
        "case_store_since_seconds": (
            "Since when it has been so.",
            since.timestamp() if since else None,
        ),
    }
    for name, (about, value) in alone.items():
        yield _gauge(name, about, (), {(): value})
    ages: Values = {(name,): seconds(age) for name, age in health.last_event.items()}
    yield _gauge("last_event_age_seconds", "Since something last came.", ("channel",), ages)


def _waiting(health: Health) -> Iterator[Metric]:
    counts: Values = {(each.step.value, each.of): each.count for each in health.backlog}
    ages: Values = {
        (each.step.value, each.of): seconds(health.age(each)) or 0 for each in health.backlog
    }
    labels = ("step", "of")
    yield _gauge("waiting", "How many are at each step.", labels, counts)
    yield _gauge("waiting_oldest_seconds", "How long the oldest has been.", labels, ages)


def _gauge(
    name: str,
    about: str,
    labels: tuple[str, ...],
    values: Values,
) -> Metric:
    """What is not known is not told."""
    family = GaugeMetricFamily(f"utebru_{name}", about, labels=labels)
    for of, value in sorted(values.items()):
        if value is not None:
            family.add_metric(of, value)
    return family


def _counter(
    name: str, about: str, labels: tuple[str, ...], counts: Counter[tuple[str, ...]]
) -> Metric:
    family = CounterMetricFamily(f"utebru_{name}", about, labels=labels)
    for of, count in sorted(counts.items()):
        family.add_metric(of, count)
    return family
