"""Cases: numbered without gaps, seen by who has them, written in only by who is responsible."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from casestore.audit.tables import AuditEvent
from casestore.cases.tables import Case, CaseNumber
from casestore.ids import new_id
from casestore.users.rules import Role
from tests.casestore.people import sends_json, youth, youth_with_case
from tests.casestore.stage import Person, Stage
from tests.support.clock import StoppedClock

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> StoppedClock:
    """The usual time, or the one a scene asks for."""
    return StoppedClock(getattr(request, "param", datetime(2026, 11, 3, 12, tzinfo=UTC)))


async def told(stage: Stage, case: str) -> Case:
    """The case as it lies in the database."""
    async with stage.reading() as reading:
        return await reading.session.get_one(Case, case)


async def audited(stage: Stage) -> list[str]:
    """Every event of the audit, as it is kept."""
    async with stage.reading() as reading:
        return list(await reading.session.scalars(select(AuditEvent.event).order_by(AuditEvent.n)))


async def test_twenty_cases_opened_at_once_get_twenty_numbers_without_a_gap(stage: Stage) -> None:
    """A number used twice is two youths in one folder; a gap is a case somebody has hidden."""
    berit = await stage.person("berit")
    person, token = await youth(berit), await berit.form_token()

    async def opens(n: int) -> str:
        answer = await berit.http.post(
            "/api/cases",
            json={"id": f"case_{n}", "person": person, "title": None},
            headers={"X-Form-Token": token},
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    numbers = await asyncio.gather(*(opens(n) for n in range(20)))

    assert sorted(numbers) == [f"2026/{n:04d}" for n in range(1, 21)]


async def test_a_case_that_is_not_opened_after_all_takes_no_number(stage: Stage) -> None:
    """Numbers without cases would have to be explained for ever."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit)
    other = await youth(berit, alias="Stille elv")

    refused = await sends_json(berit, "/api/cases", {"id": case, "person": other, "title": None})
    body = {"id": "case_next", "person": person, "title": None}
    opened = await sends_json(berit, "/api/cases", body)

    assert refused.status_code == 409
    assert opened.json()["number"] == "2026/0002"


@pytest.mark.parametrize("clock", [datetime(2026, 12, 31, 22, 59, tzinfo=UTC)], indirect=True)
async def test_the_year_of_a_number_is_the_year_in_oslo(stage: Stage, clock: StoppedClock) -> None:
    """At half past midnight on New Year's morning it is still last year in UTC."""
    berit = await stage.person("berit")
    _, old = await youth_with_case(stage, berit)
    clock.move(timedelta(minutes=2))
    _, new = await youth_with_case(stage, berit, alias="Stille elv")

    assert (await told(stage, old)).number == "2026/0001"
    assert (await told(stage, new)).number == "2027/0001"
    async with stage.reading() as reading:
        assert set(await reading.session.scalars(select(CaseNumber.year))) == {2026, 2027}


async def test_sending_the_same_form_twice_opens_one_case(stage: Stage) -> None:
    """A double click is not two cases."""
    berit = await stage.person("berit")
    person = await youth(berit)

    for _ in range(2):
        answer = await berit.sends("/cases", id="case_x", person=person, title="Skole")
        assert answer.headers["location"] == "/cases/case_x"

    assert (await berit.sees("/cases")).count("/cases/case_x") == 1
    assert (await told(stage, "case_x")).number == "2026/0001"


async def test_each_sees_their_own_cases_and_the_team_leader_sees_all(stage: Stage) -> None:
    """Who has a case with us is confidential between colleagues too."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    head = await stage.person("hanne", Role.DEPARTMENT_HEAD)
    await youth_with_case(stage, berit, alias="Blå rev", name="Ida Prøve")
    await youth_with_case(stage, arne, alias="Stille elv")

    mine, all_of_them = await berit.sees("/cases"), await tove.sees("/cases?which=all")

    assert "Blå rev" in mine
    assert "Ida Prøve" in mine
    assert "Stille elv" not in mine
    assert "Arne" not in mine
    assert "Alle saker" not in mine
    assert "Blå rev" in all_of_them
    assert "Stille elv" in all_of_them
    assert "Stille elv" not in await berit.sees(f"/cases?which=all&responsible={arne.id}")
    assert (await head.http.get("/cases")).status_code == 404


async def test_counts_count_only_what_may_be_seen(stage: Stage) -> None:
    """A count one higher than the list says that there is somebody one may not know of."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    for n in range(3):
        await youth_with_case(stage, arne, alias=f"Alias {n}")
    _, closed = await youth_with_case(stage, berit)
    await closes(berit, closed)

    async def counts(who: Person, query: str) -> object:
        return (await who.http.get(f"/api/cases?{query}")).json()["counts"]

    assert await counts(berit, "which=all&status=any") == {"mine": 1, "shared": 0}
    assert await counts(berit, f"status=any&responsible={arne.id}") == {"mine": 0, "shared": 0}
    assert await counts(tove, "status=any") == {"mine": 0, "shared": 0, "all": 4}
    assert await counts(tove, "status=open") == {"mine": 0, "shared": 0, "all": 3}


async def test_the_list_goes_on_from_page_to_page_and_loses_nobody(
    stage: Stage, clock: StoppedClock
) -> None:
    """Cases opened in the same moment must not fall between two pages."""
    berit = await stage.person("berit")
    person, token = await youth(berit), await berit.form_token()
    for n in range(57):
        if n == 30:
            clock.move(timedelta(seconds=1))
        await berit.http.post(
            "/api/cases",
            json={"id": f"case_{n}", "person": person, "title": None},
            headers={"X-Form-Token": token},
        )

    first = await berit.sees("/cases")
    older = re.search(r'href="(/cases\?[^"]*after=[^"]+)"', first)
    assert older is not None
    second = await berit.sees(older[1].replace("&amp;", "&"))

    seen = [re.findall(r'href="/cases/(case_\d+)"', shown) for shown in (first, second)]
    assert [len(page) for page in seen] == [50, 7]
    assert len({*seen[0], *seen[1]}) == 57


PATHS = [
    ("GET", "/cases/{}", {}),
    ("POST", "/cases/{}/title", {"title": "x", "version": "1"}),
    ("POST", "/cases/{}/parties", {"id": "pa_1", "name": "x", "role": "school"}),
    ("POST", "/cases/{}/parties/{party}", {"name": "x", "role": "school", "version": "1"}),
    ("POST", "/cases/{}/parties/{party}/remove", {"version": "1"}),
    ("POST", "/cases/{}/shares", {"id": "sh_1", "reason": "x"}),
    ("POST", "/cases/{}/shares/{share}/end", {}),
    ("POST", "/cases/{}/handover", {"id": "ho_1", "version": "1", "reason": "x"}),
    ("POST", "/cases/{}/hand-back", {"id": "ho_1", "version": "1", "reason": "x"}),
    ("POST", "/cases/{}/close", {"id": "cl_1", "version": "1", "words": "x"}),
    ("POST", "/cases/{}/reopen", {}),
]
DAY = {"from_day": "2026-11-03", "until_day": "2026-11-05"}
JSON_PATHS: list[tuple[str, str, dict[str, object]]] = [
    ("GET", "/api/cases/{}", {}),
    ("POST", "/api/cases/{}/shares", {"id": "sh_1", "user": "e_x", **DAY, "reason": "x"}),
    ("POST", "/api/cases/{}/shares/{share}/end", {}),
    ("POST", "/api/cases/{}/handover", {"id": "h", "to": "e_x", "reason": "x"}),
    ("POST", "/api/cases/{}/close", {"id": "cl_1", "words": "x"}),
    ("POST", "/api/cases/{}/reopen", {}),
]


async def answers_of(who: Person, case: str, **ids: str) -> list[tuple[int, bytes, list[str]]]:
    """What every path of a case answers to somebody: status, bytes and the headers' names."""
    token, answers = await who.form_token(), []
    for method, path, fields in PATHS:
        told = {"form_token": token, **fields} if method == "POST" else None
        answers.append(await who.http.request(method, path.format(case, **ids), data=told))
    for method, path, body in JSON_PATHS:
        answers.append(
            await who.http.request(
                method,
                path.format(case, **ids),
                json=body if method == "POST" else None,
                headers={
                    "X-Form-Token": token,
                    "Idempotency-Key": new_id("try"),
                    "If-Match": '"1"',
                },
            )
        )
    return [(a.status_code, a.content, sorted(a.headers)) for a in answers]


async def test_a_colleague_who_is_not_shared_with_finds_nothing_at_all(stage: Stage) -> None:
    """To learn that there is a case about a youth is to learn about the youth (R6, R52)."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit, name="Ida Prøve")
    await berit.sends(f"/cases/{case}/parties", id="pa_9", name="Rektor", role="school")
    ids = {"party": "pa_9", "share": "sh_9"}

    there = await answers_of(arne, case, **ids)
    nowhere = await answers_of(arne, "case_nowhere", **ids)

    assert {status for status, _, _ in there} == {404}
    assert there == nowhere
    for path in ("/cases", "/cases?which=all&status=any", "/api/cases?which=all"):
        seen = await arne.sees(path)
        assert case not in seen
        assert "Blå rev" not in seen
        assert "Berit" not in seen


async def test_a_case_is_noted_as_read_before_it_is_shown(stage: Stage) -> None:
    """The youth may ask who has read about them, and gets a true answer."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)

    await tove.sees(f"/cases/{case}")
    await berit.sees(f"/api/cases/{case}")
    await arne.http.get(f"/cases/{case}")

    async with stage.reading() as reading:
        rows = await reading.session.scalars(
            select(AuditEvent.user).where(AuditEvent.what == "case.read", AuditEvent.of == case)
        )
        assert list(rows) == [tove.id, berit.id]


async def test_the_page_offers_only_what_may_be_done(stage: Stage) -> None:
    """The team leader may hand over and share, but writes only in cases of their own."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, case = await youth_with_case(stage, berit)

    own, leading = await berit.sees(f"/cases/{case}"), await tove.sees(f"/cases/{case}")

    for offered in (f"/cases/{case}/notes/new", f"/people/{person}/disclosures", "Avslutt saken"):
        assert offered in own
    assert f"/cases/{case}/notes/new" not in leading
    assert "Avslutt saken" not in leading
    assert "Del saken" in leading
    assert "Gi saken til en annen" in leading


async def closes(who: Person, case: str, *, its_id: str = "cl_1", version: int = 1) -> None:
    answer = await who.sends(
        f"/cases/{case}/close", id=its_id, words="Vi er ferdige.", version=str(version)
    )
    assert answer.status_code == 303, answer.text


async def test_a_closed_case_takes_no_words_until_it_is_opened_again(stage: Stage) -> None:
    """What is closed has been ended by a person, and nobody goes on writing by mistake."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)
    await closes(berit, case)

    seen = await berit.sees(f"/cases/{case}")
    assert "Vi er ferdige." in seen
    assert "/notes/new" not in seen
    refused = await berit.sends(f"/cases/{case}/title", title="Nytt navn her", version="2")
    assert refused.status_code == 409
    assert "Nytt navn her" in refused.text
    party = await berit.sends(f"/cases/{case}/parties", id="pa_1", name="Mor Prøve", role="family")
    assert party.status_code == 409
    assert "Mor Prøve" in party.text

    for _ in range(2):
        assert (await berit.sends(f"/cases/{case}/reopen")).status_code == 303
    assert (await told(stage, case)).status == "open"
    assert "/notes/new" in await berit.sees(f"/cases/{case}")
    assert "Vi er ferdige." in await berit.sees(f"/cases/{case}")
    assert sum("case.reopened" in event for event in await audited(stage)) == 1


async def test_closing_twice_with_the_same_form_closes_once(stage: Stage) -> None:
    """A double click must not close what somebody has just opened again."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    await closes(berit, case)
    await berit.sends(f"/cases/{case}/reopen")
    await closes(berit, case)

    assert (await told(stage, case)).status == "open"


async def test_a_title_changed_under_ones_hands_is_not_overwritten(stage: Stage) -> None:
    """Two tabs, one case: what was typed in the second is kept, and the first one's is not lost."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    first = await berit.sends(f"/cases/{case}/title", title="Skole og hjem", version="1")
    second = await berit.sends(f"/cases/{case}/title", title="Bare skole", version="1")

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Bare skole" in second.text
    assert "Noen har endret saken" in second.text
    assert "Skole og hjem" in await berit.sees(f"/cases/{case}")
    assert 'name="version" value="2"' in second.text


async def test_a_party_changed_under_ones_hands_is_not_overwritten(stage: Stage) -> None:
    """A guardian's number that is lost is a guardian who is not called."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)
    party = f"/cases/{case}/parties/pa_1"
    await berit.sends(f"/cases/{case}/parties", id="pa_1", name="Mor", role="guardian")

    first = await berit.sends(
        party, name="Mor Prøve", role="guardian", contact="900 00 001", version="1"
    )
    second = await berit.sends(
        party, name="Moren", role="family", contact="900 00 002", version="1"
    )
    removed = await berit.sends(f"{party}/remove", version="1")

    assert [first.status_code, second.status_code, removed.status_code] == [303, 409, 409]
    assert "900 00 002" in second.text
    seen = await berit.sees(f"/cases/{case}")
    assert "900 00 001" in seen
    assert "900 00 002" not in seen
    for _ in range(2):
        assert (await berit.sends(f"{party}/remove", version="2")).status_code == 303
    assert "Mor Prøve" not in await berit.sees(f"/cases/{case}")
    late = await berit.sends(party, name="Moren", role="family", version="2")
    assert late.status_code == 409
    assert "Moren" in late.text


async def test_a_party_of_another_case_cannot_be_reached_through_ones_own(stage: Stage) -> None:
    """An id from somebody else's case opens nothing in mine."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, mine = await youth_with_case(stage, berit)
    _, other = await youth_with_case(stage, arne, alias="Stille elv")
    await arne.sends(f"/cases/{other}/parties", id="pa_1", name="Onkel Prøve", role="family")

    for path, fields in (("", {"name": "x", "role": "family"}), ("/remove", {})):
        answer = await berit.sends(f"/cases/{mine}/parties/pa_1{path}", version="1", **fields)
        assert answer.status_code == 404

    assert "Onkel Prøve" in await arne.sees(f"/cases/{other}")


async def test_a_double_click_adds_one_party(stage: Stage) -> None:
    """Two of the same uncle would be two people to whoever reads it next."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    for _ in range(2):
        await berit.sends(f"/cases/{case}/parties", id="pa_1", name="Onkel Prøve", role="family")

    assert (await berit.sees(f"/api/cases/{case}")).count("Onkel Prøve") == 1


async def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(
    stage: Stage,
) -> None:
    """Nobody writes the same thing twice because of a missing choice."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    answer = await berit.sends(f"/cases/{case}/parties", id="pa_1", name="Lærer", role="pirate")

    assert answer.status_code == 422
    assert 'value="Lærer"' in answer.text
    assert 'aria-invalid="true" aria-describedby="party-role-wrong"' in answer.text
    assert "Velg en rolle" in answer.text
    assert 'name="id" value="pa_1"' in answer.text
    too_long = await berit.sends(f"/cases/{case}/title", title="å" * 201, version="1")
    assert too_long.status_code == 422
    assert "plass til 200 tegn" in too_long.text


async def test_html_in_every_field_comes_out_as_text(stage: Stage) -> None:
    """A name with a script in it must not run in the browser of whoever reads the case."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)
    path, days = f"/cases/{case}", {"from_day": "2026-11-03", "until_day": "2026-11-05"}

    await berit.sends(f"{path}/title", title=EVIL, version="1")
    await berit.sends(f"{path}/parties", id="pa_1", name=EVIL, role="friend", contact=EVIL)
    await berit.sends(f"{path}/shares", id="sh_1", user=arne.id, reason=EVIL, **days)
    await berit.sends(f"{path}/close", id="cl_1", words=EVIL, version="2")
    await berit.sends(f"{path}/handover", id="ho_1", to=arne.id, reason=EVIL, version="3")
    refused = await arne.sends(f"{path}/parties", id="pa_2", name=EVIL, role=EVIL[:60])

    for shown in (
        await tove.sees(path),
        await tove.sees("/cases?which=all&status=any"),
        refused.text,
    ):
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert "&lt;script&gt;alert(1)" in shown
    assert (await tove.sees(path)).count("&lt;script&gt;alert(1)") >= 6


async def test_no_word_of_a_case_is_in_the_audit_or_unencrypted_on_disk(stage: Stage) -> None:
    """The audit outlives the youth's record, and is read by the department head."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit, name="Ida Prøve")
    path, days = f"/cases/{case}", {"from_day": "2026-11-03", "until_day": "2026-11-05"}
    await berit.sends(f"{path}/title", title="Ordtittel", version="1")
    await berit.sends(
        f"{path}/parties", id="pa_1", name="Ordnavn", role="friend", contact="Ordkontakt"
    )
    await berit.sends(f"{path}/shares", id="sh_1", user=arne.id, reason="Ordgrunn", **days)
    await berit.sends(f"{path}/close", id="cl_1", words="Ordslutt", version="2")
    await berit.sends(f"{path}/handover", id="ho_1", to=arne.id, reason="Ordbytte", version="3")
    assert "Ordbytte" in await arne.sees(path)

    words = ("Ordtittel", "Ordnavn", "Ordkontakt", "Ordgrunn", "Ordslutt", "Ordbytte", "Ida")
    events = "\n".join(await audited(stage))
    for what in ("opened", "renamed", "shared", "unshared", "closed", "handed_over", "read"):
        assert f'"case.{what}"' in events
    async with stage.reading() as reading:
        rows = ""
        for table in ("cases", "case_parties", "shares", "case_closings", "case_handovers"):
            rows += repr((await reading.session.execute(text(f"SELECT * FROM {table}"))).all())  # noqa: S608
    for word in words:
        assert word not in events
        assert word not in rows


@pytest.mark.parametrize(
    "body",
    [
        {"id": "case_1", "person": "p_x", "title": 7},
        {"id": "case_1", "person": "p_x", "title": "x" * 201},
        {"id": "case 1", "person": "p_x"},
        {"id": "case_1"},
        {"id": "case_1", "person": "p_x", "more": 1},
        [],
    ],
)
async def test_json_that_is_not_as_agreed_is_refused(stage: Stage, body: object) -> None:
    """What is bent to fit is not what was meant."""
    berit = await stage.person("berit")

    assert (await sends_json(berit, "/api/cases", body)).status_code == 422


async def test_no_other_site_can_write_in_a_case(stage: Stage) -> None:
    """A page somewhere else must not share a youth's case with the browser of whoever reads it."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    unsigned = await berit.sends(f"/cases/{case}/reopen", form_token="x")
    elsewhere = await berit.http.post(
        f"/cases/{case}/reopen",
        data={"form_token": await berit.form_token()},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    unsigned_json = await berit.http.post(
        f"/api/cases/{case}/reopen", headers={"X-Form-Token": "x"}
    )

    assert [a.status_code for a in (unsigned, elsewhere, unsigned_json)] == [403, 403, 403]


async def test_the_words_of_a_case_survive_a_merge_and_its_undoing(stage: Stage) -> None:
    """Two who were thought to be one each keep their own title when it proves wrong."""
    tove, berit = await stage.leader(), await stage.person("berit")
    one, _ = await youth_with_case(stage, berit)
    other, case = await youth_with_case(stage, berit, alias="Stille elv")
    merge = {"other": other, "version": 1, "other_version": 1, "reason": "Samme ungdom."}
    merged = await sends_json(tove, f"/api/people/{one}/merge", merge)
    assert merged.status_code == 201, merged.text

    await berit.sends(f"/cases/{case}/title", title="Skrevet imens", version="1")
    assert "Skrevet imens" in await berit.sees(f"/cases/{case}")
    undone = await sends_json(
        tove, f"/api/people/{one}/merges/{merged.json()['id']}/undo", {"reason": "Feil."}
    )

    assert undone.status_code < 300, undone.text
    assert "Skrevet imens" in await berit.sees(f"/cases/{case}")
