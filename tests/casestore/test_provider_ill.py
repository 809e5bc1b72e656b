"""A provider that is ill, away or points elsewhere: passwords go on, and it is said."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from casestore.oidc.rules import LARGEST, NOT_AGAIN, REMEMBERED, may_be_asked
from tests.casestore.hostile import kari, nothing, on_one, stage
from tests.casestore.municipality import (
    DISCOVERY,
    Answers,
    Municipality,
    client_of,
    elsewhere,
    leads_to,
    municipality,
    there_and_back,
    ties,
)
from tests.casestore.stage import PASSWORD, Stage, staged
from tests.support.clock import StoppedClock

__all__ = ["kari", "stage"]  # pytest finds the fixtures here


PATIENCE: Final = 0.4


async def fails(_request: Request, _right: Answers) -> Response:
    return Response("Internal Server Error", 500)


async def fails_rightly(request: Request, right: Answers) -> Response:
    answer = await right(request)
    answer.status_code = 502
    return answer


async def refuses_rightly(request: Request, right: Answers) -> Response:
    answer = await right(request)
    answer.status_code = 400
    return answer


async def a_page(_request: Request, _right: Answers) -> Response:
    return Response("<html>Vedlikehold</html>", 200, media_type="text/html")


async def a_list(request: Request, right: Answers) -> Response:
    return JSONResponse([json.loads(bytes((await right(request)).body))])


async def deep(_request: Request, _right: Answers) -> Response:
    return Response("[" * 100_000, media_type="application/json")


async def huge(request: Request, right: Answers) -> Response:
    """Right, and much too long."""
    return Response(bytes((await right(request)).body) + b" " * LARGEST)


async def a_bomb(request: Request, right: Answers) -> Response:
    """Right, and small until it is unpacked."""
    packed = gzip.compress(bytes((await right(request)).body) + b" " * 50_000_000)
    return Response(packed, headers={"Content-Encoding": "gzip"}, media_type="application/json")


async def elsewhere_now(request: Request, right: Answers) -> Response:
    """Right, at the next address."""
    if "moved" in request.query_params:
        return await right(request)
    return RedirectResponse(f"{request.url}?moved", 307)


async def never(request: Request, _right: Answers) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def drips(request: Request, right: Answers) -> Response:
    """Right, in the end: but the end does not come in time."""
    body = bytes((await right(request)).body)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" "
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE / 4):
                    await asyncio.Event().wait()
        yield body

    return StreamingResponse(pieces(), media_type="application/json")


ILL: Final = (
    fails, fails_rightly, refuses_rightly, a_page, a_list, deep, nothing, huge, a_bomb,
    elsewhere_now, never, drips,
)  # fmt: skip

SLOW: Final = (never, drips)


@on_one
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/jwks"])
@pytest.mark.parametrize("ill", ILL, ids=lambda each: each.__name__)
async def test_when_the_provider_is_ill_it_is_said_and_passwords_go_on(
    database_url: str, tmp_path: Path, clock: StoppedClock, path: str, ill: Any
) -> None:
    """The municipality's log-in is down at nine in the evening; the youth writes all the same."""
    async with (
        municipality(clock) as there,
        staged(database_url, tmp_path, clock, oidc=client_of(there)) as stage,
    ):
        kari = await stage.person("kari")
        assert (await ties(kari)).status_code == 200
        provider = stage.app.state.provider
        patient = provider.settings
        clock.move(REMEMBERED)
        if ill in SLOW:
            # Not so for the others: this machine may be slow too.
            if path != DISCOVERY:
                await provider.places()
            provider.settings = replace(patient, patience=PATIENCE)
        back = await elsewhere(stage, kari)
        there.instead[path] = ill
        if path == DISCOVERY:
            answer = await back.http.post("/login/provider")
        else:
            answer = await there_and_back(back)

        # A refusal of the code is an answer, if there was nothing wrong with its shape.
        refused = path == "/token" and ill in {nothing, refuses_rightly}
        assert answer.status_code == (401 if refused else 503)
        assert "Det gikk ikke" in answer.text
        assert (await back.http.post("/login", data=typed())).status_code == 303
        assert "Kari" in await back.sees("/account")

        there.instead.clear()
        clock.move(NOT_AGAIN)
        provider.settings = patient
        assert leads_to((await there_and_back(await elsewhere(stage, kari))).text) == "/"


def typed() -> Mapping[str, str]:
    return {"login": "kari", "password": PASSWORD}


@on_one
async def test_a_provider_that_is_not_there_is_asked_once_in_a_while(
    stage: Stage, there: Municipality, clock: StoppedClock
) -> None:
    """Ten people at eight in the morning must not each wait for the same silence."""
    there.instead[DISCOVERY] = fails
    browser = await stage.browser()
    for _ in range(10):
        assert (await browser.post("/login/provider")).status_code == 503
    assert there.asked[DISCOVERY] == 1
    clock.move(NOT_AGAIN)
    assert (await browser.post("/login/provider")).status_code == 503
    assert there.asked[DISCOVERY] == 2


@on_one
@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "https://a b"},
        {"token_endpoint": None},
        {"token_endpoint": 5},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)
async def test_a_provider_that_points_elsewhere_is_not_followed(
    stage: Stage, there: Municipality, metadata: Mapping[str, Any]
) -> None:
    """Whoever can answer for discovery must not get our secret sent in the clear."""
    there.metadata = dict(metadata)
    answer = await (await stage.browser()).post("/login/provider")
    assert answer.status_code == 503
    assert there.asked["/token"] == 0


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://innlogging.kommune.no", True),
        ("https://innlogging.kommune.no/tenant/v2.0", True),
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000/x", True),
        ("http://[::1]:9000", True),
        ("http://innlogging.kommune.no", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost@evil.example", False),
        ("https://bruker:ord@kommune.no", False),
        ("https://kommune.no/#x", False),
        ("https://", False),
        ("https://kommune.no:port", False),
        ("ftp://kommune.no", False),
        ("https://komm une.no", False),
        ("https://kommune.no/\n", False),
        ("//kommune.no", False),
        ("", False),
    ],
)
def test_only_what_nobody_can_listen_to_is_asked(url: str, fine: bool) -> None:
    """A code in the clear is a log-in for whoever hears it."""
    assert may_be_asked(url) is fine
