"""Who may be one is found before anybody asks: from ids alone, a few at a time, and kept true."""

import asyncio
import logging
from typing import Any, Final

import pytest
from sqlalchemy import event, insert, select

from casestore.people.comparing import SOME, Comparing
from casestore.people.likeness import CROWD
from casestore.people.meanwhile import compared
from casestore.people.tables import PersonPair
from tests.casestore.deleting import deletes
from tests.casestore.pages_at_scale import listening
from tests.casestore.people import compares, sends_json, youth
from tests.casestore.stage import Person, Stage

KARI: Final[dict[str, Any]] = {
    "name": "Kari Nordmann",
    "born": "2011-05-30",
    "ways": ["912 34 567"],
}


async def kept(stage: Stage) -> dict[frozenset[str], str]:
    """The pairs as they are kept, and why."""
    async with stage.reading() as reading:
        rows = await reading.session.execute(
            select(PersonPair.one, PersonPair.other, PersonPair.why, PersonPair.strength)
        )
        return {frozenset((one, other)): f"{why} {n}" for one, other, why, n in rows}


async def becomes(person: Person, its_id: str, **known: Any) -> None:
    """Change what is known of somebody, for the first time."""
    body = {"alias": "Blå rev", **known, "version": 1}
    answer = await sends_json(person, f"/api/people/{its_id}", body, method="PUT")
    assert answer.status_code == 200, answer.text


async def test_who_is_new_or_changed_is_compared_and_nobody_is_paired_for_longer(
    stage: Stage,
) -> None:
    """Two records of one youth are two half stories, from the day the second is written."""
    tove = await stage.leader()
    comparing = Comparing(store=stage.store)
    one, two = await youth(tove, **KARI), await youth(tove, name="Nordmann, Kari")
    other = await youth(tove, name="Ola Hansen")
    await comparing.catch_up()
    assert await kept(stage) == {frozenset((one, two)): "name 1"}

    three = await youth(tove, name="Kari Nordman", born="2011-05-30")
    await comparing.catch_up()
    assert await kept(stage) == {
        frozenset((one, two)): "name 1",
        frozenset((one, three)): "born 1",
    }

    await becomes(tove, two, name="Kari Berg")
    await becomes(tove, other, **KARI)
    await comparing.catch_up()
    assert await kept(stage) == {
        frozenset((one, three)): "born 1",
        frozenset((other, three)): "born 1",
        frozenset((one, other)): "born,name,way 3",
    }
    page = await tove.sees("/people/duplicates")
    assert page.index(f"/people/{other}") < page.index(f"/people/{three}")


async def test_what_another_process_has_written_is_compared_too(stage: Stage) -> None:
    """Two programmes on one database: the one that is told of it must know whom the other wrote."""
    tove = await stage.leader()
    here, there = Comparing(store=stage.store), Comparing(store=stage.store)
    await here.catch_up()
    one = await youth(tove, **KARI)
    await there.catch_up()
    two = await youth(tove, **KARI)

    await here.catch_up()
    assert await kept(stage) == {frozenset((one, two)): "born,name,way 3"}
    await there.catch_up()
    assert await kept(stage) == {frozenset((one, two)): "born,name,way 3"}


async def test_a_start_mends_what_a_crash_has_left(stage: Stage) -> None:
    """A process that died between a change and the comparing of it has told nobody."""
    tove = await stage.leader()
    one, two = [await youth(tove, **KARI) for _ in range(2)]
    alone = [await youth(tove, name=name) for name in ("Ola Hansen", "Per Berg")]
    async with stage.writing() as writing:
        pair = dict(zip(("one", "other"), sorted(alone), strict=True))
        row = {**pair, "team": "oslo", "why": "name", "strength": 1}
        await writing.session.execute(insert(PersonPair), [row])

    await compares(stage)

    assert await kept(stage) == {frozenset((one, two)): "born,name,way 3"}


async def test_who_is_deleted_is_nobodys_pair_again(stage: Stage) -> None:
    """That two were alike says something of the one who is left, and more of the one who is not."""
    tove = await stage.leader()
    comparing = Comparing(store=stage.store)
    one, two = await youth(tove, **KARI), await youth(tove, **KARI)
    await comparing.catch_up()
    assert len(await kept(stage)) == 1

    await deletes(tove, two)
    assert await kept(stage) == {}

    # It has not heard of it yet, and looks at the one who is left.
    await comparing._compare(one)
    assert await kept(stage) == {}
    await comparing.catch_up()
    assert two not in repr(vars(comparing._marked)["_marks"])
    await compares(stage)
    assert await kept(stage) == {}


async def test_a_telephone_that_turns_out_to_be_a_schools_pairs_nobody(stage: Stage) -> None:
    """Fifty who have one number in common are a class, and not one youth fifty times."""
    tove = await stage.leader()
    comparing = Comparing(store=stage.store)
    school: dict[str, Any] = {"ways": ["22 00 00 00"]}
    pupils = [await youth(tove, **school) for _ in range(6)]
    await comparing.catch_up()
    assert len(await kept(stage)) == 15

    pupils += [await youth(tove, **school) for _ in range(CROWD + 1 - len(pupils))]
    await comparing.catch_up()
    assert await kept(stage) == {}

    await becomes(tove, pupils[-1])
    await comparing.catch_up()
    assert len(await kept(stage)) == CROWD * (CROWD - 1) // 2


async def test_one_more_is_compared_with_few_however_many_there_are(stage: Stage) -> None:
    """To open everybody for each that is new would take a minute of each registration."""
    tove = await stage.leader()
    for n in range(2 * SOME):
        await youth(tove, name=f"Navn {n}")
    comparing = Comparing(store=stage.store)
    await comparing.catch_up()
    two = [await youth(tove, **KARI) for _ in range(2)]

    with listening(stage.store) as asked:
        await comparing.catch_up()

    assert await kept(stage) == {frozenset(two): "born,name,way 3"}
    assert len(asked) < 40
    opened = [told for question, told in asked if "data_keys" in question]
    assert 0 < len(opened) < 10
    assert all(len(told) <= 4 for told in opened if isinstance(told, tuple | dict))


async def test_when_they_were_compared_is_said_and_before_that_nobody_is_said_to_be_alone(
    stage: Stage,
) -> None:
    """«Nobody is alike» must not be what is shown when nobody has looked."""
    tove = await stage.leader()
    await youth(tove, **KARI)

    before = await tove.sees("/people/duplicates")
    await compares(stage)
    after = await tove.sees("/people/duplicates")

    assert "leter etter dobbeltføringer nå" in before
    assert "Ingen av dem" not in before
    assert "sist etter dobbeltføringer 03.11.2026 kl. 13:00" in after
    assert "Ingen av dem" in after


async def test_who_is_registered_is_compared_while_the_store_serves(stage: Stage) -> None:
    """Nobody should have to ask for it, and nobody wait for it."""
    tove = await stage.leader()
    async with asyncio.timeout(30), compared(stage.store, soon=0.0):
        one = await youth(tove, **KARI)
        two = await youth(tove, **KARI)
        while frozenset((one, two)) not in await kept(stage):
            await tove.sees("/people/duplicates")
        await becomes(tove, two)
        while frozenset((one, two)) in await kept(stage):
            await tove.sees("/people/duplicates")


async def test_what_goes_wrong_is_told_without_words_and_tried_again(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that is away for a moment must not stop the comparing until the next start."""
    tove = await stage.leader()
    engine, away = stage.store.database.engine.sync_engine, ["once"]

    def fails(_c: object, _cursor: object, said: str, *_: object) -> None:
        if "INSERT INTO person_pairs" in said and away:
            raise ConnectionError(away.pop())

    one, two = await youth(tove, **KARI), await youth(tove, **KARI)
    event.listen(engine, "before_cursor_execute", fails)
    try:
        async with asyncio.timeout(30), compared(stage.store, soon=0.0):
            while away:
                await tove.sees("/people/duplicates")
            stage.store.compare.set()
            while frozenset((one, two)) not in await kept(stage):
                await tove.sees("/people/duplicates")
                stage.store.compare.set()
    finally:
        event.remove(engine, "before_cursor_execute", fails)

    told = [record for record in caplog.records if record.name.startswith("casestore.people")]
    assert [(record.levelno, record.getMessage()) for record in told] == [
        (logging.ERROR, "comparing failed kind=ConnectionError")
    ]
