"""The case store's own pages, as the team leader and a caseworker use them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bridge.demo.town import PASSWORD, Town
from tests.browser.stage import UNDO, RunningClock, barriers
from tests.browser.visitor import Visitor

VERIFY = Path(__file__).parents[2] / "docs" / "verify_export.py"


@pytest.fixture
async def talked(visitor: Visitor, clock: RunningClock, here: Town) -> Town:
    """Maya has said yes and been helped by Amir; Ola has said no."""
    await visitor.is_colleague("Amir")
    for youth, answer, told in (("Maya", "Ja", "skrevet i journalen"), ("Ola", "Nei", "bare telt")):
        await visitor.is_youth(youth)
        await visitor.says("hei, kan noen hjelpe meg?")
        await visitor.sees(visitor.phone, "Svar JA, NEI eller VET IKKE")
        await visitor.taps(answer)
        await visitor.sees(visitor.room, f"samtykke: {answer.lower()}")
        await visitor.enters_thread()
        await visitor.writes("@utebru Ja, kom innom i dag.")
        await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
        clock.move(UNDO)
        await visitor.sees(visitor.phone, "Ja, kom innom i dag.")
        await visitor.presses("Avslutt")
        await expect(visitor.modal.get_by_role("button", name="Avslutt")).to_be_visible()
        await visitor.modal.get_by_role("button", name="Avslutt").click()
        await visitor.sees(visitor.phone, told)
    await visitor.sees(visitor.log, "Samtykke: nei")
    return here


async def _logs_in(page: Page, here: Town, login: str) -> None:
    await page.goto(here.store.url)
    await page.get_by_label("Brukernavn").fill(login)
    await page.get_by_label("Passord").fill(PASSWORD)
    await page.get_by_role("button", name="Logg inn").click()
    await expect(page.get_by_role("heading", name="Overføringslogg")).to_be_visible()


async def test_the_team_leader_can_check_all_of_it(
    page: Page, talked: Town, tmp_path: Path
) -> None:
    """Who answers for the team must see what became of every word, and that nothing is hidden."""
    await page.goto(talked.store.url)
    assert await barriers(page) == []
    await _logs_in(page, talked, "turid")
    rows = page.get_by_role("region", name="Overføringer").locator("tbody tr")
    await expect(rows).to_have_count(2)
    assert await barriers(page) == []

    await page.get_by_label("Status").select_option(label="Avvik – må undersøkes")
    await page.get_by_role("button", name="Vis").click()
    await expect(page.get_by_text("Ingen overføringer passer med utvalget.")).to_be_visible()
    await page.get_by_role("link", name="Nullstill").click()
    await page.get_by_label("Saksbehandler").select_option(label="Amir")
    await page.get_by_role("button", name="Vis").click()
    await expect(rows).to_have_count(2)

    filed = rows.filter(has=page.get_by_text("Ja", exact=True))
    await filed.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Steg for steg")).to_be_visible()
    await expect(page.get_by_text("Utebrus egen kopi").first).to_be_visible()
    assert await barriers(page) == []
    await page.get_by_role("link", name="Åpne i journalen").click()
    await expect(page.get_by_text("Ja, kom innom i dag.")).to_be_visible()
    assert await barriers(page) == []
    menu = page.get_by_label("Hovedmeny")
    for name in ("Ufordelt", "Mine oppgaver", "Koble til Slack"):
        if name != "Mine oppgaver":
            await menu.get_by_text("Mer", exact=True).click()
        await menu.get_by_role("link", name=name, exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await barriers(page) == []

    await page.get_by_role("link", name="Overføringslogg").first.click()
    await page.get_by_role("link", name="Kontroller kjeden").click()
    await expect(page.get_by_role("heading", name="Kjeden henger sammen")).to_be_visible()
    assert await barriers(page) == []
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Eksporter").click()
    export = tmp_path / "export.ndjson"
    await (await download.value).save_as(export)
    assert _verified(export).startswith("whole: ")

    await page.get_by_role("link", name="Til gjennomgang").click()
    assert await barriers(page) == []
    await page.get_by_label("Kommentar").fill("Sett over uke 48. Ingenting å følge opp.")
    await page.get_by_role("button", name="Kvitter").click()
    await expect(page.get_by_text("Sett over uke 48.")).to_be_visible()
    assert await barriers(page) == []


def _verified(export: Path) -> str:
    command = [sys.executable, "-I", str(VERIFY), str(export)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


async def test_a_caseworker_sees_own_transfers_and_cannot_sign(page: Page, talked: Town) -> None:
    """A youth was promised that only those who need it can read what was written."""
    await _logs_in(page, talked, "siri")
    await expect(page.get_by_text("Her er det ingenting ennå.")).to_be_visible()
    await expect(page.get_by_role("link", name="Gjennomgang")).to_have_count(0)
    assert await barriers(page) == []

    refused = await page.request.get(f"{talked.store.url}/reviews")
    assert refused.status == 403
    refused = await page.request.get(f"{talked.store.url}/transfers/export")
    assert refused.status == 403


async def test_the_log_can_be_reached_and_read_with_the_keyboard(page: Page, talked: Town) -> None:
    """A team leader who cannot use a mouse answers for just as much."""
    await page.goto(talked.store.url)
    # By itself, but not in the moment that the page is there.
    await expect(page.get_by_label("Brukernavn")).to_be_focused()
    await page.keyboard.type("turid")
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Overføringslogg")).to_be_visible()

    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Hopp til innholdet")
    await page.keyboard.press("Enter")
    await _tabs_to_link(page, re.compile(r"\d\d:\d\d"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Steg for steg")).to_be_visible()


async def _tabs_to_link(page: Page, name: re.Pattern[str]) -> None:
    wanted = page.locator(":focus").and_(page.get_by_role("link", name=name))
    for _ in range(40):
        if await wanted.count():
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name.pattern}")
