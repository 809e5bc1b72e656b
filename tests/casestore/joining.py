"""One youth who writes on two channels, and what a caseworker believes about it."""

from collections.abc import Sequence
from typing import Any, Final

import httpx

from casestore.joins.tables import Join
from tests.casestore.people import talked_to, ties, youth_with_case
from tests.casestore.stage import Person, Stage, transcript_body

REV: Final = "t_rev"
ELV: Final = "t_elv"


def join_body(stage: Stage, by: Person | str, **changed: Any) -> dict[str, Any]:
    return {
        "thread": ELV,
        "alias": "Stille elv",
        "channel": "messenger",
        "into": REV,
        "into_alias": "Blå rev",
        "case": "2026/0001",
        "by": by if isinstance(by, str) else by.id,
        "at": stage.at(-10),
    } | changed


async def proposes_join(
    stage: Stage, by: Person | str, its_id: str = "j_1", **changed: Any
) -> httpx.Response:
    return await stage.bridge.put(f"joins/{its_id}", join_body(stage, by, **changed))


async def proposed(stage: Stage, by: Person | str, its_id: str = "j_1", **changed: Any) -> Join:
    """A proposal that has been taken, as it stands."""
    answer = await proposes_join(stage, by, its_id, **changed)
    assert answer.status_code == 201, answer.text
    return await join_of(stage, its_id)


async def join_of(stage: Stage, its_id: str = "j_1") -> Join:
    async with stage.reading() as reading:
        return await reading.session.get_one(Join, its_id)


async def stands(stage: Stage, its_id: str = "j_1") -> tuple[str, str | None]:
    row = await join_of(stage, its_id)
    return row.status, row.why


async def orders(stage: Stage) -> list[tuple[str, str, bool]]:
    """What the bridge is to do, in order: which line, into which, and whether to join."""
    return [(o["thread"], o["into"], o["joined"]) for o in await told(stage)]


async def told(stage: Stage) -> list[dict[str, Any]]:
    answer = await stage.bridge.get("joins")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["joins"]
    return found


async def confirms_join(stage: Stage, its_id: str) -> httpx.Response:
    return await stage.bridge.put(f"joins/{its_id}/confirmed", {})


async def one_youth(
    stage: Stage, berit: Person, *, threads: Sequence[str] = (REV, ELV)
) -> tuple[str, str]:
    """A youth of this caseworker's with a case, and these threads tied to them."""
    person, case = await youth_with_case(stage, berit, alias="Blå rev", thread=threads[0])
    for thread in threads[1:]:
        await also_on(stage, berit, person, thread)
    return person, case


async def also_on(stage: Stage, berit: Person, person: str, thread: str = ELV) -> None:
    """The youth writes from this thread too, and the caseworker knows whose it is."""
    await talked_to(stage, berit, thread, alias="Stille elv")
    assert (await ties(berit, person, thread)).status_code == 201


async def files(
    stage: Stage, berit: Person, conversation: str, thread: str = REV, **changed: Any
) -> dict[str, Any]:
    """A transcript of this thread, on its own yes."""
    body = transcript_body(
        stage, conversation, thread=thread, consent=f"s_{thread}", author=berit.id, **changed
    )
    answer = await stage.bridge.put(f"transcripts/{conversation}", body)
    assert answer.status_code == 201, answer.text
    return body
