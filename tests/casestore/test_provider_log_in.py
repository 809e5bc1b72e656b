"""Logging in by way of the municipality: for who has tied their own account, and nobody else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casestore.oidc.tables import OidcAttempt
from casestore.users.rules import FAILURES, IDLE, LOCKED, Role
from casestore.users.sessions import COOKIE
from casestore.users.tables import LoginSession, User
from tests.casestore.accounts import enrols, gives, hired, token_in
from tests.casestore.municipality import (
    Municipality,
    client_of,
    elsewhere,
    leads_to,
    logged_in_there,
    municipality,
    sent_away,
    sent_to_tie,
    there_and_back,
    ties,
)
from tests.casestore.people import audited, sends_json
from tests.casestore.stage import PASSWORD, Person, Stage, staged
from tests.support.clock import StoppedClock


@pytest.fixture
async def stage(
    database_url: str, tmp_path: Path, clock: StoppedClock, there: Municipality
) -> AsyncIterator[Stage]:
    """A store whose municipality has a log-in that counts «mfa» as two factors."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            staged(
                database_url, tmp_path, clock, second_factor="required",
                oidc=client_of(there, amr=("mfa",), acr=("idporten-loa-high",)),
            )
        )  # fmt: skip


async def tied(stage: Stage, login: str = "kari") -> Person:
    """Somebody who has tied their account, in a browser where nobody is logged in."""
    person = await stage.person(login)
    assert leads_to((await ties(person)).text) == "/account"
    return await elsewhere(stage, person)


async def test_who_has_tied_their_account_is_let_in(stage: Stage, there: Municipality) -> None:
    """One password fewer to write on a note; and every door is the same afterwards."""
    kari = await tied(stage)
    assert "Logg inn med kommunens pålogging" in await kari.sees("/login")

    answer = await there_and_back(kari)

    assert (answer.status_code, leads_to(answer.text)) == (200, "/")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    page = await kari.sees("/account")
    assert "Kari" in page
    assert "Knyttet" in page
    asked = there.requests[-1]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert (asked["scope"], asked["prompt"]) == ("openid", "login")
    assert asked["acr_values"] == "idporten-loa-high"
    noted = await audited(stage, "account.log_in")
    assert [line["way"] for line in noted] == ["password", "provider"]
    assert noted[-1]["second_factor"] is False
    stage.clock.move(IDLE)
    assert (await kari.http.get("/account")).headers["location"] == "/login"


async def test_where_none_is_set_up_nothing_is_shown(
    database_url: str, tmp_path: Path, clock: StoppedClock
) -> None:
    """A button that leads nowhere is a support call."""
    async with staged(database_url, tmp_path / "uten", clock) as stage:
        kari = await stage.person("kari")
        assert "kommunens" not in (await kari.sees("/account")).lower()
        sent = await kari.sends("/account/provider", password=PASSWORD)
        assert (sent.status_code, sent.headers["location"]) == (303, "/account")
        kari.http.cookies.clear()
        assert "kommunens" not in (await kari.sees("/login")).lower()
        assert (await kari.http.post("/login/provider")).headers["location"] == "/login"
        assert (await kari.http.get("/login/provider/back")).headers["location"] == "/login"


async def test_whom_nobody_has_tied_is_not_let_in_and_nothing_is_made(
    stage: Stage, there: Municipality
) -> None:
    """A new employee, or somebody else's, who has the same name or e-mail is still a stranger."""
    kari = await elsewhere(stage, await stage.person("kari"))
    there.claims = {"name": "Kari", "email": "kari@kommune.no", "preferred_username": "kari"}
    async with stage.reading() as reading:
        before = list(await reading.session.scalars(select(User.id)))

    answer = await there_and_back(kari)

    assert answer.status_code == 403
    assert "spørre teamlederen" in answer.text
    assert (await kari.http.get("/account")).headers["location"] == "/login"
    async with stage.reading() as reading:
        assert list(await reading.session.scalars(select(User.id))) == before
        assert await reading.session.scalar(select(User.oidc_subject)) is None


async def test_a_tie_takes_the_password_again_and_is_kept_as_a_mark(
    stage: Stage, there: Municipality
) -> None:
    """A screen left open must not become somebody else's way in for good."""
    kari = await stage.person("kari")
    refused = await kari.sends("/account/provider", password="feil passord her")
    assert refused.status_code == 422
    assert "Passordet stemmer ikke" in refused.text
    assert there.requests == []

    await ties(kari)

    async with stage.reading() as reading:
        user = await reading.session.get_one(User, kari.id)
        assert user.oidc_since == stage.clock.now()
        assert there.subject not in (user.oidc_subject or "")
    (told,) = await audited(stage, "account.tied")
    assert (told["by"], told["of"]) == (kari.id, kari.id)
    leader = await stage.leader()
    await enrols(stage, leader)
    assert "Knyttet til kommunens pålogging" in await leader.sees(f"/accounts/{kari.id}")


async def test_wrong_passwords_when_tying_lock_the_account_as_ever(stage: Stage) -> None:
    """Otherwise this form is a place to guess at leisure."""
    kari = await stage.person("kari")
    for _ in range(FAILURES):
        assert (await kari.sends("/account/provider", password="feil")).status_code == 422
    assert (await kari.sends("/account/provider", password=PASSWORD)).status_code == 422
    assert (await (await elsewhere(stage, kari)).logs_in()).status_code == 401


async def test_one_of_theirs_is_one_of_ours(stage: Stage, there: Municipality) -> None:
    """Two accounts behind one log-in is a colleague's cases in the wrong hands."""
    await tied(stage)
    arne = await stage.person("arne")
    assert (await ties(arne)).status_code == 409
    there.subject = "arne-hos-kommunen"
    assert (await ties(arne)).status_code == 200
    there.subject = "arne-privat"
    assert (await ties(arne)).status_code == 409

    there.subject = "arne-hos-kommunen"
    back = await elsewhere(stage, arne)
    await there_and_back(back)
    assert "Arne" in await back.sees("/account")


async def test_another_issuer_knows_nobody(
    stage: Stage, there: Municipality, database_url: str, tmp_path: Path
) -> None:
    """«1234» at the old provider may be somebody else at the new one."""
    kari = await tied(stage)
    async with municipality(stage.clock) as other:
        other.subject = there.subject
        async with staged(database_url, tmp_path, stage.clock, oidc=client_of(other)) as moved:
            answer = await there_and_back(await elsewhere(moved, kari))
    assert answer.status_code == 403


async def test_an_untie_closes_at_once_and_says_why(stage: Stage, there: Municipality) -> None:
    """What is undone is undone everywhere, also where somebody is logged in with it."""
    kari = await tied(stage)
    await there_and_back(kari)
    here = await elsewhere(stage, kari)
    await here.logs_in()
    assert (await here.sends("/account/provider/untie", reason=" ")).status_code == 422

    done = await here.sends("/account/provider/untie", reason="Ny kommunekonto")

    assert done.status_code == 303
    assert (await kari.http.get("/account")).headers["location"] == "/login"
    assert "Knytt kontoen" in await here.sees("/account")
    assert (await there_and_back(kari)).status_code == 403
    (told,) = await audited(stage, "account.untied")
    assert (told["by"], told["of"]) == (kari.id, kari.id)
    assert "kommunekonto" not in str(told)


@pytest.mark.parametrize("by", ["form", "json"])
async def test_the_team_leader_may_untie(stage: Stage, by: str) -> None:
    """Somebody's municipal account is taken over on a Friday; the leader closes this door."""
    kari = await tied(stage)
    await there_and_back(kari)
    leader = await hired(stage, "tove", Role.TEAM_LEADER)
    await leader.logs_in()
    await enrols(stage, leader)
    path = f"/accounts/{kari.id}/untie"
    if by == "form":
        assert (await leader.sends(path)).status_code == 422
        assert (await leader.sends(path, reason="Kontoen er på avveie")).status_code == 303
    else:
        told = await leader.http.get(f"/api/accounts/{kari.id}")
        assert told.json()["tied"] is not None
        assert (await sends_json(leader, f"/api{path}", {"reason": "Avveie"})).status_code == 200

    assert (await kari.http.get("/account")).headers["location"] == "/login"
    assert (await there_and_back(kari)).status_code == 403
    assert "Løst fra kommunens pålogging" in await leader.sees(f"/accounts/{kari.id}")
    arne = await stage.person("arne")
    assert (await arne.sends(path, reason="x")).status_code == 403


@pytest.mark.parametrize("how", ["ended", "not begun", "closed", "locked"])
async def test_whom_a_password_would_not_let_in_this_does_not_either(
    stage: Stage, how: str
) -> None:
    """Who has left still has a municipal account for a while; their cases are not theirs now."""
    kari = await tied(stage)
    changes: Mapping[str, Mapping[str, object]] = {
        "ended": {"employed_until": date(2026, 11, 2)},
        "not begun": {"employed_from": date(2026, 11, 4)},
        "closed": {"active": False},
        "locked": {"locked_until": stage.clock.now() + LOCKED},
    }
    async with stage.writing() as writing:
        changed = update(User).where(User.id == kari.id).values(changes[how])
        await writing.session.execute(changed)

    answer = await there_and_back(kari)

    assert answer.status_code == 403
    assert "slipper ingen inn" in answer.text
    assert (await kari.http.get("/account")).headers["location"] == "/login"
    if how == "locked":
        stage.clock.move(LOCKED)
        assert leads_to((await there_and_back(kari)).text) == "/"


async def test_who_comes_back_to_the_team_may_tie_their_new_account(stage: Stage) -> None:
    """A closed account is never opened again, and must not keep whom it was tied to."""
    kari = await tied(stage)
    leader = await hired(stage, "tove", Role.TEAM_LEADER)
    await leader.logs_in()
    await enrols(stage, leader)
    closed = await leader.sends(f"/accounts/{kari.id}/close", reason="Sluttet")
    assert closed.status_code == 303

    again = await tied(stage, "kari2")
    assert leads_to((await there_and_back(again)).text) == "/"


async def leader_tied(stage: Stage) -> tuple[Person, Person]:
    leader = await hired(stage, "tove", Role.TEAM_LEADER)
    await leader.logs_in()
    return leader, await elsewhere(stage, leader)


async def test_who_leads_gives_a_code_unless_the_municipality_has_asked_for_two(
    stage: Stage, there: Municipality
) -> None:
    """The one log-in that opens every journal is never opened by one factor."""
    leader, back = await leader_tied(stage)
    phone = await enrols(stage, leader)
    await ties(leader)
    there.claims = {"amr": ["pwd"], "acr": "idporten-loa-substantial"}

    await there_and_back(back)

    assert (await back.http.get("/accounts")).headers["location"] == "/login/code"
    stage.clock.move(timedelta(seconds=30))
    assert (await gives(back, phone.code())).status_code == 303
    assert (await back.http.get("/accounts")).status_code == 200
    told = (await audited(stage, "account.log_in"))[-1]
    assert (told["way"], told["second_factor"]) == ("provider", True)

    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "idporten-loa-high"}):
        there.claims = claims
        strong = await elsewhere(stage, leader)
        await there_and_back(strong)
        assert (await strong.http.get("/accounts")).status_code == 200
        told = (await audited(stage, "account.log_in"))[-1]
        assert (told["way"], told["second_factor"]) == ("provider_strong", False)


async def test_who_must_have_two_factors_and_has_none_sets_one_up(
    stage: Stage, there: Municipality
) -> None:
    """A caseworker who becomes team leader is asked at the next door, whichever it is."""
    kari = await tied(stage)
    async with stage.writing() as writing:
        user = await writing.session.get_one(User, kari.id)
        user.role = Role.TEAM_LEADER
    await there_and_back(kari)
    assert (await kari.http.get("/accounts")).headers["location"] == "/account/second-factor"

    there.claims = {"amr": ["mfa"]}
    strong = await elsewhere(stage, kari)
    await there_and_back(strong)
    assert (await strong.http.get("/accounts")).status_code == 200


@pytest.mark.parametrize("amr", ["mfa", {"mfa": 1}, [["mfa"]], 5, "mfa "])
async def test_what_is_not_a_list_of_factors_is_none(
    stage: Stage, there: Municipality, amr: object
) -> None:
    """A text in which «mfa» occurs is not two factors."""
    leader, back = await leader_tied(stage)
    await enrols(stage, leader)
    await ties(leader)
    there.claims = {"amr": amr}
    answer = await there_and_back(back)
    assert answer.status_code in {200, 401}
    led = await back.http.get("/accounts")
    assert led.headers["location"] in {"/login/code", "/login"}


async def test_a_leader_without_a_second_factor_cannot_tie(stage: Stage) -> None:
    """Before the second factor is there, a password alone would decide who comes in for good."""
    leader = await hired(stage, "tove", Role.TEAM_LEADER)
    await leader.logs_in()
    token = token_in(await leader.sees("/account/second-factor"))
    fields = {"form_token": token, "password": PASSWORD}
    led = await leader.http.post("/account/provider", data=fields)
    assert (led.status_code, led.headers["location"]) == (303, "/account/second-factor")


async def test_a_tie_is_dropped_when_who_began_it_has_logged_out(stage: Stage) -> None:
    """The colleague who sits down next must not be tied to the first one's account."""
    kari = await stage.person("kari")
    back = await logged_in_there(await sent_to_tie(kari))
    await kari.http.post("/logout", data={"form_token": await kari.form_token()})

    answer = await kari.http.get(back)

    assert answer.status_code == 401
    async with stage.reading() as reading:
        assert await reading.session.scalar(select(User.oidc_subject)) is None


@pytest.mark.parametrize(
    "changed", [{"employed_until": date(2026, 11, 2)}, {"role": Role.TEAM_LEADER}]
)
async def test_a_tie_is_dropped_when_the_account_has_another_step_to_take(
    stage: Stage, changed: Mapping[str, object]
) -> None:
    """Who has left, or must have two factors now, ties nothing by what was begun before."""
    kari = await stage.person("kari")
    back = await logged_in_there(await sent_to_tie(kari))
    async with stage.writing() as writing:
        await writing.session.execute(update(User).where(User.id == kari.id).values(changed))

    assert (await kari.http.get(back)).status_code == 401

    async with stage.reading() as reading:
        assert await reading.session.scalar(select(User.oidc_subject)) is None


async def test_the_session_that_was_there_before_ends(stage: Stage) -> None:
    """Who logs in anew in a browser leaves no earlier log-in behind in it."""
    kari = await stage.person("kari")
    await ties(kari)
    before = kari.http.cookies[COOKIE]

    await there_and_back(kari)

    assert kari.http.cookies[COOKIE] != before
    async with stage.reading() as reading:
        assert list(await reading.session.scalars(select(LoginSession.way))) == ["provider"]
        assert list(await reading.session.scalars(select(OidcAttempt.purpose))) == []


async def test_a_new_password_is_chosen_first_where_one_was_given(stage: Stage) -> None:
    """A temporary password is somebody else's knowledge until its owner has changed it."""
    kari = await tied(stage)
    async with stage.writing() as writing:
        user = await writing.session.get_one(User, kari.id)
        user.password_temporary = True
    await there_and_back(kari)
    assert (await kari.http.get("/")).headers["location"] == "/account/password"


@pytest.mark.parametrize(
    "query",
    ["next=https://evil.example", "next=//evil.example", "return_to=/\\evil.example", "to=%2F%2Fx"],
)
async def test_nobody_is_led_elsewhere_afterwards(stage: Stage, query: str) -> None:
    """A link in an e-mail must not send a trusting employee from our page to another's."""
    kari = await tied(stage)
    begun = await kari.http.post(f"/login/provider?{query}")
    back = await logged_in_there(leads_to(begun.text))
    answer = await kari.http.get(f"{back}&{query}")
    assert leads_to(answer.text) == "/"
    assert "evil" not in answer.text
    landed = await kari.http.get(f"/?{query}")
    assert landed.headers["location"].startswith("/")


async def test_another_site_cannot_send_anybody_there(stage: Stage) -> None:
    """A page that logs somebody in, or ties them, behind their back could choose as whom."""
    kari = await stage.person("kari")
    token = await kari.form_token()
    hostile = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path, fields in (
        ("/login/provider", {}),
        ("/account/provider", {"form_token": token, "password": PASSWORD}),
        ("/account/provider/untie", {"form_token": token, "reason": "x"}),
    ):
        assert (await kari.http.post(path, data=fields, headers=hostile)).status_code == 403
    for fields in (
        {"form_token": "00", "password": PASSWORD},
        {"form_token": "0", "password": PASSWORD},
    ):
        assert (await kari.http.post("/account/provider", data=fields)).status_code == 403


async def test_the_cookie_is_for_us_alone_where_there_is_tls(
    database_url: str, tmp_path: Path, clock: StoppedClock, there: Municipality
) -> None:
    """Another page under the municipality's domain must not be able to plant one."""
    settings = client_of(there, address="https://journal.kommune.no")
    async with staged(database_url, tmp_path, clock, oidc=settings) as stage:
        answer = await (await stage.browser()).post("/login/provider")
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-utebru_provider=")
    for part in ("HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=600"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "journal.kommune.no%2Flogin%2Fprovider%2Fback" in leads_to(answer.text)


async def test_who_goes_away_and_never_comes_back_leaves_nothing(
    stage: Stage, clock: StoppedClock
) -> None:
    """Rows that nobody clears are a way to fill the disk."""
    person = Person(id="", login="", http=await stage.browser())
    for _ in range(3):
        await sent_away(person)
    clock.move(timedelta(minutes=11))
    await sent_away(person)
    async with stage.reading() as reading:
        assert len(list(await reading.session.scalars(select(OidcAttempt.begun_at)))) == 1
