"""The pages in nynorsk and English, in a browser that asks for them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.desk import at_desk, served
from tests.casestore.own_journal import full_journal
from tests.casestore.stage import PASSWORD, Stage

Served = tuple[Stage, str]
READ = {
    "nn-NO": {
        "log in": "Logg inn", "user": "Brukarnamn", "password": "Passord",
        "/cases": "Saker", "/contacts": "Kontaktar", "/concerns/new": "Registrer ei",
        "/account": "Min konto", "/processing": "Behandling av personopplysningar",
    },
    "en-GB": {
        "log in": "Log in", "user": "Username", "password": "Password",
        "/cases": "Cases", "/contacts": "Contacts", "/concerns/new": "Register a",
        "/account": "My account", "/processing": "Processing of personal data",
    },
}  # fmt: skip


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as here:
        yield here


@pytest.mark.parametrize("locale", READ)
async def test_the_pages_are_read_and_used_in_another_language(
    store: Served, browser: Browser, locale: str
) -> None:
    """A screen reader reads them with the right voice, and nothing runs off the page."""
    stage, url = store
    amir, said = await stage.person("amir"), READ[locale]
    youth = await full_journal(stage, amir)

    async with at_desk(browser, url, locale=locale) as desk:
        page = desk.page
        await page.goto(url)
        await desk.is_at(said["log in"])
        await page.get_by_label(said["user"]).fill("amir")
        await page.get_by_label(said["password"]).fill(PASSWORD)
        await desk.presses(said["log in"])
        for path, heading in said.items():
            if path.startswith("/"):
                await page.goto(url + path)
                await desk.is_at(heading)
                await expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        for path in (
            f"/people/{youth.person}",
            f"/cases/{youth.case}",
            f"/journal/{youth.conversation}",
        ):
            await page.goto(url + path)
            await desk.is_at("Blå rev")
        await page.goto(f"{url}/account")
        await page.locator("#chosen").select_option("nb")
        await page.locator("form[action='/account/language'] button").click()
        # The page before it has the same heading in nynorsk.
        await expect(page.locator("html")).to_have_attribute("lang", "nb")
        await desk.is_at("Min konto")


async def test_a_youth_reads_in_the_language_they_press(store: Served, browser: Browser) -> None:
    """The links are there before anything else is understood."""
    _, url = store
    async with at_desk(browser, url) as desk:
        await desk.page.goto(f"{url}/min-journal")
        await desk.page.get_by_role("link", name="English").click()
        await desk.is_at("My journal")
        await desk.fills(code="ABCDEFGH")
        await desk.presses("Open")
        await desk.sees("The code does not work.")
        await desk.page.get_by_role("link", name="Nynorsk").click()
        await desk.is_at("Min journal")
        await desk.sees("Her kan du lese alt vi har skrive om deg.")
