"""Persons: registered, found and changed, by who may, and to everybody else not there at all."""

import asyncio
import re
from datetime import timedelta
from typing import Any, Final

import httpx

from casestore.ids import new_id
from casestore.users.rules import Role
from tests.casestore.people import (
    audited,
    compares,
    restricted,
    sends_json,
    youth,
    youth_with_case,
)
from tests.casestore.stage import Person, Stage

KNOWN: Final[dict[str, Any]] = {
    "name": "Kari Nordmann",
    "born": "2011-05-30",
    "ways": ["912 34 567", "snap: kari_n"],
}


async def answers(person: Person, youth_id: str) -> list[httpx.Response]:
    """What everything that leads to a person answers."""
    http = person.http
    reason = {"reason": "Fordi."}
    said = {"version": 1, "alias": "Snok"}
    return [
        await http.get(f"/people/{youth_id}"),
        await http.get(f"/people/{youth_id}/edit"),
        await person.sends(f"/people/{youth_id}/edit", version="1", alias="Snok"),
        await person.sends(f"/people/{youth_id}/threads/t_rev/untie", reason="Fordi."),
        await http.get(f"/api/people/{youth_id}"),
        await sends_json(person, f"/api/people/{youth_id}", said, method="PUT"),
        await sends_json(person, f"/api/people/{youth_id}/threads", reason | {"thread": "t_rev"}),
        await sends_json(person, f"/api/people/{youth_id}/threads/t_rev/untie", reason),
    ]


async def form_of(person: Person, path: str) -> dict[str, str]:
    """The hidden fields of the form on a page, as a browser would send them."""
    html = await person.sees(path)
    form = html.split(f'action="{path}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


async def test_a_colleague_who_is_not_shared_with_finds_nothing_at_all(stage: Stage) -> None:
    """Who a youth talks to is nobody's business: not a name, not a number, not that they exist."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    person, _ = await youth_with_case(stage, berit, name="Kari Nordmann", thread="t_rev")
    await sends_json(berit, "/api/people", {"alias": "Blå rev", "name": "Kari Nordmann"})
    await compares(stage)

    hidden, missing = await answers(arne, person), await answers(arne, "p_nobody")

    assert [a.status_code for a in hidden] == [404] * len(hidden)
    assert [a.text.replace(person, "p_nobody") for a in hidden] == [a.text for a in missing]
    lists = [
        await arne.sees("/people"),
        (await arne.sends("/people/find", text="kari")).text,
        await arne.sees("/people/duplicates"),
        (await arne.http.get("/api/people")).text,
        (await sends_json(arne, "/api/people/find", {"text": "kari"})).text,
        (await arne.http.get("/api/people/duplicates")).text,
    ]
    assert not [page for page in lists if "Kari" in page or "Blå rev" in page or person in page]
    assert (await arne.http.get("/api/people")).json() == {"people": [], "next": None}
    assert "Kari" in await berit.sees("/people")
    assert len((await berit.http.get("/api/people/duplicates")).json()["pairs"]) == 1


async def test_the_team_leader_sees_all_and_the_department_head_nobody(stage: Stage) -> None:
    """The yearly review is made without any youth in it."""
    tove, berit = await stage.leader(), await stage.person("berit")
    head = await stage.person("hege", Role.DEPARTMENT_HEAD)
    person = await youth(berit, **KNOWN)

    assert "Kari Nordmann" in await tove.sees("/people")
    assert "snap: kari_n" in await tove.sees(f"/people/{person}")
    assert (await head.http.get("/people")).status_code in {403, 404}
    assert (await head.http.get(f"/people/{person}")).status_code == 404
    created = await sends_json(head, "/api/people", {"alias": "Rev"})
    assert created.status_code == 403


async def test_a_restricted_person_is_gone_from_daily_use(stage: Stage) -> None:
    """A youth who has had their record restricted must not meet it again in a list."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await youth_with_case(stage, berit, name="Kari Nordmann", thread="t_rev")
    assert (await stage.bridge.get("threads/t_rev/cases")).json()["cases"]
    await restricted(stage, person)

    assert {a.status_code for a in await answers(berit, person)} == {404}
    assert "Kari" not in await berit.sees("/people")
    page = await tove.sees(f"/people/{person}")
    assert "Sperret" in page
    assert (await stage.bridge.get("threads/t_rev/cases")).json() == {"cases": []}


async def test_a_form_sent_twice_makes_one_person_with_one_case(stage: Stage) -> None:
    """A double click must not give a youth two records."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    hidden = await form_of(berit, "/people/new")
    typed = {"alias": "Blå rev", "name": "<b>Kari</b>", "open_case": "yes"}

    sent = await asyncio.gather(*(berit.sends("/people/new", **hidden | typed) for _ in range(2)))

    assert [answer.status_code for answer in sent] == [303, 303]
    assert (
        sent[0].headers["location"] == sent[1].headers["location"] == f"/cases/{hidden['case_id']}"
    )
    people = (await berit.http.get("/api/people")).json()["people"]
    assert [(one["alias"], one["cases"]) for one in people] == [("Blå rev", ["2026/0001"])]
    page = await berit.sees(f"/people/{hidden['id']}")
    assert "<b>Kari" not in page
    assert "&lt;b&gt;Kari" in page
    del hidden["form_token"]
    stolen = await arne.sends("/people/new", **hidden | typed)
    assert stolen.status_code == 409


async def test_mistakes_are_said_beside_the_field_and_what_was_typed_is_kept(stage: Stage) -> None:
    """Somebody who writes with cold fingers must not have to write it all again."""
    berit = await stage.person("berit")
    hidden = await form_of(berit, "/people/new")
    typed = {"alias": "", "name": '"><script>x', "born": "i fjor", "ways": "300511 12345"}

    wrong = await berit.sends("/people/new", **hidden | typed)

    assert wrong.status_code == 422
    assert wrong.text.count("aria-invalid") == 3
    assert "fødselsnummer. Det trenger vi ikke her" in wrong.text
    assert "&#34;&gt;&lt;script&gt;x" in wrong.text
    assert f'value="{hidden["id"]}"' in wrong.text
    assert "Ingen ennå" in await berit.sees("/people")
    for body in ({"alias": "Rev", "ways": ["30051112345"]}, {"alias": ""}, {"alias": 1}, {}):
        assert (await sends_json(berit, "/api/people", body)).status_code == 422


async def test_a_lost_update_is_refused_and_keeps_what_was_typed(stage: Stage) -> None:
    """The telephone number that a colleague has just corrected must not be overwritten unseen."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person = await youth(berit, **KNOWN)
    path = f"/people/{person}/edit"
    old = await form_of(berit, path)
    mine = {"alias": "Blå rev", "name": "Kari Mitt", "ways": "mitt nummer"}

    theirs = await tove.sends(path, **await form_of(tove, path), alias="Rev", name="Kari Ditt")
    late = await berit.sends(path, **old | mine)

    assert [theirs.status_code, late.status_code] == [303, 409]
    assert "Kari Mitt" in late.text
    assert "Kari Ditt" in late.text
    assert "mitt nummer" in late.text
    assert "Kari Ditt" in await berit.sees(f"/people/{person}")
    said = {"version": 1, "alias": "Snok"}
    assert (await sends_json(berit, f"/api/people/{person}", said, method="PUT")).status_code == 412


async def test_of_two_who_change_a_person_at_once_one_is_told(stage: Stage) -> None:
    """On PostgreSQL both read the same version before either writes."""
    berit = await stage.person("berit")
    person = await youth(berit, **KNOWN)

    both = await asyncio.gather(
        *(
            sends_json(berit, f"/api/people/{person}", {"version": 1, "alias": alias}, method="PUT")
            for alias in ("Snok", "Grevling")
        )
    )

    assert sorted(answer.status_code for answer in both) == [200, 412]


async def test_every_read_and_change_is_noted_without_a_word_of_them(stage: Stage) -> None:
    """The audit outlives the youth's record; a name in it would be there for ever."""
    berit = await stage.person("berit")
    person = await youth(berit, alias="Blå rev", **KNOWN)
    await berit.sees(f"/people/{person}")
    await berit.sees("/people")
    await berit.sends("/people/find", text="kari")
    said = {"version": 1, "alias": "Blå rev", "name": "Kari Berg", "born": "2011-05-30"}
    await sends_json(berit, f"/api/people/{person}", said, method="PUT")
    again = said | {"version": 2}
    await sends_json(berit, f"/api/people/{person}", again, method="PUT")

    (created,) = await audited(stage, "person.created")
    (change,) = await audited(stage, "person.changed")
    assert (created["by"], created["of"]) == (berit.id, person)
    assert change["fields"] == ["name", "ways"]
    assert [read["of"] for read in await audited(stage, "person.read")] == [person]
    assert len(await audited(stage, "person.listed")) == 2
    told = str([created, change])
    assert not [word for word in ("Kari", "Berg", "rev", "912") if word in told]


async def test_the_list_goes_on_where_it_stopped(stage: Stage) -> None:
    """The youth who was registered last year is one page further, not missing and not twice."""
    berit = await stage.person("berit")
    ids = []
    for number in range(53):
        if number % 3 == 0:
            stage.clock.move(timedelta(seconds=1))
        ids.append(await youth(berit, alias=f"Rev {number}"))

    first = (await berit.http.get("/api/people")).json()
    rest = (await berit.http.get("/api/people", params={"after": first["next"]})).json()
    seen = [one["id"] for one in (*first["people"], *rest["people"])]

    assert len(first["people"]) == 50
    assert rest["next"] is None
    assert sorted(seen) == sorted(ids)
    assert "Eldre" in await berit.sees("/people")
    assert (await berit.http.get("/people", params={"after": "x~<b>"})).status_code == 200


async def test_the_one_who_registers_answers_for_them_until_a_case_says_otherwise(
    stage: Stage,
) -> None:
    """A person is somebody's from the first moment, and only one colleague's at a time."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person = await youth(berit)
    assert (await berit.http.get(f"/people/{person}")).status_code == 200
    opened = await tove.sends("/cases", id=new_id("case"), person=person)
    assert opened.status_code == 303

    assert (await berit.http.get(f"/people/{person}")).status_code == 404
