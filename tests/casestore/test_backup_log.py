"""The log outside the database: what a restore asks, and without which nothing is closed."""

import json
import shutil
from pathlib import Path

import pytest

from casestore.backup.serving import NotRestored
from casestore.outside.log import OutsideLog, undone
from casestore.people.tables import Person as Youth
from tests.casestore.deleting import carries_out, deletes, proposes
from tests.casestore.emptied import empty
from tests.casestore.people import audited, youth_with_case
from tests.casestore.restoring import again, backup, elsewhere, in_at, raised
from tests.casestore.stage import Stage, withdrawal_body

__all__ = ["empty"]  # pytest finds the fixtures here


async def test_of_a_deletion_nobody_can_say_the_end_of_the_person_is_shut_and_not_lost(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """Died between the line and the commit, the machine takes the answer with it."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    file = await backup(stage)
    await deletes(tove, person)
    log = OutsideLog.opened(stage.settings.outside)
    text = stage.settings.outside.read_text().splitlines(keepends=True)
    assert json.loads(text[-1])["said"]["kind"] == "done"
    stage.settings.outside.write_text("".join(text[:-1]))
    assert undone(log.lines())
    new = elsewhere(stage, empty, tmp_path / "annen")

    done = await again(stage, new, file)

    assert (done.again.erased, done.again.restricted) == (0, 1)
    async with raised(stage, new) as there, there.reading() as reading:
        row = await reading.session.get_one(Youth, person)
        assert (row.deleted_at, row.restricted_at is None) == (None, False)


async def test_the_next_start_finds_out_how_an_open_line_ended(stage: Stage) -> None:
    """It is only in doubt for as long as nobody has looked in the database."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    await deletes(tove, person)
    text = stage.settings.outside.read_text().splitlines(keepends=True)
    stage.settings.outside.write_text("".join(text[:-1]))

    async with raised(stage, stage.settings):
        lines = OutsideLog.opened(stage.settings.outside).lines()

    assert lines[-1].said["kind"] == "done"
    assert not undone(lines)


async def test_without_the_log_outside_nothing_is_restored_but_for_a_reason(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """Then nobody knows who was deleted: everybody is shut until the team leader has looked."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    file = await backup(stage)
    await deletes(tove, person)
    new = elsewhere(stage, empty, tmp_path / "annen")
    new.outside.unlink()

    with pytest.raises(NotRestored, match="Slettingsloggen"):
        await again(stage, new, file)
    done = await again(stage, new, file, unlogged="Loggen brant også.")

    assert done.again.restricted == 1
    async with raised(stage, new) as there:
        berit_there = await in_at(there, berit)
        assert (await berit_there.logs_in()).status_code == 303
        assert (await berit_there.http.get(f"/people/{person}")).status_code == 404
        (told,) = await audited(there, "backup.restored")
        assert told["unlogged"] is True


async def test_a_log_that_is_old_or_changed_is_refused(stage: Stage, tmp_path: Path) -> None:
    """An older copy of the log would bring back whoever was deleted after it."""
    berit = await stage.person("berit")
    await youth_with_case(stage, berit, alias="Blå rev", thread="t_rev")
    withdrawal = withdrawal_body(stage, seconds=-1)
    assert (await stage.bridge.put("withdrawals/w_1", withdrawal)).status_code == 201
    file = await backup(stage)
    (tmp_path / "ny").mkdir()
    url = f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}"
    new = elsewhere(stage, url, tmp_path / "annen")
    lines = new.outside.read_text().splitlines(keepends=True)
    spoilt = {
        "eldre": lines[:-1],
        "line 2": [*lines[:1], *lines[2:]],
        "line": [line.replace("t_", "u_") for line in lines],
        "one of ours": [],
        "en annen": OutsideLog.opened(tmp_path / "en" / "annen").path.read_text().splitlines(True),
    }

    for says, text in spoilt.items():
        new.outside.write_text("".join(text))
        with pytest.raises(NotRestored, match=says):
            await again(stage, new, file)

    new.outside.write_text("".join(lines))
    assert (await again(stage, new, file)).again.erased == 0


async def test_where_the_log_cannot_be_written_nothing_is_closed(stage: Stage) -> None:
    """A deletion that a restore could undo is not done at all, and somebody is told."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    assert (await proposes(tove, person)).status_code == 201
    kept = stage.settings.outside.with_suffix(".away")
    shutil.move(stage.settings.outside, kept)

    answer = await carries_out(tove)

    assert answer.status_code == 503, answer.text
    async with stage.reading() as reading:
        assert (await reading.session.get_one(Youth, person)).deleted_at is None
    shutil.move(kept, stage.settings.outside)
    assert (await carries_out(tove)).status_code == 200


async def test_what_another_process_took_for_undone_is_looked_up_again(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """It had written its line, and had not committed yet, when the other one started and looked."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    file = await backup(stage)
    await deletes(tove, person)
    log = OutsideLog.opened(stage.settings.outside)
    lines = stage.settings.outside.read_text().splitlines(keepends=True)
    tx = json.loads(lines[-1])["said"]["tx"]
    stage.settings.outside.write_text("".join(lines[:-1]))
    log.append(stage.at(), {"kind": "void", "tx": tx})

    async with raised(stage, stage.settings):
        pass

    done = await again(stage, elsewhere(stage, empty, tmp_path / "annen"), file)
    assert done.again.erased == 1
