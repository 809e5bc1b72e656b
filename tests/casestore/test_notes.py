"""Notes: only on a consent, a draft is its author's alone, and what is finished stands."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from casestore.audit.tables import AuditEvent
from casestore.cases.tables import Case
from casestore.database import WriteSession
from casestore.journal.notes_rules import NoteTyped, note_mistakes, note_said
from casestore.journal.tables import Note
from casestore.journal.timeline import timeline
from tests.casestore.people import sends_json, talked_to, ties, youth, youth_with_case
from tests.casestore.stage import (
    Person,
    Stage,
    consent_body,
    transcript_body,
    withdrawal_body,
)

WORDS = "Vi gikk en tur. Hun fortalte om søsteren <b>Kari</b>."


def note_body(stage: Stage, its_id: str = "n_1", **changed: Any) -> dict[str, Any]:
    return {
        "id": its_id,
        "kind": "street",
        "at": stage.at(-3600),
        "minutes": 40,
        "words": WORDS,
        "finish": True,
    } | changed


def note_form(its_id: str = "n_1", **changed: str) -> dict[str, str]:
    return {
        "id": its_id,
        "kind": "street",
        "at": "2026-11-03T11:30",
        "minutes": "40",
        "words": WORDS,
        "do": "save",
    } | changed


async def drafted(stage: Stage, berit: Person, case: str, its_id: str = "n_1") -> str:
    answer = await sends_json(
        berit, f"/api/cases/{case}/notes", note_body(stage, its_id, finish=False)
    )
    assert answer.status_code == 201, answer.text
    return its_id


async def finished(stage: Stage, berit: Person, case: str, its_id: str = "n_1") -> str:
    answer = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage, its_id))
    assert answer.status_code == 201, answer.text
    return its_id


async def count(stage: Stage) -> int:
    async with stage.reading() as reading:
        return len((await reading.session.scalars(select(Note))).all())


async def test_a_note_is_written_finished_and_read_in_the_case(stage: Stage) -> None:
    """The next one who meets the youth must know what was agreed."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")

    assert "Nytt notat" in await berit.sees(f"/cases/{case}/notes/new")
    saved = await berit.sends(f"/cases/{case}/notes", **note_form())
    draft = await berit.sees("/notes/n_1")
    done = await berit.sends("/notes/n_1", **note_form(version="1", do="finish"))
    shown = await berit.sees("/notes/n_1")

    assert [saved.status_code, done.status_code] == [303, 303]
    assert "Utkast til notat" in draft
    assert "&lt;b&gt;Kari&lt;/b&gt;" in shown
    assert "<b>Kari" not in shown + draft
    assert "03.11.2026 kl. 11:30" in shown
    async with stage.reading() as reading:
        row = await reading.session.get_one(Note, "n_1")
        lines = await timeline(reading, await reading.session.get_one(Case, case))
        assert (row.at, row.minutes, row.consent) == (
            datetime(2026, 11, 3, 10, 30, tzinfo=UTC), 40, "s_t_rev",
        )  # fmt: skip
        assert WORDS.encode() not in row.words
        assert [(line.kind, line.href, line.by, line.finished) for line in lines] == [
            ("note", "/notes/n_1", "Berit", True)
        ]


@pytest.mark.parametrize("why", ["nothing", "no", "withdrawn", "later no", "other purpose"])
async def test_without_a_valid_consent_there_is_no_way_to_write(stage: Stage, why: str) -> None:
    """A journal that a youth has not agreed to is the one thing we promised never to make."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit)
    if why != "nothing":
        await talked_to(stage, berit, "t_rev") if why in {"withdrawn", "later no"} else None
        body = consent_body(stage, answer="no" if why in {"no", "later no"} else "yes")
        if why == "other purpose":
            body["purpose"] = "chat_transfer"
        if why == "withdrawn":
            await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
        else:
            await stage.bridge.put("consents/s_x", body | {"answered_at": stage.at(-1)})
        await talked_to(stage, berit, "t_other") if why in {"no", "other purpose"} else None
        if why in {"withdrawn", "later no"}:
            assert (await ties(berit, person, "t_rev")).status_code == 201

    page = await berit.http.get(f"/cases/{case}/notes/new")
    form = await berit.sends(f"/cases/{case}/notes", **note_form())
    as_json = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage))

    assert [page.status_code, form.status_code, as_json.status_code] == [409, 409, 409]
    assert as_json.json()["type"] == "urn:utebru:no-consent"
    assert f'href="/people/{person}/consents/new"' in page.text
    assert "Vi gikk en tur" in form.text
    assert await count(stage) == 0


async def test_not_even_by_sql_is_a_note_made_without_a_valid_consent(stage: Stage) -> None:
    """A bug, or a hand in the database, must not be able to open a journal on a youth."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    await talked_to(stage, berit, "t_elv")
    await stage.agreed("t_rev", "s_purpose", purpose="chat_transfer")
    await stage.bridge.put("consents/s_no", consent_body(stage, "t_sol", answer="no"))

    for claim in (
        {"consent": "s_none"},
        {"consent": "s_purpose"},
        {"consent": "s_purpose", "consent_purpose": "chat_transfer"},
        {"consent": "s_no", "thread": "t_sol"},
        {"consent": "s_no", "thread": "t_sol", "consent_answer": "no"},
        {"consent": "s_t_elv"},
        {"consent": None},
    ):
        with pytest.raises(DBAPIError):
            async with stage.store.database.writing() as session:
                await by_hand(session, stage, berit, case, **claim)
    # STOPP on another thread of the same youth counts in the database too.
    assert (await ties(berit, person, "t_elv")).status_code == 201
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, "t_elv"))
    with pytest.raises(DBAPIError, match="no entry without a valid consent"):
        async with stage.store.database.writing() as session:
            await by_hand(session, stage, berit, case)
    assert await count(stage) == 0


async def by_hand(
    session: WriteSession, stage: Stage, who: Person, case: str, **claim: object
) -> None:
    """Insert a note past all our code."""
    now = stage.clock.now()
    values = {
        "id": "n_x",
        "team": "oslo",
        "case": case,
        "thread": "t_rev",
        "consent": "s_t_rev",
        "consent_purpose": "journal",
        "consent_answer": "yes",
        "kind": "talk",
        "at": now,
        "minutes": 1,
        "words": b"",
        "version": 1,
        "written_at": now,
        "written_by": who.id,
    }
    await session.execute(insert(Note).values(**(values | claim)))


async def test_stopp_on_one_thread_closes_the_journal_on_all(stage: Stage) -> None:
    """A youth who has two phones says stop once."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    await talked_to(stage, berit, "t_elv")
    await ties(berit, person, "t_elv")
    await finished(stage, berit, case)

    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, "t_elv"))
    refused = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage, "n_2"))
    transcript = transcript_body(stage, consent="s_t_rev", author=berit.id)
    put = await stage.bridge.put("transcripts/c_1", transcript)

    assert refused.json()["type"] == "urn:utebru:no-consent"
    assert (put.status_code, put.json()["type"]) == (409, "urn:utebru:consent-withdrawn")


async def test_a_withdrawal_while_the_form_is_open_stops_the_note_and_loses_no_words(
    stage: Stage,
) -> None:
    """The youth's stop comes first; what was typed is given back, not thrown away."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)
    stage.clock.move(timedelta(minutes=1))
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))

    new = await berit.sends(f"/cases/{case}/notes", **note_form("n_2", words="Det nye."))
    finish = await berit.sends(
        "/notes/n_1", **note_form(version="1", do="finish", words="Mer å huske.")
    )
    saved = await berit.sends("/notes/n_1", **note_form(version="1", words="Mer å huske."))
    draft = await berit.sees("/notes/n_1")

    assert [new.status_code, finish.status_code, saved.status_code] == [409, 409, 409]
    assert "Det nye." in new.text
    assert "Mer å huske." in finish.text
    assert "kan ikke gjøres ferdig" in draft
    assert "Vi gikk en tur" in draft
    assert "<textarea" not in draft
    assert (await arne.http.get("/notes/n_1")).status_code == 404
    assert (await berit.sends("/notes/n_1/delete", version="1")).status_code == 303
    assert await count(stage) == 0


async def test_after_a_new_yes_the_draft_is_finished_on_that_one(stage: Stage) -> None:
    """A youth who changes their mind again is not stopped by the old no."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, seconds=-10))
    await stage.agreed("t_rev", "s_new", answered_at=stage.at(-5))

    done = await berit.sends("/notes/n_1", **note_form(version="1", do="finish"))

    assert done.status_code == 303
    async with stage.reading() as reading:
        assert (await reading.session.get_one(Note, "n_1")).consent == "s_new"


async def test_a_draft_is_there_for_nobody_but_its_author(stage: Stage) -> None:
    """Half a thought about a youth is not to be read as what happened."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)

    for path in ("/notes/n_1", "/api/notes/n_1"):
        assert (await tove.http.get(path)).status_code == 404
    for path in ("/notes/n_1/delete", "/notes/n_1", "/notes/n_1/additions"):
        sent = await tove.sends(path, version="1", kind="statement", **_without(note_form()))
        assert sent.status_code in {403, 404}
    seen = await tove.sees(f"/cases/{case}")
    assert "/notes/n_1" not in seen
    assert "/notes/n_1" not in await tove.sees(f"/people/{person}")
    assert "Vi gikk en tur" in await berit.sees("/notes/n_1")
    async with stage.reading() as reading:
        row = await reading.session.get_one(Case, case)
        assert await timeline(reading, row) == []
    assert "/notes/n_1" in await berit.sees(f"/cases/{case}")


def _without(form: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if name != "kind"}


async def test_a_colleague_finds_no_note_of_a_case_that_is_not_shared(stage: Stage) -> None:
    """What is written is for those who need it, and nobody else in the team."""
    berit, arne, tove = await stage.person("berit"), await stage.person("arne"), None
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await finished(stage, berit, case)
    tove = await stage.leader()

    missing = await arne.http.get("/notes/n_none")
    found = await arne.http.get("/notes/n_1")
    written = await sends_json(arne, f"/api/cases/{case}/notes", note_body(stage, "n_2"))
    added = await arne.sends("/notes/n_1/additions", id="add_1", kind="statement", words="x")
    by_leader = await sends_json(tove, f"/api/cases/{case}/notes", note_body(stage, "n_3"))

    assert (found.status_code, found.text) == (404, missing.text)
    assert [written.status_code, added.status_code, by_leader.status_code] == [404, 404, 403]
    assert "Vi gikk en tur" in await tove.sees("/notes/n_1")


async def test_sending_the_form_twice_makes_one_note(stage: Stage) -> None:
    """A slow network and an impatient thumb must not make two meetings of one."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")

    token = await berit.form_token()
    form = note_form() | {"form_token": token}
    answers = await asyncio.gather(
        *(berit.http.post(f"/cases/{case}/notes", data=form) for _ in range(4))
    )
    other = await berit.sends(f"/cases/{case}/notes", **note_form(words="Noe helt annet."))

    assert {answer.status_code for answer in answers} == {303}
    assert other.status_code == 409
    assert "Noe helt annet." in other.text
    assert 'name="id" value="n_1"' not in other.text
    assert await count(stage) == 1


async def test_of_two_windows_the_second_is_told_and_keeps_its_words(stage: Stage) -> None:
    """Nobody's sentence disappears because two windows were open."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)

    first = await berit.sends("/notes/n_1", **note_form(version="1", words="Fra mobilen."))
    second = await berit.sends("/notes/n_1", **note_form(version="1", words="Fra maskinen."))
    again = await berit.sends("/notes/n_1", **note_form(version="2", words="Fra begge."))
    done = await berit.sends("/notes/n_1", **note_form(version="3", do="finish"))
    late = await berit.sends("/notes/n_1", **note_form(version="4", words="For sent."))
    gone = await berit.sends("/notes/n_1/delete", version="4")

    assert [first.status_code, second.status_code, again.status_code] == [303, 409, 303]
    assert "Fra maskinen." in second.text
    assert "Fra mobilen." in second.text
    assert 'name="version" value="2"' in second.text
    assert [done.status_code, late.status_code, gone.status_code] == [303, 409, 409]
    assert "For sent." in late.text


async def test_what_is_finished_is_only_added_to(stage: Stage) -> None:
    """What stood when somebody acted on it must still be there to see."""
    berit, tove = await stage.person("berit"), await stage.leader()
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await finished(stage, berit, case)
    form = {"id": "add_1", "kind": "correction", "words": "Det var broren.", "why": "Hørte feil."}

    unexplained = await berit.sends("/notes/n_1/additions", **(form | {"why": " "}))
    corrected = await berit.sends("/notes/n_1/additions", **form)
    twice = await berit.sends("/notes/n_1/additions", **form)
    other = await berit.sends("/notes/n_1/additions", **(form | {"words": "Noe annet."}))
    by_leader = await tove.sends("/notes/n_1/additions", **(form | {"id": "add_2"}))
    stated = await tove.sends(
        "/notes/n_1/additions", id="add_3", kind="statement", words="<i>Jeg</i> er uenig."
    )
    put = await sends_json(
        berit, "/api/notes/n_1", _without_id(note_body(stage)) | {"version": 1}, method="PUT"
    )
    shown = await berit.sees("/notes/n_1")

    statuses = [unexplained.status_code, corrected.status_code, twice.status_code]
    assert statuses == [422, 303, 303]
    assert (other.status_code, by_leader.status_code, stated.status_code) == (409, 403, 303)
    assert "Det var broren." in unexplained.text
    assert (put.status_code, put.json()["type"]) == (409, "urn:utebru:note-finished")
    assert shown.count("Det var broren.") == 1
    for said in ("Vi gikk en tur", "Hørte feil.", "Rettet av Berit", "&lt;i&gt;Jeg&lt;/i&gt;"):
        assert said in shown


def _without_id(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "id"}


async def test_after_a_withdrawal_only_the_youths_own_words_are_added(stage: Stage) -> None:
    """The youth may always answer what is written about them; nobody writes more about them."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await finished(stage, berit, case)
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))

    correction = {"id": "add_1", "kind": "correction", "words": "Mer.", "why": "Derfor."}
    corrected = await berit.sends("/notes/n_1/additions", **correction)
    stated = await berit.sends("/notes/n_1/additions", id="a_2", kind="statement", words="Nei.")

    assert (corrected.status_code, stated.status_code) == (409, 303)
    assert "Mer." in corrected.text


async def test_the_youths_statement_stands_beside_the_transcript(stage: Stage) -> None:
    """A youth who sees it otherwise has a right to have that said in the same place."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    await stage.agreed()
    body = transcript_body(stage, author=berit.id)
    assert (await stage.bridge.put("transcripts/c_1", body)).status_code == 201
    form = {"id": "add_1", "words": "Jeg mente det <u>ikke</u> sånn."}

    hidden = await arne.sends("/journal/c_1/additions", **form)
    added = await berit.sends("/journal/c_1/additions", **form)
    await berit.sends("/journal/c_1/additions", **form)
    as_json = await sends_json(
        berit, "/api/journal/c_1/additions", {"id": "add_2", "words": "Og mer."}
    )
    shown = await berit.sees("/journal/c_1/additions")

    assert (hidden.status_code, added.status_code, as_json.status_code) == (404, 303, 201)
    assert shown.count("&lt;u&gt;ikke&lt;/u&gt; sånn") == 1
    assert "Og mer." in shown


async def test_every_reading_and_writing_is_noted_without_the_words(stage: Stage) -> None:
    """The youth may ask who has read, and the log must never answer with what they read."""
    berit, tove = await stage.person("berit"), await stage.leader()
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)
    await berit.sends("/notes/n_1", **note_form(version="1", do="finish"))
    await tove.sees("/notes/n_1")

    async with stage.reading() as reading:
        rows = (await reading.session.scalars(select(AuditEvent).order_by(AuditEvent.n))).all()
    told = [(row.what, row.user) for row in rows if row.of == "n_1"]
    assert told == [
        ("note.written", berit.id),
        ("note.changed", berit.id),
        ("note.finished", berit.id),
        ("note.read", tove.id),
    ]
    assert not any("Kari" in row.event or "tur" in row.event for row in rows)


async def test_nothing_is_written_in_a_closed_case(stage: Stage) -> None:
    """A case that is over has been answered for; what is new belongs in one that is open."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await drafted(stage, berit, case)
    async with stage.writing() as writing:
        row = await writing.session.get_one(Case, case)
        row.status, row.closed_at = "closed", writing.now

    new = await sends_json(berit, f"/api/cases/{case}/notes", note_body(stage, "n_2"))
    finish = await berit.sends("/notes/n_1", **note_form(version="1", do="finish"))

    assert (new.status_code, new.json()["type"]) == (409, "urn:utebru:case-closed")
    assert finish.status_code == 409
    assert "Vi gikk en tur" in finish.text


async def test_a_note_about_somebody_found_to_be_another_is_still_read(stage: Stage) -> None:
    """Two cards that were one youth must not make what was written unreadable."""
    berit, tove = await stage.person("berit"), await stage.leader()
    first, case = await youth_with_case(stage, berit, thread="t_rev")
    second = await youth(berit, alias="Stille elv")
    await finished(stage, berit, case)

    told = {"other": first, "version": 1, "other_version": 1, "reason": "Samme ungdom."}
    merged = await sends_json(tove, f"/api/people/{second}/merge", told)
    assert merged.status_code == 201, merged.text
    await finished(stage, berit, case, "n_2")
    assert "Vi gikk en tur" in await tove.sees("/notes/n_1")
    assert "Vi gikk en tur" in await tove.sees("/notes/n_2")

    undo = f"/api/people/{second}/merges/{merged.json()['id']}/undo"
    undone = await sends_json(tove, undo, {})
    assert undone.status_code == 200, undone.text
    assert "Vi gikk en tur" in await tove.sees("/notes/n_1")
    assert "Vi gikk en tur" in await tove.sees("/notes/n_2")


NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
GOOD = NoteTyped(kind="talk", at="2026-11-03T12:30", minutes="5", words="x")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"kind": "chat"}, {"kind"}),
        ({"at": "i går"}, {"at"}),
        ({"at": "2026-11-03T13:30"}, {"at"}),
        ({"at": "2026-03-29T02:30"}, {"at"}),
        ({"at": "2026-10-25T02:30"}, set()),
        ({"minutes": "0"}, {"minutes"}),
        ({"minutes": "1441"}, {"minutes"}),
        ({"minutes": "²"}, {"minutes"}),
        ({"minutes": "-5"}, {"minutes"}),
        ({"words": " \r\n "}, {"words"}),
        ({"words": "x" * 20_001}, {"words"}),
    ],
)
def test_what_a_note_must_have(changed: dict[str, str], wrong: set[str]) -> None:
    """A meeting with the wrong hour is a meeting that nobody finds again."""
    typed = NoteTyped(
        **{"kind": GOOD.kind, "at": GOOD.at, "minutes": GOOD.minutes, "words": GOOD.words} | changed
    )

    assert set(note_mistakes(typed, now=NOW)) == wrong


def test_the_time_is_the_clock_on_the_wall() -> None:
    """Summer and winter, half past two is what the youth and the caseworker both saw."""
    at = {
        typed: note_said(NoteTyped(kind="talk", at=typed, minutes="5", words="x")).at
        for typed in ("2026-07-01T14:30", "2026-11-01T14:30")
    }

    assert [moment.hour for moment in at.values()] == [12, 13]
