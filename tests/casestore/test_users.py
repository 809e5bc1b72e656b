"""Accounts and sessions: one's own, closed in time, and hard to guess one's way into."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casestore.users.commands import (
    close_account,
    create_account,
    create_first_team_leader,
    list_accounts,
    set_password,
)
from casestore.users.passwords import NOBODY, matches
from casestore.users.rules import (
    FAILURES,
    IDLE,
    LOCKED,
    AccountRefused,
    Role,
    password_mistake,
)
from casestore.users.tables import LoginSession, User
from tests.casestore.stage import PASSWORD, Stage


async def test_a_session_is_an_opaque_cookie_that_scripts_cannot_read(stage: Stage) -> None:
    """Whoever holds the cookie reads the journals."""
    berit = await stage.person("berit")

    answer = await berit.logs_in()

    cookie = SimpleCookie(answer.headers["set-cookie"])["utebru_session"]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert len(cookie.value) >= 43
    async with stage.store.database.reading() as session:
        hashes = list(await session.scalars(select(LoginSession.secret_hash)))
        users = list(await session.scalars(select(User.password)))
    assert cookie.value.encode() not in hashes
    assert users[0].startswith("$argon2id$")


async def test_logging_out_ends_the_session_itself(stage: Stage) -> None:
    """A cookie somebody has copied is worth nothing after Logg ut."""
    berit = await stage.person("berit")
    stolen = dict(berit.http.cookies)
    await berit.sends("/logout")

    thief = await stage.browser()
    thief.cookies.update(stolen)
    answer = await thief.get("/transfers")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


async def test_a_page_left_alone_logs_out_though_it_refreshes_itself(stage: Stage) -> None:
    """The laptop in the youth club stands open while the caseworker has gone for a walk."""
    berit = await stage.person("berit")
    live = {"X-Live": "1"}
    for _ in range(3):
        stage.clock.move(IDLE / 3 - timedelta(seconds=1))
        assert (await berit.http.get("/transfers/rows", headers=live)).status_code == 200
    stage.clock.move(timedelta(seconds=3))

    assert (await berit.http.get("/transfers/rows", headers=live)).status_code == 401
    assert (await berit.http.get("/transfers")).status_code == 303


async def test_somebody_who_works_stays_in_but_not_overnight(stage: Stage) -> None:
    """Working is not punished; forgetting to log out is mended."""
    berit = await stage.person("berit")
    for _ in range(29):
        stage.clock.move(timedelta(minutes=20))
        assert (await berit.http.get("/transfers")).status_code == 200

    stage.clock.move(timedelta(minutes=20))

    assert (await berit.http.get("/transfers")).status_code == 303


async def test_guessing_locks_the_account_for_a_while(stage: Stage) -> None:
    """A password is worth little if it can be tried until it fits."""
    berit = await stage.person("berit")
    wrong = [await berit.logs_in("galt passord") for _ in range(FAILURES)]
    locked = await berit.logs_in()
    unknown = await berit.http.post("/login", data={"login": "ingen", "password": "x"})
    stage.clock.move(LOCKED)
    after = await berit.logs_in()

    assert {answer.status_code for answer in wrong} == {401}
    assert locked.status_code == 401
    assert unknown.status_code == 401
    assert "stemmer ikke" in unknown.text
    assert after.status_code == 303


async def test_a_closed_account_is_out_at_once_and_its_id_stays_taken(stage: Stage) -> None:
    """Somebody who has left must not read on; and who wrote what must stay known."""
    await stage.leader()
    berit = await stage.person("berit")
    await close_account(stage.settings, login="berit", clock=stage.clock.now)

    assert (await berit.http.get("/transfers")).status_code == 303
    assert (await berit.logs_in()).status_code == 401
    told = (await stage.bridge.get("employees")).json()["employees"]
    assert {"id": berit.id, "role": "caseworker", "active": False, "slack_user": None} in told
    with pytest.raises(DBAPIError):
        async with stage.store.database.writing() as session:
            await session.execute(text("DELETE FROM users"))


async def test_the_first_team_leader_is_made_once_and_the_last_is_kept(stage: Stage) -> None:
    """A team without a leader has nobody who can follow up a youth's STOPP."""

    async def first(login: str) -> str:
        return await create_first_team_leader(
            stage.settings, login=login, name="Tove", password=PASSWORD
        )

    async def another(login: str, name: str = "Tove") -> str:
        return await create_account(
            stage.settings, login=login, name=name, role=Role.CASEWORKER, password=PASSWORD
        )

    await first("tove")

    with pytest.raises(AccountRefused):
        await first("arne")
    with pytest.raises(AccountRefused):
        await close_account(stage.settings, login="tove")
    with pytest.raises(AccountRefused):
        await another("TOVE ")
    for login in ("", "a", "æøå", "med mellomrom", "x" * 80):
        with pytest.raises(AccountRefused):
            await another(login)
    for name in ("", " ", "a\u0000b", "x" * 121):
        with pytest.raises(AccountRefused):
            await another("arne", name)

    accounts = await list_accounts(stage.settings)
    assert [(a.login, a.role, a.active) for a in accounts] == [("tove", Role.TEAM_LEADER, True)]


async def test_a_new_password_logs_out_and_opens_the_lock(stage: Stage) -> None:
    """Whoever knew the old one is out."""
    berit = await stage.person("berit")
    for _ in range(FAILURES):
        await berit.logs_in("galt passord")
    await set_password(stage.settings, login="berit", password="en helt ny frase")

    assert (await berit.http.get("/transfers")).status_code == 303
    assert (await berit.logs_in()).status_code == 401
    assert (await berit.logs_in("en helt ny frase")).status_code == 303


@pytest.mark.parametrize(
    ("password", "fine"),
    [
        (PASSWORD, True),
        ("kort", False),
        ("x" * 201, False),
        ("aaaaaaaaaaaaaaa", False),
        ("berit-berit-1", False),
    ],
)
def test_what_a_password_must_be(password: str, fine: bool) -> None:
    """Length counts; the name of the one whose it is does not."""
    assert (password_mistake(password, login="berit") is None) is fine


async def test_verifying_nobodys_password_is_a_real_verification() -> None:
    """If an unknown name were answered faster, names could be found by listening."""
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(NOBODY, PASSWORD)
    assert not PasswordHasher().check_needs_rehash(NOBODY)
    assert not await matches(NOBODY, PASSWORD)
    assert not await matches("rubbish", PASSWORD)
