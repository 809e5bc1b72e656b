"""What is counted while the bridge runs, as Prometheus reads it."""

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import Metric

from bridge.domain.backlog import Backlog, Step
from bridge.health import Health
from bridge.metering import BUCKETS, Meter
from tests.support.metrics import families, ours

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
HEALTH = Health(
    at=NOW, ready=True, last_event={"telegram": None}, backlog=[], record_reachable=True,
    record_since=None,
)  # fmt: skip


def told(meter: Meter, health: Health = HEALTH) -> dict[str, float]:
    return ours(meter.exposition(health).decode())


def test_what_is_told_again_is_not_counted_as_new() -> None:
    """A platform that says everything twice is a bridge that answers too late."""
    meter = Meter()
    for fresh in (True, True, False):
        meter.accepted("telegram", fresh=fresh)

    assert told(meter)["utebru_accepted_total telegram new"] == 2
    assert told(meter)["utebru_accepted_total telegram again"] == 1


def test_how_it_went_is_counted_and_how_long_what_came_there_took() -> None:
    """A 429 is no delay: what took long is what came there late."""
    meter = Meter()
    meter.carried("slack", "busy", timedelta(hours=9))
    for took in (0.05, 0.5, 7, 90_000):
        meter.carried("slack", "accepted", timedelta(seconds=took))

    found = told(meter)
    assert found["utebru_carried_total slack busy"] == 1
    assert found["utebru_carried_total slack accepted"] == 4
    assert found["utebru_carried_seconds_count slack"] == 4
    assert found["utebru_carried_seconds_sum slack"] == pytest.approx(90_007.55)
    classes = [f"{float(bound)}" for bound in BUCKETS] + ["+Inf"]
    assert [found[f"utebru_carried_seconds_bucket slack {le}"] for le in classes] == [
        1, 2, 2, 2, 3, 3, 3, 3, 3, 4,
    ]  # fmt: skip


def test_an_age_is_told_only_of_what_has_one() -> None:
    """What is not due yet has waited for no time; what was never heard has no age."""
    later = Backlog(step=Step.QUEUED, of="telegram", count=1, since=NOW + timedelta(hours=9))
    unknown = Backlog(step=Step.BY_HAND, of="snapchat", count=2, since=None)

    found = told(Meter(), Health(
        at=NOW, ready=False, last_event={"telegram": None}, backlog=[later, unknown],
        record_reachable=False, record_since=None, alarms=("stuck",),
    ))  # fmt: skip

    assert found == {
        "utebru_ready": 0,
        "utebru_alarms": 1,
        "utebru_case_store_reachable": 0,
        "utebru_waiting queued telegram": 1,
        "utebru_waiting by_hand snapchat": 2,
        "utebru_waiting_oldest_seconds queued telegram": 0,
        "utebru_waiting_oldest_seconds by_hand snapchat": 0,
    }


def test_the_process_tells_what_it_uses() -> None:
    """Memory and open files that only grow are found before they are all used."""
    names = {family.name for family in families(Meter().exposition(HEALTH).decode())}

    assert {"process_resident_memory_bytes", "process_open_fds"} <= names


def test_everything_says_what_it_is() -> None:
    """Whoever sees a name for the first time is on call."""
    meter = Meter()
    meter.refused(401)
    found: list[Metric] = list(families(meter.exposition(HEALTH).decode()))

    assert found
    for family in found:
        assert family.documentation
        assert family.type in {"gauge", "counter", "histogram"}
