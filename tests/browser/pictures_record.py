"""The pictures of the case record, of the same youth and the same day as the others."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, Page, expect

from bridge.demo.town import PASSWORD

Takes = Callable[[Page, str, int], Awaitable[None]]

NOTE: Final = (
    "Møtte Maya på biblioteket. Hun vil gjerne bli i klassen, og gruer seg til matteprøven "
    "på torsdag. Vi ble enige om at jeg ringer skolen sammen med henne i morgen."
)


@asynccontextmanager
async def _desk(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 860}, locale="nb-NO", timezone_id="Europe/Oslo"
    )
    yield await context.new_page()
    await context.close()


async def _logs_in(page: Page, url: str, login: str) -> None:
    await page.goto(url)
    await page.get_by_label("Brukernavn").fill(login)
    await page.get_by_label("Passord").fill(PASSWORD)
    await _presses(page, "Logg inn")
    await expect(page.get_by_role("heading", name="Overføringslogg")).to_be_visible()


async def _presses(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()


async def _fills(page: Page, **told: str) -> None:
    for name, text in told.items():
        await page.locator(f"[name={name}]:visible").fill(text)


async def the_case(page: Page, url: str, takes: Takes) -> str:
    """Amir's: a case with a transcript, a note and a share. The address of the person's page."""
    await _logs_in(page, url, "amir")
    await page.goto(f"{url}/unassigned")
    await page.get_by_role("link", name="Åpne og knytt til sak").click()
    await page.get_by_label("Navn, hvis du vet det").fill("Maya Hansen")
    await page.get_by_label("Hvordan vet du hvem det er?").fill("Hun sa det selv på biblioteket.")
    await _presses(page, "Registrer, åpne sak og knytt")
    await page.get_by_role("main").get_by_role("link", name="Sak ").first.click()
    await page.get_by_role("link", name="Skriv notat").click()
    await page.get_by_role("radio").first.check()
    await _fills(page, minutes="45", words=NOTE)
    await _presses(page, "Ferdig")
    await page.locator("summary", has_text="Del saken").click()
    await page.get_by_label("Hvem skal kunne lese?").select_option(label="Siri")
    await _fills(
        page, until_day="2026-12-07", reason="Siri er på jobb i uke 49, mens jeg er borte."
    )
    await _presses(page, "Del saken")
    await expect(page.get_by_text("Kan lese nå")).to_be_visible()
    await takes(page, "case", 1100)
    await page.get_by_role("link", name="Ungdommens side").click()
    await expect(page.get_by_role("heading", name="Det vi vet")).to_be_visible()
    await takes(page, "person", 760)
    person = page.url
    await page.goto(f"{url}/search")
    await _fills(page, query="biblioteket")
    await page.get_by_role("main").get_by_role("button", name="Søk").click()
    await expect(page.locator("mark").first).to_be_visible()
    await takes(page, "search", 620)
    return person


async def the_code(page: Page, person: str) -> str:
    """Handed out by Amir, who has Maya before him."""
    await page.goto(f"{person}/journal-access")
    await page.get_by_role("radio").first.check()
    await _presses(page, "Lag kode")
    code = await page.locator("p.code").inner_text()
    return code.removeprefix("Koden er").strip()


async def the_record(browser: Browser, url: str, takes: Takes) -> None:
    async with _desk(browser) as page:
        person = await the_case(page, url, takes)
        async with _desk(browser) as leaders:
            await _logs_in(leaders, url, "turid")
            await leaders.goto(f"{url}/audit")
            await takes(leaders, "audit", 860)
        code = await the_code(page, person)
    async with _desk(browser) as page:
        await page.goto(f"{url}/min-journal")
        await _fills(page, code=code)
        await _presses(page, "Åpne")
        await expect(page.get_by_role("heading", name="Hei, ")).to_be_visible()
        await takes(page, "min-journal", 960)
