"""Anything a team may do, in any order, and what must hold after every step of it."""

import asyncio
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from casestore.audit.chain import AUDIT
from casestore.times import day_of
from casestore.transfers.chain import TRANSFERS
from casestore.users.rules import Role
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, consent_body, staged, withdrawal_body
from tests.support.clock import StoppedClock

NAMES: Final = ("arne", "berit", "siri")
TOGETHER: Final = st.sampled_from(NAMES)


@dataclass(slots=True, kw_only=True)
class Shared:
    id: str
    user: str
    until: date
    ended: bool = False


@dataclass(slots=True, kw_only=True)
class Youth:
    """What we know of one youth and their case, told only by what we ourselves have done."""

    person: str
    case: str
    thread: str
    responsible: str
    agreed: bool = False
    closed: bool = False
    restricted: bool = False
    deleted: bool = False
    shares: list[Shared] = field(default_factory=list)

    def readers(self, today: date) -> set[str]:
        if self.restricted or self.deleted:
            return set()
        now = {s.user for s in self.shares if not s.ended and today <= s.until}
        return now | {self.responsible}


class CaseRecord(RuleBasedStateMachine):
    """Three caseworkers, a team leader, and youths who come, agree, change their mind and go."""

    youths = Bundle("youths")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock, self.stack = StoppedClock(), AsyncExitStack()
        self.home = Path(mkdtemp(prefix="utebru-machine-"))
        self.known: list[Youth] = []
        self.number = 0

    @initialize()
    def a_team_at_work(self) -> None:
        async def begun() -> tuple[Stage, Person, dict[str, Person]]:
            url = f"sqlite+aiosqlite:///{self.home / 'data' / 'casestore.db'}"
            stage = await self.stack.enter_async_context(staged(url, self.home, self.clock))
            tove = await stage.person("tove", Role.TEAM_LEADER)
            return stage, tove, {name: await stage.person(name) for name in NAMES}

        self.stage, self.tove, self.staff = self.runner.run(begun())

    @property
    def today(self) -> date:
        return day_of(self.clock.now())

    def sends(
        self, who: Person, path: str, body: object, *, method: str = "POST"
    ) -> httpx.Response:
        return self.runner.run(sends_json(who, path, body, method=method))

    def fresh(self) -> str:
        self.number += 1
        return f"x_machine_{self.number:08d}"

    @rule(target=youths, who=TOGETHER)
    def somebody_new_comes(self, who: str) -> Youth:
        thread = f"t_{self.fresh()}"
        made = youth_with_case(self.stage, self.staff[who], thread=thread)
        person, case = self.runner.run(made)
        youth = Youth(person=person, case=case, thread=thread, responsible=who, agreed=True)
        self.known.append(youth)
        return youth

    @rule(youth=youths, yes=st.booleans())
    def the_youth_answers_the_bot(self, youth: Youth, yes: bool) -> None:
        self.clock.move(timedelta(minutes=1))
        if yes:
            body = consent_body(self.stage, youth.thread) | {"conversation": self.fresh()}
            answer = self.runner.run(self.stage.bridge.put(f"consents/{self.fresh()}", body))
        else:
            body = withdrawal_body(self.stage, youth.thread) | {"conversation": self.fresh()}
            answer = self.runner.run(self.stage.bridge.put(f"withdrawals/{self.fresh()}", body))
        assert answer.status_code == 201, answer.text
        if not youth.deleted:
            youth.agreed = yes
        self.clock.move(timedelta(minutes=1))

    @rule(youth=youths, who=TOGETHER)
    def a_note_is_written(self, youth: Youth, who: str) -> None:
        body = {
            "id": self.fresh(), "kind": "talk", "at": self.stage.at(-60), "minutes": 10,
            "words": "Vi snakket om skolen.", "finish": True,
        }  # fmt: skip
        answer = self.sends(self.staff[who], f"/api/cases/{youth.case}/notes", body)
        assert answer.status_code == self.expected(youth, who), answer.text

    def expected(self, youth: Youth, who: str) -> int:
        if who not in youth.readers(self.today):
            return 404
        if who != youth.responsible:
            return 403
        return 201 if youth.agreed and not youth.closed else 409

    @rule(youth=youths, to=TOGETHER, days=st.integers(0, 3))
    def the_case_is_shared(self, youth: Youth, to: str, days: int) -> None:
        until = self.today + timedelta(days=days)
        its_id = self.fresh()
        body = {
            "id": its_id, "user": self.staff[to].id, "from_day": self.today.isoformat(),
            "until_day": until.isoformat(), "reason": "Vikarierer.",
        }  # fmt: skip
        path = f"/api/cases/{youth.case}/shares"
        answer = self.sends(self.staff[youth.responsible], path, body)
        if answer.status_code == 201:
            youth.shares.append(Shared(id=its_id, user=to, until=until))
        else:
            # Already shared in these days, with oneself, or nobody's to share.
            assert answer.status_code in {404, 409, 422}, answer.text

    @rule(youth=youths)
    def a_share_is_ended(self, youth: Youth) -> None:
        for share in youth.shares:
            path = f"/api/cases/{youth.case}/shares/{share.id}/end"
            if self.sends(self.tove, path, {}).status_code < 300:
                share.ended = True

    @rule(youth=youths, to=TOGETHER)
    def the_case_is_handed_over(self, youth: Youth, to: str) -> None:
        told = self.runner.run(self.tove.http.get(f"/api/cases/{youth.case}"))
        if told.status_code != 200:
            return
        version = told.json()["version"]
        body = {"id": self.fresh(), "to": self.staff[to].id, "reason": "Ferie.", "version": version}
        answer = self.sends(self.tove, f"/api/cases/{youth.case}/handover", body)
        if answer.status_code < 300:
            youth.responsible = to
            for share in youth.shares:
                share.ended = share.ended or share.user == to

    @rule(youth=youths, lift=st.booleans())
    def the_leader_restricts_or_lifts(self, youth: Youth, lift: bool) -> None:
        body = {
            "id": self.fresh(), "person": youth.person,
            "kind": "unrestrict" if lift else "restrict",
            "basis": "reason_gone" if lift else "objection", "reason": "Bestemt.",
        }  # fmt: skip
        answer = self.sends(self.tove, "/api/deletions/restrictions", body)
        if answer.status_code < 300:
            youth.restricted = not lift
        else:
            assert answer.status_code in {404, 409}, answer.text

    @rule(youth=youths)
    def a_person_registered_by_mistake_is_deleted(self, youth: Youth) -> None:
        body = {
            "id": self.fresh(), "kind": "delete_mistake", "target_kind": "person",
            "target": youth.person, "basis": "wrong_person", "reason": "Feil.", "reference": "",
        }  # fmt: skip
        proposed = self.sends(self.tove, "/api/deletions", body)
        if proposed.status_code != 201:
            assert proposed.status_code in {404, 409}, proposed.text
            return
        told: dict[str, Any] = proposed.json()
        path = f"/api/deletions/{told['id']}/carry-out"
        done = self.sends(self.tove, path, {"seen": told["seen"]})
        assert done.status_code in {200, 409}, done.text
        youth.deleted = youth.deleted or done.status_code == 200

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.clock.move(timedelta(days=days))
        for person in (self.tove, *self.staff.values()):
            assert self.runner.run(person.logs_in()).status_code == 303

    @rule()
    def somebody_tries_to_close_the_last_leader(self) -> None:
        answer = self.sends(self.tove, f"/api/accounts/{self.tove.id}/close", {"reason": "Slutt."})
        assert answer.status_code in {409, 422}, answer.text

    @invariant()
    @precondition(lambda self: bool(self.known))
    def nobody_sees_what_is_not_theirs(self) -> None:
        for name, person in self.staff.items():
            wanted = {y.case for y in self.known if name in y.readers(self.today)}
            listed: set[str] = set()
            for which in ("mine", "shared"):
                answer = self.runner.run(person.http.get(f"/api/cases?which={which}"))
                assert answer.status_code == 200, answer.text
                listed |= {line["id"] for line in answer.json()["cases"]}
            assert listed == wanted, name
            for youth in self.known[-2:]:
                answer = self.runner.run(person.http.get(f"/cases/{youth.case}"))
                assert (answer.status_code == 200) is (youth.case in wanted)

    @invariant()
    def both_chains_hold(self) -> None:
        async def held() -> list[bool]:
            async with self.stage.reading() as reading:
                return [(await chain.verify(reading)).holds for chain in (TRANSFERS, AUDIT)]

        if hasattr(self, "stage"):
            assert self.runner.run(held()) == [True, True]

    @override
    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.home, ignore_errors=True)


PLAYED: Final = settings(
    max_examples=3,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def test_a_few_weeks_of_a_team() -> None:
    """In every suite; few enough to be quick."""
    run_state_machine_as_test(CaseRecord, settings=PLAYED)


@pytest.mark.slow
def test_a_year_of_a_team() -> None:
    """Long enough for what seldom comes together."""
    run_state_machine_as_test(CaseRecord, settings=settings(PLAYED, max_examples=40))
