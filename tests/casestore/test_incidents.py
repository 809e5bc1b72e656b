"""Incidents: anybody reports, the team leader follows up, and the 72 hours run in the open."""

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from casestore.audit.tables import AuditEvent
from casestore.incidents.rules import Severity, before_closing, deadline
from casestore.incidents.tables import Affected, Incident
from casestore.times import read_time
from casestore.users.rules import Role
from tests.casestore.people import sends_json, talked_to, youth, youth_with_case
from tests.casestore.stage import Person, Stage

WHAT = "Svaret til én gikk i tråden til en annen-kanari"
FIELDS: dict[str, Any] = {
    "id": "incident_1",
    "kind": "wrong_thread",
    "severity": "risk",
    "happened_at": "2026-11-03T11:00",
    "found_at": "2026-11-03T12:00",
    "happened": WHAT,
    "at_once": "Meldingen ble slettet.",
    "affected": [],
    "more": "",
}


async def reports(person: Person, **changed: Any) -> httpx.Response:
    fields = {**FIELDS, **changed, "form_token": await person.form_token()}
    return await person.http.post("/incidents/new", data=fields)


async def steps(leader: Person, step: str, **fields: str) -> httpx.Response:
    return await leader.sends("/incidents/incident_1/steps", step=step, **fields)


async def rows(stage: Stage) -> list[Incident]:
    async with stage.reading() as reading:
        return list(await reading.session.scalars(select(Incident).order_by(Incident.id)))


async def affected(stage: Stage) -> set[str]:
    async with stage.reading() as reading:
        return set(await reading.session.scalars(select(Affected.id)))


async def noted(stage: Stage) -> list[dict[str, Any]]:
    async with stage.reading() as reading:
        found = await reading.session.scalars(
            select(AuditEvent.event)
            .where(AuditEvent.what.like("incident.%"))
            .order_by(AuditEvent.n)
        )
        return [json.loads(event) for event in found]


async def test_anybody_reports_and_only_who_leads_reads(stage: Stage) -> None:
    """Who fears being blamed in front of colleagues does not report."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    tove, head = await stage.leader(), await stage.person("anne", Role.DEPARTMENT_HEAD)

    sent = await reports(berit)

    assert (sent.status_code, sent.headers["location"]) == (303, "/incidents/new?reported")
    assert "Avviket er meldt" in await berit.sees("/incidents/new?reported")
    for who in (berit, arne, head):
        for path in (
            "/incidents",
            "/incidents/incident_1",
            "/incidents/incident_1/affected.csv",
            "/api/incidents",
            "/api/incidents/incident_1",
        ):
            assert (await who.http.get(path)).status_code == 403
        for path in ("steps", "affected"):
            answer = await who.sends(f"/incidents/incident_1/{path}", step="closed", said="x")
            assert answer.status_code == 403
    assert (await head.http.get("/incidents/new")).status_code == 403
    assert (await reports(head, id="incident_2")).status_code == 403
    assert "Ord havnet hos feil ungdom" in await tove.sees("/incidents")
    assert WHAT not in await tove.sees("/incidents")
    assert WHAT in await tove.sees("/incidents/incident_1")
    assert [(e["what"], e["by"]) for e in await noted(stage)] == [
        ("incident.reported", berit.id),
        ("incident.read", tove.id),
    ]
    assert (await tove.http.get("/incidents/incident_none")).status_code == 404


async def test_words_lie_encrypted_and_not_in_the_audit(stage: Stage) -> None:
    """A report of a leak must not be the next one."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await reports(berit)
    await steps(tove, "severity", severity="none", said="vurdering-kanari")

    (row,) = await rows(stage)
    assert b"kanari" not in row.words
    async with stage.reading() as reading:
        events = await reading.session.scalars(text("SELECT event FROM audit_events"))
        assert "kanari" not in "".join(events)


async def test_the_affected_are_chosen_among_those_the_writer_may_read(stage: Stage) -> None:
    """A form that listed everybody would itself be an unauthorised read."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    tove = await stage.leader()
    hers, _ = await youth_with_case(stage, berit, alias="Purpurrev", thread="t_rev")
    his = await youth(arne, alias="Gullfisk")
    await talked_to(stage, arne, "t_ola", alias="Stille elv")

    form, his_form, whole = [await who.sees("/incidents/new") for who in (berit, arne, tove)]
    hidden = await reports(berit, affected=[his])
    thread = await reports(berit, affected=["t_ola"])
    nobody = await reports(berit, affected=["person_nobody"])
    pasted = await reports(berit, more=f"http://x/people/{his}")
    mine = await reports(berit, affected=[hers])

    assert "Purpurrev" in form
    assert "Gullfisk" not in form
    assert "Stille elv" not in form
    assert "Purpurrev" not in his_form
    assert "Stille elv" in his_form
    assert all(alias in whole for alias in ("Purpurrev", "Gullfisk", "Stille elv"))
    assert [a.status_code for a in (hidden, thread, nobody, pasted)] == [422] * 4
    assert "finnes ikke, eller er ikke dine å se" in hidden.text
    assert "Gullfisk" not in hidden.text
    assert (mine.status_code, await affected(stage)) == (303, {hers})
    more = await tove.sends(
        "/incidents/incident_1/affected", affected="t_ola", more=f"\n/people/{his}/\n"
    )
    again = await tove.sends("/incidents/incident_1/affected", affected="t_ola")
    assert [more.status_code, again.status_code] == [303, 303]
    assert await affected(stage) == {hers, his, "t_ola"}


async def test_the_list_of_the_affected_is_handed_out_harmless_and_noted(stage: Stage) -> None:
    """Those who were hurt must be found and told, by a list that hurts nobody."""
    berit, tove = await stage.person("berit"), await stage.leader()
    evil, _ = await youth_with_case(stage, berit, alias="=cmd()", name="@SUM(A1)")
    other, _ = await youth_with_case(stage, berit, alias="-rev", name="+47")
    await talked_to(stage, berit, "t_ola", alias="Stille elv")
    await reports(berit, affected=[evil, other, "t_ola"])

    file = await tove.http.get("/incidents/incident_1/affected.csv")

    table = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert table[0] == ["Slag", "Id", "Alias", "Navn"]
    assert sorted(table[1:]) == sorted(
        [
            ["Ungdom", evil, "'=cmd()", "'@SUM(A1)"],
            ["Ungdom", other, "'-rev", "'+47"],
            ["Tråd", "t_ola", "Stille elv", ""],
        ]
    )
    last = (await noted(stage))[-1]
    assert (last["what"], last["by"], last["count"]) == ("incident.exported", tove.id, 3)


async def test_the_clock_runs_from_when_it_was_found(stage: Stage) -> None:
    """72 hours pass over a weekend; the page must say so before they have."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await reports(berit)

    assert "71 t igjen" in await tove.sees("/incidents")
    stage.clock.move(timedelta(hours=80))
    await tove.logs_in()
    assert "Fristen til Datatilsynet gikk ut for 9 t siden" in await tove.sees("/incidents")
    assert (await steps(tove, "authority_told", at="2026-11-06T12:30")).status_code == 303
    assert "30 min for sent" in await tove.sees("/incidents/incident_1")


def test_the_clock_says_what_is_true_at_every_moment() -> None:
    """Red too late is no warning; green too early is a lie."""
    found = read_time("2026-11-03T12:00:00.000Z")

    def says(hours: float, *, severity: str = "risk", told: float | None = None) -> str:
        told_at = None if told is None else found + timedelta(hours=told)
        now = found + timedelta(hours=hours)
        line = deadline(severity=severity, found_at=found, told_at=told_at, closed=False, now=now)
        return f"{line.tag}: {line.words}"

    assert says(1) == "warn: 71 t igjen til å melde til Datatilsynet"
    assert says(48).startswith("bad: 24 t igjen")
    assert says(72).startswith("bad: Fristen")
    assert says(99, told=72) == "good: Meldt til Datatilsynet i tide"
    assert says(99, told=73) == "bad: Meldt til Datatilsynet 60 min for sent"
    assert says(99, severity="none").startswith("calm")


async def test_it_is_followed_up_step_by_step_and_closed_when_all_is_done(stage: Stage) -> None:
    """What was told to whom, and when, is what the authority asks for."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await reports(berit, severity="high_risk")

    early = await steps(tove, "closed", said="Ferdig.")
    before = await steps(tove, "authority_told", at="2026-11-03T10:00")
    future = await steps(tove, "authority_told", at="2026-11-03T20:00")
    told = await steps(tove, "authority_told", at="2026-11-03T12:50", said="Ref. 26/1234")
    twice = await steps(tove, "authority_told", at="2026-11-03T12:51", said="Beholdes her")
    still = await steps(tove, "closed", said="Ferdig.")
    warned = await steps(tove, "affected_told", at="2026-11-03T12:55")
    silent = await steps(tove, "closed")
    closed = await steps(tove, "closed", said="Rutinen er endret.")
    after = await steps(tove, "severity", severity="none", said="Ombestemt-oss")

    assert [early.status_code, before.status_code, future.status_code] == [422, 422, 422]
    assert "Meld hendelsen til Datatilsynet først" in early.text
    assert "Ferdig." in early.text
    assert [told.status_code, twice.status_code] == [303, 409]
    assert "Beholdes her" not in await tove.sees("/incidents/incident_1")
    assert "De berørte må få beskjed først" in still.text
    assert [still.status_code, warned.status_code, silent.status_code] == [422, 303, 422]
    assert [closed.status_code, after.status_code] == [303, 409]
    page = await tove.sees("/incidents/incident_1")
    assert all(words in page for words in ("Ref. 26/1234", "Rutinen er endret.", "Avsluttet"))
    (row,) = await rows(stage)
    assert (row.severity, row.closed_by) == ("high_risk", tove.id)
    deeds = [e["what"] for e in await noted(stage) if e["what"] != "incident.read"]
    assert deeds == [
        "incident.reported",
        "incident.authority_told",
        "incident.affected_told",
        "incident.closed",
    ]


@pytest.mark.parametrize(
    ("severity", "authority", "touched", "closes"),
    [
        (Severity.NONE, False, False, True),
        (Severity.RISK, False, True, False),
        (Severity.RISK, True, False, True),
        (Severity.HIGH_RISK, True, False, False),
        (Severity.HIGH_RISK, True, True, True),
    ],
)
def test_nothing_is_closed_before_who_must_know_knows(
    severity: str, authority: bool, touched: bool, closes: bool
) -> None:
    """An incident that is closed is one nobody looks at again."""
    missing = before_closing(severity=severity, authority_told=authority, affected_told=touched)

    assert (missing is None) is closes


async def test_pressing_twice_reports_once_and_two_leaders_do_not_undo_each_other(
    stage: Stage,
) -> None:
    """Both of two who act at once must find what they did in the incident."""
    berit, tove = await stage.person("berit"), await stage.leader()
    turid = await stage.person("turid", Role.TEAM_LEADER)
    fields = {**FIELDS, "form_token": await berit.form_token()}

    both = await asyncio.gather(*(berit.http.post("/incidents/new", data=fields) for _ in "12"))
    other = await reports(berit, happened="Noe annet")
    acted = await asyncio.gather(
        steps(tove, "authority_told", at="2026-11-03T12:50", said="Toves"),
        steps(turid, "affected_told", at="2026-11-03T12:50", said="Turids"),
    )

    assert [a.status_code for a in both] == [303, 303]
    assert other.status_code == 409
    assert "Noe annet" in other.text
    assert len(await rows(stage)) == 1
    assert [a.status_code for a in acted] == [303, 303]
    page = await tove.sees("/incidents/incident_1")
    assert "Toves" in page
    assert "Turids" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "<b>x"}, "kind"),
        ({"severity": "huge"}, "severity"),
        ({"happened": "  "}, "happened"),
        ({"happened": "x" * 8001}, "happened"),
        ({"happened_at": "i går"}, "happened_at"),
        ({"found_at": ""}, "found_at"),
        ({"found_at": "2026-11-03T10:59"}, "found_at"),
        ({"found_at": "2026-11-04T10:59"}, "found_at"),
    ],
)
async def test_what_is_wrong_is_said_and_the_rest_is_kept(
    stage: Stage, wrong: dict[str, str], field: str
) -> None:
    """Who reports is upset already; the form must not lose what they wrote."""
    berit = await stage.person("berit")

    answer = await reports(berit, **wrong)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert "Meldingen ble slettet." in answer.text
    assert "<b>x" not in answer.text
    assert await rows(stage) == []


async def test_markup_is_words_and_forged_forms_are_refused(stage: Stage) -> None:
    """What is typed is shown as it was typed, and runs nowhere."""
    berit, tove = await stage.person("berit"), await stage.leader()
    evil = "<script>alert(1)</script>"
    await reports(berit, happened=evil, at_once=evil)
    await steps(tove, "severity", severity="none", said=evil)

    assert "<script>alert" not in await tove.sees("/incidents/incident_1")
    assert (await reports(berit, id="incident_2", happened="x" * 50_000)).status_code == 422
    assert (await steps(tove, "exploded", said="x")).status_code == 422
    forged = await berit.http.post("/incidents/new", data={**FIELDS, "form_token": "0" * 64})
    assert forged.status_code == 403


async def test_the_same_as_json(stage: Stage) -> None:
    """The team's own tools stand under the same rules."""
    berit, tove = await stage.person("berit"), await stage.leader()
    his = await youth(tove, alias="Gullfisk")
    body = {k: FIELDS[k] for k in ("id", "kind", "severity", "happened", "at_once", "affected")}
    body |= {"happened_at": stage.at(-600), "found_at": stage.at(-60)}
    made = await sends_json(berit, "/api/incidents", body)
    other = await sends_json(berit, "/api/incidents", body | {"happened": "annet"})
    hidden = await sends_json(berit, "/api/incidents", body | {"id": "i2", "affected": [his]})
    step = {"step": "authority_told", "at": stage.at(0), "severity": None, "said": ""}
    path = "/api/incidents/incident_1"
    refused = await sends_json(berit, f"{path}/steps", step)
    told = await sends_json(tove, f"{path}/steps", step)
    twice = await sends_json(tove, f"{path}/steps", step | {"said": "Ringte også."})
    touched = await sends_json(tove, f"{path}/affected", {"affected": [his]})
    wrong = await sends_json(tove, f"{path}/steps", step | {"step": "x"})
    one = (await tove.http.get(path)).json()

    statuses = [a.status_code for a in (made, other, hidden, refused, told, twice, touched, wrong)]
    assert statuses == [201, 409, 422, 403, 200, 409, 200, 422]
    assert one["affected"] == [{"id": his, "kind": "person", "alias": "Gullfisk"}]
    assert (one["happened"], one["steps"][0]["step"]) == (WHAT, "authority_told")
    (line,) = (await tove.http.get("/api/incidents")).json()["incidents"]
    assert (line["affected"], line["clock"]) == (1, "Meldt til Datatilsynet i tide")
