"""The chains from the command line: checking them, and anchors for paper."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from casestore.audit.checking import Standing, check_chains, grouped
from casestore.edge import Reading
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import Clock, in_oslo, utc_now


async def verify_audit(settings: Settings, *, clock: Clock = utc_now) -> tuple[bool, str]:
    """Check both chains; say whether they hold, and how it went, in bokmål."""
    async with _reading(settings, clock) as reading:
        found = await check_chains(reading)
    return all(each.wrong is None for each in found), "\n".join(_standing(each) for each in found)


async def anchor(settings: Settings, *, clock: Clock = utc_now) -> tuple[bool, str]:
    """Give today's anchors of both chains for paper; of a broken chain none, and that is said."""
    async with _reading(settings, clock) as reading:
        found = await check_chains(reading)
        whole = all(each.wrong is None for each in found)
        lines = [f"Anker {in_oslo(reading.now)}"]
    for each in found:
        head = each.verdict
        holds = f"  nr. {head.count}\n  {grouped(head.head)}"
        lines.append(f"{each.title}\n{holds}" if each.wrong is None else _standing(each))
    return whole, "\n".join(lines)


def _standing(each: Standing) -> str:
    if each.wrong is not None:
        return f"{each.title}: BRUTT. {each.wrong}"
    return (
        f"{each.title}: hel. {each.verdict.count} hendelser og {len(each.anchors)} ankere "
        f"kontrollert. Siste avtrykk {each.verdict.head}"
    )


@asynccontextmanager
async def _reading(settings: Settings, clock: Clock) -> AsyncIterator[Reading]:
    async with opened_store(settings, clock) as store, store.database.reading() as session:
        yield Reading(session=session, store=store, now=clock())
