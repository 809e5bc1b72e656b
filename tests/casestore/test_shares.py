"""Sharing a case and handing it over: who may read, from when, until when, and nothing more."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from casestore.audit.tables import AuditEvent
from casestore.cases.tables import CaseHandover, Share
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage
from tests.casestore.test_cases import JSON_PATHS, PATHS, answers_of
from tests.support.clock import StoppedClock

TODAY = "2026-11-03"


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> StoppedClock:
    """The usual time, or the one a scene asks for."""
    return StoppedClock(getattr(request, "param", datetime(2026, 11, 3, 12, tzinfo=UTC)))


async def shares(
    who: Person,
    case: str,
    user: str,
    *,
    its_id: str = "sh_1",
    days: tuple[str, str] = (TODAY, "2026-11-05"),
    reason: str = "Jeg er på ferie.",
) -> int:
    """Share a case by its form; the status of the answer."""
    answer = await who.sends(
        f"/cases/{case}/shares",
        id=its_id,
        user=user,
        from_day=days[0],
        until_day=days[1],
        reason=reason,
    )
    return answer.status_code


async def hands(
    who: Person, case: str, to: str, *, its_id: str = "ho_1", version: int = 1
) -> tuple[int, str]:
    """Hand a case over by its form; the status of the answer and where it leads."""
    answer = await who.sends(
        f"/cases/{case}/handover",
        id=its_id,
        to=to,
        reason="Du kjenner skolen best.",
        version=str(version),
    )
    return answer.status_code, answer.headers.get("location", "")


async def reads(who: Person, case: str) -> bool:
    """Whether somebody who logs in now finds the case: on its page, in the lists, in the count."""
    await who.logs_in()
    page = (await who.http.get(f"/cases/{case}")).status_code == 200
    listed = case in await who.sees("/cases?which=shared")
    told = (await who.http.get("/api/cases?which=shared")).json()
    assert page is listed is (told["counts"]["shared"] == 1) is (len(told["cases"]) == 1)
    return page


async def noted(stage: Stage, what: str) -> int:
    """How many times something is in the audit."""
    async with stage.reading() as reading:
        counted = select(func.count()).select_from(AuditEvent).where(AuditEvent.what == what)
        return (await reading.session.execute(counted)).scalar_one()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "days", "begins", "ends"),
    [
        pytest.param(
            at("2026-10-23T10:00"),
            ("2026-10-25", "2026-10-25"),
            at("2026-10-24T22:00"),
            at("2026-10-25T23:00"),
            id="the day the clocks go back has 25 hours",
        ),
        pytest.param(
            at("2026-10-23T10:00"),
            ("2026-10-24", "2026-10-26"),
            at("2026-10-23T22:00"),
            at("2026-10-26T23:00"),
            id="begun in summer time and ended in winter time",
        ),
        pytest.param(
            at("2027-03-26T10:00"),
            ("2027-03-28", "2027-03-28"),
            at("2027-03-27T23:00"),
            at("2027-03-28T22:00"),
            id="the day the clocks go forward has 23 hours",
        ),
    ],
    indirect=["clock"],
)
async def test_a_share_holds_from_midnight_to_midnight_in_oslo(
    stage: Stage, clock: StoppedClock, days: tuple[str, str], begins: datetime, ends: datetime
) -> None:
    """An hour too long is an hour of reading that nobody has allowed."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)
    assert await shares(berit, case, arne.id, days=days) == 303

    found = []
    for moment in (begins, ends):
        clock.set(moment - timedelta(milliseconds=1))
        found.append(await reads(arne, case))
        clock.set(moment)
        found.append(await reads(arne, case))

    assert found == [False, True, True, False]


async def test_who_is_shared_with_reads_and_does_nothing_else(stage: Stage) -> None:
    """«Lese andres delte saker»: to read is not to write (R52)."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)
    await berit.sends(f"/cases/{case}/parties", id="pa_9", name="Rektor", role="school")
    await shares(berit, case, arne.id, its_id="sh_9")

    answers = await answers_of(arne, case, party="pa_9", share="sh_9")

    methods = [method for method, _, _ in PATHS] + [method for method, _, _ in JSON_PATHS]
    statuses = [status for status, _, _ in answers]
    assert statuses == [200 if method == "GET" else 403 for method in methods]
    page = await arne.sees(f"/cases/{case}")
    assert "bare lesing" in page
    assert "Rektor" in page
    assert "<form" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert await noted(stage, "case.read") > 0


async def test_the_reason_of_a_share_is_for_who_may_share(stage: Stage) -> None:
    """Why somebody else was let in can say more of the youth than the case does."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)
    await shares(berit, case, arne.id, reason="Hemmelig grunn")

    for path in (f"/cases/{case}", f"/api/cases/{case}"):
        assert "Hemmelig grunn" in await berit.sees(path)
        assert "Hemmelig grunn" in await tove.sees(path)
        assert "Hemmelig grunn" not in await arne.sees(path)
        assert "Arne" in await arne.sees(path)


async def test_a_share_that_is_ended_early_ends_at_once_and_is_kept(stage: Stage) -> None:
    """Who could read, and until when, must be told for as long as the case is kept."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)
    await shares(berit, case, arne.id)
    assert await reads(arne, case)

    for _ in range(2):
        assert (await berit.sends(f"/cases/{case}/shares/sh_1/end")).status_code == 303

    assert not await reads(arne, case)
    assert "Avsluttet før tiden" in await berit.sees(f"/cases/{case}")
    assert [await noted(stage, what) for what in ("case.shared", "case.unshared")] == [1, 1]
    assert await shares(berit, case, arne.id, its_id="sh_2") == 303
    assert await reads(arne, case)


async def test_a_double_click_shares_once(stage: Stage) -> None:
    """Two shares of one deed would leave one running when the other is ended."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)

    assert [await shares(berit, case, arne.id) for _ in range(2)] == [303, 303]
    assert await shares(berit, case, arne.id, its_id="sh_other") == 422

    async with stage.reading() as reading:
        assert len(list(await reading.session.scalars(select(Share.id)))) == 1
    assert await noted(stage, "case.shared") == 1


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ((TODAY, ""), "En deling må ha en slutt."),
        (("", "2026-11-05"), "Velg den første dagen"),
        ((TODAY, "2027-05-02"), "høyst 180 dager"),
        (("2026-11-02", "2026-11-05"), "tidligst begynne i dag"),
        (("2026-11-05", "2026-11-04"), "kan ikke være før den første"),
    ],
)
async def test_a_share_without_an_end_or_too_long_is_refused_in_words(
    stage: Stage, days: tuple[str, str], says: str
) -> None:
    """What was typed is kept, and nothing is shared meanwhile."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)

    answer = await berit.sends(
        f"/cases/{case}/shares",
        id="sh_1",
        user=arne.id,
        from_day=days[0],
        until_day=days[1],
        reason="Jeg er på ferie.",
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert "Jeg er på ferie.</textarea>" in answer.text
    assert f'value="{arne.id}" selected' in answer.text
    assert not await reads(arne, case)


async def test_a_case_is_shared_only_with_a_colleague_at_work(stage: Stage) -> None:
    """Never with the department head, who sees no youth, nor with who has left."""
    berit, arne, gone, former = [
        await stage.person(login) for login in ("berit", "arne", "gunn", "finn")
    ]
    head = await stage.person("hanne", Role.DEPARTMENT_HEAD)
    _, case = await youth_with_case(stage, berit)
    async with stage.writing() as writing:
        day = datetime(2026, 11, 4, tzinfo=UTC).date()
        left = update(User).where(User.id == gone.id).values(employed_until=day)
        await writing.session.execute(left)
        shut = update(User).where(User.id == former.id).values(active=False)
        await writing.session.execute(shut)

    refused = (berit.id, head.id, former.id, "e_nobody", "")
    assert {await shares(berit, case, user) for user in refused} == {422}
    later = ("2026-11-05", "2026-11-06")
    assert await shares(berit, case, gone.id, days=later) == 422
    assert await shares(berit, case, arne.id, days=later, reason=" ") == 422
    assert await shares(berit, case, arne.id, days=later) == 303
    offered = (await berit.sees(f"/cases/{case}")).split("<main", 1)[1]
    assert "Hanne" not in offered
    assert "Finn" not in offered


async def test_the_team_leader_may_share_anybodys_case_a_colleague_only_their_own(
    stage: Stage,
) -> None:
    """Somebody has to when the responsible is ill."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)

    assert await shares(arne, case, arne.id) == 404
    assert await shares(tove, case, arne.id) == 303
    assert await shares(arne, case, tove.id, its_id="sh_2") == 403
    assert "delt av Tove" in await berit.sees(f"/cases/{case}")


async def test_the_end_of_a_share_is_of_its_own_case(stage: Stage) -> None:
    """An id of another case's share ends nothing through mine."""
    berit, arne, eva = [await stage.person(login) for login in ("berit", "arne", "eva")]
    _, mine = await youth_with_case(stage, berit)
    _, other = await youth_with_case(stage, arne, alias="Stille elv")
    await shares(arne, other, eva.id)

    assert (await berit.sends(f"/cases/{mine}/shares/sh_1/end")).status_code == 404
    assert await reads(eva, other)


async def test_a_case_that_is_handed_over_is_the_receivers_and_no_longer_the_givers(
    stage: Stage, clock: StoppedClock
) -> None:
    """One is responsible, and always exactly one (R28)."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)
    await shares(berit, case, arne.id)

    assert [await hands(berit, case, arne.id) for _ in range(2)] == [(303, "/cases")] * 2

    assert (await berit.http.get(f"/cases/{case}")).status_code == 404
    assert case not in await berit.sees("/cases")
    given = await arne.sees("/cases")
    assert "Du har fått saken" in given
    assert "fra Berit" in given
    assert "Du kjenner skolen best." in await arne.sees(f"/cases/{case}")
    assert "Du har fått saken" not in await arne.sees("/cases")
    assert [await noted(stage, what) for what in ("case.handed_over", "case.unshared")] == [1, 1]
    clock.move(timedelta(minutes=1))
    path = f"/cases/{case}/hand-back"
    unsaid = await arne.sends(path, id="ho_2", reason="  ", version="2")
    assert unsaid.status_code == 422
    back = await arne.sends(path, id="ho_2", reason="Jeg slutter snart.", version="2")
    assert back.status_code == 303
    assert "Du har fått saken" in await berit.sees("/cases")
    assert "Jeg slutter snart." in await berit.sees(f"/cases/{case}")
    assert (await arne.http.get(f"/cases/{case}")).status_code == 404


async def test_what_the_team_leader_hands_out_comes_back_to_the_team_leader(
    stage: Stage, clock: StoppedClock
) -> None:
    """The team leader hands out, and hands out again (R28)."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)

    assert await hands(tove, case, arne.id) == (303, f"/cases/{case}")
    clock.move(timedelta(minutes=1))
    await arne.sends(f"/cases/{case}/hand-back", id="ho_2", reason="For mye.", version="2")

    assert "Du har fått saken" in await tove.sees("/cases")
    assert "Du har ansvaret" in await tove.sees(f"/cases/{case}")


async def test_a_case_handed_over_meanwhile_is_not_handed_over_again(stage: Stage) -> None:
    """Two who hand over at once would each believe that their colleague has it."""
    tove, berit, arne, eva = (
        await stage.leader(),
        *[await stage.person(login) for login in ("berit", "arne", "eva")],
    )
    _, case = await youth_with_case(stage, berit)

    assert (await hands(tove, case, arne.id))[0] == 303
    assert (await hands(tove, case, eva.id, its_id="ho_2"))[0] == 409
    assert (await hands(tove, case, arne.id, its_id="ho_3", version=2))[0] == 422
    async with stage.reading() as reading:
        assert len(list(await reading.session.scalars(select(CaseHandover.id)))) == 1


async def test_two_who_hand_over_at_once_hand_over_once(stage: Stage) -> None:
    """The second one is told, and keeps what was typed; the case has one responsible."""
    tove, berit, arne, eva = (
        await stage.leader(),
        *[await stage.person(login) for login in ("berit", "arne", "eva")],
    )
    _, case = await youth_with_case(stage, berit)

    both = await asyncio.gather(
        hands(tove, case, arne.id), hands(tove, case, eva.id, its_id="ho_2")
    )

    assert sorted(status for status, _ in both) == [303, 409]
    assert await noted(stage, "case.handed_over") == 1


async def test_nobody_can_give_back_what_nobody_gave(stage: Stage) -> None:
    """A case that one has opened oneself has nobody before."""
    berit = await stage.person("berit")
    _, case = await youth_with_case(stage, berit)

    answer = await berit.sends(f"/cases/{case}/hand-back", id="ho_1", reason="Nei.", version="1")

    assert answer.status_code == 409
    assert "Saken kan ikke gis tilbake" in answer.text
    assert "Nei." in answer.text


@pytest.mark.parametrize("how", [{"active": False}, {"employed_until": date(2026, 11, 2)}])
async def test_the_cases_of_who_has_left_wait_for_the_team_leader(
    stage: Stage, how: dict[str, object]
) -> None:
    """A youth whose caseworker is gone must not be forgotten with them."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)
    assert "uten ansvarlig" not in await tove.sees("/cases")
    async with stage.writing() as writing:
        await writing.session.execute(update(User).where(User.id == berit.id).values(**how))

    assert "Saker uten ansvarlig på jobb" in await tove.sees("/cases")
    assert "uten ansvarlig" not in await arne.sees("/cases")
    assert "er ikke på jobb lenger" in await tove.sees(f"/cases/{case}")
    assert (await hands(tove, case, arne.id))[0] == 303
    assert "uten ansvarlig" not in await tove.sees("/cases")


async def test_json_shares_and_hands_over_by_the_same_rules(stage: Stage) -> None:
    """A second way in is a second way to slip, unless it is the same way."""
    tove, berit, arne = (
        await stage.leader(),
        await stage.person("berit"),
        await stage.person("arne"),
    )
    _, case = await youth_with_case(stage, berit)

    async def posts(path: str, body: object) -> int:
        return (await sends_json(berit, f"/api/cases/{case}/{path}", body)).status_code

    share = {
        "id": "sh_1",
        "user": arne.id,
        "from_day": TODAY,
        "until_day": "2026-11-05",
        "reason": "Ferie.",
    }
    assert await posts("shares", share | {"until_day": "2026-02-30"}) == 422
    assert await posts("shares", share | {"until_day": "2028-01-01"}) == 422
    assert await posts("shares", share | {"user": tove.id, "reason": ""}) == 422
    assert await posts("shares", share) == 201
    assert await reads(arne, case)
    assert await posts("shares/sh_1/end", {}) == 200
    assert not await reads(arne, case)
    assert await posts("close", {"id": "cl_1", "words": "Ferdig.", "version": 9}) == 412
    assert await posts("close", {"id": "cl_1", "words": "Ferdig.", "version": 1}) == 200
    assert await posts("reopen", {}) == 200
    handing = {"id": "ho_1", "to": arne.id, "reason": "Du kan dette.", "version": 3}
    assert await posts("handover", handing) == 201
    assert await posts("handover", handing) == 201
    assert await posts("reopen", {}) == 404
