"""
Tampering: somebody with the whole database in their hands, and every trigger switched off.

They can write any row anew, and compute any hash; what they do not have is the key file, which
lies elsewhere. So everything is found, and where, except one thing: putting the whole database
back to what it was at an earlier moment. That is genuine to the last byte, and only what is kept
outside shows it: an anchor on paper (`test_a_replay_…`).
"""

from collections.abc import Callable
from typing import Any

import pytest

from casestore.canonical import canonical
from casestore.chained import Chained
from casestore.hashchain import Head, Why, linked
from tests.casestore.hands import (
    A_DAY,
    LAST,
    _event,
    chain,
    change,
    cut,
    filled,
    found,
    hands_on,
    verdict,
)
from tests.casestore.stage import Stage

__all__ = ["chain"]  # pytest finds the fixtures here


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
