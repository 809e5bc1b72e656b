"""A backup joins nothing again that was taken apart since, nor keeps what it knows nothing of."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join
from casestore.outside.log import OutsideLog
from tests.casestore.joining import (
    ELV,
    REV,
    also_on,
    confirms_join,
    one_youth,
    orders,
    proposed,
    stands,
    told,
)
from tests.casestore.people import sends_json
from tests.casestore.restoring import again, backup, elsewhere, raised
from tests.casestore.stage import Person, Stage
from tests.support.postgres import Server, drop_database, fresh_database

JOIN_THEM, TAKE_THEM_APART = (ELV, REV, True), (ELV, REV, False)


@pytest.fixture
async def empty(stage: Stage, tmp_path: Path, postgres_server: Server | None) -> AsyncIterator[str]:
    """An empty database of the same kind, on the machine that takes over."""
    if stage.store.database.engine.dialect.name == "sqlite":
        (tmp_path / "ny").mkdir()
        yield f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}"
        return
    assert postgres_server is not None
    url = await fresh_database(postgres_server)
    yield url
    await drop_database(postgres_server, url)


async def confirmed(stage: Stage) -> None:
    for order in await told(stage):
        assert (await confirms_join(stage, order["id"])).status_code == 200


async def undone(who: Person, its_id: str = "j_1") -> None:
    assert (await sends_json(who, f"/api/joins/{its_id}/undo")).status_code == 200


@pytest.mark.parametrize("heard", [True, False])
async def test_what_was_taken_apart_since_is_not_joined_again(
    stage: Stage, empty: str, tmp_path: Path, heard: bool
) -> None:
    """Not for a moment: an order that the backup had not heard confirmed is not told again."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit)
    if heard:
        await confirmed(stage)
    file = await backup(stage)
    await confirmed(stage)
    await undone(berit)
    await confirmed(stage)
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there:
        assert await stands(there) == (Status.UNDONE, Why.RESTORED)
        assert await orders(there) == [TAKE_THEM_APART]


async def test_what_was_joined_before_and_is_still_stays(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """A fire is no reason to take a youth's words from each other."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit)
    file = await backup(stage)
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there:
        assert await stands(there) == (Status.JOINED, None)
        assert await orders(there) == [JOIN_THEM]


@pytest.mark.parametrize("how", ["new", "waited", "new and undone"])
async def test_what_was_joined_after_the_backup_is_taken_apart(
    stage: Stage, empty: str, tmp_path: Path, how: str
) -> None:
    """The bridge has joined them, and the record could never undo what it knows nothing of."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit, threads=[REV])
    if how == "waited":
        await proposed(stage, berit)
    file = await backup(stage)
    await also_on(stage, berit, person)
    if how != "waited":
        await proposed(stage, berit)
    assert await stands(stage) == (Status.JOINED, None)
    if how == "new and undone":
        await undone(berit)
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there:
        assert await orders(there) == [TAKE_THEM_APART]
        async with there.reading() as reading:
            left = list(await reading.session.scalars(select(Join.status)))
        assert left == (["waiting"] if how == "waited" else [])


async def test_without_the_log_nothing_stands_joined(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """Nobody can say what has been taken apart since."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit)
    file = await backup(stage)
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file, unlogged="Brent med kjelleren.")

    async with raised(stage, new) as there:
        assert await stands(there) == (Status.UNDONE, Why.RESTORED)
        assert await orders(there) == [TAKE_THEM_APART]


async def test_the_log_outside_tells_of_what_was_joined_and_parted_and_of_no_words(
    stage: Stage,
) -> None:
    """Ids and codes; what waits or is refused opens nothing, and is not told."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit, case="kanarisaken")
    await proposed(stage, berit, "j_2", alias="Kanari")
    assert await stands(stage) == (Status.REFUSED, Why.JOINED_ALREADY)
    await undone(berit, "j_2")

    lines = OutsideLog.opened(stage.settings.outside).lines()

    said = [line.said for line in lines if line.said["kind"] == "thread_joins"]
    assert [(each["id"], each["said"]["status"]) for each in said] == [
        ("j_2", "joined"),
        ("j_2", "undone"),
    ]
    assert set(said[0]["said"]) == {"status", "thread", "into"}
    assert "anari" not in stage.settings.outside.read_text()
