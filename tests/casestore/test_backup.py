"""A backup comes back whole, and undoes nothing that somebody has closed since."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from casestore.audit.checking import check_chains
from casestore.backup.sealed import BadBackup
from casestore.backup.serving import NotRestored
from casestore.keys_rotating import rotate
from casestore.tables import ALL
from tests.casestore.deleting import CANARIES, deletes, everything, made
from tests.casestore.emptied import _empty, empty
from tests.casestore.people import audited, youth, youth_with_case
from tests.casestore.restoring import again, backup, elsewhere, in_at, raised
from tests.casestore.stage import Stage
from tests.support.postgres import Server

__all__ = ["empty"]  # pytest finds the fixtures here


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_kind(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: Server | None
) -> AsyncIterator[str]:
    """An empty database of either kind: a team may outgrow its first."""
    async for url in _empty(str(request.param), tmp_path, postgres_server):
        yield url


async def test_everything_comes_back_and_goes_on(
    stage: Stage, any_kind: str, tmp_path: Path
) -> None:
    """A fire in the cellar must not be the end of what a youth has agreed to have kept."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, case = await everything(stage, berit)
    file = await backup(stage)
    new = elsewhere(stage, any_kind, tmp_path / "annen")

    done = await again(stage, new, file)

    assert done.again.erased == 0
    async with raised(stage, new) as there:
        berit_there = await in_at(there, berit)
        assert (await berit_there.logs_in()).status_code == 303
        page = await berit_there.sees(f"/people/{person}")
        assert CANARIES["alias"] in page
        assert CANARIES["note"] in await berit_there.sees("/notes/n_kanari")
        assert CANARIES["said"] in await berit_there.sees("/journal/c_1")
        noted = {"id": "n_etterpaa", "kind": "talk", "at": stage.at(-60), "minutes": 5,
                 "words": "Vi begynner på nytt.", "finish": True}  # fmt: skip
        await made(berit_there, f"/api/cases/{case}/notes", noted)
        assert await youth(berit_there, alias="Stille elv")
        async with there.reading() as reading:
            assert [each.wrong for each in await check_chains(reading)] == [None, None]
        (told,) = await audited(there, "backup.restored")
        assert told["rows"] == done.rows
    assert tove.id


async def test_every_row_comes_back_as_it_lay(stage: Stage, empty: str, tmp_path: Path) -> None:
    """A column that is forgotten in a backup is found to be missing on the worst day."""
    berit = await stage.person("berit")
    await everything(stage, berit)
    before = {t.name: await _rows(stage, t.name) for t in ALL.sorted_tables}
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, await backup(stage))

    async with raised(stage, new) as there:
        after = {t.name: await _rows(there, t.name) for t in ALL.sorted_tables}
    changes = {"data_keys", "audit_events", "audit_head", "chain_anchors"}
    assert {name for name in before if before[name] != after[name]} - changes == {
        "sessions",
        "kept_answers",
    }
    assert before["audit_events"] == after["audit_events"][: len(before["audit_events"])]
    assert len(before["data_keys"]) == len(after["data_keys"])


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def _rows(stage: Stage, name: str) -> list[tuple[object, ...]]:
    table = ALL.tables[name]
    async with stage.reading() as reading:
        found = await reading.session.execute(select(table).order_by(*table.primary_key.columns))
        return [tuple(row) for row in found]


async def test_a_backup_that_was_changed_anywhere_is_refused_before_anything_is_done(
    stage: Stage, tmp_path: Path
) -> None:
    """Half a record, or a made-up one, is worse than none that day."""
    berit = await stage.person("berit")
    await everything(stage, berit)
    file = await backup(stage)
    (tmp_path / "ny").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}"
    new = elsewhere(stage, url, tmp_path / "annen")
    whole = file.read_bytes()
    head = whole.index(b"\n") + 1
    spoilt = [whole[: head + 4], whole[:-1], whole + b"\0", whole[:10], b"", b"{}\n"]
    spoilt += [
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        for at in (5, head - 10, head + 1, head + 40, len(whole) // 2, len(whole) - 3)
    ]

    for raw in spoilt:
        file.write_bytes(raw)
        with pytest.raises((BadBackup, NotRestored)):
            await again(stage, new, file)

    file.write_bytes(whole)
    assert (await again(stage, new, file)).rows > 0


async def test_what_is_there_is_not_written_over_by_mistake(stage: Stage, tmp_path: Path) -> None:
    """The commonest way to lose a record is to restore the wrong one."""
    berit = await stage.person("berit")
    await youth_with_case(stage, berit, alias="Blå rev")
    file = await backup(stage)
    keys = tmp_path / "annen"
    new = replace(elsewhere(stage, stage.settings.database_url, keys))

    with pytest.raises(NotRestored, match="i bruk"):
        await again(stage, new, file)
    with pytest.raises(NotRestored, match="går"):
        await again(stage, stage.settings, file, over=True)
    with pytest.raises(NotRestored, match="team"):
        await again(stage, replace(new, team="bergen"), file, over=True)


async def test_a_backup_is_unreadable_when_its_key_has_gone(stage: Stage, tmp_path: Path) -> None:
    """What is deleted is gone from old backups too, once the key of their days is."""
    berit = await stage.person("berit")
    await everything(stage, berit)
    file = await backup(stage)
    at_once = replace(stage.store, settings=replace(stage.settings, backup_days=0))
    await rotate(at_once)
    (tmp_path / "ny").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}"

    with pytest.raises(BadBackup, match="no longer"):
        await again(stage, elsewhere(stage, url, tmp_path / "annen"), file)


async def test_no_word_of_anybody_lies_open_in_a_backup_or_in_the_log(stage: Stage) -> None:
    """Both are carried about, and one day somebody leaves one on a train."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await everything(stage, berit)
    file = await backup(stage)
    await deletes(tove, person)

    for raw in (file.read_bytes(), stage.settings.outside.read_bytes()):
        for word in (*CANARIES.values(), "berit", "tove", "Blå rev"):
            assert word.encode() not in raw
    assert [mode(path) for path in (file, stage.settings.outside)] == [0o600, 0o600]


async def test_what_is_not_ours_in_a_database_is_left_alone(stage: Stage, tmp_path: Path) -> None:
    """Another system's table may have one of our names, and its own people behind it."""
    berit = await stage.person("berit")
    await youth_with_case(stage, berit, alias="Blå rev")
    file = await backup(stage)
    (tmp_path / "ny").mkdir()
    place = tmp_path / "ny" / "casestore.db"
    new = elsewhere(stage, f"sqlite+aiosqlite:///{place}", tmp_path / "annen")
    with closing(sqlite3.connect(place)) as theirs, theirs:
        theirs.execute("CREATE TABLE users (theirs TEXT)")
        theirs.execute("CREATE TABLE invoices (theirs TEXT)")
        theirs.execute("INSERT INTO invoices VALUES ('deres')")

    with pytest.raises(NotRestored, match="annet"):
        await again(stage, new, file, over=True)
    with closing(sqlite3.connect(place)) as theirs, theirs:
        theirs.execute("DROP TABLE users")
    await again(stage, new, file)

    with closing(sqlite3.connect(place)) as theirs:
        assert theirs.execute("SELECT theirs FROM invoices").fetchall() == [("deres",)]
