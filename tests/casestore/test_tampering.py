"""
Tampering: somebody with the whole database in their hands, and every trigger switched off.

They can write any row anew, and compute any hash; what they do not have is the key file, which
lies elsewhere. So everything is found, and where, except one thing: putting the whole database
back to what it was at an earlier moment. That is genuine to the last byte, and only what is kept
outside shows it: an anchor on paper (`test_a_replay_…`).
"""

import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from casestore.audit.chain import AUDIT, note
from casestore.canonical import canonical
from casestore.chained import Chained
from casestore.hashchain import Anchored, ChainVerdict, Head, Link, Walk, Why, linked
from casestore.opening import opened_store
from casestore.transfers.chain import TRANSFERS, append
from tests.casestore.stage import Stage

LAST: Final = 12
DAYS: Final = 4
A_DAY: Final = LAST // DAYS
CHAINS: Final = (AUDIT, TRANSFERS)
Rows = list[dict[str, Any]]


@pytest.fixture(params=CHAINS, ids=lambda chain: str(chain.name))
def chain(request: pytest.FixtureRequest) -> Chained:
    found: Chained = request.param
    return found


async def filled(stage: Stage) -> None:
    """Twelve links on four days, in both chains."""
    for number in range(LAST):
        async with stage.writing() as writing:
            await append(writing, {"kind": "tied", "conversation": f"c_{number}", "by": "e_1"})
            await note(writing, "case.read", by="e_1", of=f"case_{number}", count=number)
        if number % A_DAY == A_DAY - 1:
            stage.clock.move(timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """The attacker's: one chain's three tables, as they lie."""

    chain: Chained
    connection: AsyncConnection

    async def rows(self, table: str) -> Rows:
        mine = " WHERE chain = :chain" if table == "chain_anchors" else ""
        order = {"chain_anchors": "day"}.get(table, "n")
        said = text(f'SELECT * FROM "{table}"{mine} ORDER BY {order}')  # noqa: S608
        found = await self.connection.execute(said, {"chain": self.chain.name} if mine else {})
        return [dict(row) for row in found.mappings()]

    async def put(self, table: str, rows: Rows) -> None:
        """Put these rows in the place of those that are there."""
        mine = " WHERE chain = :chain" if table == "chain_anchors" else ""
        said = text(f'DELETE FROM "{table}"{mine}')  # noqa: S608
        await self.connection.execute(said, {"chain": self.chain.name} if mine else {})
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(f":{name}" for name in row)
            said = text(f'INSERT INTO "{table}" ({names}) VALUES ({marks})')  # noqa: S608
            await self.connection.execute(said, row)

    @property
    def links(self) -> str:
        return str(self.chain.links.__tablename__)

    @property
    def head(self) -> str:
        return str(self.chain.head.__tablename__)


@asynccontextmanager
async def hands_on(stage: Stage, chain: Chained) -> AsyncIterator[Hands]:
    """The database without its triggers."""
    tables = (chain.links.__tablename__, chain.head.__tablename__, "chain_anchors")
    async with stage.store.database.migrating() as connection:
        if connection.dialect.name == "sqlite":
            named = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
            for name, table in (await connection.execute(text(named))).all():
                if table in tables:
                    await connection.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            for table in tables:
                await connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
        yield Hands(chain=chain, connection=connection)


async def verdict(stage: Stage, chain: Chained) -> ChainVerdict:
    async with stage.reading() as reading:
        return await chain.verify(reading)


async def found(stage: Stage, chain: Chained) -> tuple[int | None, Why | None]:
    told = await verdict(stage, chain)
    return told.broken_at, told.why


async def change(stage: Stage, chain: Chained, n: int, **changed: Any) -> None:
    async with hands_on(stage, chain) as hands:
        rows = [row | changed if row["n"] == n else row for row in await hands.rows(hands.links)]
        await hands.put(hands.links, rows)


def columns(chain: Chained) -> dict[str, Any]:
    """Every column that says anything, and something else for it to say."""
    event = canonical({"what": "note.read", "kind": "copy"}).decode()
    common = {"at": "2026-11-04T00:00:00.000Z", "prev": "f" * 64, "hash": "f" * 64, "event": event}
    return common | dict.fromkeys(chain.beside, "x_1")


@pytest.mark.parametrize("n", [1, 6, LAST])
async def test_whatever_is_changed_in_a_link_is_found_at_that_link(
    stage: Stage, chain: Chained, n: int
) -> None:
    """
    Also what lies beside the event: a read hidden from the list it is looked for in is hidden.

    Every column but `team`, which nothing asks of a link.
    """
    await filled(stage)
    assert (await verdict(stage, chain)).count == LAST
    async with hands_on(stage, chain) as hands:
        before = await hands.rows(hands.links)

    for column, value in columns(chain).items():
        await change(stage, chain, n, **{column: value})
        assert await found(stage, chain) == (n, Why.LINK), column
        await change(stage, chain, n, **{column: before[n - 1][column]})
    assert (await verdict(stage, chain)).holds


@pytest.mark.parametrize(
    "written",
    [
        lambda event: event.replace(":", ": ", 1),
        lambda event: '{"what":"x",' + event[1:],
        lambda _: '{"a":' * 100_000,
        lambda _: "[" * 100_000,
        lambda _: "null",
        lambda _: '{"n":1e999}',
        lambda _: '{"n":"\\ud800"}',
        lambda _: "",
    ],
    ids=["spaced", "named twice", "endless", "deep", "nothing", "infinite", "half a letter", "no"],
)
async def test_an_event_written_another_way_is_another_event(
    stage: Stage, chain: Chained, written: Callable[[str], str]
) -> None:
    """Two readers must not be able to read two things from it, and none must stumble over it."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        event = (await hands.rows(hands.links))[4]["event"]

    await change(stage, chain, 5, event=written(event))

    assert await found(stage, chain) == (5, Why.LINK)


async def test_a_removed_link_is_missed_at_the_one_after_it(stage: Stage, chain: Chained) -> None:
    """The link that is gone is the one before the first that does not fit."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = await hands.rows(hands.links)
    for n in range(1, LAST + 1):
        async with hands_on(stage, chain) as hands:
            await hands.put(hands.links, [row for row in rows if row["n"] != n])

        expected = (n + 1, Why.LINK) if n < LAST else (n, Why.END)
        assert await found(stage, chain) == expected


@pytest.mark.parametrize("n", [-7, 0, LAST + 1, LAST + 5])
async def test_an_added_link_is_found_wherever_it_is_put(
    stage: Stage, chain: Chained, n: int
) -> None:
    """Below the first it would be shown in no check; above the last it would be the newest news."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = await hands.rows(hands.links)
        head = Head(n=LAST, hash=rows[-1]["hash"]) if n == LAST + 1 else Head(n=n - 1)
        link = linked(head, at=rows[-1]["at"], event=_event(rows[-1]))
        added = rows[-1] | {"n": n, "prev": link.prev, "hash": link.hash}
        await hands.put(hands.links, [*rows, added])

    assert await found(stage, chain) == (n, Why.END if n == LAST + 1 else Why.LINK)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (4, 9), (11, 12)])
async def test_two_links_that_change_places_are_found_at_the_first(
    stage: Stage, chain: Chained, one: int, other: int
) -> None:
    """Who read first, and who was told later, is the whole of some complaints."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = await hands.rows(hands.links)
        rows[one - 1], rows[other - 1] = (
            rows[other - 1] | {"n": one},
            rows[one - 1] | {"n": other},
        )
        await hands.put(hands.links, rows)

    assert await found(stage, chain) == (one, Why.LINK)


async def cut(hands: Hands, last: int, *, anchors: bool, head: Mapping[str, Any]) -> None:
    """Everything after link `last` never was; `head` is what becomes of the head."""
    rows = await hands.rows(hands.links)
    await hands.put(hands.links, rows[:last])
    if head:
        now = (await hands.rows(hands.head))[0] | dict(head)
        await hands.put(hands.head, [now])
    if anchors:
        kept = [row for row in await hands.rows("chain_anchors") if row["n"] < last]
        await hands.put("chain_anchors", kept)


@pytest.mark.parametrize("last", [0, 1, 5, 6, 10, 11])
async def test_a_cut_tail_is_missed_and_so_is_a_head_wound_back(
    stage: Stage, chain: Chained, last: int
) -> None:
    """Also when the anchors that saw more are removed too: the head's mark cannot be made."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = await hands.rows(hands.links)
        wound = {"n": last, "hash": rows[last - 1]["hash"] if last else "0" * 64}
        before = {table: await hands.rows(table) for table in (hands.head, "chain_anchors")}
        await cut(hands, last, anchors=False, head={})
    assert await found(stage, chain) == (last + 1, Why.END)

    async with hands_on(stage, chain) as hands:
        await cut(hands, last, anchors=False, head=wound)
    seen_by_an_anchor = last < LAST - A_DAY
    assert await found(stage, chain) == (last + 1, Why.END if seen_by_an_anchor else Why.SEAL)

    async with hands_on(stage, chain) as hands:
        await cut(hands, last, anchors=True, head=wound)
    assert await found(stage, chain) == (last + 1, Why.SEAL)

    async with hands_on(stage, chain) as hands:
        await hands.put(hands.links, rows)
        for table, kept in before.items():
            await hands.put(table, kept)
    assert (await verdict(stage, chain)).holds


async def test_a_head_wound_back_is_not_made_genuine_by_what_comes_after(
    stage: Stage, chain: Chained
) -> None:
    """Help does not stop for a forger, and every new link would else launder the forgery."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = await hands.rows(hands.links)
        wound = {"n": 10, "hash": rows[9]["hash"]}
        await cut(hands, 10, anchors=True, head=wound)

    async with stage.writing() as writing:
        await append(writing, {"kind": "tied", "conversation": "c_new", "by": "e_1"})
        await note(writing, "case.read", by="e_1", of="case_new")

    assert await found(stage, chain) == (12, Why.SEAL)


@pytest.mark.parametrize("head", ["gone", "another", "unmarked", "another's mark", "rubbish"])
async def test_a_head_that_is_tampered_with_is_found(
    stage: Stage, chain: Chained, head: str
) -> None:
    """With no head, or one of another chain's, nothing vouches for the end."""
    await filled(stage)
    other = next(each for each in CHAINS if each is not chain)
    async with hands_on(stage, other) as hands:
        (theirs,) = await hands.rows(hands.head)
    async with hands_on(stage, chain) as hands:
        (row,) = await hands.rows(hands.head)
        changed: dict[str, Rows] = {
            "gone": [],
            "another": [row | {"n": LAST + 3}],
            "unmarked": [row | {"mark": None}],
            "another's mark": [row | {"mark": theirs["mark"]}],
            "rubbish": [row | {"mark": b"\x00"}],
        }
        await hands.put(hands.head, changed[head])

    assert await found(stage, chain) == (
        LAST + 1,
        Why.END if head in {"gone", "another"} else Why.SEAL,
    )


def forged(rows: Rows, start: int) -> Rows:
    """The chain from `start` on, with another history and hashes that fit."""
    head = Head(n=start - 1, hash=rows[start - 2]["hash"] if start > 1 else "0" * 64)
    told = rows[: start - 1]
    for row in rows[start - 1 :]:
        event = _event(row) | {"forged": True}
        link = linked(head, at=row["at"], event=event)
        head = Head(n=link.n, hash=link.hash)
        text_ = canonical(event).decode()
        told.append(row | {"prev": link.prev, "hash": link.hash, "event": text_})
    return told


@pytest.mark.parametrize("start", [1, 5, 10, 12])
async def test_a_history_written_anew_with_hashes_that_fit_is_found(
    stage: Stage, chain: Chained, start: int
) -> None:
    """The hashes have no secret in them; the anchors are witnesses, and the mark has the key."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = forged(await hands.rows(hands.links), start)
        await hands.put(hands.links, rows)
        (head,) = await hands.rows(hands.head)
        await hands.put(hands.head, [head | {"hash": rows[-1]["hash"]}])
        anchors = await hands.rows("chain_anchors")
    seen = [anchor["n"] for anchor in anchors if anchor["n"] >= start]
    assert await found(stage, chain) == ((min(seen), Why.ANCHOR) if seen else (LAST + 1, Why.SEAL))

    async with hands_on(stage, chain) as hands:
        by_n = {row["n"]: row["hash"] for row in rows} | {0: "0" * 64}
        await hands.put("chain_anchors", [row | {"hash": by_n[row["n"]]} for row in anchors])
    assert await found(stage, chain) == (LAST + 1, Why.SEAL)


async def test_nothing_forged_is_marked_when_the_store_starts_again(
    stage: Stage, chain: Chained
) -> None:
    """Taking the mark away and waiting for a restart must not be the way to get a new one."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        rows = forged(await hands.rows(hands.links), 2)
        await hands.put(hands.links, rows)
        (head,) = await hands.rows(hands.head)
        await hands.put(hands.head, [head | {"hash": rows[-1]["hash"], "mark": None}])
        await hands.put("chain_anchors", [])

    async with opened_store(stage.settings, stage.clock.now):
        pass

    assert await found(stage, chain) == (LAST + 1, Why.SEAL)


ANCHORS: Final[Mapping[str, Callable[[Rows], Rows]]] = {
    "hash": lambda rows: [rows[0], rows[1] | {"hash": "f" * 64}, *rows[2:]],
    "number": lambda rows: [rows[0], rows[1] | {"n": rows[1]["n"] + 1}, *rows[2:]],
    "day": lambda rows: [rows[0], rows[1] | {"day": "2031-01-01"}, *rows[2:]],
    "removed": lambda rows: [rows[0], *rows[2:]],
    "last removed": lambda rows: rows[:-1],
    "first removed": lambda rows: rows[1:],
    "all removed": lambda _: [],
    "first hash": lambda rows: [rows[0] | {"hash": "f" * 64}, *rows[1:]],
    "swapped": lambda rows: [
        rows[0],
        rows[1] | {"day": rows[2]["day"]},
        rows[2] | {"day": rows[1]["day"]},
        *rows[3:],
    ],
    "one more for a link": lambda rows: [*rows, rows[1] | {"day": "2031-01-01", "hash": "f" * 64}],
    "a true one too many": lambda rows: [*rows, rows[1] | {"day": "2031-01-01"}],
    "beyond the end": lambda rows: [*rows, rows[1] | {"day": "2031-01-01", "n": 99}],
    "before the beginning": lambda rows: [*rows, rows[1] | {"day": "2001-01-01", "n": -1}],
}
WHERE: Final[Mapping[str, tuple[int, Why]]] = {
    "last removed": (9, Why.ANCHOR),
    "first removed": (LAST + 1, Why.SEAL),
    "all removed": (LAST + 1, Why.SEAL),
    "first hash": (1, Why.ANCHOR),
    "beyond the end": (LAST + 1, Why.END),
    "before the beginning": (1, Why.ANCHOR),
}


@pytest.mark.parametrize("how", ANCHORS)
async def test_an_anchor_that_is_tampered_with_is_found_at_its_link(
    stage: Stage, chain: Chained, how: str
) -> None:
    """
    An anchor that can be moved vouches for nothing.

    The first ones cannot be told from what came before there were anchors, except by the head's
    mark, which says where they began: then it is the end that is found wanting.
    """
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        await hands.put("chain_anchors", ANCHORS[how](await hands.rows("chain_anchors")))

    assert await found(stage, chain) == WHERE.get(how, (A_DAY, Why.ANCHOR))


async def test_a_replay_is_found_by_an_anchor_in_the_database_or_else_on_paper(
    stage: Stage, chain: Chained
) -> None:
    """
    A genuine earlier head with its genuine mark, and everything after it cut away.

    An anchor that is left in the database shows it, as far as one was made after the cut. When
    the anchors are cut as well, the database is to the last byte what it once was: then no check
    from within can find it, and this one does not. The anchor on paper does.
    """
    async with hands_on(stage, chain) as hands:
        early = await hands.rows(hands.head)
    for number in range(3):
        async with stage.writing() as writing:
            await append(writing, {"kind": "tied", "conversation": f"c_{number}", "by": "e_1"})
            await note(writing, "case.read", by="e_1", of=f"case_{number}")
    async with hands_on(stage, chain) as hands:
        then = await hands.rows(hands.head)
    stage.clock.move(timedelta(days=1))
    await filled(stage)
    async with stage.reading() as reading:
        paper = await chain.current(reading.session)
        assert await chain.stood(reading, paper)

    async with hands_on(stage, chain) as hands:
        await cut(hands, 3, anchors=False, head=then[0])
    assert await found(stage, chain) == (4, Why.END)

    async with hands_on(stage, chain) as hands:
        await cut(hands, 3, anchors=True, head=then[0])
    assert (await verdict(stage, chain)).holds, "the limit that the page and the ADR tell of"
    async with stage.reading() as reading:
        assert not await chain.stood(reading, paper)
        assert await chain.stood(reading, Head(n=3, hash=then[0]["hash"]))

    async with hands_on(stage, chain) as hands:
        await cut(hands, 0, anchors=True, head=early[0])
    assert (await verdict(stage, chain)).holds
    async with stage.reading() as reading:
        assert not await chain.stood(reading, paper)


async def test_an_anchor_on_paper_is_not_fooled_by_a_hash_put_in_its_place(
    stage: Stage, chain: Chained
) -> None:
    """What is compared is a chain that is whole until there, and not a column that says so."""
    await filled(stage)
    async with stage.reading() as reading:
        paper = await chain.current(reading.session)
    async with hands_on(stage, chain) as hands:
        rows = forged(await hands.rows(hands.links), 4)
        rows[-1] = rows[-1] | {"hash": paper.hash}
        await hands.put(hands.links, rows)

    async with stage.reading() as reading:
        assert not await chain.stood(reading, paper)
        assert not await chain.stood(reading, Head(n=99, hash=paper.hash))
        assert not await chain.stood(reading, Head(n=-1, hash=paper.hash))


async def test_whatever_else_one_thinks_of_is_found(stage: Stage, chain: Chained) -> None:
    """Hundreds of tamperings that nobody has thought of, the same ones every time."""
    await filled(stage)
    async with hands_on(stage, chain) as hands:
        tables = (hands.links, hands.head, "chain_anchors")
        whole = {table: await hands.rows(table) for table in tables}
    for seed in range(80):
        chance = random.Random(seed)
        forgery = {table: list(rows) for table, rows in whole.items()}
        for _ in range(chance.randint(1, 3)):
            table = chance.choice(tables)
            forgery[table] = tampered(chance, forgery[table])
        async with hands_on(stage, chain) as hands:
            for table in tables:
                await hands.put(table, forgery[table])
        same = forgery == whole
        assert (await verdict(stage, chain)).holds == same, seed


def tampered(chance: random.Random, rows: Rows) -> Rows:
    """One thing done to some rows; a number that is taken twice is not added."""
    if not rows:
        return rows
    place, other = chance.randrange(len(rows)), chance.randrange(len(rows))
    row = rows[place]
    match chance.choice(("change", "take", "remove", "add", "swap")):
        case "change":
            column = chance.choice([name for name in row if name not in {"id", "team", "chain"}])
            value = _other(chance, row[column])
        case "take":
            column = chance.choice([name for name in row if name not in {"id", "team", "chain"}])
            value = rows[other][column]
        case "remove":
            return [*rows[:place], *rows[place + 1 :]]
        case "add":
            added = (
                row
                | {"n": chance.randint(-3, 40)}
                | ({"day": "2033-03-03"} if "day" in row else {})
            )
            return rows if "id" in row else _single([*rows, added])
        case _:
            keys = {name: row[name] for name in ("n", "day") if name in row}
            return (
                [rows[other] | keys if at == place else each for at, each in enumerate(rows)]
                if "id" in row
                else _single(
                    [rows[other] | keys if at == place else each for at, each in enumerate(rows)]
                )
            )
    return _single(
        [each | {column: value} if at == place else each for at, each in enumerate(rows)]
    )


def _single(rows: Rows) -> Rows:
    """A table keeps one row of each key."""
    key = "day" if rows and "day" in rows[0] else "n"
    return list({row[key]: row for row in rows}.values())


def _other(chance: random.Random, value: Any) -> Any:
    match value:
        case int():
            return value + chance.choice((-1, 1, 7))
        case bytes() | memoryview():
            return bytes([bytes(value)[0] ^ 1]) + bytes(value)[1:]
        case str() if value:
            place = chance.randrange(len(value))
            return value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
        case _:
            return "x"


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(row["event"])
    return event


def walked(links: list[Link], anchors: list[Anchored], told: Head) -> ChainVerdict:
    walk = Walk(anchors)
    for link in links:
        if not walk.step(link):
            break
    return walk.end(told, ours=True)


@given(count=st.integers(1, 12), a_day=st.integers(1, 4), data=st.data())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_shuffling_of_links_and_anchors_passes_for_the_original(
    count: int, a_day: int, data: st.DataObject
) -> None:
    """Whoever keeps every row genuine can still only tell it in the order that it happened."""
    links, anchors, head = [], [], Head()
    for number in range(count):
        day = f"2026-11-{1 + number // a_day:02}"
        if number % a_day == 0:
            anchors.append(Anchored(day=day, n=head.n, hash=head.hash))
        link = linked(head, at=f"{day}T12:00:00.000Z", event={"was": number})
        links.append(link)
        head = Head(n=link.n, hash=link.hash)
    assert walked(links, anchors, head).holds

    others = data.draw(st.lists(st.sampled_from(links), max_size=count + 2))
    fewer = data.draw(st.lists(st.sampled_from(anchors), unique=True))

    told = walked(others, fewer, head)
    # Without its first anchors a chain is one from before there were any; the head's mark says
    # when they began, and is not part of this.
    began = sorted(anchors)[len(anchors) - len(fewer) :]
    assert told.holds == (others == links and sorted(fewer) == began)
