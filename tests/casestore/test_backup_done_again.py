"""What was deleted, ended or taken back since the backup is so again when it is restored."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from casestore.cases.tables import Case
from casestore.consents.tables import Withdrawal
from casestore.deletions.rules import BASES, Kind
from casestore.deletions.tables import Decision, Hold
from casestore.journal.tables import Entry
from casestore.people.tables import Person as Youth
from casestore.tables import ALL
from casestore.threads.tables import Thread
from casestore.users.rules import Role
from tests.casestore.deleting import CANARIES, carries_out, confirms, deletes, everything, proposes
from tests.casestore.emptied import empty
from tests.casestore.opened_by_force import all_cells, keys_in, readable
from tests.casestore.people import sends_json, youth, youth_with_case
from tests.casestore.restoring import again, backup, elsewhere, in_at, raised
from tests.casestore.stage import Stage, withdrawal_body

__all__ = ["empty"]  # pytest finds the fixtures here


BASIS = next(iter(BASES[Kind.RESTRICT]))


async def stolen(stage: Stage) -> set[str]:
    """What a thief could read of the canaries, with every key that lies on the new machine."""
    cells = await all_cells(stage.store.database)
    found = readable(cells, keys_in(stage.settings.keyring), CANARIES.values())
    return {name for name, word in CANARIES.items() if word in found}


async def test_a_person_who_was_deleted_stays_deleted_whatever_is_restored(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """«Slettet» that is true until somebody restores a backup is a lie with a delay."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _case = await everything(stage, berit)
    other, other_case = await youth_with_case(stage, berit, alias="Stille elv", thread="t_ola")
    file = await backup(stage)
    await deletes(tove, person)
    new = elsewhere(stage, empty, tmp_path / "annen")

    done = await again(stage, new, file)

    assert done.again.erased == 1
    async with raised(stage, new) as there:
        assert not await stolen(there) & (set(CANARIES) - {"why deleted", "held"})
        berit_there, tove_there = await in_at(there, berit), await in_at(there, tove)
        assert (await berit_there.logs_in()).status_code == 303
        assert (await tove_there.logs_in()).status_code == 303
        assert (await berit_there.http.get(f"/people/{person}")).status_code == 404
        assert (await berit_there.http.get("/journal/c_1")).status_code == 404
        assert "Stille elv" in await berit_there.sees(f"/people/{other}")
        assert (await berit_there.http.get(f"/cases/{other_case}")).status_code == 200
        before = (await tove.http.get("/api/deletions/dec_kanari")).json()
        after = (await tove_there.http.get("/api/deletions/dec_kanari")).json()
        assert after["certificate"] == before["certificate"]
        told = (await there.bridge.get("deletions")).json()["deletions"]
        assert "t_rev" in {each["thread"] for each in told}


async def test_what_had_moved_to_the_deleted_person_since_the_backup_goes_too(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """In the old copy the words lie under nobody yet; they were hers when she was deleted."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person = await youth(berit, alias="Blå rev")
    other, _case = await everything(stage, berit)
    file = await backup(stage)
    hers = {"person": person, "case": None, "reason": "Det var hun som skrev."}
    moved = await sends_json(berit, "/api/journal/c_1/move", hers)
    assert moved.status_code == 200, moved.text
    told = await deletes(tove, person)
    assert told["counts"]["entries"] == 1
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there:
        assert CANARIES["said"] not in {CANARIES[name] for name in await stolen(there)}
        async with there.reading() as reading:
            assert await reading.session.get(Entry, "c_1") is None
            assert (await reading.session.get_one(Youth, person)).deleted_at is not None
            assert (await reading.session.get_one(Youth, other)).deleted_at is None


async def test_a_disposal_by_two_is_done_again_too(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """The certificate names both, also in the restored store."""
    berit, tove = await stage.person("berit"), await stage.leader()
    head = await stage.person("dag", Role.DEPARTMENT_HEAD)
    person, case = await everything(stage, berit)
    closed = {"id": "close_kanari", "words": "Ferdig.", "version": 1}
    async with stage.reading() as reading:
        row = await reading.session.get_one(Case, case)
        closed["version"] = row.version
    answer = await sends_json(berit, f"/api/cases/{case}/close", closed)
    assert answer.status_code == 200, answer.text
    file = await backup(stage)
    stage.clock.move(timedelta(days=365 * 30))
    for each in (tove, head):
        assert (await each.logs_in()).status_code == 303
    answer = await proposes(tove, person, kind="dispose")
    assert answer.status_code == 201, answer.text
    assert (await confirms(head)).status_code == 200
    answer = await carries_out(tove)
    assert answer.status_code == 200, answer.text

    new = elsewhere(stage, empty, tmp_path / "annen")
    done = await again(stage, new, file)

    assert done.again.erased == 1
    async with raised(stage, new) as there, there.reading() as reading:
        decision = await reading.session.get_one(Decision, "dec_kanari")
        assert (decision.confirmed_by, decision.carried_out_by) == (head.id, tove.id)


async def test_a_consent_taken_back_since_is_taken_back(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """STOPP holds whatever happens to our machines."""
    berit = await stage.person("berit")
    await everything(stage, berit)
    file = await backup(stage)
    assert (
        await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, seconds=-1))
    ).status_code == 201
    new = elsewhere(stage, empty, tmp_path / "annen")

    done = await again(stage, new, file)

    assert done.again.closed >= 1
    async with raised(stage, new) as there:
        async with there.reading() as reading:
            assert await reading.session.get(Withdrawal, "w_1") is not None
        berit_there = await in_at(there, berit)
        assert (await berit_there.logs_in()).status_code == 303
        noted = {"id": "n_ny", "kind": "talk", "at": stage.at(), "minutes": 5, "words": "Nei.",
                 "finish": True}  # fmt: skip
        async with there.reading() as reading:
            case = (await reading.session.scalars(select(ALL.tables["cases"].c.id))).first()
        answer = await sends_json(berit_there, f"/api/cases/{case}/notes", noted)
        assert answer.status_code == 409, answer.text


async def test_access_that_has_ended_since_does_not_come_back(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """Who has left, and who was let in for a week, must not be let in by a power cut."""
    berit, tove = await stage.person("berit"), await stage.leader()
    sara, ola = await stage.person("sara"), await stage.person("ola")
    _person, case = await youth_with_case(stage, berit, alias="Blå rev")
    today = stage.at()[:10]
    share = {"id": "sh_kanari", "user": sara.id, "from_day": today, "until_day": today,
             "reason": "Ferie."}  # fmt: skip
    answer = await sends_json(berit, f"/api/cases/{case}/shares", share)
    assert answer.status_code == 201, answer.text
    file = await backup(stage)
    ended = await sends_json(berit, f"/api/cases/{case}/shares/sh_kanari/end")
    assert ended.status_code == 200, ended.text
    closed = await tove.sends(f"/accounts/{ola.id}/close", reason="Sluttet.")
    assert closed.status_code == 303
    new_one = await tove.sends(f"/accounts/{berit.id}/password", reason="Glemt.")
    assert new_one.status_code == 200
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there:
        assert (await (await in_at(there, ola)).logs_in()).status_code != 303
        assert (await (await in_at(there, berit)).logs_in()).status_code != 303
        sara_there = await in_at(there, sara)
        assert (await sara_there.logs_in()).status_code == 303
        assert (await sara_there.http.get(f"/cases/{case}")).status_code == 404
        assert await _count(there, "sessions") == 1


async def _count(stage: Stage, table: str) -> int:
    async with stage.reading() as reading:
        found = select(func.count()).select_from(ALL.tables[table])
        return int(await reading.session.scalar(found) or 0)


async def test_a_restriction_and_a_hold_hold_again(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """Both were put there because somebody could be hurt without them."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    other, _ = await youth_with_case(stage, berit, alias="Stille elv")
    file = await backup(stage)
    shut = {"id": "res_kanari", "person": person, "kind": "restrict", "basis": BASIS,
            "reason": "Uenighet."}  # fmt: skip
    answer = await sends_json(tove, "/api/deletions/restrictions", shut)
    assert answer.status_code == 201, answer.text
    held = {"id": "hold_kanari", "person": other, "reason": "Tilsyn."}
    assert (await sends_json(tove, "/api/deletions/holds", held)).status_code == 201
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there, there.reading() as reading:
        assert (await reading.session.get_one(Youth, person)).restricted_at is not None
        hold = await reading.session.get_one(Hold, "hold_kanari")
        assert (hold.person, hold.lifted_at) == (other, None)


async def test_a_thread_that_was_untied_since_is_nobodys_again(
    stage: Stage, empty: str, tmp_path: Path
) -> None:
    """It was somebody else who wrote: tied again, one youth would read what another has said."""
    berit = await stage.person("berit")
    person, _case = await everything(stage, berit)
    file = await backup(stage)
    wrong = {"reason": "Det var broren."}
    untied = await sends_json(berit, f"/api/people/{person}/threads/t_rev/untie", wrong)
    assert untied.status_code == 200, untied.text
    new = elsewhere(stage, empty, tmp_path / "annen")

    await again(stage, new, file)

    async with raised(stage, new) as there, there.reading() as reading:
        assert (await reading.session.get_one(Thread, "t_rev")).person is None
        entry = await reading.session.get_one(Entry, "c_1")
        assert (entry.person, entry.case) == (None, None)
