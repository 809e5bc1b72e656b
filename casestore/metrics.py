"""
What waits in the case store, and since when, in the Prometheus text format.

Counts and times, and the names of steps: nothing that points to anybody. Asked of indexes that
hold what waits, so that it costs the same however much is kept here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Metric, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute
from starlette.responses import Response
from typing_extensions import override

from casestore.audit.tables import AuditHead
from casestore.chainrows import HeadRow
from casestore.deletions.tables import Deletion
from casestore.edge import Reading, ReadingNow
from casestore.joins.tables import JoinOrder
from casestore.registrations import rules as registrations
from casestore.registrations.tables import Registration
from casestore.routing import Late
from casestore.stuck.tables import Stuck
from casestore.transfers.rules import Status
from casestore.transfers.tables import ChainHead, Transfer

router = APIRouter(route_class=Late)

TYPE: Final = "text/plain; version=0.0.4"
STEP: Final = ("step",)
CHAINS: Final[dict[str, type[HeadRow]]] = {"transfers": ChainHead, "audit": AuditHead}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What is at one step: which rows, and when each came there."""

    step: str
    since: InstrumentedAttribute[datetime]
    which: ColumnElement[bool]


UNDER_WAY: Final = (
    Status.UNDER_WAY,
    Status.STORED,
    Status.READ_BACK,
    Status.FORGOTTEN,
    Status.MISMATCH,
)
FROM_HANDS: Final = (
    registrations.Status.WAITING,
    registrations.Status.ASKED,
    registrations.Status.REFUSED,
)

STEPS: Final[Sequence[Waits]] = (
    *(
        Waits(step=f"transfer_{each}", since=Transfer.first_at, which=Transfer.status == each)
        for each in UNDER_WAY
    ),
    *(
        Waits(
            step=f"registration_{each}",
            since=Registration.due_at,
            which=Registration.status == each,
        )
        for each in FROM_HANDS
    ),
    Waits(step="deletion", since=Deletion.at, which=Deletion.confirmed_at.is_(None)),
    Waits(step="join", since=JoinOrder.at, which=JoinOrder.confirmed_at.is_(None)),
    Waits(step="stuck", since=Stuck.since, which=Stuck.resolved_at.is_(None)),
)
"""A deletion and a join wait for the bridge; what is stuck waits there, as it has told."""


@router.get("/metrics")
async def metrics(reading: ReadingNow) -> Response:
    """Tell."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Read(families_of(await _waiting(reading), await _chains(reading))))
    return Response(
        generate_latest(registry), media_type=TYPE, headers={"Cache-Control": "no-store"}
    )


Found = Mapping[str, tuple[int, float]]


async def _waiting(reading: Reading) -> Found:
    """How many are at each step, and for how many seconds the oldest has been."""
    found: dict[str, tuple[int, float]] = {}
    for waits in STEPS:
        wanted = select(func.count(), func.min(waits.since)).where(waits.which)
        count, since = (await reading.session.execute(wanted)).one()
        age = max(0.0, (reading.now - since).total_seconds()) if count else 0.0
        found[waits.step] = count, age
    return found


async def _chains(reading: Reading) -> Mapping[str, int]:
    """How far each log has come: one that stands still while people work is not written."""
    return {
        name: await reading.session.scalar(select(head.n).where(head.id == 1)) or 0
        for name, head in CHAINS.items()
    }


def families_of(waiting: Found, chains: Mapping[str, int]) -> Sequence[Metric]:
    """What has been read, as it is told."""
    count = GaugeMetricFamily("utebru_record_waiting", "How many are at each step.", labels=STEP)
    oldest = GaugeMetricFamily(
        "utebru_record_waiting_oldest_seconds", "How long the oldest has been.", labels=STEP
    )
    links = GaugeMetricFamily("utebru_record_chain_links", "Links in each log.", labels=("chain",))
    for step, (many, age) in waiting.items():
        count.add_metric((step,), many)
        oldest.add_metric((step,), age)
    for name, n in chains.items():
        links.add_metric((name,), n)
    return count, oldest, links


class _Read(Collector):
    """What has been read already; a collector of the library's cannot wait for a database."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    @override
    def collect(self) -> Iterable[Metric]:
        return self._families
