"""Somebody asks Meta that we delete: a person is told, and who asked can see what became of it."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from tests.conftest import NoEars
from tests.support.stage_messenger import Messenger, on_messenger
from tests.support.stage_meta import SECRET

pytestmark = pytest.mark.asyncio(loop_scope="module")

USER = "10218883710299"
PATH = "/meta/data-deletion"


@pytest_asyncio.fixture(loop_scope="module")
async def page(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Messenger]:
    async with on_messenger(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(USER)
        yield there


def signed(secret: str = SECRET, user: str = USER) -> dict[str, str]:
    told = {"algorithm": "HMAC-SHA256", "issued_at": 1_795_700_000, "user_id": user}
    payload = urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    seal = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return {"signed_request": f"{urlsafe_b64encode(seal).decode().rstrip('=')}.{payload}"}


async def asks(page: Messenger, form: dict[str, str]) -> httpx.Response:
    answer = await page.http.post(PATH, data=form)
    await page.settles()
    return answer


async def test_a_wish_is_told_to_the_team_with_its_code_and_shown_at_its_address(
    page: Messenger,
) -> None:
    """Meta will not say who it is, so only a person can see to it; and she can follow it up."""
    answer = await asks(page, signed())

    told = answer.json()
    assert set(told) == {"url", "confirmation_code"}
    assert told["confirmation_code"] in page.stage.cast.alarms()
    assert "bedt Meta om at vi sletter" in page.stage.cast.alarms()
    shown = urlsplit(told["url"])
    status = await page.http.get(f"{shown.path}?{shown.query}")
    assert (status.status_code, status.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert told["confirmation_code"] in status.text
    assert "Ingenting er slettet av dette alene" in status.text
    assert page.amir.roots() == []
    assert USER.encode() not in page.stage.cast.at_rest()


async def test_the_same_wish_twice_is_one_alarm_and_one_code(page: Messenger) -> None:
    first, second = await asks(page, signed()), await asks(page, signed())

    assert first.json() == second.json()
    assert page.stage.cast.alarms().count("bedt Meta om at vi sletter") == 1


async def test_what_meta_has_not_signed_alarms_nobody(page: Messenger) -> None:
    refused = await asks(page, signed(secret="gjettet"))
    nothing = await page.http.get(PATH, params={"code": "261126-ABCDEFGH-ABCDEFGH"})

    assert refused.status_code == 400
    assert page.stage.cast.alarms() == ""
    assert "Vi kjenner ikke igjen denne koden" in nothing.text
