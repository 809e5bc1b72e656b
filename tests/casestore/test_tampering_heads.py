"""Heads, histories and anchors that are tampered with, by somebody with the whole database."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import pytest

from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.chained import Chained
from casestore.hashchain import Head, Why, linked
from casestore.opening import opened_store
from casestore.transfers.chain import append
from tests.casestore.hands import (
    A_DAY,
    CHAINS,
    LAST,
    WHERE,
    Rows,
    _event,
    chain,
    cut,
    filled,
    found,
    hands_on,
    verdict,
)
from tests.casestore.stage import Stage

__all__ = ["chain"]  # pytest finds the fixtures here


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
