"""A write of every route, readied once so that it can be sent again to the letter."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from casestore.access.rules import Answer, Relation, ever
from casestore.ids import new_id
from casestore.users.rules import Role
from tests.casestore import case_bodies, employee_bodies, form_bodies
from tests.casestore.api_reader import Reader, Whole
from tests.casestore.api_roles import with_more
from tests.casestore.matrix_fields import FILES, fill
from tests.casestore.matrix_world import World, another
from tests.casestore.test_access_matrix import Route
from tests.casestore.test_hostile_text import ENDING, names
from tests.casestore.test_paper_consents import picture

TAKES: Final = re.compile(
    rf"{ENDING.pattern}|untie|take-back|withdraw|consents|lift|confirm|/person$"
)
"""What is gone or said for good afterwards: the next one is tried with another youth."""


async def new_person(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {}, {"alias": f"Rev {r.new('x')}", "case": True}


async def put_contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    await r.post("contacts", (await employee_bodies.contact(r))[1])
    return await employee_bodies.put_contact(r)


async def step(_r: Reader) -> tuple[Mapping[str, str], Any]:
    said = "Vurdert på nytt."
    return {}, {"step": "severity", "at": None, "severity": "high_risk", "said": said}


async def nothing(_r: Reader) -> tuple[Mapping[str, str], Any]:
    return {}, {}


async def end_deputy(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, body = await employee_bodies.deputy(r)
    made = await r.post(f"accounts/{ids['user']}/deputies", body)
    return {**ids, "grant": made["id"]}, {"reason": "Ferdig."}


async def after_reporting(r: Reader, whole: Whole) -> tuple[Mapping[str, str], Any]:
    its_id = await form_bodies.reported(r)
    return {"incident_id": its_id}, (await whole(r))[1]


WHOLES: Final[Mapping[tuple[str, str], Whole]] = {
    **employee_bodies.WHOLES,
    **case_bodies.WHOLES,
    **form_bodies.WHOLES,
    ("POST", "/api/people"): new_person,
    ("PUT", "/api/contacts/{contact_id}"): put_contact,
    ("POST", "/api/accounts/{user}/deputies/{grant}/end"): end_deputy,
    ("POST", "/accounts/{user}/deputies/{grant}/end"): form_bodies.like(end_deputy),
    ("POST", "/api/incidents/{incident_id}/steps"): lambda r: after_reporting(r, step),
    ("POST", "/incidents/{incident_id}/printed"): lambda r: after_reporting(r, nothing),
    ("POST", "/api/incidents/{incident_id}/affected"): lambda r: after_reporting(
        r, employee_bodies.affected
    ),
    ("POST", "/api/deletions/{decision_id}/confirm"): form_bodies.confirm,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Readied:
    """One write, whole: sent twice it is the same to the letter."""

    http: httpx.AsyncClient = field(repr=False)
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    async def send(self, content: bytes | None = None) -> httpx.Response:
        """Send it; with other content under the same headers, if that is given."""
        told = self.content if content is None else content
        return await self.http.request(
            self.method, self.path, headers=dict(self.headers), content=told
        )


@dataclass(slots=True, kw_only=True)
class Readying:
    """The employees of a world, and the youth that the next write is about."""

    world: World
    fresh: bool = True
    chance: Random = field(default_factory=lambda: Random(1))

    async def ready(self, route: Route) -> Readied:
        """Ready a write for whoever may do it, with what they have just read."""
        role = _who(route)
        person = self.world.people[role]
        if self.fresh:
            await self._renew()
        self.fresh = bool(TAKES.search(route.path))
        if route.path.startswith(("/accounts/", "/api/accounts/")):
            await self.world.stage.person(f"ny{self.chance.randrange(10**9)}")
        owner = Role.CASEWORKER if role is Role.CASEWORKER else Role.TEAM_LEADER
        thing, token = self.world.things[owner, Relation.OWN], await person.form_token()
        reader = Reader(
            http=person.http, token=token, me=person.id, world=self.world, thing=thing,
            chance=self.chance,
        )  # fmt: skip
        ids: dict[str, str] = {}
        told: Any = {name: fill(route, name, self.world, thing) for name in names(route)}
        if (whole := WHOLES.get((route.method, route.path))) is not None:
            named, told = await whole(reader)
            ids = dict(named)
        seen = ids.pop("If-Match", '"1"')
        path = re.sub(
            r"\{(\w+)\}",
            lambda m: ids.get(m[1]) or str(fill(route, m[1], self.world, thing)),
            route.path,
        )
        if route.is_json:
            headers = {
                "X-Form-Token": token, "Idempotency-Key": new_id("twice"), "If-Match": seen,
                "Content-Type": "application/json",
            }  # fmt: skip
            content = json.dumps(told).encode() if names(route) else b""
        else:
            headers, content = _form(route, {**told, "form_token": token})
        return Readied(
            http=person.http, method=route.method, path=path, headers=headers, content=content
        )

    async def _renew(self) -> None:
        for role in (Role.CASEWORKER, Role.TEAM_LEADER):
            thing = await another(self.world, role, Relation.OWN)
            thing = await with_more(self.world, self.world.people[role], thing)
            self.world.things[role, Relation.OWN] = thing


def _who(route: Route) -> Role:
    if route.path.endswith("/confirm"):
        return Role.DEPUTY  # the second person: the first is the team leader
    may = ever(Role.CASEWORKER, route.actions[0]) is Answer.ALLOWED
    return Role.CASEWORKER if may else Role.TEAM_LEADER


def _form(route: Route, told: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    fields = {name: "" if value is None else value for name, value in told.items()}
    if (route.method, route.path) in FILES:
        files = {"file": ("papir.png", picture(), "image/png")}
        request = httpx.Request("POST", "http://store.test", data=fields, files=files)
        return {"Content-Type": request.headers["content-type"]}, request.read()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return kind, urlencode(fields, doseq=True).encode()
