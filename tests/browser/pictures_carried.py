"""Take the picture of a card that people carry anew: python -m tests.browser.pictures_carried"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from bots.carried.convert import written
from bridge.demo.live import awake
from bridge.demo.town import Town
from bridge.domain.carried import ref_of
from bridge.domain.ids import Address, EmployeeId
from bridge.domain.messages import Inbound, Said
from tests.browser.stage import RunningClock, browsing, chromium
from tests.browser.visitor import Visitor

PLACE = Path(__file__).parents[2] / "docs" / "pictures"
ENV = {"UTEBRU_SNAPCHAT__NAME": "utekontakten"}


async def registered(here: Town, clock: RunningClock, text: str) -> None:
    """What Siri has written down."""
    async with here.bridge.vault.begin() as tx:
        siri = await tx.staff.by_user(here.slack_users()["siri"].id)
    at = clock.now() - timedelta(minutes=4)
    fact = Said(ref=ref_of(at, text[:8]), text=text, by=EmployeeId(siri.id if siri else ""))
    body = written(Inbound(address=Address("registered-1"), at=at, fact=fact), fact)
    await here.bridge.accept("snapchat", fact.ref, body)


async def the_card(page: Page, here: Town, clock: RunningClock) -> None:
    visitor = Visitor(page)
    await visitor.opens(f"{here.page}/")
    await visitor.is_colleague("Amir")
    await registered(here, clock, "hei, har dere åpent på torsdag?")
    await visitor.sees(visitor.room, "Snapchat")
    await visitor.enters_thread()
    await visitor.presses("Ta saken")
    await visitor.sees(visitor.thread, "har tatt saken")
    await visitor.writes("@utebru Ja, fra klokka 14. Spør etter Amir i døra.")
    await expect(visitor.thread.get_by_role("button", name="Sendt", exact=True)).to_be_visible()
    await page.mouse.move(5, 5)
    await page.evaluate("document.activeElement?.blur()")
    await expect(page.locator(".alerts li")).to_have_count(0, timeout=20_000)
    thread = page.locator("#thread").first
    await thread.screenshot(path=PLACE / "carried.png", animations="disabled")


async def take(executable: str) -> None:
    clock = RunningClock()
    with tempfile.TemporaryDirectory(prefix="utebru-") as place:
        async with (
            awake(Path(place), clock, env=ENV) as here,
            browsing(executable) as browser,
        ):
            page = await browser.new_page(viewport={"width": 1560, "height": 960}, locale="nb-NO")
            await the_card(page, here, clock)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("No Chromium here.")
    asyncio.run(take(found))
