"""Whatever else one thinks of doing to the chains, by chance and by the thousand."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from casestore.chained import Chained
from casestore.hashchain import Anchored, ChainVerdict, Head, Link, Walk, linked
from tests.casestore.hands import Rows, chain, filled, hands_on, verdict
from tests.casestore.stage import Stage

__all__ = ["chain"]  # pytest finds the fixtures here


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
