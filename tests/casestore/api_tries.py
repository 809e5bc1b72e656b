"""
The API tried by its own description: what it says is allowed is sent, and what it says is not.

Schemathesis makes the requests from the description. Some of those that should do are pointed at
what is really there, by the same table as the access matrix, so that more is reached than doors.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi import checks as promised

from tests.casestore.api_reader import NothingThere, Reader, Whole
from tests.casestore.matrix_fields import fill
from tests.casestore.matrix_world import Thing, World
from tests.casestore.stage import SITE

Case = schemathesis.Case[Any]

CHECKS: Final[list[CheckFunction]] = [
    not_a_server_error,
    promised.status_code_conformance,
    promised.content_type_conformance,
    promised.response_headers_conformance,
    promised.response_schema_conformance,
    promised.negative_data_rejection,
    promised.unsupported_method,
]
"""
All that a description can be held to, but that what fits its schema is taken.

A day that is not in the calendar, a case that is closed: what is refused for what it means is
refused with a status that is described, and that is checked.
"""

REFUSED: Final = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]

QUIET: Final = settings(
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

AGAIN: Final = 300
NOT_FILLED: Final = {"deed", "event_id", "user"}
"""Where any will do, or where the one that is there is needed by the others."""

CREDENTIALS: Final = {"cookie", "authorization", "x-form-token"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trier:
    """Somebody who tries: a client that is let in, and whose things they try it with."""

    http: httpx.AsyncClient = field(repr=False)
    stranger: httpx.AsyncClient = field(repr=False)
    me: str
    things: list[Thing]
    renew: Callable[[], Awaitable[None]] = field(repr=False)
    token: str = field(repr=False)
    wholes: Mapping[tuple[str, str], Whole] = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was answered: by status, by operation, and what broke a promise."""

    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        return self.statuses.total()

    @property
    def taken(self) -> float:
        """The share of what was answered with a 2xx."""
        good = sum(count for status, count in self.statuses.items() if status < 300)
        return good / max(1, self.calls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """As much of a route as the table of fields needs."""

    method: str
    path: str


def operations(description: Mapping[str, Any], *, of_the_bridge: bool) -> list[Any]:
    """Load the description, and give the operations of one side."""
    schema = schemathesis.openapi.from_dict(dict(description), config=SchemathesisConfig())
    schema.config.update(base_url=SITE)
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSED
    found = [schema[path][method] for path in schema for method in schema[path]]
    return [each for each in found if each.path.startswith("/api/bridge/") is of_the_bridge]


def cases(operation: Any, *, each: int, most: int | None, number: int) -> Iterator[Case]:
    """
    Make cases that fit the description, cases that do not, and those at its limits.

    `most` is how many of the last there are: all of them when it is None.
    """
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        found: list[Case] = []
        count = each if mode is GenerationMode.POSITIVE else each // 3

        @seed(number)
        @settings(QUIET, max_examples=max(1, count))
        @given(case=operation.as_strategy(generation_mode=mode))
        def collect(into: list[Case], case: Case) -> None:
            into.append(case)

        collect(found)
        yield from found
    limits = list(
        operation.schema.iter_coverage_cases(
            operation,
            generation_modes=list(GenerationMode),
            generation_config=operation.schema.config.generation,
        )
    )
    Random(number).shuffle(limits)
    yield from limits[:most]


async def tried(world: World, trier: Trier, made: list[Case], chance: Random) -> Tally:
    """
    Send what was made, some of what fits with what is really there.

    What is there is used up: cases are closed and persons merged. So there is more all the time.
    """
    tally = Tally()
    for place, case in enumerate(made):
        if place % AGAIN == 0:
            await trier.renew()
        if not _is_negative(case):
            await point_at_something(world, trier, case, chance)
        answer = await send(trier, case)
        tally.statuses[answer.status_code] += 1
        if answer.is_success:
            tally.reached.add(case.operation.label)
        hold_to_it(tally, case, answer)
    return tally


async def point_at_something(world: World, trier: Trier, case: Case, chance: Random) -> None:
    """Put ids that are there into the address, and often a whole body that should do."""
    drawn = chance.random()
    if drawn < 0.2:
        return
    thing, key = chance.choice(trier.things), (case.method, case.operation.path)
    if key in trier.wholes and drawn < 0.75:
        reader = Reader(
            http=trier.http, me=trier.me, token=trier.token, world=world, thing=thing, chance=chance
        )
        with suppress(NothingThere):
            put_whole(case, *await trier.wholes[key](reader))
            return
    asked = Asked(method=case.method, path=case.operation.path)
    for name in case.path_parameters:
        if name not in NOT_FILLED:
            case.path_parameters[name] = known(asked, name, world, thing)
    if isinstance(case.body, dict) and drawn < 0.75:
        case.body = {k: known(asked, k, world, thing, told) for k, told in case.body.items()}


def put_whole(case: Case, named: Mapping[str, str], body: Any) -> None:
    """Put what was prepared where it belongs: in the address, the headers and the body."""
    case.path_parameters |= {name: named[name] for name in case.path_parameters}
    case.headers.update({name: told for name, told in named.items() if "-" in name})
    if body is not None:
        case.body = body


def known(asked: Asked, name: str, world: World, thing: Thing, otherwise: Any = "x_0") -> Any:
    """What the matrix sends under this name; what it does not know is left as it was."""
    try:
        return fill(asked, name, world, thing)
    except LookupError:
        return otherwise


async def send(trier: Trier, case: Case) -> httpx.Response:
    """Send it as it would be on the wire, from our own site, by who is let in or by nobody."""
    told = requests.Request(**case.as_transport_kwargs(base_url=SITE)).prepare()
    headers = {name: _text(value) for name, value in told.headers.items()}
    http = trier.stranger
    if not case.operation.schema.is_security_param_negated(case):
        http = trier.http
        headers = {k: v for k, v in headers.items() if k.lower() not in CREDENTIALS}
        headers |= {"X-Form-Token": trier.token} if trier.token else {}
        headers |= {} if _says_where(case) else {"Origin": SITE}
    body = told.body.encode() if isinstance(told.body, str) else told.body
    assert body is None or isinstance(body, bytes)
    return await http.request(str(told.method), str(told.url), headers=headers, content=body)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _says_where(case: Case) -> bool:
    return "Sec-Fetch-Site" in case.headers or _is_negative(case)


def _is_negative(case: Case) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_negative


def hold_to_it(tally: Tally, case: Case, answer: httpx.Response) -> None:
    """Hold the answer to what the description promises, and note what it breaks."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        for failure in group.exceptions:
            name = f"{case.operation.label}: {type(failure).__name__} {answer.status_code}"
            tally.broken.setdefault(
                name, f"{failure}\n{case.as_curl_command()}\n{answer.text[:400]}"
            )
