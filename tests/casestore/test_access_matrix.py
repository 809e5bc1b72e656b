"""
Every cell of the access table, tried over HTTP on every route that asks.

The routes are read from the application itself. A new one is tried by that alone; it fails
here if it asks for nothing, or for something nobody has said what to send for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from casestore.access.gate import Asks
from casestore.access.rules import TABLE, Action, Answer, Relation, decide, ever, relations
from casestore.edge import bridge_only
from casestore.ids import new_id
from casestore.own_journal.pages import PUBLIC as THE_YOUTHS_OWN
from casestore.received import Reads
from casestore.routers import ROUTERS
from casestore.users.rules import Role
from tests.casestore.matrix_fields import BODY, FILES, NOT_THERE, PATH, fill
from tests.casestore.matrix_world import PICTURE, Thing, World, world_on
from tests.casestore.stage import Stage

FOR_EVERYBODY: Final = {
    "/livez",
    "/readyz",
    "/metrics",
    "/login",
    "/login/provider",
    "/login/provider/back",
} | {path for _, path in THE_YOUTHS_OWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route as it is tried: what it asks first, and what it must be sent."""

    method: str
    path: str
    actions: tuple[Action, ...]
    fields: frozenset[str]
    document: frozenset[str]
    query: frozenset[str]
    is_json: bool

    @property
    def of_something(self) -> bool:
        """Whether it is asked about one thing of a youth's, and not for a list."""
        named = set(re.findall(r"\{(\w+)\}", self.path)) | self.document | self.fields | self.query
        return Relation.OWN in relations(self.actions[0]) and bool(
            {key for key in named if (self.method, self.path, key) in BODY or key in PATH}
        )


def dependants(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for below in dependant.dependencies:
        yield from dependants(below)


def every(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route


def asked(route: APIRoute) -> tuple[Action, ...]:
    found = [d.call for d in dependants(route.dependant)]
    return tuple(action for call in found if isinstance(call, Asks) for action in call.actions)


def by_the_bridge(route: APIRoute) -> bool:
    return any(d.call is bridge_only for d in dependants(route.dependant))


def document(route: APIRoute) -> Mapping[str, Any]:
    """The fields of the JSON body, from the model that `received` was given."""
    for below in dependants(route.dependant):
        if isinstance(below.call, Reads):
            return dict(below.call.adapter.json_schema().get("properties", {}))
    return {}


def routes() -> list[Route]:
    found = []
    for router in ROUTERS:
        for route in every(router):
            actions = asked(route)
            if not actions:
                continue
            parts = list(dependants(route.dependant))
            found += [
                Route(
                    method=method,
                    path=route.path,
                    actions=actions,
                    fields=frozenset(p.alias for d in parts for p in d.body_params),
                    document=frozenset(document(route)),
                    query=frozenset(
                        p.alias for d in parts for p in d.query_params if p.field_info.is_required()
                    ),
                    is_json=route.path.startswith("/api/"),
                )
                for method in sorted(route.methods or ())
            ]
    return found


ROUTES: Final = routes()


def test_every_route_asks_or_is_the_bridges_or_everybodys() -> None:
    """A route that forgets to ask is open to whoever is logged in, or to everybody."""
    open_ones = {
        route.path
        for router in ROUTERS
        for route in every(router)
        if not asked(route) and not by_the_bridge(route)
    }
    assert open_ones <= FOR_EVERYBODY
    assert not {(route.method, route.path) for route in ROUTES} & set(THE_YOUTHS_OWN)


def test_every_action_is_asked_for_somewhere() -> None:
    """A row that nothing asks for is a rule that nobody keeps."""
    assert {action for route in ROUTES for action in route.actions} == set(TABLE)


def test_no_address_is_served_twice() -> None:
    """The second of two routes with one address is a rule that is never read."""
    named = [(route.method, route.path) for route in ROUTES]
    assert len(named) == len(set(named))


# The table is the same on both databases; the conditions for lists are compared on both elsewhere.
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_one
async def test_every_cell_is_tried_on_every_route(stage: Stage) -> None:
    """What is not shared is not there; what is not yours to do is refused; on every path."""
    world = await world_on(stage)
    wrong: list[str] = []
    tried: set[tuple[Role, Action, Relation]] = set()
    for route in sorted(ROUTES, key=order):
        for role in (Role.DEPARTMENT_HEAD, Role.CASEWORKER, Role.DEPUTY, Role.TEAM_LEADER):
            for relation in relations(route.actions[0]) if route.of_something else (Relation.TEAM,):
                wanted = expected(route, role, relation)
                answer, whole = await sent(world, route, role, relation)
                tried.add((role, route.actions[0], relation))
                if not meets(wanted, answer, whole=whole):
                    wrong.append(
                        f"{route.method} {route.path} as {role}, {relation}: "
                        f"{answer.status_code}, and the table says {wanted}"
                    )
    assert not wrong, "\n" + "\n".join(wrong)
    cells = {(r, a, rel) for a in TABLE for r in Role for rel in relations(a)}
    assert not cells - tried - {c for c in cells if c[1] in ONLY_LISTED}


NOT_YET: Final = frozenset(
    {
        # A certificate is there only when the decision has been carried out.
        ("GET", "/deletions/{decision_id}"),
        # The transcript has been moved by then.
        ("POST", "/people/{person_id}/journal-access/omissions"),
    }
)

ONLY_LISTED: Final[frozenset[Action]] = frozenset()


def order(route: Route) -> tuple[bool, bool, bool, str]:
    """Reads first, what removes things late, and what ends the log-in last of all."""
    return route.path == "/logout", "delet" in route.path, route.method != "GET", route.path


def expected(route: Route, role: Role, relation: Relation) -> Answer:
    """
    What the table says of this route.

    A list is for who may ever see some of it; and who may never do a thing is turned away at
    the door, whatever they ask for, so that the answer tells nothing of what is there.
    """
    first = route.actions[0]
    if relation is Relation.TEAM or ever(role, first) is not Answer.ALLOWED:
        answers = {ever(role, action) for action in route.actions}
        order = (Answer.ALLOWED, Answer.REFUSED, Answer.INVISIBLE)
        return next(answer for answer in order if answer in answers)
    return decide(role, first, relation)


def meets(wanted: Answer, answer: httpx.Response, *, whole: bool) -> bool:
    """
    Refused is a 403 and invisible a 404, and nothing else; allowed is anything else in order.

    Not `whole`: something else that the address names is not in this world, and may be a 404.
    """
    match wanted:
        case Answer.REFUSED:
            return answer.status_code == 403
        case Answer.INVISIBLE:
            return answer.status_code == 404
        case Answer.ALLOWED:
            refusals = {401, 403, 405} | ({404} if whole else set())
            return answer.status_code < 500 and answer.status_code not in refusals


async def sent(
    world: World, route: Route, role: Role, relation: Relation
) -> tuple[httpx.Response, bool]:
    """Send what the route wants, about the thing that has this relation to the employee."""
    person = world.people[role]
    told = relation if relation is not Relation.TEAM else Relation.OWN
    thing = world.things[role, told]
    token = await person.form_token()
    path = re.sub(r"\{(\w+)\}", lambda m: fill(route, m[1], world, thing), route.path)
    query = {name: fill(route, name, world, thing) for name in route.query}
    body = {name: fill(route, name, world, thing) for name in route.document}
    named = route.fields - {"form_token"}
    fields = {name: fill(route, name, world, thing) for name in named} | {"form_token": token}
    if (route.method, route.path) in FILES:
        answer = await person.http.post(
            path,
            data={**fields, **FILES[route.method, route.path]},
            files={"file": ("papir.png", PICTURE, "image/png")},
        )
    elif route.method == "GET":
        answer = await person.http.get(path, params=query)
    elif route.is_json:
        headers = {"X-Form-Token": token, "Idempotency-Key": new_id("try"), "If-Match": '"1"'}
        answer = await person.http.request(route.method, path, json=body, headers=headers)
    else:
        answer = await person.http.request(route.method, path, data=fields)
    whole = NOT_THERE not in path + repr(body) + repr(fields)
    return answer, whole and (route.method, route.path) not in NOT_YET


@on_one
async def test_what_is_invisible_is_answered_as_what_is_not_there(stage: Stage) -> None:
    """Two different answers are an answer."""
    world = await world_on(stage)
    hidden = world.things[Role.CASEWORKER, Relation.NOT_SHARED]
    nobody = Thing(tag="none", ids=dict.fromkeys(hidden.ids, NOT_THERE))
    compared = 0
    for route in ROUTES:
        if route.method != "GET" or not route.of_something:
            continue
        if decide(Role.CASEWORKER, route.actions[0], Relation.NOT_SHARED) is not Answer.INVISIBLE:
            continue
        pages = [await shown(world, route, thing) for thing in (hidden, nobody)]
        assert pages[0] == pages[1], route.path
        compared += 1
    assert compared > 10


async def shown(world: World, route: Route, thing: Thing) -> tuple[int, str, list[str]]:
    """All that the caseworker's browser is told about a thing."""
    path = re.sub(r"\{(\w+)\}", lambda m: fill(route, m[1], world, thing), route.path)
    query = {name: fill(route, name, world, thing) for name in route.query}
    answer = await world.people[Role.CASEWORKER].http.get(path, params=query)
    return answer.status_code, answer.text, sorted(answer.headers)
