"""Somebody who logs in with a provider that means them no good."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.casestore.municipality import Answers, Municipality, client_of, elsewhere, ties
from tests.casestore.stage import Person, Stage, staged
from tests.support.clock import StoppedClock

# What is kept is looked at on both; what is refused before anything is kept, on one.
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def stage(
    database_url: str, tmp_path: Path, clock: StoppedClock, there: Municipality
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            staged(database_url, tmp_path, clock, oidc=client_of(there))
        )


@pytest.fixture
async def kari(stage: Stage) -> Person:
    """Who has tied her account, in a browser where nobody is logged in."""
    person = await stage.person("kari")
    assert (await ties(person)).status_code == 200
    return await elsewhere(stage, person)


async def is_out(person: Person) -> bool:
    return bool((await person.http.get("/account")).headers.get("location") == "/login")


async def nothing(_request: Request, _right: Answers) -> Response:
    return JSONResponse({})
