"""Routes that wait with being understood until somebody asks for them."""

from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Query
from fastapi.routing import APIRoute

from casestore.app import ROUTERS
from casestore.routing import Late


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
