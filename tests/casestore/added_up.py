"""What the sums of the contact register must be, added up by hand from the contacts themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from casestore.contacts.sums import alike
from casestore.contacts.tables import Contact, ContactSum
from casestore.edge import Reading, Writing
from casestore.times import day_of

COLUMNS = ("team", "hour", "kind", "channel", "topics", "minutes")


def sums_of(contacts: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows, one for each day and each sort."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for each in contacts:
        sort = (each["kind"], each["channel"], each["topics"])
        held = found[(each["team"], day_of(each["hour"]), *sort)]
        held[0] += 1
        held[1] += each["minutes"]
    for (team, day, kind, channel, topics), (count, minutes) in found.items():
        yield {
            "team": team, "day": day, "alike": alike(kind, channel, topics), "kind": kind,
            "channel": channel, "topics": topics, "count": count, "minutes": minutes,
        }  # fmt: skip


async def kept(asking: Reading | Writing) -> list[dict[str, Any]]:
    """The sums as they are kept, in an order of their own."""
    rows = await asking.session.execute(select(*ContactSum.__table__.columns))
    return in_order(dict(row) for row in rows.mappings())


async def by_hand(asking: Reading | Writing) -> list[dict[str, Any]]:
    """The sums as they must be."""
    wanted = select(*(getattr(Contact, name) for name in COLUMNS))
    rows = await asking.session.execute(wanted)
    return in_order(sums_of([dict(row) for row in rows.mappings()]))


async def add_up_anew(writing: Writing) -> None:
    """Make the sums of contacts that were put in past the programme."""
    await writing.session.execute(delete(ContactSum))
    if rows := await by_hand(writing):
        await writing.session.execute(insert(ContactSum), rows)


def in_order(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, so that they can be compared."""
    said = sorted(rows, key=lambda row: (row["team"], row["day"], row["alike"]))
    return [dict(sorted(row.items())) for row in said]
