"""Somebody writes down by hand what was said, and the bridge asks for it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from casestore.registrations.rules import GRACE
from casestore.typed import for_form
from tests.casestore.stage import Person, Stage

HI = "hei, kan jeg komme innom uten at mamma får vite det?"


def form(stage: Stage, its_id: str = "reg_1", **changed: str) -> dict[str, str]:
    return {
        "id": its_id,
        "whose": "new",
        "alias": "",
        "by": "youth",
        "said_at": for_form(stage.clock.now() - timedelta(minutes=7)),
        "text": HI,
    } | changed


async def writes_down(
    who: Person,
    told: dict[str, str],
    *,
    pictures: Sequence[bytes] = (),
    keep: Sequence[str] = (),
) -> httpx.Response:
    """Send in the form, as a telephone does."""
    files = [("pictures", (f"IMG_{n}.png", raw, "image/png")) for n, raw in enumerate(pictures)]
    # A field for files that was left empty is sent all the same.
    files = files or [("pictures", ("", b"", "application/octet-stream"))]
    data = told | {"form_token": await who.form_token(), "keep": list(keep)}
    return await who.http.post("/registrations", data=data, files=files)


async def written_down(
    stage: Stage,
    who: Person,
    *,
    its_id: str = "reg_1",
    pictures: Sequence[bytes] = (),
    **changed: str,
) -> str:
    """The id of one that is due."""
    told = form(stage, its_id, **changed)
    answer = await writes_down(who, told, pictures=pictures)
    assert answer.status_code == 303, answer.text
    stage.clock.move(GRACE)
    return told["id"]


async def waiting(stage: Stage) -> list[str]:
    told = (await stage.bridge.get("registrations")).json()["registrations"]
    return [each["id"] for each in told]


async def asks(stage: Stage, its_id: str = "reg_1") -> dict[str, Any]:
    answer = await stage.bridge.put(f"registrations/{its_id}/asked", {})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def says_taken(stage: Stage, its_id: str = "reg_1") -> httpx.Response:
    return await stage.bridge.put(f"registrations/{its_id}/taken", {})


async def refuses(stage: Stage, why: str, its_id: str = "reg_1") -> httpx.Response:
    return await stage.bridge.put(f"registrations/{its_id}/refused", {"why": why})
