"""A code opens a youth's own journal once, for a while, and nothing else."""

import asyncio
import re
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.links.rules import WRONG_AT_MOST
from casestore.own_journal.pages import PUBLIC, router
from casestore.own_journal.tables import JournalCode
from casestore.people.tables import Person as Youngster
from tests.casestore.own_journal import (
    HALF_AN_HOUR,
    SECRET,
    code_for,
    full_journal,
    reading,
    types,
)
from tests.casestore.people import audited
from tests.casestore.stage import Stage


@pytest.mark.parametrize("why", ["wrong", "empty", "used", "late", "newer", "taken_back", "gone"])
async def test_a_code_that_does_not_hold_opens_nothing(stage: Stage, why: str) -> None:
    """A slip of paper with a code is found by a brother, or lies there after lunch."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    browser = await stage.browser()
    match why:
        case "wrong":
            code = code[:7] + ("A" if code[7] != "A" else "B")
        case "empty":
            code = "   "
        case "used":
            assert (await types(await stage.browser(), code)).status_code == 303
        case "late":
            stage.clock.move(HALF_AN_HOUR)
        case "newer":
            await code_for(berit, maja.person)
        case "taken_back":
            await berit.sends(f"/people/{maja.person}/journal-access/take-back")
        case "gone":
            async with stage.writing() as writing:
                person = await writing.session.get_one(Youngster, maja.person)
                person.deleted_at = writing.now

    answer = await types(browser, code)

    assert answer.status_code == 422
    assert "Koden virker ikke" in answer.text
    assert "set-cookie" not in answer.headers
    assert maja.words[0] not in (await browser.get("/min-journal")).text


async def test_one_youths_newer_code_leaves_anothers_alone(stage: Stage) -> None:
    """Two youths may sit in the same corridor with a code each."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")
    first = await code_for(berit, maja.person)
    await code_for(berit, ola.person)

    assert (await types(await stage.browser(), first)).status_code == 303


async def test_of_two_who_type_the_code_at_once_one_reads(stage: Stage) -> None:
    """Used once means once, also when somebody looks over a shoulder and is quick."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    browsers = [await stage.browser() for _ in range(4)]

    answers = await asyncio.gather(*(types(browser, code) for browser in browsers))

    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]


async def test_codes_cannot_be_guessed_at_leisure(stage: Stage) -> None:
    """The page asks for no account, so it must be the counting that keeps strangers out."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    browser = await stage.browser()

    wrong = [await types(browser, f"WRONG{n:03}") for n in range(WRONG_AT_MOST)]
    right_but_late = await types(browser, code)
    stage.clock.move(timedelta(minutes=10))
    after = await types(browser, code)

    assert {answer.status_code for answer in wrong} == {422}
    assert right_but_late.status_code == 429
    assert "Vent ti minutter" in right_but_late.text
    assert after.status_code == 303


async def test_a_reading_ends_when_it_is_left_when_it_is_closed_and_at_last(stage: Stage) -> None:
    """The screen may be the team's own, with the next youth already at the door."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)

    left = await reading(stage, berit, maja.person)
    stage.clock.move(HALF_AN_HOUR - timedelta(seconds=1))
    assert maja.words[0] in (await left.get("/min-journal")).text
    stage.clock.move(HALF_AN_HOUR)
    assert maja.words[0] not in (await left.get("/min-journal")).text

    await berit.logs_in()
    closed = await reading(stage, berit, maja.person)
    page = (await closed.get("/min-journal")).text
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert token is not None
    kept = dict(closed.cookies)
    forged = await closed.post("/min-journal/close", data={"form_token": "0" * 64})
    assert forged.status_code == 403
    done = await closed.post("/min-journal/close", data={"form_token": token[1]})
    assert done.status_code == 303
    closed.cookies.set("utebru_journal", kept["utebru_journal"], path="/min-journal")
    assert maja.words[0] not in (await closed.get("/min-journal")).text

    long = await reading(stage, berit, maja.person)
    for _ in range(6):
        stage.clock.move(timedelta(minutes=20))
        await long.get("/min-journal")
    assert maja.words[0] not in (await long.get("/min-journal")).text


async def test_no_other_site_can_type_a_code_or_close_the_journal(stage: Stage) -> None:
    """A page elsewhere could otherwise open another's journal in the youth's browser."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    lie = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    browser = await stage.browser()

    forged = await browser.post("/min-journal", data={"code": code}, headers=lie)

    assert forged.status_code == 403
    assert (await types(browser, code)).status_code == 303


async def test_what_belongs_to_another_does_not_open_here(stage: Stage) -> None:
    """An address can be changed by hand; the answer is the same as for what is not there."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")
    browser = await reading(stage, berit, maja.person)

    others = [
        await browser.get(f"/min-journal/{path}")
        for path in (
            f"files/{ola.conversation}/a_2",
            f"files/{maja.conversation}/a_2",
            "files/c_none/a_1",
            "papers/pf_none",
        )
    ]

    assert {(answer.status_code, answer.text) for answer in others} == {(404, others[0].text)}


async def test_an_employees_log_in_opens_it_not_and_the_youths_opens_nothing_else(
    stage: Stage,
) -> None:
    """Two doors with two keys: who sits at a caseworker's screen is not the youth."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    browser = await reading(stage, berit, maja.person)

    for employee in (berit, tove):
        assert maja.words[0] not in (await employee.http.get("/min-journal")).text
        assert (await employee.http.get("/min-journal/journal.pdf")).status_code == 404
        assert (await employee.http.get("/min-journal/journal.json")).status_code == 404
    secret = browser.cookies["utebru_journal"]
    cookies = {"utebru_session": secret, "utebru_journal": secret}
    for path in ("/", "/people", f"/people/{maja.person}", f"/journal/{maja.conversation}"):
        answer = await browser.get(path, headers={"Cookie": _as_header(cookies)})
        assert answer.headers.get("location") == "/login", path
    for path in (f"/api/notes/{maja.note}", f"/api/people/{maja.person}/disclosures"):
        assert (await browser.get(path)).status_code == 401


def _as_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_where_an_employee_is_logged_in_the_journal_is_not_opened(stage: Stage) -> None:
    """The youth would otherwise sit at a screen that shows every other youth, one click away."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)

    arne = await stage.person("arne")

    at_arnes = await types(arne.http, code)
    await arne.sends("/logout")
    after = await types(arne.http, code)

    assert (at_arnes.status_code, after.status_code) == (409, 303)
    assert "Be den ansatte logge ut først" in at_arnes.text


async def test_who_made_a_code_does_not_open_it_where_they_made_it(stage: Stage) -> None:
    """A code is the youth's. Logging out first must not make it the caseworker's."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    await berit.sends("/logout")
    # Tove makes one in the same browser: both marks are on it.
    mark = berit.http.cookies["utebru_made_codes"]
    tove.http.cookies.set("utebru_made_codes", mark, domain="store.test", path="/")
    hers = await code_for(tove, (await full_journal(stage, tove, tag="2")).person)
    await tove.sends("/logout")

    tried = [await types(berit.http, code) for _ in range(12)]
    beside = [await types(tove.http, each) for each in (code, hers)]
    youths = await types(await stage.browser(), code)

    assert {answer.status_code for answer in (*tried, *beside)} == {409}
    assert "Koden er laget i denne nettleseren" in tried[0].text
    assert youths.status_code == 303, "it was neither used up nor counted as wrong"
    told = await audited(stage, "own_journal.made_here")
    assert {each["made_by"] for each in told} == {berit.id, tove.id}


async def test_without_a_reading_every_open_address_is_shut(stage: Stage) -> None:
    """These are the addresses that ask for no employee, so each must keep its own door."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    stranger = await stage.browser()
    routed = {
        (method, route.path)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    assert routed == set(PUBLIC)

    for method, path in PUBLIC:
        told = path.format(conversation=maja.conversation, attachment_id="a_1", file_id="pf_1")
        for headers in ({}, {"Cookie": "utebru_journal=gjetning"}, {"Cookie": "utebru_journal="}):
            answer = await stranger.request(
                method, told, headers=headers, data={"code": "AAAAAAAA", "form_token": "x"}
            )
            assert answer.status_code in {200, 303, 404, 422}, (method, path)
            assert maja.words[0] not in answer.text
            assert "Blå rev" not in answer.text


async def test_neither_code_nor_words_lie_in_the_database_or_the_audit(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Who steals a copy of the database must not be able to open a journal with it."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    browser = await stage.browser()
    await types(browser, code)
    await browser.get("/min-journal/journal.pdf")
    secret = browser.cookies["utebru_journal"]

    async with stage.reading() as asking:
        rows = (await asking.session.scalars(select(JournalCode))).all()
        kept = [part for row in rows for part in (row.code_hash, row.secret_hash or b"")]
        audit = " ".join(await asking.session.scalars(select(AuditEvent.event)))
    everything = audit + caplog.text
    assert code.encode() not in b"".join(kept)
    assert secret.encode() not in b"".join(kept)
    for word in (code, secret, SECRET, "gikk en tur", "Maja", "Blå rev"):
        assert word not in everything
