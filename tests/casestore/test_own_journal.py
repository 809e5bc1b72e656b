"""«Min journal»: the youth reads all of it, and nobody reads it in their place."""

import asyncio
import html
import json
import re
from datetime import datetime, timedelta

import pytest
import typst
from fastapi.routing import APIRoute
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.links.rules import WRONG_AT_MOST
from casestore.own_journal.gathering import gathered
from casestore.own_journal.pages import PUBLIC, router
from casestore.own_journal.paper import STANDARDS, as_pdf
from casestore.own_journal.plain import RANGES, plain
from casestore.own_journal.rules import COPY_SAID, IDENTITY, REASONS
from casestore.own_journal.tables import JournalCode
from casestore.people.tables import Person as Youngster
from casestore.tasks.rules import due
from casestore.transfers.rules import Verdict
from casestore.users.rules import Role
from tests.casestore.own_journal import (
    HALF_AN_HOUR,
    NASTY,
    PNG,
    SECRET,
    code_for,
    full_journal,
    leaves_out,
    reading,
    types,
)
from tests.casestore.people import audited, sends_json
from tests.casestore.stage import Stage
from tests.support.pdf_text import pdf_text


async def deeds(stage: Stage, of: str) -> list[tuple[str, str | None]]:
    async with stage.reading() as asking:
        rows = await asking.session.scalars(
            select(AuditEvent).where(AuditEvent.of == of).order_by(AuditEvent.n)
        )
        return [(row.what, row.user) for row in rows]


async def pdf_of(stage: Stage, person: str) -> bytes:
    async with stage.reading() as asking:
        youngster = await asking.session.get_one(Youngster, person)
        journal = await gathered(asking, youngster)
    return await as_pdf(journal)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


async def test_a_code_opens_the_journal_once_and_only_that_youths(stage: Stage) -> None:
    """The journal of another youth would be the worst thing this page could show."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")
    code = await code_for(berit, maja.person)
    browser, another = await stage.browser(), await stage.browser()

    opened = await types(browser, f" {code[:4].lower()}-{code[4:]} ")
    again = await types(another, code)

    assert opened.status_code == 303
    told = opened.headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=strict" in told
    assert "Path=/min-journal" in told
    assert again.status_code == 422
    seen = (await browser.get("/min-journal")).text
    assert all(words in seen for words in maja.words)
    assert not any(words in seen for words in ola.words)
    assert "Stille elv" not in seen
    shut = (await another.get("/min-journal")).text
    assert not any(words in shut for words in maja.words)


async def test_the_journal_shows_exactly_what_the_case_store_holds(stage: Stage) -> None:
    """«Fullt innsyn i egen journal» (R61): as page, as PDF and as JSON, word for word."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    browser = await reading(stage, berit, maja.person)

    seen = html.unescape((await browser.get("/min-journal")).text)
    told = (await browser.get("/min-journal/journal.json")).json()
    paper = await browser.get("/min-journal/journal.pdf")

    for words in (*maja.words, SECRET, "Skolen", "Er det greit at vi skriver ned", "skolen <3.png"):
        assert words in seen
        assert squeezed(words) in squeezed(pdf_text(paper.content))
        assert words in json.dumps(told, ensure_ascii=False)
    assert NASTY in seen
    assert squeezed(plain(NASTY)) in squeezed(pdf_text(paper.content))
    chapters = {chapter["id"]: chapter for chapter in told["chapters"]}
    assert set(chapters) == {maja.conversation, maja.note}
    assert [m["text"] for m in chapters[maja.conversation]["messages"]] == [
        f"hei fra 1: {NASTY}",
        "Hei! Jeg er her (1).",
        f"{SECRET} (1)",
    ]
    assert [a["kind"] for a in chapters[maja.note]["added"]] == ["correction", "statement"]
    assert [(c["answer"], c["reply"]) for c in told["consents"]] == [("yes", "JA")]
    assert [m["text"] for m in told["given_by_you"]["messages"]] == [
        f"hei fra 1: {NASTY}",
        f"{SECRET} (1)",
    ]
    assert [s["words"] for s in told["given_by_you"]["statements"]] == ["Jeg mente 1"]
    assert told["told"][0]["to"] == "Skolen"
    verdicts = [c["said"] for w in told["wiped"] for c in w["copies"]]
    assert verdicts == [COPY_SAID["by_hand"]]
    file = await browser.get(f"/min-journal/files/{maja.conversation}/a_1")
    assert (file.status_code, file.content) == (200, PNG)


async def test_a_draft_is_told_of_and_not_shown(stage: Stage) -> None:
    """What is being written is not yet what anybody stands for; that it is there is not hidden."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    token = {"X-Form-Token": await berit.form_token()}
    body = {
        "id": "n_draft",
        "kind": "talk",
        "at": stage.at(-60),
        "minutes": 5,
        "words": "uferdig tanke",
        "finish": False,
    }
    made = await berit.http.post(f"/api/cases/{maja.case}/notes", json=body, headers=token)
    assert made.status_code == 201

    seen = (await (await reading(stage, berit, maja.person)).get("/min-journal")).text

    assert "uferdig tanke" not in seen
    assert "1 notat som ikke er ferdig" in seen


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


async def test_who_looks_after_the_others_sees_whose_codes_were_used_and_when(
    stage: Stage,
) -> None:
    """Whoever makes a code to read it themself does it in sight of the team leader."""
    berit, tove = await stage.person("berit"), await stage.leader()
    dag = await stage.person("dag", Role.DEPARTMENT_HEAD)
    maja = await full_journal(stage, berit)
    code = await code_for(berit, maja.person)
    waiting = await tove.sees("/journal-codes")
    stage.clock.move(timedelta(minutes=7))
    await types(await stage.browser(), code)

    leaders, heads = await tove.sees("/journal-codes"), await dag.sees("/journal-codes")

    assert "Ikke brukt ennå" in waiting
    for page in (leaders, heads):
        assert "Berit" in page
        assert "etter 7 min" in page
        assert "Blå rev" not in page
    assert f'href="/people/{maja.person}"' in leaders
    assert maja.person not in heads
    assert (await berit.http.get("/journal-codes")).status_code == 403


async def test_a_merged_youth_reads_all_of_it_and_a_code_from_before_opens_nothing(
    stage: Stage,
) -> None:
    """What was written under the other name is theirs too; who the old code was for is not sure."""
    tove = await stage.leader()
    maja = await full_journal(stage, tove)
    other = await full_journal(stage, tove, tag="2", alias="Stille elv")
    during = await reading(stage, tove, other.person)
    old = await code_for(tove, other.person)
    async with stage.writing() as writing:
        person = await writing.session.get_one(Youngster, other.person)
        person.merged_into = maja.person

    refused = await types(await stage.browser(), old)
    shut = (await during.get("/min-journal")).text
    seen = (await (await reading(stage, tove, other.person)).get("/min-journal")).text

    assert refused.status_code == 422
    assert not any(words in shut for words in (*maja.words, *other.words))
    assert all(words in seen for words in (*maja.words, *other.words))
    assert "(kan ikke leses)" not in seen


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


async def test_what_is_left_out_is_shown_as_left_out_and_its_words_are_nowhere(
    stage: Stage,
) -> None:
    """A friend's secret is not the youth's to read; that something is missing is (art. 15(4))."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    assert (await leaves_out(berit, maja, maja.conversation, 2)).status_code == 303
    assert (await leaves_out(berit, maja, maja.conversation, 0, "safety")).status_code == 303
    assert (await leaves_out(berit, maja, maja.note, reason="confided")).status_code == 303
    assert (await leaves_out(berit, maja, "d_1")).status_code == 303
    browser = await reading(stage, berit, maja.person)

    seen = html.unescape((await browser.get("/min-journal")).text)
    told = (await browser.get("/min-journal/journal.json")).text
    paper = pdf_text((await browser.get("/min-journal/journal.pdf")).content)

    for everywhere in (seen, told, paper):
        for words in (SECRET, "hei fra 1", "skolen <3", "gikk en tur", "1 timer", "at vi møtes"):
            assert squeezed(words) not in squeezed(everywhere), words
        for shown in ("Jeg er her (1)", "Jeg mente 1", *REASONS.values()):
            assert squeezed(shown) in squeezed(everywhere), shown
    # The note, its correction, the disclosure, two messages.
    assert seen.count("Her er noe utelatt.") == 5
    assert len(re.findall("Her er noe utelatt", paper)) == 5
    assert (await browser.get(f"/min-journal/files/{maja.conversation}/a_1")).status_code == 404

    page = await berit.sees(f"/people/{maja.person}/journal-access/preview")
    assert SECRET in page
    ends = re.findall(r'action="([^"]+/omissions/om_[^"]+/end)"', page)
    assert len(ends) == 4
    for end in ends:
        assert (await berit.sends(end)).status_code == 303
    assert SECRET in (await browser.get("/min-journal")).text


async def test_leaving_out_twice_is_once_and_only_what_is_there(stage: Stage) -> None:
    """A second press must not undo or double a decision, nor reach into another's journal."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")

    twice = [await leaves_out(berit, maja, maja.conversation, 2) for _ in range(2)]
    wrong = [
        await leaves_out(berit, maja, ola.conversation, 2),
        await leaves_out(berit, maja, maja.conversation, 99),
        await leaves_out(berit, maja, "n_none"),
        await leaves_out(berit, maja, maja.note, reason="because"),
    ]

    assert [answer.status_code for answer in twice] == [303, 303]
    assert [answer.status_code for answer in wrong] == [404] * 4
    page = await berit.sees(f"/people/{maja.person}/journal-access/preview")
    assert page.count("<strong>Utelatt.</strong>") == 1


async def test_to_hand_out_is_not_to_read_a_colleagues_case(stage: Stage) -> None:
    """A caseworker with one case of the youth's sees nothing of another's by looking it over."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    arne = await stage.person("arne")
    body = {"id": "case_arne", "person": maja.person, "title": None}
    opened = await sends_json(tove, "/api/cases", body)
    assert opened.status_code == 201, opened.text
    given = {"id": "ho_1", "to": arne.id, "reason": "Arne tar denne.", "version": 1}
    handed = await sends_json(tove, "/api/cases/case_arne/handover", given)
    assert handed.status_code < 300, handed.text

    page = await arne.sees(f"/people/{maja.person}/journal-access/preview")
    refused = await leaves_out(arne, maja, maja.conversation, 2)

    for words in (*maja.words, SECRET, "2026/0001"):
        assert words not in page
    assert refused.status_code == 404


async def test_who_may_not_hand_it_out_is_told_nothing(stage: Stage) -> None:
    """Who gets help is the youth's business among colleagues too."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    maja = await full_journal(stage, berit)
    here = f"/people/{maja.person}/journal-access"

    for path in (here, f"{here}/preview"):
        assert (await arne.http.get(path)).status_code == 404
        assert (await arne.http.get(path)).text == (await arne.http.get("/people/p_none")).text
    for path in (here, f"{here}/take-back", f"{here}/omissions/om_1/end"):
        assert (await arne.sends(path, identity="known")).status_code == 404
    forged = await berit.sends(here, identity="known", form_token="0" * 64)
    assert forged.status_code == 403


async def test_no_code_without_knowing_who_it_is_for(stage: Stage) -> None:
    """A chat account can be a brother's; the code is for somebody a person has looked at."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)

    answer = await berit.sends(f"/people/{maja.person}/journal-access")

    assert answer.status_code == 422
    assert "Ingen kode er laget" in answer.text
    async with stage.reading() as asking:
        assert (await asking.session.scalars(select(JournalCode))).all() == []
    page = await berit.sees(f"/people/{maja.person}/journal-access")
    assert all(said in page for said in IDENTITY.values())
    assert "Foresatte får ikke innsyn av seg selv" in page


async def test_handing_out_answers_the_request_in_time(stage: Stage) -> None:
    """INNSYN has a month (art. 12(3)), and nobody has to decide whether (R62)."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    asked = {
        "thread": "t_1",
        "alias": "Blå rev",
        "channel": "telegram",
        "kind": "access",
        "asked_at": stage.at(),
    }
    assert (await stage.bridge.put("requests/q_1", asked)).status_code == 201
    here = f"/people/{maja.person}/journal-access"

    stage.clock.move(timedelta(days=23))
    await berit.logs_in()
    soon = await berit.sees(here)
    stage.clock.move(timedelta(days=6))
    await berit.logs_in()
    late = await berit.sees(here)
    task = re.search(r'name="answers" value="([^"]+)"', late)
    assert task is not None
    code = await code_for(berit, maja.person, answers=task[1])
    after = await berit.sees(here)

    assert "5 dager igjen" in soon
    assert "Fristen var" in late
    assert task[1] not in after
    browser = await stage.browser()
    assert (await types(browser, code)).status_code == 303
    assert "Besvart" in (await browser.get("/min-journal")).text


@pytest.mark.parametrize("asked", ["2026-12-31", "2027-01-30", "2027-01-31", "2028-01-31"])
def test_the_deadline_is_within_a_month_also_when_the_month_is_february(asked: str) -> None:
    """A youth who asks on 30 January has the right to an answer in February."""
    at = datetime.fromisoformat(f"{asked}T12:00:00+00:00")
    following = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (following + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    for kind in ("access", "deletion"):
        assert due(kind, at) <= min(following + timedelta(days=at.day - 1), last)


async def test_a_guardian_is_given_nothing_for_being_one(stage: Stage) -> None:
    """R63: a parent who is in the case, and may be called, has still no way to the journal."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    mother = {"id": "party_mor_1", "name": "Mor", "role": "guardian", "contact": "900 00 001"}
    assert (await berit.sends(f"/cases/{maja.case}/parties", **mother)).status_code == 303

    for who in (berit, tove):
        for claimed in ("guardian", "foresatt", "party_mor_1", "Known", " known"):
            path = f"/people/{maja.person}/journal-access"
            answer = await who.sends(path, identity=claimed)
            assert answer.status_code == 422, claimed
    browser = await stage.browser()
    for typed in ("Mor", "900 00 001", "party_mor_1", maja.person, maja.case):
        assert (await types(browser, typed)).status_code == 422
    async with stage.reading() as asking:
        assert (await asking.session.scalars(select(JournalCode))).all() == []
    assert await audited(stage, "own_journal.code") == []


async def test_a_request_that_is_not_ticked_still_waits(stage: Stage) -> None:
    """A code may be for something else; a request that was not answered must not vanish."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    asked = {
        "thread": "t_1",
        "alias": "Blå rev",
        "channel": "telegram",
        "kind": "access",
        "asked_at": stage.at(),
    }
    assert (await stage.bridge.put("requests/q_1", asked)).status_code == 201

    await code_for(berit, maja.person)

    assert 'name="answers"' in await berit.sees(f"/people/{maja.person}/journal-access")


async def test_a_restricted_or_closed_journal_is_still_the_youths(stage: Stage) -> None:
    """To restrict is to keep the journal from us, not from the youth (art. 18)."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    async with stage.writing() as writing:
        person = await writing.session.get_one(Youngster, maja.person)
        person.restricted_at = writing.now

    refused = await berit.http.get(f"/people/{maja.person}/journal-access")
    browser = await reading(stage, tove, maja.person)

    assert refused.status_code == 404
    assert maja.words[0] in (await browser.get("/min-journal")).text


async def test_who_has_read_is_listed_and_every_reading_is_noted(stage: Stage) -> None:
    """The youth is promised to see who has read; the promise holds for the youth's own too."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    await tove.sees(f"/journal/{maja.conversation}")
    await tove.sees(f"/journal/{maja.conversation}")
    browser = await reading(stage, berit, maja.person)

    seen = (await browser.get("/min-journal")).text
    await browser.get("/min-journal/journal.pdf")
    await browser.get(f"/min-journal/files/{maja.conversation}/a_1")
    told = (await browser.get("/min-journal/journal.json")).json()

    row = re.search(r"<td>Tove, teamleder</td><td>En samtale(.*?)</td>", seen)
    assert row is not None
    assert "2 ganger" in row[1]
    assert [r["by"] for r in told["reads"] if r["what"] == "entry.read"][:2] == ["Tove", "Tove"]
    noted = [deed for deed in await deeds(stage, maja.person) if deed[0].startswith("own_")]
    assert noted == [
        ("own_journal.code", berit.id),
        ("own_journal.opened", None),
        ("own_journal.read", None),
        ("own_journal.read", None),
        ("own_journal.attachment", None),
        ("own_journal.read", None),
    ]


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


async def test_the_same_journal_is_the_same_pdf_and_a_proper_one(stage: Stage) -> None:
    """PDF/A is what outlives the program; the same bytes are what can be compared later."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)

    first, second = await pdf_of(stage, maja.person), await pdf_of(stage, maja.person)

    assert first == second
    assert b"pdfaid:part>2<" in first
    assert b"pdfaid:conformance>A<" in first
    assert b"pdfuaid:part>1<" in first
    assert b"/OutputIntent" in first
    assert b"/Lang(nb-NO)" in first
    assert b"/JavaScript" not in first
    text = pdf_text(first)
    assert "Laget 03.11.2026 kl. 13:00 for Maja (Blå rev)" in text
    stage.clock.move(timedelta(seconds=1))
    assert await pdf_of(stage, maja.person) != first


def test_every_sign_that_is_said_to_be_in_the_fonts_is() -> None:
    """A sign that is not would stop the whole journal: a PDF/A may not lack one."""
    every = plain(" ".join(chr(n) for first, last in RANGES for n in range(first, last + 1)))
    for weight in ("regular", "bold"):
        source = (
            '#set document(title: "x")\n#set text(font: "Libertinus Serif", lang: "nb", '
            f'fallback: false, weight: "{weight}")\n#json(bytes(sys.inputs.all))'
        )
        made = typst.compile(
            source.encode(),
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"all": json.dumps(every)},
        )
        assert made.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Čállin æøå ŋ Ö ß €", "Čállin æøå ŋ Ö ß €"),
        ("Привіт", "Привіт"),
        ("👍", "[thumbs up sign]"),
        ("❤️", "[heavy black heart]"),
        ("👩‍👧", "[woman][girl]"),
        ("سلام", "[arabic letter seen][arabic letter lam][arabic letter alef][arabic letter meem]"),
        ("e\u0301", "é"),
        ("x\u0336", "x[combining long stroke overlay]"),
        ("a\u202eb", "a[right-to-left override]b"),
        ("\x00\x07", "[u+0000][u+0007]"),
        ("\ud800", "[u+d800]"),
        ("en\r\nto\tre\u00a0fire", "en\nto re fire"),
        ("x" * 49, "x" * 48 + "\u200b" + "x"),
    ],
)
def test_what_the_fonts_lack_keeps_its_meaning(raw: str, shown: str) -> None:
    """An emoji can be the whole answer; a box with a cross in it would be none."""
    assert plain(raw) == shown


def test_every_verdict_has_words_and_only_what_is_gone_is_called_deleted() -> None:
    """«Slettet» is a promise to the youth: never said when it is not known."""
    assert set(COPY_SAID) == {verdict.value for verdict in Verdict}
    deleted = {code for code, said in COPY_SAID.items() if said.startswith("Slettet")}
    assert deleted == {"gone", "recoverable"}
    assert "ennå hentes fram" in COPY_SAID["recoverable"]
