"""Take the pictures of the guides anew: python -m tests.browser.pictures"""

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from bridge.demo.live import awake
from bridge.demo.town import PASSWORD, Town
from tests.browser.pictures_record import the_record
from tests.browser.stage import RunningClock, browsing, chromium
from tests.browser.visitor import Visitor

PLACE = Path(__file__).parents[2] / "docs" / "pictures"
UNDO = timedelta(seconds=10)


class Photographer:
    def __init__(self, page: Page, here: Town, clock: RunningClock) -> None:
        self.page, self.here, self.clock = page, here, clock
        self.visitor = Visitor(page)

    async def takes(self, name: str, of: str | None = None, *, height: int = 900) -> None:
        width = self.page.viewport_size["width"] if self.page.viewport_size else 1560
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.mouse.move(5, 5)
        await self.page.evaluate("document.activeElement?.blur()")
        await expect(self.page.locator(".alerts li")).to_have_count(0, timeout=20_000)
        target = self.page if of is None else self.page.locator(of).first
        await target.screenshot(path=PLACE / f"{name}.png", animations="disabled")
        await self.page.set_viewport_size({"width": width, "height": 900})

    async def replies(self, text: str) -> None:
        await self.visitor.writes(f"@utebru {text}")
        await expect(self.visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
        self.clock.move(UNDO)
        await self.visitor.sees(self.visitor.phone, text)

    async def ends(self) -> None:
        await self.visitor.presses("Avslutt")
        await expect(self.visitor.modal.get_by_role("button", name="Avslutt")).to_be_visible()

    async def confirms(self) -> None:
        await self.visitor.modal.get_by_role("button", name="Avslutt").click()
        await expect(self.visitor.modal).to_be_hidden()


async def ola(photographer: Photographer) -> None:
    visitor = photographer.visitor
    await visitor.is_colleague("Siri")
    await visitor.is_youth("Ola")
    await visitor.says("er dere ute i kveld?")
    await visitor.sees(visitor.phone, "Svar JA, NEI eller VET IKKE")
    await visitor.taps("Nei")
    await visitor.sees(visitor.room, "samtykke: nei")
    await visitor.enters_thread()
    await visitor.presses("Ta saken")
    await photographer.replies("Ja, vi er i parken fra klokka 19. Kom og si hei!")
    await photographer.ends()
    await photographer.confirms()
    await visitor.sees(visitor.phone, "bare telt")
    await visitor.taps("Ja, slett")
    await visitor.sees(visitor.phone, "Da sletter vi")
    await expect(visitor.phone).not_to_contain_text("i parken fra klokka 19")
    await photographer.here.bridge.rotate()
    await visitor.sees(visitor.log, "alle kopier har svar")


async def maya(photographer: Photographer) -> None:
    visitor = photographer.visitor
    photographer.clock.move(timedelta(minutes=23))
    await visitor.is_colleague("Amir")
    await visitor.is_youth("Maya")
    await visitor.says("hei, er det noen der?")
    await visitor.sees(visitor.phone, "Svar JA, NEI eller VET IKKE")
    await photographer.takes("phone", "#phone", height=1180)
    await visitor.enters_thread()
    await visitor.presses("Ta saken")
    await visitor.sees(visitor.thread, "har tatt saken")
    photographer.clock.move(timedelta(minutes=1))
    await visitor.taps("Ja")
    await visitor.sees(visitor.phone, "Da skriver vi ned")
    await visitor.writes("Jeg tar henne. Ringer skolen etterpå hvis hun vil.")
    await photographer.replies("Hei! Jeg heter Amir. Ja, jeg er her. Hva tenker du på?")
    photographer.clock.move(timedelta(minutes=2))
    await visitor.says("det er litt mye hjemme, kan vi treffes et sted?")
    await visitor.sees(visitor.thread, "kan vi treffes et sted?")
    await visitor.writes("@utebru Klart det. Biblioteket klokka 14?")
    await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
    await photographer.takes("demo")
    await photographer.takes("thread", "#thread", height=1240)
    photographer.clock.move(UNDO)
    await visitor.sees(visitor.phone, "Biblioteket klokka 14?")
    await photographer.ends()
    await photographer.takes("end", "#modal")
    await photographer.confirms()
    await visitor.sees(visitor.phone, "skrevet i journalen din")
    await photographer.takes("phone-end", "#phone", height=1000)


async def leader(photographer: Photographer) -> None:
    page, url = photographer.page, photographer.here.store.url
    await page.set_viewport_size({"width": 1280, "height": 860})
    await page.goto(url)
    await page.get_by_label("Brukernavn").fill("turid")
    await page.get_by_label("Passord").fill(PASSWORD)
    await page.get_by_role("button", name="Logg inn").click()
    await expect(page.get_by_role("heading", name="Overføringslogg")).to_be_visible()
    await photographer.takes("log", height=860)
    await page.locator("tbody tr").first.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="Steg for steg")).to_be_visible()
    await photographer.takes("transfer", height=1180)
    await page.goto(f"{url}/reviews")
    await photographer.takes("review", height=700)


async def take_page(page: Page, name: str, height: int) -> None:
    """One page of the case record, as tall as it needs."""
    await page.set_viewport_size({"width": 1280, "height": height})
    await page.mouse.move(5, 5)
    await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    await page.screenshot(path=PLACE / f"{name}.png", animations="disabled")


async def take_all(executable: str) -> None:
    PLACE.mkdir(exist_ok=True)
    clock = RunningClock()
    with tempfile.TemporaryDirectory(prefix="utebru-") as place:
        async with awake(Path(place), clock) as here, browsing(executable) as browser:
            page = await browser.new_page(viewport={"width": 1560, "height": 900}, locale="nb-NO")
            photographer = Photographer(page, here, clock)
            await photographer.visitor.opens(f"{here.page}/")
            await ola(photographer)
            await maya(photographer)
            await leader(photographer)
            await the_record(browser, here.store.url, take_page)


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("No Chromium here.")
    asyncio.run(take_all(found))
