"""Who may hand a youth their own journal, in what time, and what is noted of it."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.own_journal.rules import IDENTITY
from casestore.own_journal.tables import JournalCode
from casestore.tasks.rules import due
from casestore.users.rules import Role
from tests.casestore.own_journal import SECRET, code_for, full_journal, leaves_out, reading, types
from tests.casestore.people import audited, sends_json
from tests.casestore.stage import Stage


async def deeds(stage: Stage, of: str) -> list[tuple[str, str | None]]:
    async with stage.reading() as asking:
        rows = await asking.session.scalars(
            select(AuditEvent).where(AuditEvent.of == of).order_by(AuditEvent.n)
        )
        return [(row.what, row.user) for row in rows]


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

    for kind in ("access", "deletion", "taken_back"):
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
