"""Two who were found to be one: by the team leader, seen side by side, and undone exactly."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from casestore.people.tables import Person as Youth
from casestore.threads.tables import Thread
from tests.casestore.people import (
    audited,
    compares,
    restricted,
    sends_json,
    talked_to,
    youth,
    youth_with_case,
)
from tests.casestore.stage import Person, Stage, transcript_body, withdrawal_body

WHY = "Samme telefon, og hun bekreftet det."


async def merges(
    leader: Person, into: str, other: str, *, versions: tuple[int, int] = (1, 1)
) -> httpx.Response:
    return await leader.sends(
        f"/people/{into}/merge",
        other=other,
        version=str(versions[0]),
        other_version=str(versions[1]),
        reason=WHY,
    )


async def undoes(leader: Person, into: str) -> httpx.Response:
    """Press the newest «Angre» on the page."""
    found = re.search(rf"/people/{into}/merges/(\w+)/undo", await leader.sees(f"/people/{into}"))
    assert found is not None
    return await leader.sends(found[0])


async def rows(stage: Stage) -> list[tuple[object, ...]]:
    """All that a merge could change."""
    async with stage.reading() as reading:
        session = reading.session
        persons = await session.execute(
            select(
                Youth.id, Youth.merged_into, Youth.version, Youth.details, Youth.restricted_at
            ).order_by(Youth.id)
        )
        threads = await session.execute(select(Thread.id, Thread.person).order_by(Thread.id))
        return [tuple(row) for row in (*persons, *threads)]


async def test_merged_they_are_one_and_undone_exactly_two_again(stage: Stage) -> None:
    """A youth with two records has two half stories; a wrong guess must be possible to undo."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    one, case = await youth_with_case(stage, berit, alias="Rev", name="Kari", thread="t_rev")
    stage.clock.move(timedelta(minutes=1))
    two, other = await youth_with_case(stage, arne, alias="Elv", name="Kari", thread="t_elv")
    before = await rows(stage)
    await compares(stage)
    assert f"/people/{one}/merge?other={two}" in await tove.sees("/people/duplicates")
    side = await tove.sees(f"/people/{one}/merge?other={two}")
    assert "2026/0001" in side
    assert "2026/0002" in side

    assert (await merges(tove, one, two)).status_code == 303

    told = (await tove.http.get(f"/api/people/{two}")).json()
    assert told["id"] == one
    assert {line["id"] for line in told["cases"]} == {case, other}
    assert set(told["threads"]) == {"t_rev", "t_elv"}
    led = await arne.http.get(f"/people/{two}")
    assert (led.status_code, led.headers["location"]) == (303, f"/people/{one}")
    assert "Rev" in await arne.sees(f"/people/{one}")
    assert len((await tove.http.get("/api/people")).json()["people"]) == 1
    assert "Ingen av dem" in await tove.sees("/people/duplicates")
    proposed = (await stage.bridge.get("threads/t_elv/cases")).json()
    assert proposed == {"cases": ["2026/0001", "2026/0002"]}
    for path in (f"/cases/{case}", f"/cases/{other}"):
        assert (await tove.http.get(path)).status_code == 200

    assert (await undoes(tove, one)).status_code == 303

    assert await rows(stage) == before
    assert (await arne.http.get(f"/people/{one}")).status_code == 404
    assert "Elv" in await arne.sees(f"/people/{two}")
    assert "Angret" in await tove.sees(f"/people/{one}")
    (merged,), (parted,) = [
        await audited(stage, f"person.{what}") for what in ("merged", "unmerged")
    ]
    assert (merged["of"], merged["other"], merged["by"]) == (one, two, tove.id)
    assert parted["merge"] == merged["merge"]
    assert "telefon" not in str(merged)


async def test_only_the_team_leader_merges(stage: Stage) -> None:
    """A caseworker who merged would see a colleague's case by it."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    one, _ = await youth_with_case(stage, berit, name="Kari")
    two, _ = await youth_with_case(stage, berit, name="Kari")
    theirs, _ = await youth_with_case(stage, arne, name="Kari")
    await compares(stage)
    body = {"other": two, "version": 1, "other_version": 1, "reason": WHY}

    own = [
        await berit.http.get(f"/people/{one}/merge", params={"other": two}),
        await merges(berit, one, two),
        await sends_json(berit, f"/api/people/{one}/merge", body),
        await berit.sends(f"/people/{one}/merges/m_1/undo"),
    ]
    assert [answer.status_code for answer in own] == [403] * 4
    assert "Sammenlign" not in await berit.sees("/people/duplicates")
    assert theirs not in await berit.sees("/people/duplicates")


async def test_a_merge_is_never_two_deep_and_is_undone_the_last_one_first(stage: Stage) -> None:
    """Three records of one youth, found to be so one after the other."""
    tove = await stage.leader()
    a, b, c = [await youth(tove, alias=alias) for alias in "ABC"]
    before = await rows(stage)
    assert (await merges(tove, b, c)).status_code == 303
    between = await rows(stage)
    assert (await merges(tove, a, b)).status_code == 303

    assert (await tove.http.get(f"/people/{c}")).headers["location"] == f"/people/{a}"
    async with stage.reading() as reading:
        roots = dict((await reading.session.execute(select(Youth.id, Youth.merged_into))).all())
    assert roots == {a: None, b: a, c: a}
    (first, _) = await audited(stage, "person.merged")
    too_soon = await tove.sends(f"/people/{b}/merges/{first['merge']}/undo")
    assert too_soon.status_code == 409
    assert (await undoes(tove, a)).status_code == 303
    assert await rows(stage) == between
    assert (await undoes(tove, b)).status_code == 303
    assert await rows(stage) == before


@pytest.mark.parametrize("why", ["changed", "merged", "same", "restricted", "silent", "missing"])
async def test_what_is_not_as_it_was_compared_is_not_merged(stage: Stage, why: str) -> None:
    """The two that were looked at must be the two that are merged."""
    tove = await stage.leader()
    one, two = await youth(tove, alias="A"), await youth(tove, alias="B")
    said = {"other": two, "version": "1", "other_version": "1", "reason": WHY}
    match why:
        case "changed":
            changed = {"version": 1, "alias": "Endret"}
            await sends_json(tove, f"/api/people/{two}", changed, method="PUT")
        case "merged":
            assert (await merges(tove, one, two)).status_code == 303
            said["reason"] = "Det var visst dem."
        case "same":
            said["other"] = one
        case "restricted":
            await restricted(stage, two)
        case "silent":
            said["reason"] = "  "
        case _:
            said["other"] = "p_none"
    before = await rows(stage)

    answer = await tove.sends(f"/people/{one}/merge", **said)

    assert answer.status_code == {"silent": 422, "missing": 404}.get(why, 409)
    assert await rows(stage) == before


async def test_of_two_merges_at_once_one_holds(stage: Stage) -> None:
    """Each into the other would be a circle that no page comes out of."""
    tove = await stage.leader()
    one, two = await youth(tove, alias="A"), await youth(tove, alias="B")

    answers = await asyncio.gather(merges(tove, one, two), merges(tove, two, one))

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    async with stage.reading() as reading:
        roots = await reading.session.scalars(select(Youth.merged_into))
        assert sum(root is None for root in roots) == 1


async def test_a_withdrawal_on_one_thread_counts_for_the_other_after_a_merge(stage: Stage) -> None:
    """A youth who has said STOPP has said it, whichever telephone they said it on."""
    tove, berit = await stage.leader(), await stage.person("berit")
    one, _ = await youth_with_case(stage, berit, alias="Rev", thread="t_rev")
    two, _ = await youth_with_case(stage, berit, alias="Elv", thread="t_elv")
    assert (await merges(tove, one, two)).status_code == 303
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage, "t_elv"))

    body = transcript_body(stage, author=berit.id, consent="s_t_rev")
    filed = await stage.bridge.put("transcripts/c_1", body)

    assert filed.status_code == 409
    assert (await stage.bridge.get("transcripts/c_1/digest")).status_code == 404


async def test_what_is_written_while_merged_can_be_read_before_and_after(stage: Stage) -> None:
    """A merge, and its undoing, must not lock a word away."""
    tove, berit = await stage.leader(), await stage.person("berit")
    one, _ = await youth_with_case(stage, berit, alias="Rev")
    two, case = await youth_with_case(stage, berit, alias="Elv", thread="t_elv")
    await merges(tove, one, two)
    party = {"id": "pa_1", "name": "Tante Olga", "role": "family", "contact": ""}
    assert (await berit.sends(f"/cases/{case}/parties", **party)).status_code == 303
    await talked_to(stage, berit, "t_snok")
    tied = {"thread": "t_snok", "reason": "Nytt nummer."}
    assert (await sends_json(berit, f"/api/people/{two}/threads", tied)).status_code == 201
    assert "Tante Olga" in await berit.sees(f"/cases/{case}")

    assert (await undoes(tove, one)).status_code == 303

    assert "Tante Olga" in await berit.sees(f"/cases/{case}")
    assert "Nytt nummer." in await berit.sees(f"/people/{one}")
    assert "Ungdommen sa det selv." in await berit.sees(f"/people/{two}")
