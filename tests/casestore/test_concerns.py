"""Reports of concern: nobody's leave, nobody else's eyes, and there for good."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.concerns.rules import ConcernTyped, typed_mistakes
from casestore.concerns.tables import Concern
from casestore.threads.tables import DataKey
from casestore.users.rules import Role
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Stage, transcript_body, withdrawal_body

FORM = {
    "id": "concern_1",
    "receiver": "child_welfare",
    "sent_at": "2026-11-03T12:00",
    "about_whom": "Jente, omtrent 13 år, ved <b>stasjonen</b>",
    "what": "Hun sier at hun ikke tør å gå hjem.",
    "told": "no",
    "why_not": "Det kunne ha gjort det farligere.",
}


def concern_body(stage: Stage, its_id: str = "concern_1", **changed: Any) -> dict[str, Any]:
    return {
        "id": its_id,
        "receiver": "police",
        "sent_at": stage.at(-60),
        "about": "Gutt i blå jakke",
        "what": "Han sier at han skal skade noen.",
        "told": True,
    } | changed


async def test_anybody_in_the_team_may_report_without_a_consent_or_a_case(stage: Stage) -> None:
    """The duty is each caseworker's own; a system that stood in the way would cost a child."""
    berit = await stage.person("berit")
    assert "Registrer en bekymringsmelding" in await berit.sees("/concerns/new")

    answer = await berit.sends("/concerns", **FORM)
    seen = await berit.sees("/concerns/concern_1")
    listed = await berit.sees("/concerns")

    assert (answer.status_code, answer.headers["location"]) == (303, "/concerns/concern_1")
    for said in ("Barnevernstjenesten", "ikke tør å gå hjem", "farligere", "&lt;b&gt;stasjonen"):
        assert said in seen
    assert "ikke tør" not in listed
    assert "stasjonen" not in listed
    async with stage.reading() as reading:
        row = await reading.session.get_one(Concern, "concern_1")
        assert row.sent_at == datetime(2026, 11, 3, 11, tzinfo=UTC)
        assert b"hjem" not in row.words
        owners = set(await reading.session.scalars(select(DataKey.owner)))
        assert "concern:concern_1" in owners
        events = (await reading.session.scalars(select(AuditEvent))).all()
        assert [e.what for e in events if e.of == "concern_1"] == [
            "concern.written", "concern.read",
        ]  # fmt: skip
        assert not any("stasjonen" in event.event for event in events)


async def test_a_colleague_finds_nothing_and_who_leads_finds_all(stage: Stage) -> None:
    """Who has been reported is the last thing to be known in the corridor."""
    berit, arne, tove = await stage.person("berit"), await stage.person("arne"), None
    head = await stage.person("hanna", Role.DEPARTMENT_HEAD)
    await berit.sends("/concerns", **FORM)
    tove = await stage.leader()

    missing = await arne.http.get("/concerns/concern_none")
    hidden = [await arne.http.get(f"{at}/concern_1") for at in ("/concerns", "/api/concerns")]
    taken = await arne.sends("/concerns", **FORM)

    assert (hidden[0].status_code, hidden[0].text) == (404, missing.text)
    assert hidden[1].status_code == 404
    assert taken.status_code == 409
    assert "ikke tør" not in taken.text.replace(FORM["what"], "")
    assert "concern_1" not in await arne.sees("/concerns")
    assert (await arne.http.get("/api/concerns")).json() == {"concerns": [], "next": None}
    assert "/concerns/concern_1" in await tove.sees("/concerns")
    assert "ikke tør" in await tove.sees("/concerns/concern_1")
    assert (await head.http.get("/concerns")).status_code == 404
    assert (await head.http.get("/concerns/new")).status_code == 403


async def test_a_report_is_still_there_after_a_withdrawal(stage: Stage) -> None:
    """What child welfare acts on does not disappear because the journal is closed."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit, thread="t_rev", alias="Blå rev")
    body = concern_body(stage, person=person, about="")

    first = await sends_json(berit, "/api/concerns", body)
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    after = await sends_json(berit, "/api/concerns", concern_body(stage, "concern_2"))

    assert (first.status_code, after.status_code) == (201, 201)
    shown = await berit.sees("/concerns/concern_1")
    assert "skal skade noen" in shown
    assert f'href="/people/{person}"' in shown
    # Under no key that goes when the person is deleted.
    async with stage.writing() as writing:
        for owner in (f"person:{person}", "thread:t_rev"):
            found = select(DataKey).where(DataKey.owner == owner)
            row = (await writing.session.scalars(found)).one()
            row.wrapped = b"\0" * len(row.wrapped)
    told = (await berit.http.get("/api/concerns/concern_1")).json()
    assert told["what"] == "Han sier at han skal skade noen."


async def test_it_is_tied_only_to_whom_one_may_read(stage: Stage) -> None:
    """A report must not become a way to find out who is known here."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    person, _ = await youth_with_case(stage, berit, thread="t_rev")
    await stage.bridge.put("transcripts/c_1", transcript_body(
        stage, author=berit.id, consent="s_t_rev", thread="t_rev"
    ))  # fmt: skip

    answers = [
        await arne.http.get(f"/concerns/new?person={person}"),
        await arne.http.get("/concerns/new?entry=c_1"),
        await arne.sends("/concerns", **FORM, person=person),
        await arne.sends("/concerns", **FORM, entry="c_1"),
        await sends_json(arne, "/api/concerns", concern_body(stage, conversation="c_1")),
        await arne.sends("/concerns", **FORM, person="p_none"),
    ]
    own = await berit.sends("/concerns", **FORM, entry="c_1")

    assert [answer.status_code for answer in answers] == [404] * 6
    assert own.status_code == 303
    async with stage.reading() as reading:
        row = (await reading.session.scalars(select(Concern))).one()
        assert (row.person, row.thread) == (person, "t_rev")


async def test_sending_twice_reports_once_and_other_words_are_kept(stage: Stage) -> None:
    """Two records of one report would look like two reports."""
    berit = await stage.person("berit")
    form = FORM | {"form_token": await berit.form_token()}

    answers = await asyncio.gather(*(berit.http.post("/concerns", data=form) for _ in range(3)))
    other = await berit.sends("/concerns", **(FORM | {"what": "Noe helt annet."}))
    wrong = await berit.sends("/concerns", **(FORM | {"id": "c_2", "why_not": "", "told": ""}))

    assert {answer.status_code for answer in answers} == {303}
    assert (other.status_code, wrong.status_code) == (409, 422)
    assert "Noe helt annet." in other.text
    assert "ikke tør å gå hjem" in wrong.text
    async with stage.reading() as reading:
        assert len((await reading.session.scalars(select(Concern))).all()) == 1


NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
GOOD = {
    "receiver": "police",
    "sent_at": "2026-11-03T12:30",
    "about": "x",
    "what": "y",
    "told": "yes",
}


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"receiver": "avisa"}, {"receiver"}),
        ({"receiver": "other"}, {"other"}),
        ({"receiver": "other", "other": "Krisesenteret"}, set()),
        ({"sent_at": ""}, {"sent_at"}),
        ({"sent_at": "2026-11-03T13:01"}, {"sent_at"}),
        ({"sent_at": "2026-03-29T02:30"}, {"sent_at"}),
        ({"about": ""}, {"about"}),
        ({"what": " "}, {"what"}),
        ({"told": ""}, {"told"}),
        ({"told": "no"}, {"why_not"}),
        ({"sent_at": "", "what": "", "told": ""}, {"sent_at", "what", "told"}),
    ],
)
def test_what_a_report_must_tell(changed: dict[str, str], wrong: set[str]) -> None:
    """Everything that is missing is said at once: there is no time for a second round."""
    assert set(typed_mistakes(ConcernTyped(**GOOD | changed), known=False, now=NOW)) == wrong
