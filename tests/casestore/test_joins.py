"""One youth on several channels: joined when a person says so and it is proved, else it waits."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from casestore.joins.rules import Status, Why
from casestore.joins.tables import Join, JoinOrder
from casestore.users.rules import Role
from tests.casestore.deleting import deletes, proved
from tests.casestore.joining import (
    ELV,
    REV,
    also_on,
    confirms_join,
    join_body,
    join_of,
    one_youth,
    orders,
    proposed,
    proposes_join,
    stands,
    told,
)
from tests.casestore.people import (
    audited,
    restricted,
    sends_json,
    talked_to,
    ties,
    youth,
    youth_with_case,
)
from tests.casestore.stage import Person, Stage

JOIN_THEM = (ELV, REV, True)
TAKE_THEM_APART = (ELV, REV, False)


async def unties(who: Person, person: str, thread: str) -> httpx.Response:
    reason = {"reason": "Det var broren."}
    return await sends_json(who, f"/api/people/{person}/threads/{thread}/untie", reason)


async def test_what_is_proved_is_joined_at_once_and_the_bridge_is_told(stage: Stage) -> None:
    """The caseworker who knows the youth, and types the number of the youth's case."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)

    join = await proposed(stage, berit)

    assert (join.status, join.why, join.decided_by) == (Status.JOINED, None, None)
    (order,) = await told(stage)
    assert (order["thread"], order["into"], order["joined"]) == JOIN_THEM
    assert order["at"] == stage.at()
    assert order["id"] != "j_1"
    (said,) = await audited(stage, "join.proposed")
    assert (said["by"], said["thread"], said["to"]) == (berit.id, ELV, REV)
    (done,) = await audited(stage, "join.joined")
    assert (done["by"], done["of"]) == (None, "j_1")


async def test_a_proposal_is_taken_once(stage: Stage) -> None:
    """The bridge sends again what it did not hear an answer to."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)

    answers = [await proposes_join(stage, berit) for _ in range(2)]
    other = await proposes_join(stage, berit, case="2026/0002")

    assert [a.status_code for a in answers] == [201, 200]
    assert answers[1].json() == {"id": "j_1"}
    assert (other.status_code, other.json()["type"]) == (409, "urn:utebru:different-body")
    assert await orders(stage) == [JOIN_THEM]
    assert len(await audited(stage, "join.proposed")) == 1


async def test_the_same_proposal_many_times_at_once_is_taken_once(stage: Stage) -> None:
    """Two workers of the bridge send the same errand."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)

    answers = await asyncio.gather(*(proposes_join(stage, berit) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert await orders(stage) == [JOIN_THEM]


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "e_nobody"},
        {"by": "clock"},
        {"into": ELV},
        {"thread": "t elv"},
        {"into": "../t_rev"},
        {"thread": "x" * 65},
        {"alias": ""},
        {"channel": "face book"},
        {"at": "2026-11-03 12:00"},
        {"case": None},
        {"case": "1" * 3001},
        {"person": "p_1"},
    ],
    ids=str,
)
async def test_what_is_not_as_agreed_is_refused_and_nothing_is_kept(
    stage: Stage, wrong: dict[str, Any]
) -> None:
    """Nothing of it, and nobody's words in the answer."""
    berit = await stage.person("berit")

    answer = await stage.bridge.put("joins/j_1", join_body(stage, berit) | wrong)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:utebru:malformed")
    assert "elv" not in answer.text
    async with stage.reading() as reading:
        for table in (Join, JoinOrder):
            assert await reading.session.scalar(select(func.count()).select_from(table)) == 0
    assert await audited(stage, "join.proposed") == []


@pytest.mark.parametrize(
    ("why", "said"),
    [("forgotten_there", "alt glemt i Utebru"), ("not_possible", "samlet med en annen i Utebru")],
)
async def test_what_the_bridge_cannot_do_has_fallen_away_and_says_why(
    stage: Stage, why: str, said: str
) -> None:
    """«Samlet» over two that are never read together is a lie about where a youth is heard."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit)
    (order,) = await told(stage)

    answers = [
        await stage.bridge.put(f"joins/{order['id']}/lapsed", {"why": why}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert await stands(stage) == ("undone", why)
    assert await orders(stage) == []
    (noted,) = await audited(stage, "join.lapsed")
    assert (noted["of"], noted["reason"]) == ("j_1", why)
    for path in ("/joins", "/joins/j_1"):
        page = await berit.sees(path)
        assert "Falt bort" in page
        assert said in page
        assert "Skilt igjen" not in page


async def test_what_the_bridge_has_done_falls_away_no_more(stage: Stage) -> None:
    """It says once what it did; another word on the same order changes nothing."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await proposed(stage, berit)
    (order,) = await told(stage)
    await confirms_join(stage, order["id"])

    late = await stage.bridge.put(f"joins/{order['id']}/lapsed", {"why": "not_possible"})
    unknown = await stage.bridge.put("joins/jo_none/lapsed", {"why": "not_possible"})
    other = await stage.bridge.put(f"joins/{order['id']}/lapsed", {"why": "later"})

    assert (late.status_code, unknown.status_code, other.status_code) == (200, 404, 422)
    assert (await stands(stage))[0] == "joined"


@pytest.mark.parametrize("its_id", ["j%20 1", "j.1", "x" * 65, "j'--"])
async def test_an_id_that_is_none_is_refused(stage: Stage, its_id: str) -> None:
    """In every address of this kind."""
    berit = await stage.person("berit")

    put = await stage.bridge.put(f"joins/{its_id}", join_body(stage, berit))
    back = await stage.bridge.put(f"joins/{its_id}/confirmed", {})

    assert (put.status_code, back.status_code) == (422, 422)


async def test_nobody_but_the_bridge_proposes_or_hears(stage: Stage) -> None:
    """An employee's log-in opens none of it."""
    berit = await stage.person("berit")
    body = join_body(stage, berit)

    answers = [
        await berit.http.put("/api/bridge/joins/j_1", json=body),
        await berit.http.get("/api/bridge/joins"),
        await berit.http.put("/api/bridge/joins/jo_1/confirmed", json={}),
        await berit.http.put("/api/bridge/joins/jo_1/lapsed", json={"why": "not_possible"}),
    ]

    assert [a.status_code for a in answers] == [401] * 4


async def test_what_nobody_has_heard_of_waits_and_is_not_lost(stage: Stage) -> None:
    """The youth has only just written; the number is not one of ours."""
    berit = await stage.person("berit")

    join = await proposed(stage, berit, case="den på torsdag")

    assert (join.status, join.why, join.case) == (Status.WAITING, Why.NOT_TIED, None)
    assert await orders(stage) == []


async def test_it_is_looked_at_again_when_a_tie_is_made(stage: Stage) -> None:
    """Proposed in the street; the next morning the new line is tied, and nothing more is needed."""
    berit = await stage.person("berit")
    person, case = await one_youth(stage, berit, threads=[REV])
    assert (await proposed(stage, berit)).case == case
    assert await stands(stage) == (Status.WAITING, Why.NOT_TIED)

    await also_on(stage, berit, person)

    assert await stands(stage) == (Status.JOINED, None)
    assert await orders(stage) == [JOIN_THEM]


@pytest.mark.parametrize("first", [True, False])
async def test_two_persons_lines_are_never_joined(stage: Stage, first: bool) -> None:
    """Whatever the case number says, and whichever came first."""
    berit = await stage.person("berit")
    await one_youth(stage, berit, threads=[REV])
    other = await youth(berit, alias="Stille elv")
    if first:
        await also_on(stage, berit, other)
    await proposed(stage, berit)
    if not first:
        await also_on(stage, berit, other)

    assert await stands(stage) == (Status.REFUSED, Why.ANOTHER_PERSON)
    assert await orders(stage) == []
    (noted,) = await audited(stage, "join.refused")
    assert noted["reason"] == "another_person"


async def test_what_was_refused_may_be_proposed_again(stage: Stage) -> None:
    """The line was tied to the wrong youth; when that is put right, somebody says so anew."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit, threads=[REV])
    other = await youth(berit, alias="Stille elv")
    await also_on(stage, berit, other)
    await proposed(stage, berit)
    assert (await unties(berit, other, ELV)).status_code == 200
    assert (await ties(berit, person, ELV)).status_code == 201
    assert await stands(stage) == (Status.REFUSED, Why.ANOTHER_PERSON)

    await proposed(stage, berit, "j_2")

    assert await stands(stage, "j_2") == (Status.JOINED, None)


@pytest.mark.parametrize(("typed", "why"), [("2026/0099", Why.NO_SUCH_CASE), ("", Why.NO_SUCH_CASE),
                                            ("2026/0002", Why.NO_SUCH_CASE)])  # fmt: skip
async def test_another_number_is_no_proof(stage: Stage, typed: str, why: Why) -> None:
    """None at all, nobody's, and another youth's."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    await youth_with_case(stage, berit, alias="Snok")

    await proposed(stage, berit, case=typed)

    assert await stands(stage) == (Status.WAITING, why)


async def test_a_colleagues_word_is_no_proof_until_the_case_is_shared(stage: Stage) -> None:
    """Who may not read the case has guessed its number, or been told it."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await one_youth(stage, berit)

    await proposed(stage, arne)
    assert await stands(stage) == (Status.WAITING, Why.NOT_THEIRS)
    share = {"id": "share_1", "user": arne.id, "from_day": "2026-11-03",
             "until_day": "2026-11-20", "reason": "Vikarierer."}  # fmt: skip
    assert (await sends_json(berit, f"/api/cases/{case}/shares", share)).status_code == 201
    await proposed(stage, arne, "j_2")

    # Both are looked at again; the first is what holds, and nothing is left to decide.
    assert await stands(stage) == (Status.JOINED, None)
    assert await stands(stage, "j_2") == (Status.REFUSED, Why.JOINED_ALREADY)
    assert await orders(stage) == [JOIN_THEM]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.TEAM_LEADER, Role.DEPARTMENT_HEAD])
async def test_of_a_restricted_youth_only_the_team_leaders_word_is_enough(
    stage: Stage, role: Role
) -> None:
    """A restricted youth is nobody's own; the department head reads no case at all."""
    berit = await stage.person("berit")
    who = berit if role is Role.CASEWORKER else await stage.person("nora", role)
    person, _ = await one_youth(stage, berit)
    await restricted(stage, person)

    await proposed(stage, who)

    leads = role is Role.TEAM_LEADER
    joined, waits = (Status.JOINED, None), (Status.WAITING, Why.NOT_THEIRS)
    assert await stands(stage) == (joined if leads else waits)


async def test_who_has_left_proves_nothing(stage: Stage) -> None:
    """What waited in the bridge for a week, and the account has been closed since."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    async with stage.writing() as writing:
        closed = text("UPDATE users SET active = :no WHERE id = :berit")
        await writing.session.execute(closed, {"no": False, "berit": berit.id})

    await proposed(stage, berit)

    assert await stands(stage) == (Status.WAITING, Why.NOT_THEIRS)


async def test_there_are_no_chains(stage: Stage) -> None:
    """Each refused in its own words, so that it can be proposed the other way around."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    for thread in ("t_ugle", "t_and"):
        await also_on(stage, berit, person, thread)
    await proposed(stage, berit)

    await proposed(stage, berit, "j_into", thread="t_ugle", into=ELV)
    await proposed(stage, berit, "j_has", thread=REV, into="t_ugle")
    await proposed(stage, berit, "j_else", thread=ELV, into="t_ugle")
    await proposed(stage, berit, "j_again")
    await proposed(stage, berit, "j_more", thread="t_and", into=REV)

    assert [await stands(stage, f"j_{name}") for name in ("into", "has", "else", "again")] == [
        (Status.REFUSED, Why.INTO_IS_JOINED),
        (Status.REFUSED, Why.HAS_JOINED),
        (Status.REFUSED, Why.JOINED_ELSEWHERE),
        (Status.REFUSED, Why.JOINED_ALREADY),
    ]
    assert await stands(stage, "j_more") == (Status.JOINED, None)
    assert await orders(stage) == [JOIN_THEM, ("t_and", REV, True)]


async def test_what_waits_is_refused_when_another_makes_it_a_chain(stage: Stage) -> None:
    """Two proposals wait for one tie; only one of them can be."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit, threads=[REV, "t_ugle"])
    await proposed(stage, berit, at=stage.at(-20))
    await proposed(stage, berit, "j_2", into="t_ugle")

    await also_on(stage, berit, person)

    assert await stands(stage) == (Status.JOINED, None)
    assert await stands(stage, "j_2") == (Status.REFUSED, Why.JOINED_ELSEWHERE)
    assert await orders(stage) == [JOIN_THEM]


async def test_many_at_once_join_a_line_into_one(stage: Stage) -> None:
    """Two caseworkers press at the same moment, each with another main line in mind."""
    berit = await stage.person("berit")
    await one_youth(stage, berit, threads=[REV, ELV, "t_ugle"])

    answers = await asyncio.gather(
        *(
            proposes_join(stage, berit, f"j_{n}", thread=thread, into=into)
            for n, (thread, into) in enumerate(
                [(ELV, REV), (ELV, "t_ugle"), (REV, ELV), ("t_ugle", ELV), (ELV, REV)]
            )
        )
    )

    assert [a.status_code for a in answers] == [201] * 5
    joined = [pair for *pair, yes in await orders(stage) if yes]
    assert len({thread for thread, _ in joined}) == len(joined) >= 1
    assert not {thread for thread, _ in joined} & {into for _, into in joined}
    async with stage.reading() as reading:
        waiting = select(func.count()).where(Join.status == Status.WAITING)
        assert await reading.session.scalar(waiting) == 0


async def test_a_tie_that_is_broken_takes_them_apart(stage: Stage) -> None:
    """It was the brother's telephone. From that moment nobody reads the one in the other's."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)

    assert (await unties(berit, person, ELV)).status_code == 200

    assert await stands(stage) == (Status.UNDONE, Why.NOT_TIED)
    assert await orders(stage) == [JOIN_THEM, TAKE_THEM_APART]
    (noted,) = await audited(stage, "join.undone")
    assert (noted["of"], noted["by"], noted["reason"]) == ("j_1", None, "not_tied")
    # Tied again, it is not joined again by itself: nobody has proposed that.
    assert (await ties(berit, person, ELV)).status_code == 201
    assert await orders(stage) == [JOIN_THEM, TAKE_THEM_APART]


async def test_so_does_the_tie_of_what_it_was_joined_into(stage: Stage) -> None:
    """Either of the two."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)

    assert (await unties(berit, person, REV)).status_code == 200

    assert await orders(stage) == [JOIN_THEM, TAKE_THEM_APART]


async def test_two_persons_who_were_merged_and_are_not_are_taken_apart(stage: Stage) -> None:
    """A merge makes one youth of two; undone, it must not leave their words together."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await one_youth(stage, berit, threads=[REV])
    other, _ = await youth_with_case(stage, berit, alias="Stille elv", thread=ELV)
    merged = {"other": other, "other_version": 1, "reason": "Samme.", "version": 1}
    answer = await sends_json(tove, f"/api/people/{person}/merge", merged)
    assert answer.status_code == 201, answer.text
    await proposed(stage, berit)
    assert await stands(stage) == (Status.JOINED, None)

    undo = f"/api/people/{person}/merges/{answer.json()['id']}/undo"
    assert (await sends_json(tove, undo)).status_code == 200

    assert await stands(stage) == (Status.UNDONE, Why.ANOTHER_PERSON)
    assert await orders(stage) == [JOIN_THEM, TAKE_THEM_APART]


async def test_a_merge_decides_what_waited_for_it(stage: Stage) -> None:
    """Each line was tied to a person of its own; what was refused then stays so."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await one_youth(stage, berit, threads=[REV])
    other, _ = await youth_with_case(stage, berit, alias="Stille elv")
    await proposed(stage, berit)
    await also_on(stage, berit, other, "t_ugle")
    merged = {"other": other, "other_version": 1, "reason": "Samme.", "version": 1}
    assert (await sends_json(tove, f"/api/people/{person}/merge", merged)).status_code == 201

    await also_on(stage, berit, person)

    assert await stands(stage) == (Status.JOINED, None)


async def test_an_order_is_told_until_it_is_confirmed_and_both_are_told_in_order(
    stage: Stage,
) -> None:
    """The bridge was down: what was joined and undone meanwhile, it does in that order."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)
    assert (await unties(berit, person, ELV)).status_code == 200
    first, second = await told(stage)
    assert first["id"] != second["id"]

    answers = [await confirms_join(stage, first["id"]) for _ in range(2)]

    assert [(a.status_code, a.json()) for a in answers] == [(200, {"id": first["id"]})] * 2
    assert await told(stage) == [second]
    assert (await confirms_join(stage, second["id"])).status_code == 200
    assert await told(stage) == []
    assert (await confirms_join(stage, "jo_none")).status_code == 404
    # The id of a proposal is not that of an order.
    assert (await confirms_join(stage, "j_1")).status_code == 404


async def test_orders_are_given_some_at_a_time_the_oldest_first(stage: Stage) -> None:
    """A bridge that was away for a month is not drowned."""
    async with stage.writing() as writing:
        writing.session.add_all(
            JoinOrder(id=f"jo_{n:03d}", team="oslo", thread=ELV, into=REV, joined=n % 2 == 0,
                      at=writing.now)
            for n in range(120)
        )  # fmt: skip

    first = [order["id"] for order in await told(stage)]

    assert first == [f"jo_{n:03d}" for n in range(100)]
    for its_id in first:
        assert (await confirms_join(stage, its_id)).status_code == 200
    assert [order["id"] for order in await told(stage)] == [f"jo_{n:03d}" for n in range(100, 120)]


async def test_the_words_of_a_proposal_lie_encrypted(stage: Stage) -> None:
    """An alias is what the youth is called; a number that was typed may be anything."""
    berit = await stage.person("berit")
    await talked_to(stage, berit, REV)

    row = await proposed(stage, berit, alias="Purpurkanari", case="kanarisaken")

    cells = b"".join((row.alias, row.into_alias, row.typed, row.fingerprint))
    assert b"kanari" not in cells.lower()
    assert await join_of(stage) is not None


async def test_when_a_youth_is_deleted_no_word_is_left_and_nothing_stands_joined(
    stage: Stage,
) -> None:
    """What the other line was called goes too; and what it was joined with is its own again."""
    tove, berit = await stage.leader(), await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)
    await proposed(stage, berit, "j_2", thread="t_ugle")
    for thread in (REV, ELV):
        await proved(stage, f"c_of_{thread}", None)

    await deletes(tove, person)

    assert await stands(stage) == (Status.UNDONE, Why.DELETED)
    assert await stands(stage, "j_2") == (Status.REFUSED, Why.DELETED)
    assert await orders(stage) == [JOIN_THEM, TAKE_THEM_APART]
    for its_id in ("j_1", "j_2"):
        row = await join_of(stage, its_id)
        assert (row.alias, row.into_alias, row.typed) == (b"", b"", b"")
