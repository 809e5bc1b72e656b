"""
A vault after years: so many open conversations, and so many that were forgotten long ago.

Rows go in directly, as the product would have left them. What is read while others write (where
a youth can be reached, where the room thread stands) is encrypted for each of them under a key of
its own; what nobody reads before the talk ends is one row's ciphertext, the same in all.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert, text

from bridge.domain.consent import Standing
from bridge.domain.copies import Place, Verdict, Whose
from bridge.domain.delivery import State, What
from bridge.domain.lifecycle import Filing, Stage
from bridge.domain.messages import By, Kind
from bridge.domain.threads import Chat
from bridge.vault.inbox import DONE
from bridge.vault.several import insert_all
from bridge.vault.sql import SqlVault
from bridge.vault.tables import (
    attachments,
    conversations,
    copies,
    data_keys,
    deliveries,
    entries,
    inbox,
    threads,
)
from bridge.vault.work import Work

ROOM: Final = "C0LONGAGO"
AT_ONCE: Final = 2_000
"""Conversations in one transaction."""
EACH: Final = 4
"""Forgotten conversations of one youth; of the open ones one of so many has a file."""
TEMPLATE: Final = bytes(90)
"""As long as a message is when it is encrypted; nobody opens it."""
CHANNEL: Final = "telegram"

Row = tuple[Table, Mapping[str, Any]]


async def fill(vault: SqlVault, *, still_open: int, forgotten: int, now: datetime) -> None:
    """Put them in, a part at a time, and let PostgreSQL count what it has, as it does by itself."""
    for first in range(0, still_open, AT_ONCE):
        async with vault.work() as work:
            some = range(first, min(first + AT_ONCE, still_open))
            period = await work.keys.current()
            await _put(work, (row for n in some for row in _open(work, n, period, now)))
    for first in range(0, forgotten, AT_ONCE):
        async with vault.work() as work:
            some = range(first, min(first + AT_ONCE, forgotten))
            await _put(work, (row for n in some for row in _forgotten(n, now)))
    async with vault.work() as work:
        if work.connection.dialect.name == "postgresql":
            await work.run(text("ANALYZE"))


async def _put(work: Work, rows: Iterator[Row]) -> None:
    """Rows of one table together, the tables in the order they were first named."""
    by_table: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)
    for table, row in rows:
        by_table[table].append({"team": work.team, **row})
    for table, some in by_table.items():
        if table is conversations:  # a list of lists would be one list to PostgreSQL
            await work.connection.execute(insert(table), some)
        else:
            await insert_all(work.connection, table, some)


def _open(work: Work, n: int, period: str, now: datetime) -> Iterator[Row]:
    """A youth who has written and been answered; nobody waits for anything."""
    thread, talk, at = f"t_open{n:07}", f"con_open{n:07}", now - timedelta(minutes=5)
    key = work.keys.draw(thread)
    address, root = f"filled-{n}", f"{ROOM}/1700000000.{n:07}"
    for owner in (thread, talk):
        [wrapped] = work.ring.wrap(period, [key.key])
        yield data_keys, {"owner": owner, "period": period, "wrapped": wrapped}
    yield (
        threads,
        _thread(thread, f"Filled {n}", at)
        | {
            "address_mark": work.mark("address", CHANNEL, address),
            "address": key.write(address, number=0, column="address"),
        },
    )
    yield (
        conversations,
        _talk(talk, thread, n, at)
        | {
            "stage": Stage.OPEN.value,
            "room": ROOM,
            "root_mark": work.mark("root", root),
            "root": key.write(root, number=talk, column="root"),
            "chat": Chat.UNASKED.value,
        },
    )
    for seq, by in ((1, By.YOUTH), (2, By.CASEWORKER)):
        yield (
            entries,
            {"conversation": talk, "seq": seq, "by": by.value, "kind": Kind.SAID.value, "at": at,
             "author": None, "of": None, "phrase": None, "text": TEMPLATE},
        )  # fmt: skip
    if n % EACH == 0:
        yield (
            attachments,
            {"id": f"{talk}/file", "conversation": talk, "seq": 1, "about": TEMPLATE,
             "body": TEMPLATE},
        )  # fmt: skip
    for place, seq in ((CHANNEL, 1), (Place.WORKSPACE.value, 1), (CHANNEL, 2)):
        yield copies, _copy(thread, talk, seq, place, Verdict.PENDING)
    yield copies, _copy(thread, talk, 2, Place.WORKSPACE.value, Verdict.PENDING)
    for what, lane in (
        (What.CARD, f"room:{talk}"),
        (What.WORDS, f"room:{talk}"),
        (What.REPLY_CARD, f"room:{talk}"),
        (What.REPLY, f"youth:{thread}"),
    ):
        yield deliveries, _delivery(thread, talk, what, lane, at)
    yield inbox, _arrived(work, f"{n}", at)


def _forgotten(n: int, now: datetime) -> Iterator[Row]:
    """What is left of it: ids, counts and times."""
    thread, talk, at = f"t_gone{n // EACH:07}", f"con_gone{n:07}", now - timedelta(days=200)
    if n % EACH == 0:
        yield threads, _thread(thread, f"Gone {n}", at) | {"address_mark": None, "address": None}
    yield (
        conversations,
        _talk(talk, thread, n, at)
        | {
            "stage": Stage.FORGOTTEN.value,
            "filing": Filing.JOURNAL.value,
            "digest": "0" * 64,
            "room": ROOM,
            "root_mark": None,
            "root": None,
            "chat": Chat.SETTLED.value,
        },
    )
    for place in (CHANNEL, Place.WORKSPACE.value, Place.BRIDGE.value):
        yield copies, _copy(thread, talk, 1, place, Verdict.GONE)


def _thread(thread: str, alias: str, at: datetime) -> dict[str, Any]:
    return {"id": thread, "channel": CHANNEL, "alias": alias, "language": "nb",
            "standing": Standing.REFUSED.value, "left": False, "last_youth_at": at,
            "made_at": at}  # fmt: skip


def _talk(talk: str, thread: str, n: int, at: datetime) -> dict[str, Any]:
    return {"id": talk, "number": n % EACH + 1, "thread": thread, "last_seq": 2, "opened_at": at,
            "last_youth": 1, "handled": 2, "last_at": at, "warned": []}  # fmt: skip


def _copy(thread: str, talk: str, seq: int, place: str, verdict: Verdict) -> dict[str, Any]:
    return {"id": f"{talk}/{place}/{seq}", "thread": thread, "conversation": talk, "seq": seq,
            "place": place, "whose": Whose.BOT.value, "keep": False, "verdict": verdict.value,
            "attempts": 0, "looks": 0}  # fmt: skip


def _delivery(thread: str, talk: str, what: What, lane: str, at: datetime) -> dict[str, Any]:
    return {"id": f"{talk}/{what}", "lane": lane, "what": what.value, "thread": thread,
            "conversation": talk, "seq": 1, "state": State.SENT.value, "made_at": at,
            "attempts": 1, "looks": 0}  # fmt: skip


def _arrived(work: Work, event: str, at: datetime) -> dict[str, Any]:
    return {"id": f"in_filled{event}", "source": CHANNEL, "arrived_at": at, "state": DONE,
            "event_mark": work.mark("event", CHANNEL, f"filled {event}"),
            "done_at": at}  # fmt: skip
