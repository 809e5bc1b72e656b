"""What a message costs is what it costs, however many others there are."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Engine, event

from benchmarks.filling import fill
from bridge.handover import Handover
from bridge.relay import Gaps
from tests.support.cost import questions, work
from tests.support.stage import Stage, Talk
from tests.vault.plans import NOW_AND_THEN

OTHERS: Final = 1_500
"""Each has four copies somewhere; to look at one takes SQLite some ten steps."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def asked(talk: Talk, number: int) -> tuple[int, int]:
    """For a message each way: how many questions the vault is asked, and about how many values."""
    counts = [0, 0]

    def hears(
        connection: Connection, _cursor: object, _said: str, told: Any, _context: object, many: bool
    ) -> None:
        if "casestore" not in str(connection.engine.url.database):
            counts[0] += 1
            counts[1] += sum(map(len, told)) if many else len(told)

    event.listen(Engine, "before_cursor_execute", hears)
    try:
        await talk.says(f"jeg er her fortsatt, og skriver for gang nummer {number}")
        await talk.answers(f"det er fint å høre fra deg for gang nummer {number}")
    finally:
        event.remove(Engine, "before_cursor_execute", hears)
    return counts[0], counts[1]


async def test_a_message_asks_no_more_where_many_others_are_open(own_stage: Stage) -> None:
    """Maya must not wait longer because fifty others have written, or had written last year."""
    maya = await own_stage.consents()
    await asked(maya, 1)
    alone = await asked(maya, 2)
    vault = own_stage.town.bridge.vault
    await fill(vault, still_open=50, forgotten=50, now=own_stage.clock.now())

    among_many = await asked(maya, 3)

    assert among_many == alone


async def test_no_question_looks_through_many_others(own_stage: Stage) -> None:
    """
    An index may be the wrong one: all that still lies somewhere, for what lies of one talk.

    With twenty thousand open talks one such question took all of the bridge's time.
    """
    town = own_stage.town
    maya = await own_stage.consents()
    await fill(town.bridge.vault, still_open=OTHERS, forgotten=OTHERS, now=own_stage.clock.now())

    url = town.settings.database_url
    with questions(url) as told:
        await maya.says("jeg er her fortsatt")
        await maya.answers("det er fint å høre fra deg")
        await town.bridge.tend()
        await Gaps(town.bridge.around, at_once=2).read()
        await maya.ends()
        await own_stage.settles()

    costly = {
        said: taken
        for said, parameters in dict(told).items()
        if not any(part in said for part in NOW_AND_THEN)
        and (taken := await work(url, said, parameters)) > 10 * OTHERS
    }
    assert costly == {}


async def test_the_open_ones_are_looked_after_in_turn_and_nobody_is_passed_over(
    own_stage: Stage,
) -> None:
    """Where there are more than can be looked at in one go, the last is looked at in the next."""
    talks = [await own_stage.meets() for _ in range(3)]
    handover = Handover(own_stage.town.bridge.around, at_once=2)
    own_stage.clock.set(own_stage.clock.now() + timedelta(days=1))

    looked_at = []
    for _ in range(3):
        await handover.tend()
        rows = [await talk.row() for talk in talks]
        looked_at.append(sum(bool(row.warned) for row in rows))

    assert looked_at == [2, 3, 3]


async def test_every_room_thread_is_read_in_its_turn(own_stage: Stage) -> None:
    """What was written while nobody listened is found in the last thread, too."""
    talks = [await own_stage.meets() for _ in range(3)]
    town = own_stage.town
    await town.bridge_down()
    town.sandbox.slack.delivery.hold()
    for talk in talks:
        town.sandbox.slack.posts(
            talk.amir.user, town.sandbox.room, "bare et notat", thread_ts=talk.root
        )
    own_stage.clock.move(timedelta(hours=1))
    town.sandbox.slack.delivery.release(lambda _: [])
    await town.bridge_up()
    await own_stage.settles()
    gaps = Gaps(town.bridge.around, at_once=2)

    assert [await gaps.read() for _ in range(3)] == [2, 1, 0]
