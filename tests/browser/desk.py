"""The case store alone on a listener, and an employee with a browser in front of it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote_plus

from playwright.async_api import Browser, Page, Request, expect

from bridge.serving import listening
from casestore.oidc.settings import OidcSettings
from casestore.settings import Settings
from tests.browser.stage import MONDAY, barriers
from tests.casestore.stage import PASSWORD, TOKEN, Bridge, Stage, client
from tests.support.clock import StoppedClock
from tests.support.record_app import record_app

SEEN_AT_ONCE: Final = ("Saker", "Ungdommer", "Mine oppgaver", "Registrer kontakt", "Søk")


@asynccontextmanager
async def served(
    place: Path, *, at: datetime = MONDAY, port: int = 0, oidc: OidcSettings | None = None
) -> AsyncIterator[tuple[Stage, str]]:
    """The case store on a Monday morning, on loopback; and its address."""
    clock = StoppedClock(at)
    settings = Settings(
        token=TOKEN,
        database_url=f"sqlite+aiosqlite:///{place / 'casestore.db'}",
        keyring=place / "keys" / "casestore.keys",
        team="oslo",
        second_factor="optional",
        oidc=oidc,
    )
    app = record_app(settings, clock.now)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(listening(app, "127.0.0.1", port))
        http = await stack.enter_async_context(client(app, {"Authorization": f"Bearer {TOKEN}"}))
        yield (
            Stage(app=app, bridge=Bridge(http), settings=settings, clock=clock, stack=stack),
            url,
        )


class Desk:
    """Each page that is come to is looked over for barriers; each address is kept."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        self.addresses.append(unquote_plus(request.url).lower())

    async def logs_in(self, login: str) -> None:
        await self.page.goto(self.url)
        await self.page.get_by_label("Brukernavn").fill(login)
        await self.page.get_by_label("Passord").fill(PASSWORD)
        await self.presses("Logg inn")
        await self.is_at("Overføringslogg")

    async def is_at(self, heading: str) -> None:
        """The page with this heading, which nothing keeps anybody from reading or using."""
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        await self.page.wait_for_load_state()  # with its style sheet
        found = await barriers(self.page)
        assert found == [], f"{heading}: {found}"

    async def goes_to(self, name: str, heading: str | None = None) -> None:
        """Through the menu."""
        menu = self.page.get_by_label("Hovedmeny")
        if name not in SEEN_AT_ONCE:
            await menu.get_by_text("Mer", exact=True).click()
        await menu.get_by_role("link", name=name, exact=True).click()
        await self.is_at(heading or name)

    async def follows(self, link: str) -> None:
        await self.page.get_by_role("link", name=link).first.click()

    async def presses(self, button: str) -> None:
        await self.page.get_by_role("button", name=button, exact=True).click()

    async def unfolds(self, summary: str) -> None:
        await self.page.locator("summary").get_by_text(summary, exact=True).click()

    async def fills(self, **told: str) -> None:
        """The fields that can be seen, by their names in the form."""
        for name, text in told.items():
            await self.page.locator(f"[name={name}]:visible").fill(text)

    async def sees(self, text: str) -> None:
        await expect(self.page.get_by_role("main")).to_contain_text(text)

    def never_told_in_an_address(self, *words: str) -> bool:
        """Addresses lie in logs, histories and proxies."""
        return not [
            (word, address)
            for address in self.addresses
            for word in words
            if word.lower() in address
        ]


@asynccontextmanager
async def at_desk(browser: Browser, url: str, *, locale: str = "nb-NO") -> AsyncIterator[Desk]:
    """A browser of one's own, closed afterwards; what its pages complain of fails the test."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, locale=locale, timezone_id="Europe/Oslo"
    )
    desk = Desk(await context.new_page(), url)
    yield desk
    await context.close()
    assert desk.complaints == []
