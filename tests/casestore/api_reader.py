"""Somebody who reads before they write: what whole bodies are made with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.casestore.matrix_world import Thing, World


class NothingThere(Exception):
    """There is nothing to do it to, at the moment or for this employee."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is read before it is changed, and the youth that it is about."""

    http: httpx.AsyncClient = field(repr=False)
    token: str = field(repr=False)
    me: str
    world: World = field(repr=False)
    thing: Thing
    chance: Random = field(repr=False)

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/api/{path}")
        if answer.status_code != 200:
            raise NothingThere
        return answer.json()

    async def every(self, path: str, name: str) -> list[Any]:
        """A list to its end, page by page."""
        told = await self.get(path)
        found = list(told[name])
        while told["next"]:
            told = await self.get(f"{path}?after={told['next']}")
            found += told[name]
        return found

    async def post(self, path: str, body: Mapping[str, Any], seen: object = None) -> Any:
        headers = {"X-Form-Token": self.token, "Idempotency-Key": self.new("a_whole_key")}
        headers |= {} if seen is None else seen_as(seen)
        answer = await self.http.post(f"/api/{path}", json=body, headers=headers)
        if not answer.is_success:
            raise NothingThere
        return answer.json()

    def new(self, kind: str) -> str:
        return f"{kind}_{self.chance.randrange(16**12):012x}"

    def one_of(self, found: list[Any]) -> Any:
        if not found:
            raise NothingThere
        return self.chance.choice(found)

    async def case(self) -> Any:
        return await self.get(f"cases/{self.thing.ids['case']}")

    async def open_case(self) -> Any:
        case = await self.case()
        if case["status"] == "closed":
            await self.post(f"cases/{case['id']}/reopen", {})
            case = await self.case()
        return case

    async def person(self) -> Any:
        return await self.get(f"people/{self.thing.ids['person']}")

    async def account(self) -> Any:
        told = await self.get("accounts")
        needed = {each.id for each in (*self.world.people.values(), self.world.arne)}
        needed.add(self.world.alone["colleague"])
        return self.one_of([a for a in told["accounts"] if a["id"] not in needed and a["active"]])


def seen_as(version: object) -> dict[str, str]:
    """The header that says which version was read."""
    return {"If-Match": f'"{version}"'}


Whole = Callable[[Reader], Awaitable[tuple[Mapping[str, str], Any]]]
