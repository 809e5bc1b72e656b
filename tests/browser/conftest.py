"""A demo of one's own, and a browser to look at it with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bridge.demo.live import awake
from bridge.demo.town import Town
from tests.browser.stage import NAMES, UNDO, RunningClock, browsing, chromium
from tests.browser.visitor import Visitor


@pytest.fixture
def clock() -> RunningClock:
    return RunningClock()


@pytest.fixture
async def here(tmp_path: Path, clock: RunningClock) -> AsyncIterator[Town]:
    settings = {"UTEBRU_UNDO_SECONDS": f"{UNDO.total_seconds():.0f}"}
    async with awake(tmp_path, clock, env=settings) as here:
        yield here


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip(f"no Chromium here: none of {', '.join(NAMES)} is on the path")
    async with browsing(executable) as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser, here: Town) -> AsyncIterator[Page]:
    """A wide screen, closed before the town is; what the pages complain of fails the test."""
    complaints: list[str] = []
    # What fades in has too little contrast until it is there, whenever it is looked at.
    page = await browser.new_page(
        viewport={"width": 1560, "height": 900}, locale="nb-NO", reduced_motion="reduce"
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    await page.close()
    assert complaints == []


@pytest.fixture
async def visitor(page: Page, here: Town) -> Visitor:
    visitor = Visitor(page)
    await visitor.opens(f"{here.page}/")
    return visitor
