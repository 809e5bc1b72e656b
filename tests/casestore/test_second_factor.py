"""The second factor: who must have it, what it lets in, and what it never lets in twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from casestore.users.commands import reset_second_factor
from casestore.users.rules import FAILURES, LOCKED, MUST_HAVE_TWO, Role, Step, Way, next_step
from casestore.users.second_factor import matching_step
from casestore.users.tables import LoginSession, User
from tests.casestore.accounts import enrols, gives, grants, hired, token_in
from tests.casestore.stage import PASSWORD, Person, Stage, staged
from tests.support.clock import StoppedClock

STEP = timedelta(seconds=30)


@pytest.fixture
async def strict(database_url: str, tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Stage]:
    """A store as a municipality runs it: who leads needs two factors."""
    async with staged(database_url, tmp_path, clock, second_factor="required") as stage:
        yield stage


async def leader_with_phone(stage: Stage, login: str = "tove") -> Person:
    leader = await hired(stage, login, Role.TEAM_LEADER)
    await leader.logs_in()
    await enrols(stage, leader)
    return leader


@pytest.mark.parametrize("role", [Role.TEAM_LEADER, Role.DEPARTMENT_HEAD])
async def test_who_leads_reaches_nothing_but_setting_it_up(strict: Stage, role: Role) -> None:
    """A leader's password alone would open every youth's journal to whoever guessed it."""
    tove = await hired(strict, "tove", role)
    await tove.logs_in()

    for path in ("/", "/transfers", "/accounts", "/account", "/slack", "/tasks", "/account"):
        answer = await tove.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/second-factor")
    assert (await tove.http.get("/api/accounts")).status_code == 401
    token = token_in(await tove.sees("/account/second-factor"))
    posted = await tove.http.post("/accounts/x/close", data={"form_token": token, "reason": "x"})
    assert posted.headers["location"] == "/account/second-factor"
    out = await tove.http.post("/logout", data={"form_token": token})
    assert (out.status_code, out.headers["location"]) == (303, "/login")

    await tove.logs_in()
    await enrols(strict, tove)
    assert (await tove.http.get("/accounts")).status_code == 200


async def test_who_has_it_gives_a_code_at_every_log_in(strict: Stage) -> None:
    """Until the code is given nothing is shown, not even the name of who is logging in."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    phone = await enrols(strict, tove)
    strict.clock.move(STEP)
    tove.http.cookies.clear()
    await tove.logs_in()

    for path in ("/", "/transfers", "/account/second-factor", "/account/password", "/login"):
        led = await tove.http.get(path)
        assert led.status_code == 303
        assert led.headers["location"] in {"/login/code", "/"}
    asked = await tove.sees("/login/code")
    assert "Tove" not in asked
    token = token_in(asked)
    for path in ("/account/second-factor", "/account/password", "/account/second-factor/confirm"):
        fields = {"form_token": token, "code": "1", "old": PASSWORD, "new": "x", "again": "x"}
        led = await tove.http.post(path, data=fields)
        assert led.headers["location"] == "/login/code", path

    before = dict(tove.http.cookies)
    assert (await gives(tove, "000000")).status_code == 401
    assert (await gives(tove, "")).status_code == 401
    given = await gives(tove, phone.code()[:3] + " " + phone.code()[3:])
    assert (given.status_code, given.headers["location"]) == (303, "/")
    assert (await tove.http.get("/accounts")).status_code == 200
    assert dict(tove.http.cookies) != before
    async with strict.reading() as reading:
        rows = list(await reading.session.scalars(select(LoginSession.second_factor)))
    assert rows == [True, True]


async def test_no_code_is_taken_twice(strict: Stage) -> None:
    """Somebody who looked over a shoulder has thirty seconds; they must not be enough."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    phone = await enrols(strict, tove)
    used = phone.code()
    thief = Person(id=tove.id, login="tove", http=await strict.browser())
    await thief.logs_in()

    assert (await gives(thief, used)).status_code == 401
    strict.clock.move(STEP)
    assert (await gives(thief, used)).status_code == 401
    assert (await gives(thief, phone.code())).status_code == 303
    again = Person(id=tove.id, login="tove", http=await strict.browser())
    await again.logs_in()
    assert (await gives(again, phone.code())).status_code == 401


async def test_one_code_in_two_browsers_at_once_lets_one_in(strict: Stage) -> None:
    """The thief who is quick enough to type at the same second is still a second too late."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    phone = await enrols(strict, tove)
    strict.clock.move(STEP)
    two = [Person(id=tove.id, login="tove", http=await strict.browser()) for _ in range(2)]
    for each in two:
        await each.logs_in()

    answers = await asyncio.gather(*(gives(each, phone.code()) for each in two))

    assert sorted(answer.status_code for answer in answers) == [303, 401]


async def test_wrong_codes_lock_the_account_and_the_password_does_not_start_the_count_again(
    strict: Stage,
) -> None:
    """Who has found the password could try four codes, log in again, and try four more."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    phone = await enrols(strict, tove)
    strict.clock.move(STEP)
    thief = Person(id=tove.id, login="tove", http=await strict.browser())

    for _ in range(FAILURES):
        assert (await thief.logs_in()).status_code == 303
        assert (await gives(thief, "000000")).status_code == 401
    assert (await gives(thief, phone.code())).status_code == 401
    assert (await thief.logs_in()).status_code == 401
    strict.clock.move(LOCKED)
    assert (await thief.logs_in()).status_code == 303
    assert (await gives(thief, phone.code())).status_code == 303


async def test_a_session_from_before_gives_a_code_too(strict: Stage) -> None:
    """A browser that was logged in while there was no second factor must not stay a way around."""
    berit = await strict.person("berit")
    elsewhere = Person(id=berit.id, login="berit", http=await strict.browser())
    await elsewhere.logs_in()
    assert (await berit.http.get("/account")).status_code == 200

    await enrols(strict, berit)

    assert (await berit.http.get("/account")).status_code == 200
    assert (await elsewhere.http.get("/account")).headers["location"] == "/login/code"


async def test_a_caseworker_may_and_a_deputy_must(strict: Stage) -> None:
    """Whoever gets the leader's view for a week gets the leader's duty with it, at once."""
    tove = await leader_with_phone(strict)
    berit = await strict.person("berit")
    assert (await berit.http.get("/transfers")).status_code == 200
    assert (await grants(tove, berit.id, "2026-11-03", "2026-11-04")).status_code == 303

    led = await berit.http.get("/transfers")
    assert led.headers["location"] == "/account/second-factor"
    await enrols(strict, berit)
    assert (await berit.http.get("/reviews")).status_code == 200


async def test_setting_it_up_again_does_not_take_the_place_of_what_is_in_use(
    strict: Stage,
) -> None:
    """Whoever borrows an open browser must not be able to move the factor to their own phone."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    phone = await enrols(strict, tove)
    async with strict.reading() as reading:
        before = await reading.session.scalar(select(User.totp).where(User.id == tove.id))

    assert (await tove.sends("/account/second-factor")).status_code == 303
    assert (await tove.http.get("/account/second-factor")).headers["location"] == "/account"
    tried = await tove.sends("/account/second-factor/confirm", code=phone.code())
    assert tried.headers["location"] == "/account"

    async with strict.reading() as reading:
        assert await reading.session.scalar(select(User.totp).where(User.id == tove.id)) == before


async def test_a_lost_phone_is_mended_by_a_colleague_or_on_the_server(strict: Stage) -> None:
    """A lost phone must not mean that nobody leads; and what was logged in is out."""
    tove = await leader_with_phone(strict)
    kari = await leader_with_phone(strict, "kari")

    assert (await tove.sends(f"/accounts/{kari.id}/second-factor/reset")).status_code == 422
    done = await tove.sends(f"/accounts/{kari.id}/second-factor/reset", reason="Mistet telefonen")
    assert done.status_code == 303
    assert (await kari.http.get("/transfers")).headers["location"] == "/login"
    await kari.logs_in()
    assert (await kari.http.get("/transfers")).headers["location"] == "/account/second-factor"
    page = await tove.sees(f"/accounts/{kari.id}")
    assert "Tofaktor nullstilt" in page
    assert "Mistet telefonen" in page

    await reset_second_factor(strict.settings, login="tove", clock=strict.clock.now)
    assert (await tove.http.get("/transfers")).headers["location"] == "/login"


async def test_the_secret_is_shown_only_while_it_is_set_up_and_to_its_owner(strict: Stage) -> None:
    """The secret is a second factor only as long as one phone has it."""
    tove = await hired(strict, "tove", Role.TEAM_LEADER)
    await tove.logs_in()
    path = "/account/second-factor"
    assert "<svg" not in (await tove.sees(path)).split("<main")[1]
    token = token_in(await tove.sees(path))
    await tove.http.post(path, data={"form_token": token})
    shown = await tove.http.get(path)
    assert shown.headers["cache-control"] == "no-store"
    assert "http" not in shown.text.split("<main")[1].replace("http://www.w3.org/2000/svg", "")
    assert "style=" not in shown.text
    phone = await enrols(strict, tove)

    for seen in ("/account", "/accounts", f"/accounts/{tove.id}", "/api/accounts"):
        assert phone.secret not in (await tove.http.get(seen)).text
    async with strict.reading() as reading:
        user = await reading.session.get_one(User, tove.id)
        assert phone.secret.encode() not in (user.totp or b"")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("enrolled", [False, True])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("temporary", [False, True])
@pytest.mark.parametrize("required", [False, True])
@pytest.mark.parametrize("way", Way)
def test_what_comes_first(
    role: Role, enrolled: bool, given: bool, temporary: bool, required: bool, way: Way
) -> None:
    """One cell that lets somebody past is one too many."""
    step = next_step(
        role=role, enrolled=enrolled, code_given=given, password_temporary=temporary,
        required=required, way=way,
    )  # fmt: skip

    if enrolled and not given and way is not Way.PROVIDER_STRONG:
        assert step is Step.CODE
    elif temporary:
        assert step is Step.PASSWORD
    elif required and not enrolled and way is not Way.PROVIDER_STRONG:
        assert (step is Step.ENROL) is (role in MUST_HAVE_TWO)
    else:
        assert step is None


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "fine"), [(0, True), (-30, True), (30, True), (-60, False), (60, False)]
)
def test_a_telephone_may_be_half_a_minute_off(seconds: int, fine: bool) -> None:
    """Clocks on phones are nearly right; a code from a minute ago is somebody else's."""
    code = pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=seconds))
    assert (matching_step(SECRET, code, now=NOON, after=0) is not None) is fine


@given(st.text(max_size=12))
def test_rubbish_is_no_code(typed: str) -> None:
    """What is typed in a hurry must be refused, not fall over."""
    right = {pyotp.TOTP(SECRET).at(NOON + timedelta(seconds=s)) for s in (-30, 0, 30)}
    if "".join(typed.split()) not in right:
        assert matching_step(SECRET, typed, now=NOON, after=0) is None


def test_a_code_counts_only_after_the_last_that_was_used() -> None:
    """RFC 6238, 5.2: the verifier must not accept the second attempt of an OTP."""
    present = int(NOON.timestamp()) // 30
    code = pyotp.TOTP(SECRET).at(NOON)
    assert matching_step(SECRET, code, now=NOON, after=present - 1) == present
    assert matching_step(SECRET, code, now=NOON, after=present) is None
