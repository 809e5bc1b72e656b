"""Somebody with the demo page open, who does what a person would do there."""

import re

from playwright.async_api import Locator, Page, expect


class Visitor:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone = page.get_by_label("Samtalen på telefonen")
        self.room = page.get_by_label("Meldinger i rommet")
        self.thread = page.get_by_label("Svar i tråden")
        self.log = page.get_by_label("Overføringer", exact=True)
        self.modal = page.get_by_role("dialog")

    async def opens(self, url: str) -> None:
        await self.page.goto(url)
        await self.page.locator("body[data-ready=yes]").wait_for()

    async def is_youth(self, name: str) -> None:
        await self._tab("Hvem er du?", name)

    async def is_colleague(self, name: str) -> None:
        await self._tab("Hvem er du i Slack?", name)

    async def opens_app(self, name: str) -> None:
        """On the phone."""
        await self._tab("Appen på telefonen", name)

    async def _tab(self, group: str, name: str) -> None:
        tab = self.page.get_by_role("group", name=group, exact=True).get_by_role(
            "button", name=name
        )
        await tab.click()
        await expect(tab).to_have_attribute("aria-pressed", "true")

    async def says(self, text: str) -> None:
        """On the phone."""
        await self._writes("Melding fra ungdommen", text)

    async def writes(self, text: str) -> None:
        """In the room thread."""
        await self._writes("Melding i tråden", text)

    async def _writes(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label)
        await field.fill(text)
        await field.press("Enter")
        await expect(field).to_have_value("")

    async def taps(self, button: str) -> None:
        """On the phone's newest keyboard that has it."""
        await self.phone.get_by_role("button", name=button, exact=True).last.click()

    async def enters_thread(self) -> None:
        """The newest room thread."""
        newest = self.room.locator("li.message").last
        await newest.get_by_role("button", name=re.compile(r"\d+ svar")).click()
        await expect(self.thread).to_be_visible()

    async def presses(self, button: str) -> None:
        """In the room thread: the last that says so."""
        await self.thread.get_by_role("button", name=button, exact=True).last.click()

    def said(self, text: str | re.Pattern[str]) -> Locator:
        return self.thread.get_by_text(text)

    async def breaks(self, what: str, *, on: bool = True) -> None:
        switch = self.page.get_by_role("switch", name=what)
        await switch.click()
        await expect(switch).to_have_attribute("aria-checked", str(on).lower())

    async def sees(self, where: Locator, text: str | re.Pattern[str]) -> None:
        await expect(where).to_contain_text(text)
