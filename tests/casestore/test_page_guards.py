"""What every answer carries, so that nothing of it is run, framed, kept or told on."""

import re
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest

from casestore.users.rules import Role
from tests.browser.everything import WORDS, addresses, filled, full_house
from tests.browser.stage import MONDAY
from tests.casestore.stage import SITE, Stage
from tests.support.clock import StoppedClock

GUARDS: Final = {
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
SANDBOXED: Final = "default-src 'none'; sandbox"
STRICT: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORBIDDEN: Final = re.compile(
    r'<script(?! src="/static/\w+\.js" defer></script>)|<style|\sstyle=|\son[a-z]+=|javascript:'
    r'|(?:src|action|<link[^>]*href)="(?!/)'
)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(MONDAY)


BROKEN: Any = None
"""A database that is not even there."""

on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def wrong_with(answer: httpx.Response) -> list[str]:
    """What an answer lacks, or has that it must not."""
    policy = answer.headers.get("content-security-policy", "none")
    found = [
        f"{name}: {answer.headers.get(name)}"
        for name, wanted in GUARDS.items()
        if answer.headers.get(name) != wanted
    ]
    if policy not in {STRICT, SANDBOXED}:
        found.append(f"policy {policy}")
    if answer.headers.get("content-type", "").startswith("text/html"):
        found += [f"in the page: {each[0]}" for each in FORBIDDEN.finditer(answer.text)]
    return found


@on_one
async def test_no_page_is_without_its_guards(stage: Stage) -> None:
    """One page that forgets is where somebody else's script runs, or where words are left."""
    ids = await full_house(stage) | {"file_id": "f_none"}
    wrong, seen = [], set[int]()
    for login in ("amir", "turid", None):
        http = await stage.browser()
        if login:
            await http.post("/login", data={"login": login, "password": "korrekt hest batteri"})
        for path in sorted(addresses()):
            answer = await http.get(filled(path, ids))
            seen.add(answer.status_code)
            wrong += [f"{login} {path}: {each}" for each in wrong_with(answer)]
            title = re.search(r"<title>(.*?)</title>", answer.text)
            if answer.headers.get("content-type", "").startswith("text/html") and title:
                told = [word for word in (*WORDS, "2026/0001") if word in title[1].lower()]
                wrong += [f"{path}: {word} in its title" for word in told]
    assert wrong == []
    assert seen >= {200, 303, 403, 404}


@on_one
async def test_nor_is_any_refusal_or_failure(stage: Stage) -> None:
    """What goes wrong is shown on the same screens, to the same people walking past."""
    turid = await stage.person("turid", Role.TEAM_LEADER)
    token = {"form_token": await turid.form_token()}
    answers = [
        await turid.http.get("/nowhere"),
        await turid.http.put("/cases"),
        await turid.http.post("/people/find", data={"form_token": "false", "text": "x"}),
        await turid.http.post("/cases", data={**token, "id": "/", "person": "/"}),
        await turid.http.post("/people/find", data={**token, "text": "x" * 300}),
        await turid.http.get("/static/nothing.js"),
        await turid.http.get("/api/here"),
        await (await stage.browser()).get("/api/here"),
        await (await stage.browser()).post("/login", data={"login": "turid", "password": "x"}),
    ]
    stage.app.state.store = replace(stage.store, database=BROKEN)
    transport = httpx.ASGITransport(app=stage.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as http:
        answers += [await http.get("/cases"), await http.get("/api/cases")]

    assert {answer.status_code for answer in answers} >= {204, 401, 403, 404, 405, 422, 500}
    assert [(a.request.url.path, w) for a in answers for w in wrong_with(a)] == []
