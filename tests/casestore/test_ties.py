"""Ties: a thread to a person, a transcript to a case; by who may, with a reason, one at a time."""

import asyncio
import re

import httpx
import pytest

from casestore.journal.tables import Entry
from tests.casestore.people import (
    audited,
    restricted,
    sends_json,
    ties,
    youth,
    youth_with_case,
)
from tests.casestore.stage import Person, Stage, consent_body, transcript_body

WHY = "Hun sa det selv på telefonen."


async def filed(
    stage: Stage,
    caseworker: Person,
    conversation: str = "c_1",
    *,
    thread: str = "t_rev",
    case: str | None = None,
) -> None:
    """A transcript of this caseworker's, on a consent of the thread's."""
    consent = f"s_{thread}"
    await stage.bridge.put(f"consents/{consent}", consent_body(stage, thread))
    body = transcript_body(
        stage, conversation, thread=thread, consent=consent, author=caseworker.id, case=case
    )
    answer = await stage.bridge.put(f"transcripts/{conversation}", body)
    assert answer.status_code == 201, answer.text


async def ids_of(person: Person, conversation: str = "c_1") -> dict[str, str]:
    """The hidden ids of the form that registers somebody new."""
    html = await person.sees(f"/journal/{conversation}")
    form = html.split(f'action="/journal/{conversation}/person"')[1].split("</form>")[0]
    return dict(re.findall(r'name="((?:person|case)_id)" value="(\w+)"', form))


async def ties_entry(
    person: Person, case: str, conversation: str = "c_1", *, reason: str = WHY
) -> httpx.Response:
    return await person.sends(
        f"/journal/{conversation}/case", to=case, case_id="case_unused", reason=reason
    )


async def case_of(stage: Stage, conversation: str = "c_1") -> str | None:
    async with stage.reading() as reading:
        return (await reading.session.get_one(Entry, conversation)).case


async def test_one_form_makes_a_person_a_case_and_both_ties(stage: Stage) -> None:
    """After a night in the street there is one minute for this, not five."""
    berit = await stage.person("berit")
    await filed(stage, berit)
    typed = {**await ids_of(berit), "alias": "Blå rev", "name": "Kari", "reason": WHY}

    sent = [await berit.sends("/journal/c_1/person", **typed) for _ in range(2)]

    assert [answer.status_code for answer in sent] == [303, 303]
    assert "Alt er knyttet til en sak" in await berit.sees("/unassigned")
    assert (await stage.bridge.get("threads/t_rev/cases")).json() == {"cases": ["2026/0001"]}
    page = await berit.sees(f"/people/{typed['person_id']}")
    assert "2026/0001" in page
    assert WHY in page
    assert len((await berit.http.get("/api/people")).json()["people"]) == 1
    assert await case_of(stage) == typed["case_id"]
    (tied,) = await audited(stage, "thread.tied")
    assert (tied["of"], tied["thread"], tied["by"]) == (typed["person_id"], "t_rev", berit.id)
    assert len(await audited(stage, "entry.tied")) == 1
    assert WHY not in str(await audited(stage, "thread.tied"))


async def test_a_transcript_is_tied_to_a_known_youth_and_its_thread_with_it(stage: Stage) -> None:
    """The youth who writes from a new telephone is still the same youth."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, name="Kari")
    await filed(stage, berit)
    assert f'value="{case}"' in await berit.sees("/journal/c_1")

    assert (await ties_entry(berit, case)).status_code == 303

    assert await case_of(stage) == case
    told = (await berit.http.get(f"/api/people/{person}")).json()
    assert told["threads"] == ["t_rev"]


async def test_a_new_case_for_a_known_youth(stage: Stage) -> None:
    """A case that was closed is not written in again by mistake."""
    berit = await stage.person("berit")
    person = await youth(berit)
    await filed(stage, berit)

    new = {"to": f"new:{person}", "case_id": "case_minted", "reason": WHY}
    sent = [await berit.sends("/journal/c_1/case", **new) for _ in range(2)]

    assert [answer.status_code for answer in sent] == [303, 303]
    assert await case_of(stage) == "case_minted"
    told = (await berit.http.get(f"/api/people/{person}")).json()
    assert [case["id"] for case in told["cases"]] == ["case_minted"]


async def test_what_is_missing_is_said_and_what_was_typed_is_kept(stage: Stage) -> None:
    """A tie without a reason cannot be answered for a year later."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)
    await filed(stage, berit)
    new = {**await ids_of(berit), "alias": "Rev", "name": "<i>Kari</i>"}

    no_reason = await ties_entry(berit, case, reason=" ")
    nobody = await ties_entry(berit, "", reason="Fordi <b>det</b>.")
    numbered = await ties_entry(berit, case, reason="Fnr 30051112345")
    unsaid = await berit.sends("/journal/c_1/person", **new, reason="")

    assert [a.status_code for a in (no_reason, nobody, numbered, unsaid)] == [422] * 4
    assert f'value="{case}" selected' in no_reason.text
    assert "Fordi &lt;b&gt;det&lt;/b&gt;." in nobody.text
    assert "&lt;i&gt;Kari&lt;/i&gt;" in unsaid.text
    assert "Skriv kort hvorfor" in unsaid.text
    assert await case_of(stage) is None
    assert await audited(stage, "thread.tied") == []


async def test_nobody_ties_what_is_not_theirs(stage: Stage) -> None:
    """A tie to the wrong case shows one youth's words to another youth's caseworker."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    _, case_of_berit = await youth_with_case(stage, berit)
    person_of_arne, case_of_arne = await youth_with_case(stage, arne)
    await filed(stage, berit)

    by_arne = await ties_entry(arne, case_of_arne)
    into_arnes = await ties_entry(berit, case_of_arne)
    into_none = await ties_entry(berit, "case_none")
    thread_by_arne = await ties(arne, person_of_arne, "t_rev")
    no_thread = await ties(arne, person_of_arne, "t_none")

    assert [a.status_code for a in (by_arne, into_arnes, into_none)] == [404] * 3
    assert into_arnes.text == into_none.text
    assert thread_by_arne.status_code == no_thread.status_code == 404
    assert thread_by_arne.text == no_thread.text
    assert case_of_arne not in await berit.sees("/journal/c_1")
    # The team leader hands out what nobody has tied, also to a case that is not their own.
    assert case_of_berit in await tove.sees("/journal/c_1")
    assert (await ties_entry(tove, case_of_arne)).status_code == 303
    assert "Blå rev" in await arne.sees("/journal/c_1")
    assert (await berit.http.get("/journal/c_1")).status_code == 404


async def test_a_transcript_is_tied_to_its_own_youths_cases_only(stage: Stage) -> None:
    """Two youths never meet, in a case either."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    other, others = await youth_with_case(stage, berit, alias="Stille elv")
    await filed(stage, berit)
    page = await berit.sees("/journal/c_1")
    assert f'value="{case}"' in page
    assert f'value="{others}"' not in page

    wrong = await ties_entry(berit, others)
    new = await berit.sends(
        "/journal/c_1/case", to=f"new:{other}", case_id="case_minted", reason=WHY
    )
    fresh = {"person_id": "p_new", "case_id": "case_new", "alias": "Ny", "reason": WHY}
    newer = await berit.sends("/journal/c_1/person", **fresh)

    assert [a.status_code for a in (wrong, new, newer)] == [409] * 3
    assert await case_of(stage) is None
    people = (await berit.http.get("/api/people")).json()["people"]
    assert {one["id"] for one in people} == {person, other}
    # No reason is asked for when the thread is tied already.
    assert (await ties_entry(berit, case, reason="")).status_code == 303


async def test_a_colleagues_youth_is_for_the_team_leader_to_tie(stage: Stage) -> None:
    """Who answers a youth for a day is not told who else the youth is known to."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    person, case = await youth_with_case(stage, berit, name="Kari Nordmann", thread="t_rev")
    await filed(stage, arne)

    page = await arne.sees("/journal/c_1")

    assert "det teamlederen som knytter" in page
    assert "Kari" not in page
    assert person not in page
    assert "Ny ungdom" not in page
    mine, _ = await youth_with_case(stage, arne, alias="Snok")
    assert (await ties(arne, mine, "t_rev")).status_code == 404
    assert (await ties_entry(tove, case)).status_code == 303


async def test_of_two_ties_of_one_thread_at_once_one_holds(stage: Stage) -> None:
    """A thread that is two youths' at once would be read to the wrong one."""
    berit = await stage.person("berit")
    persons = [await youth(berit, alias=alias) for alias in ("Rev", "Snok", "Elv")]
    await filed(stage, berit)

    answers = await asyncio.gather(*(ties(berit, person, "t_rev") for person in persons))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    threads = [
        (await berit.http.get(f"/api/people/{person}")).json()["threads"] for person in persons
    ]
    assert sorted(threads) == [[], [], ["t_rev"]]
    assert len(await audited(stage, "thread.tied")) == 1


async def test_what_is_untied_leaves_the_case_at_once_and_the_tie_is_kept(stage: Stage) -> None:
    """A wrong tie is found out; from then on nobody reads the one's words in the other's case."""
    berit = await stage.person("berit")
    person, case = await youth_with_case(stage, berit, alias="Snok", thread="t_rev")
    right, cases = await youth_with_case(stage, berit, alias="Elv")
    await filed(stage, berit)
    assert (await ties_entry(berit, case)).status_code == 303
    path = f"/people/{person}/threads/t_rev/untie"

    silent = await berit.sends(path, reason="")
    untied = await berit.sends(path, reason="Det var broren <b>hans</b>.")
    again = await berit.sends(path, reason="Det var broren hans.")

    assert [a.status_code for a in (silent, untied, again)] == [422, 303, 409]
    assert await case_of(stage) is None
    assert "Blå rev" in await berit.sees("/unassigned")
    page = await berit.sees(f"/people/{person}")
    assert "Det var broren &lt;b&gt;hans" in page
    assert (await ties_entry(berit, cases)).status_code == 303
    assert (await berit.http.get(f"/api/people/{right}")).json()["threads"] == ["t_rev"]
    (noted,) = await audited(stage, "thread.untied")
    assert (noted["of"], noted["thread"], noted["entries"]) == (person, "t_rev", 1)


@pytest.mark.parametrize("whose", ["same", "another", "nobody", "closed", "none"])
async def test_the_case_the_bridge_says_counts_only_if_it_is_the_youths_own(
    stage: Stage, whose: str
) -> None:
    """One wrong digit in the street would file a youth's words in another youth's case."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    await youth_with_case(stage, berit, alias="Snok")
    number = {"same": "2026/0001", "another": "2026/0002", "closed": "2026/0001"}.get(whose)
    if whose == "closed":
        done = {"id": "cl_1", "words": "Ferdig.", "version": "1"}
        assert (await berit.sends(f"/cases/{case}/close", **done)).status_code == 303
    await filed(stage, berit, case="2019/0099" if whose == "nobody" else number)

    assert await case_of(stage) == (case if whose == "same" else None)
    async with stage.reading() as reading:
        said = (await reading.session.get_one(Entry, "c_1")).case_number
    assert said == ("2019/0099" if whose == "nobody" else number)
    untied = await berit.sees("/unassigned")
    assert ("Alt er knyttet" in untied) is (whose == "same")
    proposed = (await stage.bridge.get("threads/t_rev/cases")).json()["cases"]
    assert proposed == ([] if whose == "closed" else ["2026/0001"])


async def test_a_thread_that_is_nobodys_proposes_nothing(stage: Stage) -> None:
    """Not even that there are cases."""
    berit = await stage.person("berit")
    await youth_with_case(stage, berit)
    await filed(stage, berit)

    for thread in ("t_rev", "t_none"):
        assert (await stage.bridge.get(f"threads/{thread}/cases")).json() == {"cases": []}


async def test_a_restricted_youths_conversation_is_not_on_anybodys_list(stage: Stage) -> None:
    """Also not on the list of the colleague who was on duty that night."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    person, _ = await youth_with_case(stage, berit, thread="t_rev")
    await filed(stage, arne)
    await restricted(stage, person)

    assert (await arne.http.get("/journal/c_1")).status_code == 404
    for path in ("/unassigned", "/tasks"):
        assert "Blå rev" not in await arne.sees(path)
    assert "Blå rev" in await tove.sees("/unassigned")


async def test_the_same_by_json(stage: Stage) -> None:
    """A team's own tools are held to the same rules."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)
    await filed(stage, berit)
    path = "/api/journal/c_1/case"

    without = await berit.http.post(path, json={"case": case, "reason": WHY})
    empty = await sends_json(berit, path, {"case": case, "reason": ""})
    done = await sends_json(berit, path, {"case": case, "reason": WHY})

    assert [a.status_code for a in (without, empty, done)] == [403, 422, 200]
    assert await case_of(stage) == case
