"""The contact register by hand, and what it is counted into: everything, and nobody."""

import asyncio
import csv
import io
import json
import random
import re
import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, select

from casestore.audit.tables import AuditEvent
from casestore.contacts.held_back import held_back
from casestore.contacts.periods import Period
from casestore.contacts.rules import CHANNELS, KINDS, TOPICS
from casestore.contacts.tables import Contact
from casestore.times import day_of, read_time
from casestore.users.rules import Role
from tests.casestore.added_up import add_up_anew, by_hand, kept
from tests.casestore.people import sends_json
from tests.casestore.stage import Person, Stage, contact_body

CONTACT = {
    "id": "contact_1",
    "kind": "street",
    "channel": "in_person",
    "day": "2026-11-03",
    "hour": "11",
    "minutes": "15",
    "topics": ["school", "family"],
}


async def registers(person: Person, **changed: Any) -> httpx.Response:
    fields = {**CONTACT, **changed, "form_token": await person.form_token()}
    return await person.http.post("/contacts", data=fields)


async def corrects(person: Person, contact: str, **changed: Any) -> httpx.Response:
    page = await person.sees(f"/contacts/{contact}")
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    fields = {**CONTACT, "seen": seen[1], **changed, "form_token": await person.form_token()}
    return await person.http.post(f"/contacts/{contact}", data=fields)


async def rows(stage: Stage) -> list[Contact]:
    async with stage.reading() as reading:
        return list(await reading.session.scalars(select(Contact).order_by(Contact.hour)))


async def noted(stage: Stage, what: str) -> list[dict[str, Any]]:
    async with stage.reading() as reading:
        found = await reading.session.scalars(
            select(AuditEvent.event).where(AuditEvent.what == what).order_by(AuditEvent.n)
        )
        return [json.loads(event) for event in found]


async def test_a_contact_by_hand_is_counted_and_says_nothing_of_anybody(stage: Stage) -> None:
    """What was never written down about a youth can never come out."""
    berit, arne = await stage.person("berit"), await stage.person("arne")

    assert (await registers(berit)).status_code == 303

    (row,) = await rows(stage)
    assert (row.kind, row.minutes, row.caseworker) == ("street", 15, berit.id)
    assert (row.hour, json.loads(row.topics)) == (
        read_time("2026-11-03T10:00:00.000Z"),
        ["family", "school"],
    )
    assert "Ute i gata" in await berit.sees("/contacts")
    assert "Ute i gata" not in (await arne.sees("/contacts")).split("Mine siste 30 dager")[1]
    assert "name=" + '"person"' not in await berit.sees("/contacts")


async def test_pressing_twice_registers_once_and_another_contact_is_not_swallowed(
    stage: Stage,
) -> None:
    """A thumb on a cold street presses twice; a contact that was swallowed is never counted."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    token = await berit.form_token()
    fields = {**CONTACT, "form_token": token}

    both = await asyncio.gather(*(berit.http.post("/contacts", data=fields) for _ in range(2)))
    other = await registers(berit, minutes="45")
    anothers = await registers(arne)

    assert [answer.status_code for answer in both] == [303, 303]
    assert [other.status_code, anothers.status_code] == [409, 409]
    assert 'value="45"' in other.text
    assert "alt registrert" in other.text
    again = re.search(r'name="id" value="(contact_[0-9a-f]+)"', other.text)
    assert again is not None
    assert len(await rows(stage)) == 1
    assert (await registers(berit, minutes="45", id=again[1])).status_code == 303
    assert len(await rows(stage)) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "1441"}, "minutes"),
        ({"minutes": "1e3"}, "minutes"),
        ({"minutes": ""}, "minutes"),
        ({"kind": "message"}, "kind"),
        ({"kind": "<b>x"}, "kind"),
        ({"channel": "telegram"}, "channel"),
        ({"day": "2026-11-04"}, "day"),
        ({"day": "2024-01-01"}, "day"),
        ({"day": "igår"}, "day"),
        ({"hour": "14"}, "hour"),
        ({"hour": "24"}, "hour"),
        ({"topics": ["<script>"]}, "topics"),
        ({"topics": ["school", "school"]}, "topics"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field_and_kept(
    stage: Stage, wrong: dict[str, Any], field: str
) -> None:
    """A form that is emptied on a mistake is a contact that is not registered."""
    berit = await stage.person("berit")

    answer = await registers(berit, **wrong)

    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert "<script>" not in answer.text
    assert "<b>x" not in answer.text
    if field != "kind":
        assert re.search(r'value="street" checked', answer.text)
    assert await rows(stage) == []


async def test_oversize_and_strangers_are_turned_away(stage: Stage) -> None:
    """What is not our form is not a contact."""
    berit, head = await stage.person("berit"), await stage.person("anne", Role.DEPARTMENT_HEAD)

    huge = await registers(berit, kind="x" * 5000)
    odd_id = await registers(berit, id="a b")
    forged = await berit.http.post("/contacts", data={**CONTACT, "form_token": "0" * 64})
    from_head = await registers(head)

    assert [a.status_code for a in (huge, odd_id, forged, from_head)] == [422, 422, 403, 403]
    assert await rows(stage) == []


async def test_a_slip_is_put_right_the_same_day_by_who_made_it_and_noted(stage: Stage) -> None:
    """A register that can be changed afterwards in silence proves nothing."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    tove = await stage.leader()
    await registers(berit)

    for other in (arne, tove):
        assert (await other.http.get("/contacts/contact_1")).status_code == 404
        token = await other.form_token()
        fields = {**CONTACT, "minutes": "99", "form_token": token, "seen": "x"}
        assert (await other.http.post("/contacts/contact_1", data=fields)).status_code == 404
    assert (await corrects(berit, "contact_1", minutes="30", topics=["drugs"])).status_code == 303

    (row,) = await rows(stage)
    assert (row.minutes, row.topics) == (30, '["drugs"]')
    (event,) = await noted(stage, "contact.corrected")
    assert (event["by"], event["of"]) == (berit.id, "contact_1")
    assert event["was"] == ["minutes=15", "topics=family+school"]


async def test_after_midnight_nothing_is_put_right_any_more(stage: Stage) -> None:
    """The day is Oslo's: half past midnight is tomorrow, whatever the clock in London says."""
    berit = await stage.person("berit")
    stage.clock.set(read_time("2026-11-03T22:30:00.000Z"))
    await berit.logs_in()
    await registers(berit)
    assert "/contacts/contact_1" in await berit.sees("/contacts")
    token = await berit.form_token()
    stage.clock.set(read_time("2026-11-03T23:01:00.000Z"))
    await berit.logs_in()

    late = await berit.http.post(
        "/contacts/contact_1",
        data={**CONTACT, "minutes": "30", "seen": "x", "form_token": await berit.form_token()},
    )

    assert token
    assert late.status_code == 409
    assert "samme dag" in late.text
    assert (await berit.http.get("/contacts/contact_1")).status_code == 409
    assert "/contacts/contact_1" not in await berit.sees("/contacts")
    assert [row.minutes for row in await rows(stage)] == [15]


async def test_two_tabs_do_not_undo_each_other(stage: Stage) -> None:
    """The second correction must not take back the first without anybody seeing it."""
    berit = await stage.person("berit")
    await registers(berit)
    page = await berit.sees("/contacts/contact_1")
    seen = page.split('name="seen" value="')[1].split('"')[0]

    first = await corrects(berit, "contact_1", minutes="30")
    second = await corrects(berit, "contact_1", kind="talk", seen=seen)

    assert [first.status_code, second.status_code] == [303, 409]
    assert "rettet siden" in second.text
    assert [(row.kind, row.minutes) for row in await rows(stage)] == [("street", 30)]


async def test_what_the_bridge_registered_is_not_for_hands(stage: Stage) -> None:
    """A conversation's count is proved; nobody may make it another."""
    berit = await stage.person("berit")
    await stage.bridge.put("contacts/c_9", contact_body(stage, by=berit.id))
    (row,) = await rows(stage)

    assert (await berit.http.get(f"/contacts/{row.id}")).status_code == 404
    assert "Melding" not in await berit.sees("/contacts")


async def test_the_same_as_json(stage: Stage) -> None:
    """The team's own tools stand under the same rules."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    body = {
        **{k: CONTACT[k] for k in ("id", "kind", "channel", "day", "topics")},
        "hour": 11,
        "minutes": 15,
    }
    made = await sends_json(berit, "/api/contacts", body)
    twice = await sends_json(berit, "/api/contacts", body)
    other = await sends_json(berit, "/api/contacts", body | {"minutes": 16})
    wrong = [
        await sends_json(berit, "/api/contacts", body | {"id": "contact_2"} | bad)
        for bad in ({"minutes": 0}, {"minutes": "5"}, {"hour": 99}, {"day": "x"}, {"more": 1})
    ]
    (own,) = (await berit.http.get("/api/contacts")).json()["contacts"]
    change = {k: v for k, v in body.items() if k != "id"} | {"minutes": 20, "seen": own["seen"]}
    theirs = await sends_json(arne, "/api/contacts/contact_1", change, method="PUT")
    changed = await sends_json(berit, "/api/contacts/contact_1", change, method="PUT")
    stale = change | {"minutes": 25}
    lost = await sends_json(berit, "/api/contacts/contact_1", stale, method="PUT")

    assert [a.status_code for a in (made, twice, other)] == [201, 201, 409]
    assert {a.status_code for a in wrong} == {422}
    assert [a.status_code for a in (theirs, changed, lost)] == [404, 200, 409]
    assert (await arne.http.get("/api/contacts")).json() == {"contacts": [], "next": None}
    assert [row.minutes for row in await rows(stage)] == [20]


# What it is counted into.


def random_contacts(stage: Stage, count: int, seed: int) -> list[dict[str, Any]]:
    """A register of a year and a half, uneven as a real one is."""
    dice = random.Random(seed)
    kinds, channels = [k for k, _ in KINDS] + ["message"], [c for c, _ in CHANNELS] + ["telegram"]
    start = read_time("2025-06-01T00:00:00.000Z")
    return [
        {
            "id": f"contact_{seed}_{n}",
            "team": "oslo" if dice.random() > 0.05 else "bergen",
            "kind": dice.choices(kinds, weights=range(1, len(kinds) + 1))[0],
            "channel": dice.choices(channels, weights=range(1, len(channels) + 1))[0],
            "hour": start + timedelta(hours=dice.randrange(24 * 530)),
            "minutes": dice.randint(1, 1440),
            "topics": json.dumps(sorted(dice.sample([t for t, _ in TOPICS], dice.randrange(4)))),
            "caseworker": None,
            "count_youth": 0,
            "count_caseworker": 0,
            "count_attachments": 0,
        }
        for n in range(count)
    ]


async def put(stage: Stage, contacts: list[dict[str, Any]]) -> None:
    async with stage.writing() as writing:
        await writing.session.execute(insert(Contact), contacts)
        await add_up_anew(writing)


def codes(contact: dict[str, Any], column: str) -> list[str]:
    told = str(contact[column])
    return json.loads(told) or ["none"] if column == "topics" else [told]


@pytest.mark.parametrize(
    "period",
    [
        Period.month(date(2026, 3, 9)),
        Period.quarter(date(2025, 12, 31)),
        Period.year(date(2026, 1, 1)),
        Period(since=date(2025, 10, 20), until=date(2026, 4, 2)),
        Period(since=date(2026, 3, 29), until=date(2026, 3, 29)),
        Period(since=date(1990, 1, 1), until=date(2199, 12, 31)),
    ],
    ids=str,
)
async def test_the_numbers_are_those_of_counting_by_hand(stage: Stage, period: Period) -> None:
    """The municipality is told these numbers; they must be what happened."""
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)
    contacts = random_contacts(stage, 1500, seed=7)
    await put(stage, contacts)

    told = (
        await head.http.get(f"/api/statistics?since={period.since}&until={period.until}")
    ).json()

    mine = [
        c
        for c in contacts
        if c["team"] == "oslo" and period.since <= day_of(c["hour"]) <= period.until
    ]
    for name, column in (("kinds", "kind"), ("channels", "channel"), ("topics", "topics")):
        counts, minutes = Counter[str](), Counter[str]()
        for contact in mine:
            for code in codes(contact, column):
                counts[code] += 1
                minutes[code] += contact["minutes"]
        assert {line["code"]: line["count"] for line in told[name]} == dict(counts)
        assert {line["code"]: line["minutes"] for line in told[name]} == dict(minutes)
    assert (told["count"], told["minutes"]) == (len(mine), sum(c["minutes"] for c in mine))
    assert sum(part["count"] for part in told["parts"]) == len(mine)
    parts = {part["code"]: part["count"] for part in told["parts"]}
    for part in period.parts():
        within = [c for c in mine if part.period.since <= day_of(c["hour"]) <= part.period.until]
        assert parts[part.label] == len(within)


async def test_what_is_added_up_is_what_is_in_the_register(stage: Stage) -> None:
    """Numbers that are kept beside what they count must never come to say something else."""
    berit, dice = await stage.person("berit"), random.Random(11)
    days = ["2026-10-24", "2026-10-25", "2026-11-03"]  # the clock is put back on the second

    def some() -> dict[str, Any]:
        return {
            "kind": dice.choice(["street", "talk"]),
            "day": dice.choice(days),
            "hour": str(dice.choice([0, 2, 11])),
            "minutes": str(dice.choice([15, 30])),
            "topics": dice.choice([[], ["school"]]),
        }

    for n in range(12):
        assert (await registers(berit, id=f"contact_{n}", **some())).status_code == 303
        assert (await corrects(berit, f"contact_{n // 2}", **some())).status_code == 303
        if n % 3 == 0:
            body = contact_body(stage, f"c_{n}", by=berit.id, topics=["family"])
            assert (await stage.bridge.put(f"contacts/c_{n}", body)).status_code == 201
            assert (await stage.bridge.put(f"contacts/c_{n}", body)).status_code == 200
        async with stage.reading() as reading:
            assert await kept(reading) == await by_hand(reading)

    async with stage.reading() as reading:
        assert sum(row["count"] for row in await kept(reading)) == 16


async def test_two_who_count_at_once_are_both_counted(stage: Stage) -> None:
    """A sum that is read, added to and written again loses one of two."""
    people = [await stage.person(f"berit{n}") for n in range(4)]

    answers = await asyncio.gather(
        *(registers(person, id=f"contact_{n}") for n, person in enumerate(people)),
        *(
            stage.bridge.put(f"contacts/c_{n}", contact_body(stage, f"c_{n}", by=people[0].id))
            for n in range(4)
        ),
    )

    assert {answer.status_code for answer in answers} <= {201, 303}
    async with stage.reading() as reading:
        assert sorted(row["count"] for row in await kept(reading)) == [4, 4]


async def test_small_numbers_are_held_back_in_cross_tables_and_in_the_file(stage: Stage) -> None:
    """In a small town «one home visit about violence in March» is a name."""
    tove = await stage.leader()
    await put(stage, random_contacts(stage, 900, seed=3))
    query = "since=2026-03-01&until=2026-03-31"

    told = (await tove.http.get(f"/api/statistics?{query}")).json()
    page = await tove.sees(f"/statistics?{query}")
    file = await tove.http.get(f"/statistics.csv?{query}")
    table = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))

    shown = {cell for cross in told["crossed"] for row in cross["rows"] for cell in row["cells"]}
    assert "<5" in shown
    assert not shown & {"0", "1", "2", "3", "4"}
    assert "kan kjennes igjen" in page
    assert "&lt;5" in page
    crossed = [line for line in table if line[2] and line[0] != "Tabell"]
    assert crossed
    assert not {line[3] for line in crossed} & {"0", "1", "2", "3", "4"}
    assert table[1][3:] == [str(told["count"]), str(told["minutes"])]
    uneven = (await tove.http.get("/api/statistics?since=2026-03-01&until=2026-03-30")).json()
    assert uneven["crossed"] == []


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ([9, 0, 12], ["skjult", "<5", "12"]),
        ([9, 4, 12, 0], ["9", "<5", "12", "<5"]),
        ([5, 6], ["5", "6"]),
        ([0, 0], ["<5", "<5"]),
        ([3], ["<5"]),
    ],
)
def test_what_is_held_back_cannot_be_found_by_subtraction(
    cells: list[int], shown: list[str]
) -> None:
    """The total is known; one hole in a row is no hole."""
    assert held_back(cells) == shown


async def test_statistics_are_quick_in_a_register_of_many_years(stage: Stage) -> None:
    """A page that takes a minute is a page nobody opens."""
    tove = await stage.leader()
    every = [random_contacts(stage, 5000, seed=100 + seed) for seed in range(20)]
    await put(stage, [contact for some in every for contact in some])
    async with stage.reading() as reading:
        assert await reading.session.scalar(select(func.count()).select_from(Contact)) == 100_000

    # Time at work, not on the wall: other tests may be at it too.
    begun = time.process_time()
    await tove.sees("/statistics?since=2025-01-01&until=2026-12-31")

    assert time.process_time() - begun < 3


async def test_the_register_and_its_file_stand_in_markup_and_formulas(stage: Stage) -> None:
    """The bridge's codes are shown as they are; they must not run anywhere."""
    tove = await stage.leader()
    await put(stage, [random_contacts(stage, 1, seed=1)[0] | {
        "id": "contact_x", "team": "oslo", "channel": "<b>=1+1", "kind": "=cmd()",
        "topics": '["@SUM(A1)", "+1"]', "hour": read_time("2026-11-03T10:00:00.000Z"),
    }])  # fmt: skip

    page = await tove.sees("/statistics")
    file = (await tove.http.get("/statistics.csv")).content.decode("utf-8-sig")

    assert "<b>=1" not in page
    cells = [cell for line in csv.reader(io.StringIO(file), delimiter=";") for cell in line]
    assert {"'=cmd()", "'@SUM(A1)", "'+1"} <= set(cells)
    assert not any(cell[:1] in set("=+-@") for cell in cells)


@pytest.mark.parametrize(
    "query", ["since=x&until=%00", "since=9999-12-31", "until=0001-01-01", "since=2026-02-30"]
)
async def test_a_period_that_is_none_is_the_month_that_is_now(stage: Stage, query: str) -> None:
    """An address typed by hand must not be an error page."""
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)

    assert "01.11.2026–30.11.2026" in await head.sees(f"/statistics?{query}")
