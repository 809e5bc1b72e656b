"""A team is always led: deputies, the last leader, and who sees what a leader does."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from casestore.access.changing import By, close, set_employment, set_role, version_of
from casestore.access.tables import AccessChange, Grant
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.problems import Problem
from casestore.users.commands import close_account
from casestore.users.rules import AccountRefused, Role, always_led
from casestore.users.sessions import Visitor
from casestore.users.tables import User
from tests.casestore.accounts import grants, hired, makes
from tests.casestore.accounts import version_of as version_shown
from tests.casestore.stage import Person, Stage

TODAY = date(2026, 11, 3)
DAY = timedelta(days=1)


async def test_a_deputy_leads_for_the_period_and_not_a_day_longer(stage: Stage) -> None:
    """R51: the leader goes on leave without leaving the keys under the mat."""
    tove, berit = await stage.leader(), await stage.person("berit")
    assert (await grants(tove, berit.id, "2026-11-04", "2026-11-05")).status_code == 303

    async def leads() -> bool:
        await berit.logs_in()
        told = (await stage.bridge.get("employees")).json()["employees"]
        role: str = next(each["role"] for each in told if each["id"] == berit.id)
        allowed = (await berit.http.get("/reviews")).status_code == 200
        assert (role == "team_leader") is allowed
        return allowed

    assert not await leads()
    stage.clock.set(datetime(2026, 11, 3, 23, 0, tzinfo=UTC))
    assert await leads()
    assert (await berit.http.get("/accounts")).status_code == 200
    assert "Ny konto" not in await berit.sees("/accounts")
    assert (await grants(berit, berit.id, "2026-11-06", "2026-12-05")).status_code == 403
    stage.clock.set(datetime(2026, 11, 5, 22, 59, tzinfo=UTC))
    assert await leads()
    stage.clock.set(datetime(2026, 11, 5, 23, 0, tzinfo=UTC))
    assert not await leads()


async def test_a_deputys_time_is_ended_at_once_and_is_given_once(stage: Stage) -> None:
    """What was given in a hurry is taken back in a hurry, also by another role or a closed door."""
    tove, berit = await stage.leader(), await stage.person("berit")
    dag = await stage.person("dag", Role.DEPARTMENT_HEAD)
    twice = {"id": "grant_" + "b2" * 12}
    for _ in range(2):
        answer = await grants(tove, berit.id, "2026-11-03", "2026-11-30", **twice)
        assert answer.status_code == 303
    assert (await berit.http.get("/reviews")).status_code == 200

    for user, begins, ends in (
        (berit.id, "2026-11-30", "2026-12-01"),
        (berit.id, "2026-12-05", "2026-12-04"),
        (berit.id, "", "2026-12-04"),
        (berit.id, "2026-12-05", ""),
        (berit.id, "2026-10-01", "2026-10-02"),
        (dag.id, "2026-12-01", "2026-12-02"),
        (tove.id, "2026-12-01", "2026-12-02"),
    ):
        assert (await grants(tove, user, begins, ends)).status_code == 422
    assert (await grants(tove, berit.id, "2026-12-01", "2026-12-02", reason="")).status_code == 422
    assert (await grants(tove, "e_nobody", "2026-12-01", "2026-12-02")).status_code == 404

    path = f"/accounts/{berit.id}/deputies/{twice['id']}/end"
    elsewhere = f"/accounts/{dag.id}/deputies/{twice['id']}/end"
    assert (await tove.sends(elsewhere, reason="Tilbake")).status_code == 404
    for _ in range(2):
        assert (await tove.sends(path, reason="Tilbake")).status_code == 303
    assert (await berit.http.get("/reviews")).status_code == 403

    await grants(tove, berit.id, "2026-12-01", "2026-12-02")
    version = await version_shown(tove, berit.id)
    fields = {"role": "department_head", "version": version, "reason": "Ny jobb"}
    assert (await tove.sends(f"/accounts/{berit.id}/role", **fields)).status_code == 303
    async with stage.reading() as reading:
        open_ones = await reading.session.scalar(
            select(func.count()).select_from(Grant).where(Grant.ended_at.is_(None))
        )
        ended = await reading.session.scalar(
            select(func.count())
            .select_from(AccessChange)
            .where(AccessChange.what == "deputy.ended")
        )
    assert (open_ones, ended) == (0, 2)


async def test_the_last_team_leader_stays_on_every_path(stage: Stage) -> None:
    """R51: a team without a leader has nobody who can follow up a youth's STOPP."""
    tove = await stage.leader()
    berit = await stage.person("berit")

    async def tries() -> list[int]:
        version = await version_shown(tove, tove.id)
        api = {"X-Form-Token": await tove.form_token(), "Idempotency-Key": new_id("try")}
        return [
            (await tove.sends(f"/accounts/{tove.id}/close", reason="Slutter")).status_code,
            (
                await tove.sends(
                    f"/accounts/{tove.id}/role", role="caseworker", version=version, reason="x"
                )
            ).status_code,
            (
                await tove.sends(
                    f"/accounts/{tove.id}/employment", begins="2026-11-01", ends="2027-06-30",
                    version=version, reason="x",
                )
            ).status_code,
            (
                await tove.sends(
                    f"/accounts/{tove.id}/employment", begins="2027-07-02", ends="",
                    version=version, reason="x",
                )
            ).status_code,
            (
                await tove.http.post(
                    f"/api/accounts/{tove.id}/close", json={"reason": "x"}, headers=api
                )
            ).status_code,
        ]  # fmt: skip

    assert await tries() == [422] * 5
    # A leader who leaves in June is no leader for July.
    made = await makes(tove, "kari", role="team_leader", ends="2027-06-30")
    assert made.status_code == 200
    assert await tries() == [422] * 5
    # A deputy stands in, and does not take over.
    await grants(tove, berit.id, "2026-11-03", "2030-11-03")
    assert await tries() == [422] * 5
    with pytest.raises(AccountRefused):
        await close_account(stage.settings, login="tove", clock=stage.clock.now)
    assert (await tove.http.get("/accounts")).status_code == 200

    await makes(tove, "unni", role="team_leader", begins="2027-07-01")
    assert (await tove.sends(f"/accounts/{tove.id}/close", reason="Slutter")).status_code == 303
    assert (await tove.http.get("/accounts")).headers["location"] == "/login"


@pytest.mark.parametrize("deed", ["close", "role", "employment"])
@pytest.mark.parametrize("as_themselves", [True, False])
async def test_two_leaders_who_end_each_other_at_once_leave_one(
    stage: Stage, deed: str, as_themselves: bool
) -> None:
    """Each sees that the other is still there; only one of them can be right."""
    leaders = [await hired(stage, login, Role.TEAM_LEADER) for login in ("tove", "kari")]

    async def ends(actor: Person, other: Person) -> str:
        who = Visitor(id=actor.id, name=actor.login, role=Role.TEAM_LEADER, team="oslo", secret="x")
        by = By(who=who, reason="x") if as_themselves else By()
        try:
            async with stage.writing() as writing:
                await _ends(writing, by, other.id, deed)
        except (AccountRefused, Problem) as refused:
            return type(refused).__name__
        return "done"

    told = await asyncio.gather(ends(*leaders), ends(*reversed(leaders)))

    assert sorted(told)[-1] == "done"
    assert told.count("done") == 1
    async with stage.reading() as reading:
        users = list(await reading.session.scalars(select(User)))
    periods = [
        (user.employed_from, user.employed_until)
        for user in users
        if user.active and user.role == Role.TEAM_LEADER
    ]
    assert always_led(periods, TODAY)


async def _ends(writing: Writing, by: By, user: str, deed: str) -> None:
    account = await writing.session.get_one(User, user)
    version = version_of(account)
    match deed:
        case "close":
            await close(writing, by, user)
        case "role":
            await set_role(writing, by, user, role="caseworker", version=version)
        case _:
            await set_employment(
                writing, by, user, begins=TODAY - DAY, ends=TODAY + DAY, version=version
            )


async def test_two_browsers_at_once_leave_a_leader_too(stage: Stage) -> None:
    """The same through the front door."""
    tove = await stage.leader()
    kari = await stage.person("kari", Role.TEAM_LEADER)
    tokens = {each.id: await each.form_token() for each in (tove, kari)}

    async def ends(actor: Person, other: Person) -> int:
        fields = {"form_token": tokens[actor.id], "reason": "x"}
        return (await actor.http.post(f"/accounts/{other.id}/close", data=fields)).status_code

    await asyncio.gather(ends(tove, kari), ends(kari, tove))

    async with stage.reading() as reading:
        left = await reading.session.scalar(
            select(func.count()).select_from(User).where(User.active)
        )
    assert left == 1


async def test_the_department_head_sees_what_a_leader_gives_themselves(stage: Stage) -> None:
    """R51: whoever holds the keys is watched by somebody who does not."""
    tove, dag = await stage.leader(), await stage.person("dag", Role.DEPARTMENT_HEAD)
    version = await version_shown(tove, tove.id)
    extended = {"begins": "2026-01-01", "ends": "", "version": version, "reason": "Retter dato"}
    assert (await tove.sends(f"/accounts/{tove.id}/employment", **extended)).status_code == 303

    landed = await dag.http.get("/")
    listed = await dag.sees("/accounts")

    assert landed.headers["location"] == "/accounts"
    assert "På egen konto" in listed
    assert "Retter dato" not in listed
    assert "Retter dato" in await dag.sees(f"/accounts/{tove.id}")
    assert "Endre rolle" not in await dag.sees(f"/accounts/{tove.id}")


async def test_a_department_head_is_nobody_to_the_bridge(stage: Stage) -> None:
    """R38: they meet no youth, so nothing they write in Slack may reach one."""
    dag = await stage.person("dag", Role.DEPARTMENT_HEAD)
    told = (await stage.bridge.get("employees")).json()["employees"]
    assert [each["active"] for each in told if each["id"] == dag.id] == [False]


@pytest.mark.parametrize(
    ("leaders", "led"),
    [
        ([], False),
        ([(None, None)], True),
        ([(TODAY, None)], True),
        ([(TODAY + DAY, None)], False),
        ([(None, TODAY + DAY)], False),
        ([(None, TODAY), (TODAY + DAY, None)], True),
        ([(TODAY + 2 * DAY, None), (None, TODAY)], False),
        ([(None, TODAY - DAY), (TODAY, None)], True),
        ([(None, TODAY - 2 * DAY), (TODAY, None)], True),
        ([(None, date.max), (TODAY, TODAY)], False),
        (
            [(TODAY, TODAY + 9 * DAY), (TODAY + DAY, TODAY + 2 * DAY), (TODAY + 10 * DAY, None)],
            True,
        ),
    ],
)
def test_a_team_is_always_led(leaders: list[tuple[date | None, date | None]], led: bool) -> None:
    """Every day from today on, and no gap between one leader and the next."""
    assert always_led(leaders, TODAY) is led
    assert always_led(list(reversed(leaders)), TODAY) is led
