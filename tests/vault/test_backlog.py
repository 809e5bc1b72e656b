"""How many are at each step: seen there, and nowhere else, at a cost that does not grow."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, Text, cast, insert, literal, null, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from typing_extensions import override

from bridge.domain.copies import Place, Verdict
from bridge.domain.delivery import Move, State, What
from bridge.domain.ids import DeliveryId, Ref
from bridge.domain.lifecycle import ClosedForJournal, Erased, ReadBack
from bridge.keyring import FileKeyRing
from bridge.vault.columns import Moment
from bridge.vault.sql import SqlTransaction, SqlVault
from bridge.vault.tables import conversations, copies, deliveries, inbox, threads
from tests.support.cost import is_cheap, questions
from tests.vault.rig import NOON, TALK, TEAM, Home, begun, copy_of, errand

LEASE = timedelta(minutes=2)
PLACES = ("telegram", "slack", "slack_file", "bridge")
REPLY = DeliveryId("dlv_1")

Told = Mapping[tuple[str, str], int]


async def told(vault: SqlVault, home: Home) -> Told:
    found = await vault.backlog(home.clock.now(), places=PLACES)
    return {(each.step.value, each.of): each.count for each in found if each.count}


async def test_what_comes_in_is_seen_until_it_is_worked_on_or_dropped(home: Home) -> None:
    """An operator sees a bridge that takes in and does nothing, before a youth does."""
    async with home.open() as vault:
        await vault.accept("telegram", "1", b"raw")
        await vault.accept("slack", "2", b"raw")
        assert await told(vault, home) == {("taken_in", "telegram"): 1, ("taken_in", "slack"): 1}

        async with vault.begin() as tx:
            (first,) = await tx.inbox.next(NOON)
            await tx.inbox.set_aside(first.id, "unreadable")
        assert await told(vault, home) == {("set_aside", "telegram"): 1, ("taken_in", "slack"): 1}

        async with vault.begin() as tx:
            await tx.inbox.drop(first.id)
            (second,) = await tx.inbox.next(NOON)
            await tx.inbox.done(second.id)
        assert await told(vault, home) == {}


async def test_a_reply_is_seen_at_each_step_it_can_stop_at(home: Home) -> None:
    """«Hvor ble det av svaret mitt?» has an answer without anybody reading the database."""

    async def at(*steps: str) -> None:
        assert await told(vault, home) == {(step, "telegram"): 1 for step in steps}

    async def move(move: Move) -> None:
        async with vault.begin() as tx:
            await tx.outbox.move(REPLY, move)

    async def take() -> None:
        async with vault.begin() as tx:
            (taken,) = await tx.outbox.claim(home.clock.now(), lease=LEASE, limit=9)
            assert taken.id == REPLY

    async with home.open() as vault:
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add(replace(errand(REPLY, seq=1), state=State.HELD))
        await at("held")
        await move(Move.CARD_UP)
        await at("queued")
        await take()
        await at("sending")
        home.clock.move(LEASE)
        await at("lapsed")
        async with vault.begin() as tx:
            await tx.outbox.lost(home.clock.now())
        await at("uncertain")
        await move(Move.AGAIN)
        await move(Move.DELAYED)
        await at("asked")
        await move(Move.AGAIN)
        for _ in range(4):
            await at("queued")
            await take()
            await move(Move.BUSY)
        await at("stuck")
        await take()
        await move(Move.HANDED)
        await at("handed")
        await move(Move.CARRIED)
        await at()


@pytest.mark.parametrize(
    ("what", "of"),
    [
        (What.REPLY, "telegram"),
        (What.SERVICE, "telegram"),
        (What.WORDS, "slack"),
        (What.ALARM, "slack"),
        (What.RECORD, "casestore"),
        (What.FETCH, "files"),
        (What.INVITE, "invites"),
    ],
)
async def test_what_waits_is_told_by_where_it_is_to_go(home: Home, what: What, of: str) -> None:
    """Slack that is down must not look like Telegram that is."""
    async with home.open() as vault:
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add(errand("dlv_1", lane="a", what=what))
            await tx.outbox.add(errand("dlv_2", lane="b", what=what))
        assert await told(vault, home) == {("queued", of): 2}


async def test_an_end_is_seen_until_nothing_is_left_and_the_key_is_gone(home: Home) -> None:
    """Words that should be gone and are not are what must never wait unseen."""
    async with home.open() as vault:
        async with vault.begin() as tx:
            ledger = await begun(tx, "hei")
            await tx.copies.expect(replace(copy_of("cpy_1", place=Place.WORKSPACE), ref=Ref("C/1")))
        assert await told(vault, home) == {}, "an open talk waits for nobody"

        async with vault.begin() as tx:
            closed = ClosedForJournal(count=1, digest="d")
            ledger = await tx.words.move(ledger, closed, document={})
        assert await told(vault, home) == {("sealed", "journal"): 1}

        async with vault.begin() as tx:
            ledger = await tx.words.move(ledger, ReadBack(digest="d"))
        assert await told(vault, home) == {("transferred", "journal"): 1}

        async with vault.begin() as tx:
            await tx.words.move(ledger, Erased(count=1))
            await _keep_for_the_key(tx)
            (slack, _own) = await tx.copies.of(TALK)
            await tx.copies.save(replace(slack, due_at=NOON))
        assert await told(vault, home) == {("wiping", "slack"): 1, ("keys", "forgotten"): 1}

        async with vault.begin() as tx:
            await tx.copies.save(replace(slack, verdict=Verdict.BY_HAND, due_at=NOON))
        assert await told(vault, home) == {("by_hand", "slack"): 1, ("keys", "forgotten"): 1}

        async with vault.begin() as tx:
            await tx.copies.save(replace(slack, verdict=Verdict.GONE, due_at=NOON))
        await vault.rotate()
        assert await told(vault, home) == {}


async def _keep_for_the_key(tx: SqlTransaction) -> None:
    own = copy_of("cpy_own", place=Place.BRIDGE, seq=None)
    await tx.copies.expect(replace(own, verdict=Verdict.RECOVERABLE))


class Stumbling(FileKeyRing):
    """Nothing can be opened with it, so that nothing is wrapped anew."""

    @override
    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        raise OSError(period)


async def test_a_key_that_does_not_get_destroyed_is_seen(home: Home, tmp_path: Path) -> None:
    """«Ødelagt» that has begun and does not end is not destroyed."""
    async with home.open() as vault, vault.begin() as tx:
        await begun(tx, "hei")
    async with replace(home, ring=Stumbling(tmp_path / "ring.json")).open() as vault:
        with pytest.raises(OSError, match="per_"):
            await vault.rotate()
        assert await told(vault, home) == {("keys", "closing"): 1}
    async with home.open() as vault:
        await vault.rotate()
        assert await told(vault, home) == {}


async def test_the_oldest_is_told_and_what_is_for_the_morning_has_not_waited(home: Home) -> None:
    """Something that may go at eight has not been late all night."""
    morning = NOON + timedelta(hours=20)
    async with home.open() as vault:
        async with vault.begin() as tx:
            await begun(tx, "hei")
            await tx.outbox.add(replace(errand("dlv_1", lane="a"), not_before=morning))
        (waits,) = [b for b in await vault.backlog(NOON, places=PLACES) if b.count]
        assert waits.since == morning

        async with vault.begin() as tx:
            await tx.outbox.add(replace(errand("dlv_2", lane="b"), made_at=NOON))
        (waits,) = [b for b in await vault.backlog(NOON, places=PLACES) if b.count]
        assert (waits.count, waits.since) == (2, NOON)


async def test_a_neighbours_backlog_is_not_ours(home: Home) -> None:
    """Teams that share a server are told of their own."""
    async with home.open() as ours, replace(home, team="team_2").open() as theirs:
        await ours.accept("telegram", "1", b"raw")
        async with ours.begin() as tx:
            ledger = await begun(tx, "hei")
            await tx.outbox.add(errand("dlv_1"))
            await tx.copies.expect(replace(copy_of("cpy_1"), due_at=NOON))
            closed = ClosedForJournal(count=1, digest="d")
            await tx.words.move(ledger, closed, document={})
        assert await told(theirs, home) == {}


@pytest.mark.parametrize("many", [20_000, pytest.param(100_000, marks=pytest.mark.slow)])
async def test_it_costs_the_same_however_many_talks_are_open(home: Home, many: int) -> None:
    """Somebody who looks every ten seconds must not be what makes it slow."""
    async with home.open() as vault:
        await _filled(home, many)
        await vault.accept("telegram", "1", b"raw")
        with questions() as asked:
            assert await told(vault, home) == {("taken_in", "telegram"): 1}

    assert len(asked) == 7
    for statement, parameters in asked:
        await is_cheap(home.url, statement, parameters)


async def _filled(home: Home, many: int) -> None:
    """So many youths, each in an open talk where something is said and shown; nothing waits."""
    n = select(literal(1).label("i")).cte("n", recursive=True)
    n = n.union_all(select(n.c.i + 1).where(n.c.i < many))
    i = cast(n.c.i, Integer)

    def id_(prefix: str) -> Any:
        return literal(prefix, Text) + cast(n.c.i, Text)

    at, team = literal(NOON, Moment), literal(TEAM, Text)
    rows: dict[Any, dict[str, Any]] = {
        threads: {"team": team, "id": id_("thr_"), "channel": literal("telegram"),
                  "alias": id_("Alias "), "language": literal("nb"), "standing": literal("unasked"),
                  "left": literal(False), "made_at": at},
        conversations: {"team": team, "id": id_("con_"), "number": i, "thread": id_("thr_"),
                        "stage": literal("open"), "last_seq": i * 0 + 1, "opened_at": at,
                        "last_youth": i * 0 + 1, "handled": i * 0, "last_at": at,
                        "warned": literal([], conversations.c.warned.type),
                        "chat": literal("unasked")},
        copies: {"team": team, "id": id_("cpy_"), "thread": id_("thr_"),
                 "conversation": id_("con_"), "place": literal("telegram"),
                 "whose": literal("youth"), "keep": literal(False), "verdict": literal("pending"),
                 "attempts": i * 0, "looks": i * 0, "due_at": null()},
        deliveries: {"team": team, "id": id_("dlv_"), "lane": id_("room:con_"),
                     "what": literal("words"), "thread": id_("thr_"), "conversation": id_("con_"),
                     "state": literal("sent"), "made_at": at, "attempts": i * 0 + 1,
                     "looks": i * 0},
        inbox: {"team": team, "id": id_("in_"), "source": literal("telegram"),
                "event_mark": id_("m_"), "arrived_at": at, "state": literal("done"),
                "done_at": at},
    }  # fmt: skip
    engine = create_async_engine(home.url.replace("sqlite:", "sqlite+aiosqlite:"))
    async with engine.begin() as connection:
        for table, values in rows.items():
            chosen = select(*(value.label(name) for name, value in values.items()))
            await connection.execute(insert(table).from_select(list(values), chosen))
        if connection.dialect.name == "postgresql":  # which does so by itself, a little later
            await connection.execute(text("ANALYZE"))
    await engine.dispose()
