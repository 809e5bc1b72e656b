"""The demo page: what a visitor sees and does reaches both platforms, and nothing else does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bots.sandbox.server import serve
from bots.sandbox.world import Sandbox
from tests.sandbox.conftest import StoppedClock


class Switchboard:
    """The wiring's hooks, and a log that changes."""

    def __init__(self) -> None:
        self.turned: list[str] = []
        self.rows: list[dict[str, Any]] = []

    async def off(self) -> None:
        self.turned.append("off")

    async def on(self) -> None:
        self.turned.append("on")

    async def log(self) -> list[dict[str, Any]]:
        return list(self.rows)


@pytest.fixture
def switchboard() -> Switchboard:
    return Switchboard()


@pytest.fixture
def sandbox(clock: StoppedClock, switchboard: Switchboard) -> Sandbox:
    return Sandbox(
        clock=clock,
        hooks={"casestore_off": switchboard.off, "casestore_on": switchboard.on},
        log_source=switchboard.log,
        log_url="http://127.0.0.1:8701/transfers",
    )


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(sandbox.app) as url, httpx.AsyncClient(base_url=url, timeout=60) as http:
        yield http


async def test_the_page_brings_nothing_from_elsewhere(page: httpx.AsyncClient) -> None:
    """A page that fetched from others would tell them who is looking."""
    index = await page.get("/")

    policy = index.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "<style" not in index.text
    assert " style=" not in index.text
    for name in ("app.js", "page.css", "phone.js", "slack.css", "mark.svg"):
        asset = await page.get(f"/page/{name}")
        assert asset.status_code == 200
        assert asset.headers["x-content-type-options"] == "nosniff"
    assert (await page.get("/page/..%2Fworld.py")).status_code == 404


async def test_a_visitor_is_the_youth(page: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """What is typed on the phone must go the way of a real phone."""
    youth = str(sandbox.maya.id)
    await page.post("/demo/youth", json={"do": "starts", "youth": youth})
    await page.post("/demo/youth", json={"do": "says", "youth": youth, "text": "hei"})
    await page.post(
        "/demo/youth/file", params={"youth": youth, "kind": "photo", "name": "a.jpg"}, content=b"x"
    )

    chat = (await page.get("/demo/state", params={"youth": youth})).json()["phone"]["youth"]["chat"]

    assert [(bubble["text"], bubble["kind"]) for bubble in chat] == [
        ("/start", "text"),
        ("hei", "text"),
        ("", "photo"),
    ]
    assert len(sandbox.telegram.updates.pending) == 3
    assert (await page.get(f"/demo/picture/telegram/{chat[2]['picture']}")).content == b"x"
    new = (await page.post("/demo/youth", json={"do": "new", "name": "Sara"})).json()["youth"]
    state = (await page.get("/demo/state", params={"youth": new})).json()
    assert state["phone"]["youth"]["name"] == "Sara"


async def test_a_visitor_is_the_caseworker(page: httpx.AsyncClient, sandbox: Sandbox) -> None:
    """What Turid sees must be what Turid would see, and Amir's whispers are not hers."""
    order = {"user": sandbox.turid.id, "room": sandbox.room.id}
    await page.post("/demo/slack", json=order | {"do": "posts", "text": "hei"})
    ts = sandbox.slack.room(sandbox.room, sandbox.turid)[0].ts
    await page.post("/demo/slack", json=order | {"do": "posts", "text": "svar", "thread": ts})
    await page.post("/demo/slack", json=order | {"do": "edits", "ts": ts, "text": "hallo"})

    state = (await page.get("/demo/state", params=order | {"thread": ts})).json()["slack"]

    assert [(each["text"], each["edited"]) for each in state["thread"]["messages"]] == [
        ("hallo", True),
        ("svar", False),
    ]
    amir = (await page.get("/demo/state", params={"user": sandbox.amir.id})).json()["slack"]
    assert [alert["text"] for alert in amir["alerts"]] == ["hei"]
    press = await page.post("/demo/slack", json=order | {"do": "presses", "ts": ts, "button": "x"})
    assert press.status_code == 422


@pytest.mark.parametrize(
    "path", ["/demo/youth", "/demo/slack", "/demo/break", "/demo/faults/slack"]
)
async def test_only_the_page_itself_gives_orders(page: httpx.AsyncClient, path: str) -> None:
    """A form on some other site must not be able to speak for a youth."""
    assert (await page.post(path, data={"do": "says"})).status_code in {404, 415}
    for body in (b"[" * 50_000, b"\xff", b'{"do": "says"'):
        answer = await page.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {404, 415}


async def test_a_fault_can_be_asked_for_over_http(
    page: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """A test in another process must be able to break what this one serves."""
    order = {"fault": "bad_gateway", "times": 1, "method": "auth.test"}
    switched = await page.post("/demo/faults/slack", json=order)
    unknown = await page.post("/demo/faults/slack", json={"fault": "noe"})

    assert switched.json()["active"] == [{"fault": "bad_gateway", "method": "auth.test", "left": 1}]
    assert unknown.status_code == 422
    assert (await page.post("/slack/api/auth.test")).status_code == 502
    await page.post("/demo/faults/slack", json=order)
    assert (await page.post("/demo/faults/slack", json={})).json() == {"active": []}


async def test_what_is_broken_is_broken_and_mended(
    page: httpx.AsyncClient, sandbox: Sandbox, switchboard: Switchboard
) -> None:
    """Whoever doubts a promise must be able to try it."""
    await page.post("/demo/break", json={"name": "slack_429", "on": True})
    await page.post("/demo/break", json={"name": "casestore", "on": True})
    answer = await page.post("/slack/api/auth.test")
    broken = (await page.get("/demo/state")).json()["broken"]
    await page.post("/demo/break", json={"name": "slack_429", "on": False})
    await page.post("/demo/break", json={"name": "casestore", "on": False})

    assert answer.status_code == 429
    assert {each["name"]: each["on"] for each in broken} == {
        "slack_429": True,
        "telegram_500": False,
        "casestore": True,
    }
    assert switchboard.turned == ["off", "on"]
    assert (await page.post("/slack/api/auth.test")).json()["error"] == "not_authed"
    assert (await page.post("/demo/break", json={"name": "noe", "on": True})).status_code == 404


async def test_the_page_is_told_when_something_changes(
    page: httpx.AsyncClient, sandbox: Sandbox, switchboard: Switchboard
) -> None:
    """A page that had to be reloaded would show a promise too late to be believed."""
    async with page.stream("GET", "/demo/events") as events, asyncio.timeout(5):
        told = (line async for line in events.aiter_lines() if line.startswith("data:"))
        first = await anext(told)
        sandbox.maya.says("hei")
        second = await anext(told)
        switchboard.rows.append({"title": "Blå rev", "state": "ok"})
        await anext(told)

    assert first != second
    assert (await page.get("/demo/state")).json()["log"]["rows"] == switchboard.rows


async def test_the_environment_leads_to_the_sandbox(
    page: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """One wrong address here, and the demo would speak to the real platforms."""
    env = sandbox.environment(str(page.base_url).rstrip("/"))
    token = env["UTEBRU_TELEGRAM__TOKEN"]

    me = await page.get(f"{env['UTEBRU_TELEGRAM__API_URL']}/bot{token}/getMe")
    team = await page.get(
        f"{env['UTEBRU_SLACK__API_URL']}auth.test",
        headers={"Authorization": f"Bearer {env['UTEBRU_SLACK__BOT_TOKEN']}"},
    )

    assert me.json()["ok"]
    assert team.json()["ok"]
    assert all("127.0.0.1" in value for name, value in env.items() if name.endswith("URL"))
