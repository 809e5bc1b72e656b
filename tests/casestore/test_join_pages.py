"""«Er Blå rev og Stille elv samme ungdom?»: asked of whoever knows the youth, answered by them."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from casestore.access.relations import join_relation, joins_for
from casestore.access.rules import Action, seen
from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from tests.casestore.joining import (
    ELV,
    REV,
    also_on,
    files,
    one_youth,
    orders,
    proposed,
    stands,
)
from tests.casestore.matrix_world import world_on
from tests.casestore.people import (
    audited,
    restricted,
    sends_json,
    talked_to,
    youth,
    youth_with_case,
)
from tests.casestore.stage import Person, Stage, message
from tests.casestore.test_ties import ties_entry

ASKED = "Er Blå rev og Stille elv samme ungdom?"
YES = "Ja, samme ungdom"


async def answers(who: Person, same: str, its_id: str = "j_1") -> httpx.Response:
    return await who.sends(f"/joins/{its_id}/decision", same=same)


async def waiting(stage: Stage) -> tuple[Person, str]:
    """Both are one youth's, and the number that was typed is no proof of it."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit, case="husker ikke")
    return berit, person


async def test_who_knows_the_youth_is_asked_and_says_yes(stage: Stage) -> None:
    """On their own list of tasks, with what was typed, and one press away."""
    berit, _ = await waiting(stage)
    assert ASKED in await berit.sees("/tasks")
    page = await berit.sees("/joins/j_1")
    assert "husker ikke" in page
    assert YES in page

    answer = await answers(berit, "yes")

    assert (answer.status_code, answer.headers["location"]) == (303, "/joins/j_1")
    assert await stands(stage) == (Status.JOINED, None)
    assert await orders(stage) == [(ELV, REV, True)]
    assert ASKED not in await berit.sees("/tasks")
    assert "Samlet av Berit" in await berit.sees("/joins/j_1")
    (noted,) = await audited(stage, "join.joined")
    assert noted["by"] == berit.id


async def test_or_no_and_it_is_said_to_whoever_looks(stage: Stage) -> None:
    """The brother has borrowed a telephone before."""
    berit, _ = await waiting(stage)

    assert (await answers(berit, "no")).status_code == 303

    assert await stands(stage) == (Status.REFUSED, Why.SAID_NO)
    assert await orders(stage) == []
    page = await berit.sees("/joins/j_1")
    assert "Svaret var nei." in page
    assert "Svart av Berit" in page
    assert "foreslås på nytt" in page
    assert "Svaret var nei." in await berit.sees("/joins")


async def test_yes_counts_only_when_both_are_one_youths(stage: Stage) -> None:
    """A press is not proof of whose a line is: somebody ties it first, with a reason."""
    berit = await stage.person("berit")
    await one_youth(stage, berit, threads=[REV])
    await talked_to(stage, berit, ELV)
    await proposed(stage, berit)
    assert YES not in await berit.sees("/joins/j_1")

    answer = await answers(berit, "yes")

    assert answer.status_code == 409
    assert await stands(stage) == (Status.WAITING, Why.NOT_TIED)
    assert await orders(stage) == []
    assert (await answers(berit, "kanskje")).status_code == 422


async def test_the_one_that_is_nobodys_is_tied_from_the_question_itself(stage: Stage) -> None:
    """Nothing has been filed from the new line yet, so there is no transcript to tie it from."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    person, _ = await one_youth(stage, berit, threads=[REV])
    await talked_to(stage, berit, ELV)
    await proposed(stage, berit)
    assert 'action="/joins/j_1/tie"' in await berit.sees("/joins/j_1")

    silent = await berit.sends("/joins/j_1/tie", reason=" ")
    numbered = await berit.sends("/joins/j_1/tie", reason="Fnr 30051112345 <b>")
    other = await arne.sends("/joins/j_1/tie", reason="Sa det selv.")
    pressed = [await berit.sends("/joins/j_1/tie", reason="Sa det selv.") for _ in range(2)]

    assert (silent.status_code, numbered.status_code, other.status_code) == (422, 422, 404)
    assert "Skriv kort hvorfor" in silent.text
    assert "30051112345 &lt;b&gt;" in numbered.text
    assert [answer.status_code for answer in pressed] == [303, 303]
    told = (await berit.http.get(f"/api/people/{person}")).json()
    assert set(told["threads"]) == {REV, ELV}
    # The number was right: that both are one youth's was all that was missing.
    assert await stands(stage) == (Status.JOINED, None)
    assert len(await audited(stage, "thread.tied")) == 2


async def test_who_may_not_tie_a_line_is_not_offered_to(stage: Stage) -> None:
    """Berit has the youth, and has never talked to the new line: the team leader has."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    await one_youth(stage, berit, threads=[REV])
    await talked_to(stage, arne, ELV)
    await proposed(stage, arne)

    for who, offered in ((berit, False), (arne, False), (tove, True)):
        page = await who.sees("/joins/j_1")
        assert ('action="/joins/j_1/tie"' in page) is offered, who.login
    for who in (berit, arne):
        assert (await who.sends("/joins/j_1/tie", reason="Hennes.")).status_code == 409
    assert await stands(stage) == (Status.WAITING, Why.NOT_TIED)


async def test_two_that_are_both_nobodys_or_two_youths_are_not_tied_from_here(stage: Stage) -> None:
    """Whose they are is said where a youth is registered, or put right where it is wrong."""
    tove, berit = await stage.leader(), await stage.person("berit")
    await talked_to(stage, berit, REV)
    await talked_to(stage, berit, ELV)
    await proposed(stage, berit)
    assert (await tove.sends("/joins/j_1/tie", reason="Samme.")).status_code == 409
    for thread, alias in ((REV, "Blå rev"), (ELV, "Stille elv")):
        await youth_with_case(stage, berit, alias=alias, thread=thread)

    assert (await tove.sends("/joins/j_1/tie", reason="Samme.")).status_code == 409

    assert await stands(stage) == (Status.REFUSED, Why.ANOTHER_PERSON)
    assert len(await audited(stage, "thread.tied")) == 2


async def test_of_two_who_decide_at_once_the_first_is_heard(stage: Stage) -> None:
    """Yes and no at the same moment is not both."""
    tove = await stage.leader()
    berit, _ = await waiting(stage)

    both = await asyncio.gather(answers(berit, "yes"), answers(tove, "no"))

    assert sorted(answer.status_code for answer in both) == [303, 409]
    status, _ = await stands(stage)
    said_yes = both[0].status_code == 303
    assert status == (Status.JOINED if said_yes else Status.REFUSED)
    assert await orders(stage) == ([(ELV, REV, True)] if said_yes else [])
    noted = await audited(stage, "join.joined") + await audited(stage, "join.refused")
    assert len(noted) == 1


async def test_a_yes_that_was_overtaken_by_another_join_is_refused_in_words(stage: Stage) -> None:
    """What stood on the page when it was pressed does not hold any longer."""
    berit, person = await waiting(stage)
    await also_on(stage, berit, person, "t_ugle")
    await proposed(stage, berit, "j_2", thread=REV, into="t_ugle")
    assert await stands(stage, "j_2") == (Status.JOINED, None)

    assert (await answers(berit, "yes")).status_code == 409

    assert await stands(stage) == (Status.REFUSED, Why.INTO_IS_JOINED)
    assert "Foreslå å samle i den i stedet" in await berit.sees("/joins/j_1")


async def test_nobody_else_knows_that_it_is_asked(stage: Stage) -> None:
    """That a youth is on two channels is theirs, and nobody's business who has no part in it."""
    berit, person = await waiting(stage)
    arne, dag = await stage.person("arne"), await stage.person("dag", Role.DEPARTMENT_HEAD)

    assert (await arne.http.get("/joins/j_1")).status_code == 404
    assert (await arne.http.get("/joins/j_none")).text == (await arne.http.get("/joins/j_1")).text
    assert ASKED not in await arne.sees("/joins") + await arne.sees("/tasks")
    assert (await arne.http.get("/api/joins")).json() == {"joins": [], "next": None}
    assert (await answers(arne, "yes")).status_code == 404
    assert (await arne.http.get(f"/people/{person}/joins")).status_code == 404
    assert (await dag.http.get("/joins")).status_code == 404
    assert await stands(stage) == (Status.WAITING, Why.NO_SUCH_CASE)
    assert ASKED in await berit.sees(f"/people/{person}/joins")


async def test_who_reads_a_shared_case_sees_it_and_does_not_decide(stage: Stage) -> None:
    """R52: what is shared is read."""
    berit, person = await waiting(stage)
    arne = await stage.person("arne")
    case = (await berit.http.get(f"/api/people/{person}")).json()["cases"][0]["id"]
    share = {"id": "share_1", "user": arne.id, "from_day": "2026-11-03",
             "until_day": "2026-11-20", "reason": "Vikarierer."}  # fmt: skip
    assert (await sends_json(berit, f"/api/cases/{case}/shares", share)).status_code == 201

    page = await arne.sees("/joins/j_1")

    assert ASKED in page
    assert "/decision" not in page
    assert (await answers(arne, "yes")).status_code == 403
    assert ASKED not in await arne.sees("/tasks")


async def test_while_a_line_is_nobodys_whoever_named_the_case_or_talked_to_it_is_asked(
    stage: Stage,
) -> None:
    """Arne was on duty when the youth wrote; the case is Berit's. Either may say no."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne, kari = await stage.person("arne"), await stage.person("kari")
    await youth_with_case(stage, berit, name="Maja Nordmann")
    await talked_to(stage, arne, ELV)

    await proposed(stage, kari)

    for who in (tove, berit, arne, kari):
        assert ASKED in await who.sees("/tasks"), who.login
        assert "Ikke knyttet til noen ennå" in await who.sees("/joins/j_1")
        assert ("2026/0001</a>" in await who.sees("/joins/j_1")) is (who in (tove, berit))
    # When both are somebody's, that youth decides who may know.
    person, _ = await youth_with_case(stage, berit, alias="Blå rev")
    await talked_to(stage, berit, REV)
    for thread in (REV, ELV):
        body = {"thread": thread, "reason": "Sa det selv."}
        assert (await sends_json(tove, f"/api/people/{person}/threads", body)).status_code == 201
    for who, status in ((tove, 200), (berit, 200), (arne, 404), (kari, 404)):
        assert (await who.http.get("/joins/j_1")).status_code == status, who.login


async def test_a_restricted_youths_is_the_team_leaders_alone(stage: Stage) -> None:
    """GDPR art. 18: not in daily use, on no list."""
    tove, siri = await stage.leader(), await stage.person("siri")
    berit, person = await waiting(stage)
    await restricted(stage, person)

    for who in (berit, siri):
        assert (await who.http.get("/joins/j_1")).status_code == 404
        assert ASKED not in await who.sees("/joins") + await who.sees("/tasks")
    assert (await answers(tove, "yes")).status_code == 303
    assert await stands(stage) == (Status.JOINED, None)


@pytest.mark.parametrize("which", ["shared", "own"])
async def test_so_is_what_has_a_restricted_youth_on_one_side_only(stage: Stage, which: str) -> None:
    """The other side is Berit's own, or shared with her; it would still tell of the restricted."""
    arne, berit = await stage.person("arne"), await stage.person("berit")
    who = arne if which == "shared" else berit
    _, case = await one_youth(stage, who, threads=[REV])
    if which == "shared":
        share = {"id": "share_1", "user": berit.id, "from_day": "2026-11-03",
                 "until_day": "2026-11-20", "reason": "Vikarierer."}  # fmt: skip
        assert (await sends_json(arne, f"/api/cases/{case}/shares", share)).status_code == 201
    hidden = await youth(who, alias="Stille elv")
    await also_on(stage, who, hidden)
    await proposed(stage, who)
    assert ASKED in await berit.sees("/joins")

    await restricted(stage, hidden)

    assert ASKED not in await berit.sees("/joins")
    assert (await berit.http.get("/api/joins")).json()["joins"] == []
    assert (await berit.http.get("/joins/j_1")).status_code == 404


async def test_the_lists_show_exactly_what_may_be_opened(stage: Stage) -> None:
    """The condition for lists and the relation of one thing are two ways of asking the same."""
    world = await world_on(stage)
    async with stage.reading() as reading:
        rows = list(await reading.session.scalars(select(Join)))
        assert len(rows) == 20
        for role, person in world.people.items():
            who = Visitor(id=person.id, name="", role=role, team="oslo", secret="")
            for action in (Action.JOIN_READ, Action.JOIN_DECIDE):
                kept = select(Join.id).where(joins_for(reading, who, action))
                listed = set(await reading.session.scalars(kept))
                one_by_one = {
                    row.id
                    for row in rows
                    if await join_relation(reading, who, row) in seen(role, action)
                }
                assert listed == one_by_one, (role, action)
                assert bool(listed) is (role is not Role.DEPARTMENT_HEAD)


async def test_what_was_joined_is_taken_apart_by_hand(stage: Stage) -> None:
    """It turned out to be her sister; there is a list of what must be looked at."""
    berit = await stage.person("berit")
    _, case = await one_youth(stage, berit)
    await files(stage, berit, "c_before", messages=MIXED)
    stage.clock.move(timedelta(minutes=5))
    await proposed(stage, berit)
    stage.clock.move(timedelta(minutes=5))
    await files(stage, berit, "c_both", messages=MIXED)
    await files(stage, berit, "c_alone")
    await files(stage, berit, "c_whole", channel="messenger")
    for conversation in ("c_before", "c_both", "c_alone", "c_whole"):
        assert (await ties_entry(berit, case, conversation)).status_code == 303
    page = await berit.sees("/joins/j_1")
    assert mixed_on(page) == {"c_both", "c_whole"}

    pressed = [await berit.sends("/joins/j_1/undo") for _ in range(2)]
    stage.clock.move(timedelta(minutes=5))
    await files(stage, berit, "c_after", channel="messenger")
    assert (await ties_entry(berit, case, "c_after")).status_code == 303

    assert [a.status_code for a in pressed] == [303, 303]
    assert await stands(stage) == (Status.UNDONE, Why.BY_HAND)
    assert await orders(stage) == [(ELV, REV, True), (ELV, REV, False)]
    page = await berit.sees("/joins/j_1")
    assert "Skilt av Berit" in page
    assert mixed_on(page) == {"c_both", "c_whole"}
    (noted,) = await audited(stage, "join.undone")
    assert (noted["by"], noted["reason"]) == (berit.id, "by_hand")
    told = (await berit.http.get("/api/joins/j_1")).json()
    assert set(told["mixed"]) == {"c_both", "c_whole"}


MIXED: list[dict[str, Any]] = [message(1, "hei"), message(2, "hå", channel="messenger")]


def mixed_on(page: str) -> set[str]:
    _, _, listed = page.partition('id="mixed"')
    return set(re.findall(r'href="/journal/(\w+)"', listed))


async def test_only_what_the_reader_may_read_is_listed(stage: Stage) -> None:
    """A transcript that is another's own is not linked to from here."""
    berit = await stage.person("berit")
    _, case = await one_youth(stage, berit)
    await proposed(stage, berit)
    await files(stage, berit, "c_both", messages=MIXED)
    assert (await ties_entry(berit, case, "c_both")).status_code == 303
    snok = await youth(berit, alias="Snok")
    moved = await berit.sends("/journal/c_both/move", to=f"{snok}/", reason="Feil ungdom.")
    assert moved.status_code == 303
    await restricted(stage, snok)

    assert mixed_on(await berit.sees("/joins/j_1")) == set()


async def test_what_does_not_stand_joined_is_not_taken_apart(stage: Stage) -> None:
    """Nor is what somebody else has taken apart taken apart again."""
    tove = await stage.leader()
    berit, _ = await waiting(stage)
    assert (await berit.sends("/joins/j_1/undo")).status_code == 409
    assert (await answers(berit, "yes")).status_code == 303
    both = await asyncio.gather(tove.sends("/joins/j_1/undo"), berit.sends("/joins/j_1/undo"))

    assert sorted(answer.status_code for answer in both) == [303, 409]
    assert await orders(stage) == [(ELV, REV, True), (ELV, REV, False)]


async def test_the_same_by_json(stage: Stage) -> None:
    """A team's own tools are held to the same rules, and told the same."""
    berit, _ = await waiting(stage)
    path = "/api/joins/j_1"
    (line,) = (await berit.http.get("/api/joins")).json()["joins"]
    assert (line["alias"], line["into_alias"], line["status"], line["why"]) == (
        "Stille elv", "Blå rev", "waiting", "no_such_case",
    )  # fmt: skip

    bent = await sends_json(berit, f"{path}/decision", {"same": "yes"})
    done = await sends_json(berit, f"{path}/decision", {"same": True})
    apart = await sends_json(berit, f"{path}/undo")

    assert (bent.status_code, done.status_code, apart.status_code) == (422, 200, 200)
    assert (done.json()["status"], done.json()["decided_by"]) == ("joined", "Berit")
    assert (apart.json()["status"], apart.json()["undone_by"]) == ("undone", "Berit")


@pytest.mark.parametrize("path", ["/joins/j_1", "/joins", "/tasks"])
async def test_what_the_bridge_said_is_never_markup(stage: Stage, path: str) -> None:
    """An alias comes from elsewhere, and a case number from a hand."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit, alias="<b>elv</b>", into_alias="<i>rev</i>", case="<script>")

    page = await berit.sees(path)

    assert "&lt;b&gt;elv" in page
    for tag in ("<b>elv", "<i>rev", "<script>"):
        assert tag not in page
