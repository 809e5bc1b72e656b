"""Pages that are left alone, gone back to, or printed."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from tests.browser.desk import at_desk, served
from tests.browser.everything import filled, full_house
from tests.browser.looking import focus_is_seen
from tests.casestore.stage import Stage
from tests.support.pdf_text import pdf_text

House = tuple[Stage, str, dict[str, str]]

SOON = timedelta(minutes=10)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with served(tmp_path) as (stage, url):
        yield stage, url, await full_house(stage)


async def test_who_has_gone_is_warned_and_then_logged_out(house: House, browser: Browser) -> None:
    """A screen that nobody sits at must not show a youth's journal; what is typed is warned of."""
    _, url, ids = house
    async with at_desk(browser, url) as desk:
        page = desk.page
        await page.clock.install()
        await desk.logs_in("amir")
        await page.goto(url + filled("/cases/{case_id}/notes/new", ids))
        await page.get_by_label("Notatet").fill("Hun ringte.")
        await page.clock.fast_forward(27 * 60_000)
        await expect(page.get_by_role("dialog")).to_be_hidden()

        await page.clock.fast_forward(90_000)

        warned = page.get_by_role("dialog", name="Er du der fortsatt?")
        await expect(warned).to_be_visible()
        assert await focus_is_seen(page) == ""
        # It is hidden at once, and the half hour begins anew a moment later: when this is said.
        async with page.expect_request("**/api/here"):
            await page.keyboard.press("Enter")
        await expect(warned).to_be_hidden()
        await expect(page.get_by_label("Notatet")).to_have_value("Hun ringte.")

        await page.clock.fast_forward(29 * 60_000)
        await expect(warned).to_be_visible()
        await page.clock.fast_forward(120_000)
        await expect(page.get_by_role("main")).not_to_contain_text("Notatet")


async def test_who_types_for_long_is_still_logged_in_when_they_are_done(
    house: House, browser: Browser
) -> None:
    """The server sees nothing of what is typed; it must not throw half an hour of it away."""
    stage, url, ids = house
    async with at_desk(browser, url) as desk:
        page = desk.page
        await page.clock.install()
        await desk.logs_in("amir")
        await page.goto(url + filled("/cases/{case_id}/notes/new", ids))
        await page.get_by_role("radio").first.check()
        await desk.fills(minutes="45")
        for said in ("Hun ringte. ", "Vi møttes. ", "Hun vil ", "tilbake på skolen."):
            stage.clock.move(SOON)
            await page.clock.fast_forward(10 * 60_000)
            async with page.expect_response("**/api/here"):
                await page.get_by_label("Notatet").press_sequentially(said)

        await desk.presses("Ferdig")

        await desk.sees("Det som har skjedd")
        await desk.sees("45 min")


async def test_who_is_logged_out_elsewhere_is_told_while_the_words_are_still_there(
    house: House, browser: Browser
) -> None:
    """Or the form would lead to the log-in page, and take the words with it."""
    _, url, ids = house
    async with at_desk(browser, url) as desk:
        page = desk.page
        await page.clock.install()
        await desk.logs_in("amir")
        await page.goto(url + filled("/cases/{case_id}/notes/new", ids))
        await page.get_by_label("Notatet").fill("Hun ringte.")
        await page.context.clear_cookies()
        await page.clock.fast_forward(5 * 60_000)
        await page.get_by_label("Notatet").press("a")

        await expect(page.get_by_role("dialog", name="Du er logget ut")).to_be_visible()
        await expect(page.get_by_label("Notatet")).to_have_value("Hun ringte.a")
        desk.complaints = [each for each in desk.complaints if "401" not in each]


async def test_after_the_log_out_going_back_shows_nothing(house: House, browser: Browser) -> None:
    """The next one at the screen presses «Back» before anything else."""
    _, url, ids = house
    async with at_desk(browser, url) as desk:
        page = desk.page
        await desk.logs_in("amir")
        await page.goto(url + filled("/people/{its_id}", ids))
        await desk.sees("Purpurkanari")
        await desk.presses("Logg ut")
        await expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()

        await page.go_back()

        await expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
        assert "Purpurkanari" not in await page.content()


ON_PAPER = (
    ("amir", "/cases/{case_id}", "Purpurkanari"),
    ("amir", "/people/{its_id}", "Kari Kanarinavn"),
    ("amir", "/notes/{note_id}", "2026/0001"),
    ("amir", "/journal/{conversation}", "jeg-vil-ikke-hjem-kanari"),
    ("amir", "/people/{person_id}/consents", "Gjelder Purpurkanari"),
    ("amir", "/people/{person_id}/disclosures", "Gjelder Purpurkanari"),
    ("amir", "/concerns/{concern_id}", "Hun fryser"),
    ("amir", "/consents/paper", "underskrift"),
    ("turid", "/incidents/{incident_id}", "feil tråd"),
    ("turid", "/deletions/{decision_id}", "Bevis"),
    ("turid", "/audit/anchors", "Avtrykk"),
    ("turid", "/statistics", "Statistikk"),
    ("turid", "/processing", "Protokoll"),
)
NOT_NOTED = 5
"""The last of these and the paper to sign hold nothing about anybody."""


async def test_what_is_printed_says_by_whom_and_when_and_it_is_noted(
    house: House, browser: Browser
) -> None:
    """A paper that is found on the bus must say who left it there."""
    stage, url, ids = house
    for login in ("amir", "turid"):
        async with at_desk(browser, url) as desk:
            await desk.logs_in(login)
            for who, path, wanted in ON_PAPER:
                if who != login:
                    continue
                await desk.page.goto(url + filled(path, ids))
                told = pdf_text(await desk.page.pdf(format="A4", prefer_css_page_size=True))
                assert wanted in told, path
                assert f"Skrevet ut av {login.title()}, slik det sto 23.11.2026" in told, path
                for button in ("Logg ut", "Hopp til", "Saker Ungdommer", "Er du der fortsatt"):
                    assert button not in told, path
    async with stage.reading() as reading:
        found = await reading.session.scalars(
            select(AuditEvent.event).where(AuditEvent.what == "page.printed")
        )
        noted = [json.loads(event) for event in found]
    assert len(noted) == len(ON_PAPER) - NOT_NOTED
    assert {line["of"] for line in noted} == {
        ids[name]
        for name in ("case_id", "person_id", "note_id", "conversation", "concern_id", "incident_id")
    }
