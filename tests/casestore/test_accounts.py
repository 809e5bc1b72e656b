"""Who has access: given by the team leader, with a reason, over when it is over, never nobody."""

import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import LargeBinary, select, text
from sqlalchemy.exc import DBAPIError

from casestore.audit.tables import AuditEvent
from casestore.tables import ALL
from casestore.users.rules import FAILURES, Role
from casestore.users.tables import User
from tests.casestore.accounts import grants, hired, makes, password_in, token_in
from tests.casestore.accounts import version_of as version_shown
from tests.casestore.people import sends_json
from tests.casestore.stage import PASSWORD, Person, Stage


async def test_a_new_colleague_gets_a_password_for_once_and_chooses_their_own(
    stage: Stage,
) -> None:
    """A password that the leader knows is not the employee's; it must open nothing."""
    tove = await stage.leader()
    made = await makes(tove, "berit")
    password = password_in(made.text)
    berit = Person(id="", login="berit", http=await stage.browser())

    assert (await berit.logs_in(password)).status_code == 303
    for path in ("/", "/transfers", "/account", "/account/second-factor", "/slack"):
        assert (await berit.http.get(path)).headers["location"] == "/account/password"
    token = token_in(await berit.sees("/account/password"))

    async def chooses(old: str, new: str, again: str) -> int:
        fields = {"form_token": token, "old": old, "new": new, "again": again}
        return (await berit.http.post("/account/password", data=fields)).status_code

    assert await chooses("galt", "min egen frase", "min egen frase") == 422
    assert await chooses(password, "kort", "kort") == 422
    assert await chooses(password, password, password) == 422
    assert await chooses(password, "min egen frase", "min annen frase") == 422
    assert await chooses(password, "", "") == 422
    assert await chooses(password, "min egen frase", "min egen frase") == 303
    assert (await berit.http.get("/transfers")).status_code == 200
    assert (await berit.logs_in(password)).status_code == 401
    assert password not in await tove.sees("/accounts")


async def test_a_double_submit_makes_one_account_and_wrong_input_none(stage: Stage) -> None:
    """A leader who presses twice must not be left with two colleagues of the same name."""
    tove = await stage.leader()
    twice = {"id": "e_" + "a1" * 12}
    assert (await makes(tove, "berit", **twice)).status_code == 200
    again = await makes(tove, "berit", **twice)
    assert again.headers["location"] == f"/accounts/{twice['id']}"
    taken = await makes(tove, "BERIT ")
    assert taken.status_code == 422
    assert "er i bruk" in taken.text

    for wrong in (
        {"login": "Ære være"}, {"login": ""}, {"name": ""}, {"name": "a\u0000b"}, {"role": ""},
        {"role": "deputy"}, {"role": "mayor"}, {"begins": ""}, {"begins": "i går"},
        {"begins": "2026-02-30"}, {"ends": "2026-10-31"}, {"ends": "x"}, {"reason": " "},
        {"name": "x" * 121}, {"reason": "x" * 2001}, {"id": "e_x"},
    ):  # fmt: skip
        refused = await makes(tove, **({"login": "arne"} | wrong))
        assert refused.status_code == 422, wrong
    shown = await makes(tove, "arne", name='<img src=x onerror="x">', begins="")
    assert "Skriv fra hvilken dag" in shown.text
    assert "<img src=x" not in shown.text
    assert (await tove.sees("/accounts")).count('<strong><a href="/accounts/e_') == 2


async def test_access_begins_and_ends_with_the_employment_by_itself(stage: Stage) -> None:
    """R50: who has left yesterday must not read today, and nobody should have to remember it."""
    tove, berit = await stage.leader(), await stage.person("berit")

    async def employed(begins: str, ends: str) -> int:
        version = await version_shown(tove, berit.id)
        fields = {"begins": begins, "ends": ends, "version": version, "reason": "Vikar"}
        return (await tove.sends(f"/accounts/{berit.id}/employment", **fields)).status_code

    async def active() -> bool:
        told = (await stage.bridge.get("employees")).json()["employees"]
        return next(bool(each["active"]) for each in told if each["id"] == berit.id)

    assert await employed("2026-11-04", "2026-11-05") == 303
    assert (await berit.http.get("/transfers")).headers["location"] == "/login"
    assert (await berit.logs_in()).status_code == 401
    assert not await active()
    assert "Ikke ansatt i dag" in await tove.sees("/accounts")

    # Midnight in Oslo is 23 UTC in winter.
    stage.clock.set(datetime(2026, 11, 3, 22, 59, 59, tzinfo=UTC))
    assert (await berit.logs_in()).status_code == 401
    stage.clock.set(datetime(2026, 11, 3, 23, 0, tzinfo=UTC))
    assert (await berit.logs_in()).status_code == 303
    assert await active()

    stage.clock.set(datetime(2026, 11, 5, 22, 50, tzinfo=UTC))
    assert (await berit.logs_in()).status_code == 303
    assert (await berit.http.get("/transfers")).status_code == 200
    stage.clock.set(datetime(2026, 11, 5, 23, 0, tzinfo=UTC))
    assert (await berit.http.get("/transfers")).headers["location"] == "/login"
    assert not await active()
    assert (await berit.logs_in()).status_code == 401


async def test_what_has_changed_meanwhile_is_not_overwritten(stage: Stage) -> None:
    """Two leaders at two desks: the second is told, and keeps what was typed."""
    tove, berit = await stage.leader(), await stage.person("berit")
    version = await version_shown(tove, berit.id)
    path = f"/accounts/{berit.id}/employment"
    first = {"begins": "2026-11-01", "ends": "2026-12-31", "version": version, "reason": "Vikar"}
    assert (await tove.sends(path, **first)).status_code == 303
    assert (await tove.sends(path, **first)).status_code == 303

    late = await tove.sends(path, **(first | {"ends": "2027-03-31", "reason": "Forlenget"}))

    assert late.status_code == 409
    assert "2027-03-31" in late.text
    assert "Forlenget" in late.text
    assert "til og med 31.12.2026" in late.text


async def test_a_caseworker_is_refused_on_every_path(stage: Stage) -> None:
    """R49: «Teamleder gir tilgang og rettigheter.» Nobody else, and nobody to themselves."""
    tove, berit = await stage.leader(), await stage.person("berit")
    dag = await stage.person("dag", Role.DEPARTMENT_HEAD)
    fields = {
        "reason": "x", "role": "team_leader", "version": "x", "begins": "2026-11-01",
        "ends": "2026-12-01", "id": "grant_" + "c3" * 12, "login": "x", "name": "x",
    }  # fmt: skip
    sees = ("/accounts", f"/accounts/{tove.id}", "/api/accounts")
    changes = (
        "", f"/{berit.id}/role", f"/{berit.id}/employment", f"/{berit.id}/deputies",
        f"/{berit.id}/deputies/grant_1/end", f"/{tove.id}/close", f"/{berit.id}/unlock",
        f"/{berit.id}/second-factor/reset", f"/{berit.id}/password",
    )  # fmt: skip
    api = ("", "/e_1/role", "/e_1/employment", "/e_1/deputies", "/e_1/deputies/g_1/end",
           "/e_1/close", "/e_1/unlock", "/e_1/second-factor-reset")  # fmt: skip

    for who, may_see in ((berit, False), (dag, True)):
        for path in sees:
            assert ((await who.http.get(path)).status_code == 200) is may_see, path
        assert (await who.http.get("/accounts/new")).status_code == 403
        for path in changes:
            assert (await who.sends(f"/accounts{path}", **fields)).status_code == 403, path
        headers = {"X-Form-Token": await who.form_token()}
        for path in api:
            answer = await who.http.post(f"/api/accounts{path}", json=fields, headers=headers)
            assert answer.status_code == 403, path
    nobody = await stage.browser()
    for path in sees:
        assert (await nobody.get(path)).status_code in {303, 401}


async def test_another_site_and_an_old_form_change_nothing(stage: Stage) -> None:
    """A link in a mail must not be able to make somebody a leader."""
    tove, berit = await stage.leader(), await stage.person("berit")
    path = f"/accounts/{berit.id}/close"
    wrong = await tove.http.post(path, data={"form_token": "0" * 64, "reason": "x"})
    site = await tove.http.post(
        path, data={"form_token": await tove.form_token(), "reason": "x"},
        headers={"Origin": "https://ond.test", "Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    api = await tove.http.post(f"/api{path}", json={"reason": "x"}, headers={"X-Form-Token": "0"})

    assert [wrong.status_code, site.status_code, api.status_code] == [403, 403, 403]
    assert (await berit.http.get("/transfers")).status_code == 200


async def test_the_leader_sees_a_lock_and_opens_it(stage: Stage) -> None:
    """A caseworker who is locked out on a Friday night has a youth waiting."""
    tove, berit = await stage.leader(), await stage.person("berit")
    for _ in range(FAILURES):
        await berit.logs_in("galt passord")
    assert "Låst" in await tove.sees("/accounts")
    assert (await berit.logs_in()).status_code == 401

    assert (await tove.sends(f"/accounts/{berit.id}/unlock", reason="Ringte")).status_code == 303
    assert (await berit.logs_in()).status_code == 303
    assert "Låst" not in await tove.sees("/accounts")

    reset = await tove.sends(f"/accounts/{berit.id}/password", reason="Glemt")
    assert (await berit.http.get("/transfers")).headers["location"] == "/login"
    assert (await berit.logs_in()).status_code == 401
    assert (await berit.logs_in(password_in(reset.text))).status_code == 303


async def test_ones_own_password_is_changed_with_the_old_one_and_guessing_locks(
    stage: Stage,
) -> None:
    """An open browser is not yet somebody's password."""
    berit = await stage.person("berit")
    elsewhere = Person(id=berit.id, login="berit", http=await stage.browser())
    await elsewhere.logs_in()
    new = {"new": "en helt ny frase", "again": "en helt ny frase"}

    done = await berit.sends("/account/password", old=PASSWORD, **new)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert (await berit.http.get("/account")).status_code == 200
    assert (await elsewhere.http.get("/account")).headers["location"] == "/login"
    for _ in range(FAILURES):
        wrong = await berit.sends("/account/password", old="galt", new=PASSWORD, again=PASSWORD)
        assert wrong.status_code == 422
    locked = await berit.sends(
        "/account/password", old="en helt ny frase", new=PASSWORD, again=PASSWORD
    )
    assert locked.status_code == 422
    assert (await berit.logs_in("en helt ny frase")).status_code == 401


async def test_nothing_secret_is_left_anywhere(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The audit outlives people and the log is read by others: codes and ids, and no more."""
    caplog.set_level(logging.DEBUG)
    tove = await stage.leader()
    made = await makes(tove, "bibbi", name="Bibbi Kanari", reason="kanarigrunn én")
    password = password_in(made.text)
    async with stage.reading() as reading:
        bibbi = await reading.session.scalar(select(User.id).where(User.login == "bibbi"))
    assert bibbi is not None
    await grants(tove, bibbi, "2026-11-03", "2026-11-04", reason="kanarigrunn to")
    await tove.sends(f"/accounts/{bibbi}/close", reason="kanarigrunn tre")
    page = await tove.sees(f"/accounts/{bibbi}")
    assert "kanarigrunn tre" in page

    async with stage.reading() as reading:
        rows: list[object] = []
        for table in ALL.sorted_tables:
            rows += [tuple(row) for row in await reading.session.execute(select(table))]
        audit = list(await reading.session.scalars(select(AuditEvent.event)))
        blobs = [
            bytes(value)
            for table in ALL.sorted_tables
            for column in table.columns
            if isinstance(column.type, LargeBinary)
            for value in await reading.session.scalars(select(column))
            if value is not None
        ]
    everything = repr(rows) + " ".join(blob.decode("latin-1") for blob in blobs)
    assert "kanarigrunn" not in everything
    assert password not in everything
    # The driver tells the values of its statements at DEBUG; `bridge.logs` never lets it.
    logged = " ".join(
        record.getMessage() for record in caplog.records if record.name != "aiosqlite"
    )
    for word in ("kanari", "Kanari", "bibbi", PASSWORD, password, "Tove"):
        assert word not in " ".join(audit)
        assert word not in logged
    for what in ("account.made", "deputy.granted", "deputy.ended", "account.closed",
                 "account.log_in", "account.read"):  # fmt: skip
        assert f'"what":"{what}"' in " ".join(audit)


async def test_log_ins_locks_and_log_outs_are_noted(stage: Stage) -> None:
    """Whoever asks who was in the record on a Sunday must have an answer."""
    berit = await stage.person("berit")
    await berit.sends("/logout")
    for _ in range(FAILURES + 2):
        await berit.logs_in("galt passord")

    async with stage.reading() as reading:
        rows = await reading.session.execute(
            select(AuditEvent.what).where(AuditEvent.user == berit.id).order_by(AuditEvent.n)
        )
        noted = [what for (what,) in rows]
    assert noted == ["account.log_in", "account.log_out", "account.locked"]


async def test_what_was_changed_is_never_rewritten(stage: Stage) -> None:
    """Who gave what to whom must stand when somebody wishes it did not."""
    await hired(stage, "tove", Role.TEAM_LEADER)
    for statement in ("UPDATE access_changes SET what = 'x'", "DELETE FROM access_changes"):
        with pytest.raises(DBAPIError):
            async with stage.store.database.writing() as session:
                await session.execute(text(statement))


async def test_accounts_as_json(stage: Stage) -> None:
    """The municipality's own tools may close an account the day somebody leaves."""
    tove = await stage.leader()

    async def post(path: str, **said: object) -> tuple[int, dict[str, object]]:
        answer = await sends_json(tove, f"/api/accounts{path}", said)
        return answer.status_code, answer.json()

    new = {"login": "berit", "name": "Berit", "role": "caseworker", "begins": "2026-11-01"}
    status, made = await post("", **new, ends=None, reason="Ny")
    assert status == 201
    its_id = made["id"]
    assert (await post("", **new, ends=None, reason="Ny"))[0] == 422
    assert (await post("", **new, ends="i dag", reason="Ny"))[0] == 422
    assert (await post("", **new, ends=None, reason=" "))[0] == 422
    assert (await post("", **new, ends=None, reason="Ny", admin=True))[0] == 422
    days = {"begins": "2026-11-03", "ends": "2026-11-04"}
    status, granted = await post(f"/{its_id}/deputies", **days, reason="Ferie")
    assert status == 201
    listed = (await tove.http.get("/api/accounts")).json()["accounts"]
    berit = next(each for each in listed if each["id"] == its_id)
    assert (berit["role"], berit["today"], berit["password_temporary"]) == (
        "caseworker", "deputy", True,
    )  # fmt: skip
    assert "kanari" not in str(listed)
    assert (await post(f"/{its_id}/deputies/{granted['id']}/end", reason="Tilbake"))[0] == 200
    version = berit["version"]
    employment = {"begins": "2026-11-01", "ends": "2026-11-30", "version": version}
    assert (await post(f"/{its_id}/employment", **employment, reason="Vikar"))[0] == 200
    changed = {"role": "team_leader", "version": version, "reason": "Ny leder"}
    status, told = await post(f"/{its_id}/role", **changed)
    assert (status, told["type"]) == (412, "urn:utebru:changed-meanwhile")
    assert (await post(f"/{its_id}/unlock", reason="x"))[0] == 200
    assert (await post(f"/{its_id}/dance", reason="x"))[0] == 422
    assert (await post(f"/{its_id}/close", reason="Sluttet"))[0] == 200
    assert (await post("/e_nobody/close", reason="Sluttet"))[0] == 404
