"""Disclosures: what has been handed out, to whom, on which basis; never edited, always seen."""

import asyncio
import json
import re
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from casestore.access.tables import Grant
from casestore.audit.tables import AuditEvent
from casestore.cases.tables import Case, Share
from casestore.disclosures.reading import disclosures_of
from casestore.disclosures.rules import BASES
from casestore.disclosures.tables import Disclosure
from casestore.people.tables import Person as Youth
from casestore.users.rules import Role
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, consent_body, withdrawal_body

WHAT = "Fraværslista-kanari"
FIELDS = {
    "id": "disclosure_1",
    "what": WHAT,
    "to": "Rektor ved Haugen skole",
    "why": "",
    "basis": "duty_to_report",
    "consent": "",
    "case": "",
    "corrects": "",
    "at": "2026-11-03T12:30",
}


async def hands_out(person: Person, youth: str, **changed: str) -> httpx.Response:
    return await person.sends(f"/people/{youth}/disclosures", **{**FIELDS, **changed})


async def shared(stage: Stage, case: str, *, by: Person, to: Person) -> None:
    async with stage.writing() as writing:
        writing.session.add(
            Share(
                id=f"share_{to.id}",
                team="oslo",
                case=case,
                user=to.id,
                from_day=date(2026, 11, 1),
                until_day=date(2026, 11, 30),
                reason=b"",
                made_at=writing.now,
                made_by=by.id,
            )
        )


async def external(stage: Stage, thread: str, consent: str, answer: str = "yes") -> None:
    """An answer to the question of telling the school."""
    body = consent_body(stage, thread, answer) | {"purpose": "share_external.school"}
    assert (await stage.bridge.put(f"consents/{consent}", body)).status_code == 201


async def rows(stage: Stage) -> list[Disclosure]:
    async with stage.reading() as reading:
        return list(await reading.session.scalars(select(Disclosure).order_by(Disclosure.id)))


async def noted(stage: Stage, what: str) -> list[dict[str, Any]]:
    async with stage.reading() as reading:
        found = await reading.session.scalars(
            select(AuditEvent.event).where(AuditEvent.what == what).order_by(AuditEvent.n)
        )
        return [json.loads(event) for event in found]


async def test_what_was_handed_out_is_shown_with_basis_and_who_and_both_are_noted(
    stage: Stage,
) -> None:
    """The youth may ask who was told what, and must get the whole answer."""
    berit = await stage.person("berit")
    youth, case = await youth_with_case(stage, berit)

    assert (await hands_out(berit, youth, case=case)).status_code == 303

    page = await berit.sees(f"/people/{youth}/disclosures")
    for words in (WHAT, "Rektor ved Haugen skole", "Meldeplikt til barnevernet", "Berit"):
        assert words in page
    (written,) = await noted(stage, "disclosure.written")
    assert (written["by"], written["of"], written["basis"]) == (berit.id, youth, "duty_to_report")
    assert (await noted(stage, "disclosure.read"))[-1]["of"] == youth
    async with stage.reading() as reading:
        person = await reading.session.get(Youth, youth)
        assert person is not None
        (line,) = await disclosures_of(reading, person)
    assert (line.words.what, line.words.to, line.basis) == (WHAT, FIELDS["to"], "duty_to_report")
    assert line.case is not None
    assert WHAT not in repr(line)


async def test_words_lie_encrypted_and_not_in_the_audit(stage: Stage) -> None:
    """Whoever carries off the database must not read what was handed out."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit)
    await hands_out(berit, youth, why="grunn-kanari")

    (row,) = await rows(stage)
    assert b"kanari" not in row.words
    async with stage.reading() as reading:
        events = await reading.session.scalars(text("SELECT event FROM audit_events"))
        assert "kanari" not in "".join(events)


@pytest.mark.parametrize("way", ["page", "json"])
async def test_a_colleague_who_is_not_shared_with_finds_nothing_at_all(
    stage: Stage, way: str
) -> None:
    """What does not exist and what is not theirs must look the same."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)
    youth, _ = await youth_with_case(stage, berit)
    await hands_out(berit, youth)
    path = "/people/{}/disclosures" if way == "page" else "/api/people/{}/disclosures"

    for who in (arne, head):
        hidden = await who.http.get(path.format(youth))
        nothing = await who.http.get(path.format("person_nobody"))
        assert (hidden.status_code, hidden.text) == (404, nothing.text)
        assert (await hands_out(who, youth, id="disclosure_9")).status_code == 404
    assert len(await rows(stage)) == 1


async def test_who_a_case_is_shared_with_reads_and_does_not_write(stage: Stage) -> None:
    """A shared case is for reading (R52)."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    youth, case = await youth_with_case(stage, berit)
    await hands_out(berit, youth, case=case)
    await shared(stage, case, by=berit, to=arne)

    page = await arne.sees(f"/people/{youth}/disclosures")

    assert WHAT in page
    assert "Registrer en utlevering" not in page
    assert (await hands_out(arne, youth, id="disclosure_2")).status_code == 403


async def test_one_shared_case_does_not_open_what_was_handed_out_in_another(stage: Stage) -> None:
    """Arne was let into one case of the youth's, not into the youth's whole life."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    tove = await stage.leader()
    youth, case = await youth_with_case(stage, berit)
    async with stage.writing() as writing:
        first = await writing.session.get(Case, case)
        assert first is not None
        writing.session.add(
            Case(
                id="case_toves",
                team="oslo",
                number="2026/0999",
                person=youth,
                responsible=tove.id,
                status="open",
                version=1,
                opened_at=first.opened_at,
                opened_by=tove.id,
            )
        )
    await hands_out(tove, youth, case="case_toves")
    await hands_out(berit, youth, id="disclosure_2", what="Timeplanen", case=case)
    await shared(stage, case, by=berit, to=arne)

    seen = await arne.sees(f"/people/{youth}/disclosures")
    as_json = (await arne.http.get(f"/api/people/{youth}/disclosures")).json()

    assert "Timeplanen" in seen
    assert WHAT not in seen
    assert "2026/0999" not in seen
    assert [d["what"] for d in as_json["disclosures"]] == ["Timeplanen"]
    assert WHAT in await tove.sees(f"/people/{youth}/disclosures")
    pointing = await hands_out(berit, youth, id="disclosure_3", case="case_toves")
    correcting = await hands_out(berit, youth, id="disclosure_3", corrects="disclosure_1")
    assert [pointing.status_code, correcting.status_code] == [422, 422]


async def test_on_consent_only_a_standing_consent_to_tell_somebody_outside_will_do(
    stage: Stage,
) -> None:
    """A yes to a journal is no yes to the school being told."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit, thread="t_rev")
    other, _ = await youth_with_case(stage, berit, alias="Stille elv", thread="t_ola")
    await external(stage, "t_ola", "s_olas")
    on = {"basis": "consent", "at": "2026-11-03T13:00"}

    none = await hands_out(berit, youth, **on)
    journal = await hands_out(berit, youth, **on, consent="s_t_rev")
    anothers = await hands_out(berit, youth, **on, consent="s_olas")
    await external(stage, "t_rev", "s_no", "no")
    said_no = await hands_out(berit, youth, **on, consent="s_no")

    assert [a.status_code for a in (none, journal, anothers, said_no)] == [422] * 4
    assert 'id="consent-wrong"' in journal.text
    assert WHAT in journal.text
    assert (await hands_out(berit, other, **on, consent="s_olas")).status_code == 303
    (row,) = await rows(stage)
    assert (row.consent, row.person) == ("s_olas", other)


async def test_a_consent_that_was_taken_back_carries_nothing_more(stage: Stage) -> None:
    """STOPP means stop; what was handed out before it was still right then."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit, thread="t_rev")
    await external(stage, "t_rev", "s_out")
    back = withdrawal_body(stage) | {"purpose": "share_external.school"}
    assert (await stage.bridge.put("withdrawals/w_1", back)).status_code == 201

    on = {"basis": "consent", "consent": "s_out"}
    path = f"/api/people/{youth}/disclosures"
    body = {**FIELDS, **on, "id": "disclosure_2", "case": None, "corrects": None}

    after = await hands_out(berit, youth, **on, at="2026-11-03T13:00")
    before_it_was_given = await hands_out(berit, youth, **on, at="2026-11-03T12:58")
    late = await sends_json(berit, path, body | {"at": stage.at(0)})
    in_between = await hands_out(berit, youth, **on, at="2026-11-03T12:59")
    made = await sends_json(berit, path, body | {"at": stage.at(-10)})

    assert [after.status_code, before_it_was_given.status_code, late.status_code] == [422] * 3
    assert "s_out" not in late.text
    assert [in_between.status_code, made.status_code] == [303, 201]


async def test_pressing_twice_registers_once_and_other_words_are_not_swallowed(
    stage: Stage,
) -> None:
    """Two lines about one letter would tell the youth that it was sent twice."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit)
    fields = {**FIELDS, "form_token": await berit.form_token()}
    path = f"/people/{youth}/disclosures"

    both = await asyncio.gather(*(berit.http.post(path, data=fields) for _ in range(2)))
    other = await hands_out(berit, youth, what="Noe helt annet")

    assert [a.status_code for a in both] == [303, 303]
    assert other.status_code == 409
    assert "Noe helt annet" in other.text
    assert 'value="disclosure_1"' not in other.text.split('class="stack"')[1].split("what")[0]
    assert len(await rows(stage)) == 1
    assert len(await noted(stage, "disclosure.written")) == 1


async def test_what_is_wrong_is_corrected_by_a_new_one_and_both_are_seen(stage: Stage) -> None:
    """A list that could be tidied afterwards would protect us, not the youth."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit)
    other, _ = await youth_with_case(stage, berit, alias="Stille elv")
    await hands_out(berit, youth)
    await hands_out(berit, other, id="disclosure_other")

    stranger = await hands_out(berit, youth, id="disclosure_2", corrects="disclosure_other")
    nobody = await hands_out(berit, youth, id="disclosure_2", corrects="disclosure_none")
    right = await hands_out(
        berit, youth, id="disclosure_2", what="Bare én side", corrects="disclosure_1"
    )

    assert [a.status_code for a in (stranger, nobody, right)] == [422, 422, 303]
    page = await berit.sees(f"/people/{youth}/disclosures")
    assert WHAT in page
    assert "Bare én side" in page
    assert "se rettelsen" in page
    for method in ("PUT", "PATCH", "DELETE"):
        answer = await sends_json(berit, f"/api/people/{youth}/disclosures", {}, method=method)
        assert answer.status_code == 405


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"what": " "}, "what"),
        ({"what": "x" * 4001}, "what"),
        ({"to": ""}, "to"),
        ({"basis": ""}, "basis"),
        ({"basis": "because"}, "basis"),
        ({"basis": "law"}, "why"),
        ({"basis": "emergency", "why": "  "}, "why"),
        ({"at": ""}, "at"),
        ({"at": "i går"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"at": "2026-11-03T14:00"}, "at"),
        ({"case": "case_none"}, "case"),
    ],
)
async def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(
    stage: Stage, wrong: dict[str, str], field: str
) -> None:
    """A caseworker who must type it twice writes less the second time."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit)

    answer = await hands_out(berit, youth, **wrong)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    kept = "what" if field == "to" else "to"
    assert FIELDS[kept] in answer.text
    assert await rows(stage) == []


async def test_markup_is_words_and_oversize_is_refused(stage: Stage) -> None:
    """What is typed is shown as it was typed, and runs nowhere."""
    berit = await stage.person("berit")
    youth, _ = await youth_with_case(stage, berit)
    evil = '<script>alert(1)</script>"onmouseover=x'

    assert (await hands_out(berit, youth, what=evil, to=evil, why=evil)).status_code == 303
    again = await hands_out(berit, youth, id="disclosure_2", what=evil, to=evil, basis=evil)
    huge = await hands_out(berit, youth, id="disclosure_2", what="x" * 30_000)

    for page in (again.text, await berit.sees(f"/people/{youth}/disclosures")):
        assert "<script>alert" not in page
        assert '"onmouseover' not in page
    assert [again.status_code, huge.status_code] == [422, 422]
    forged = await berit.http.post(
        f"/people/{youth}/disclosures", data={**FIELDS, "form_token": "0" * 64}
    )
    assert forged.status_code == 403


async def test_a_deputy_stands_in(stage: Stage) -> None:
    """When the team leader is away, the youth still gets an answer about what was handed out."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    tove = await stage.leader()
    youth, _ = await youth_with_case(stage, berit)
    await hands_out(berit, youth)
    async with stage.writing() as writing:
        writing.session.add(
            Grant(
                id="grant_1",
                team="oslo",
                user=arne.id,
                role="deputy",
                from_day=date(2026, 11, 1),
                until_day=date(2026, 11, 30),
                reason=b"",
                made_at=writing.now,
                made_by=tove.id,
            )
        )

    assert WHAT in await arne.sees(f"/people/{youth}/disclosures")


def test_every_basis_says_where_it_is_from() -> None:
    """Legal text without a source is an opinion."""
    assert len({basis.code for basis in BASES}) == len(BASES)
    assert all(basis.law and basis.source for basis in BASES)
    assert re.search(r"§ 13-2", next(b.law for b in BASES if b.code == "duty_to_report"))
