"""Routes that wait with being understood until somebody asks for them."""

import asyncio
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Query
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from casestore.routers import ROUTERS
from casestore.routing import Late, Rest


def hours(of: Annotated[int, Query(ge=1)]) -> int:
    return of * 24


async def days(given: Annotated[int, Depends(hours)]) -> dict[str, int]:
    return {"hours": given}


async def test_a_route_is_understood_when_it_is_asked_for_and_not_before() -> None:
    """Hundreds of pages lie ready; a start must not pay for those that nobody opens."""
    route = Late("/days", days, methods=["POST"])
    app = FastAPI(routes=[route])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as browser:
        elsewhere, wrong = await browser.get("/nowhere"), await browser.get("/days?of=2")
        waited = "dependant" not in vars(route)
        answers = [await browser.post("/days", params={"of": of}) for of in ("2", "0", "x")]

    assert (elsewhere.status_code, wrong.status_code, wrong.headers["allow"]) == (404, 405, "POST")
    assert waited
    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert answers[0].json() == {"hours": 48}


async def test_the_rest_is_brought_in_once_by_whoever_asks_for_it_first() -> None:
    """Two who open a page at once after a start get one each; a wrong address is still wrong."""
    brought: list[str] = []

    def bring() -> list[BaseRoute]:
        brought.append("rest")
        return [Late("/weeks", days), Late("/days", hours, methods=["GET"])]

    app = FastAPI()
    app.router.routes += [Late("/days", days, methods=["POST"]), Rest(app.router, bring)]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as browser:
        first = await browser.post("/days?of=1")
        before = list(brought)
        both = await asyncio.gather(*(browser.get("/weeks?of=2") for _ in range(2)))
        after = [
            await browser.request(method, f"{path}?of=3")
            for method, path in (
                ("GET", "/days"),
                ("POST", "/days"),
                ("PUT", "/days"),
                ("GET", "/"),
            )
        ]

    assert (first.json(), before, brought) == ({"hours": 24}, [], ["rest"])
    assert [answer.json() for answer in both] == [{"hours": 48}] * 2
    assert [answer.status_code for answer in after] == [200, 200, 405, 404]
    assert (after[0].json(), after[1].json()) == (72, {"hours": 72})


async def test_what_could_not_be_brought_in_is_tried_again_by_the_next() -> None:
    """A disk that was full for a moment must not shut every page until somebody restarts it."""
    tries: list[int] = []

    def bring() -> list[BaseRoute]:
        tries.append(1)
        if len(tries) == 1:
            raise OSError
        return [Late("/weeks", days)]

    app = FastAPI()
    app.router.routes.append(Rest(app.router, bring))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as browser:
        answers = [await browser.get("/weeks?of=1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 200]


def test_what_a_route_does_not_have_it_says_it_does_not_have() -> None:
    """Whoever looks for something else must not be led in a circle."""
    route = Late("/days", days)

    assert route.dependant.query_params == []
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = route.nothing_of_the_kind


def test_every_route_of_the_case_record_waits() -> None:
    """One that does not is read at every start, with all that its handler depends on."""
    every = [route for router in ROUTERS for route in router.routes]

    assert [route.path for route in every if isinstance(route, APIRoute)]
    assert [route for route in every if not isinstance(route, Late)] == []
