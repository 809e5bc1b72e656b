"""The demo as it is started by hand, in a browser that nobody looks at."""

import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Final

from playwright.async_api import Browser, Page, async_playwright, expect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
PATIENCE: Final = 15_000
"""Milliseconds; a machine may be busy with other tests."""
UNDO: Final = timedelta(seconds=60)
"""Longer than in production, so that a busy machine is not too late to press «Angre»."""
MONDAY: Final = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
"""At work, by the default opening hours."""


class RunningClock:
    """Runs as clocks do, from a given moment, and can be moved on."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self._at, self._begun = at, time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._begun)

    def move(self, by: timedelta) -> None:
        self._at += max(by, timedelta())


def chromium() -> str | None:
    """Where the system's Chromium is; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


@asynccontextmanager
async def browsing(executable: str) -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    # Its own sandbox refuses to work for root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    norwegian: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "nb"}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=flags, env=norwegian
        )
        try:
            yield browser
        finally:
            await browser.close()


async def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands."""
    await page.wait_for_load_state()  # the words may be there before their style is
    # The package is only the script's wrapping; the script itself is all that is needed.
    await page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    # Off unless asked for, as it is new in WCAG 2.2 (2.5.8).
    size = "rules: {'target-size': {enabled: true}}"
    found = await page.evaluate(f"axe.run({{resultTypes: ['violations'], {size}}})")
    return [
        f"{each['id']} ({each['impact']}): {' '.join(map(str, node['target']))}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
