"""A caseworker's main jobs, by the keyboard alone: whoever cannot use a mouse has the same job."""

from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.desk import at_desk, served
from tests.browser.looking import focus_is_seen
from tests.casestore.people import youth_with_case
from tests.casestore.stage import PASSWORD


class Keys:
    """Tab, Enter, space and the arrows; the focus is always where somebody can see it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def to(self, wanted: Locator) -> None:
        """Press Tab until it has the focus."""
        await self.page.wait_for_load_state()  # the words may be there before their style is
        focused = self.page.locator(":focus").and_(wanted)
        for _ in range(90):
            if await focused.count():
                assert await focus_is_seen(self.page) == ""
                return
            await self.page.keyboard.press("Tab")
            assert await focus_is_seen(self.page) == ""
        raise AssertionError(f"Tab never came to {wanted}")

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def enters(self, role: str, name: str) -> None:
        """Go to a link or a button, and press Enter."""
        await self.to(self.page.get_by_role(role, name=name))  # type: ignore[arg-type]
        await self.press("Enter")

    async def types(self, label: str, words: str) -> None:
        field = self.page.get_by_label(label)
        await self.to(field)
        await self.page.keyboard.type(words)

    async def past_the_menu(self) -> None:
        """The first Tab on any page is the way past its menu."""
        await self.page.wait_for_load_state()
        await self.press("Tab")
        await expect(self.page.locator(":focus")).to_have_text("Hopp til innholdet")
        await self.press("Enter")
        await expect(self.page.locator(":target")).to_have_id("main")

    async def is_at(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)


async def test_a_whole_day_without_a_mouse(tmp_path: Path, browser: Browser) -> None:
    async with served(tmp_path) as (stage, url):
        amir, _ = await stage.person("amir"), await stage.person("siri")
        await youth_with_case(stage, amir, name="Maya Hansen", thread="t_rev")
        async with at_desk(browser, url) as desk:
            page = desk.page
            keys = Keys(page)
            await page.goto(url)
            # By itself, but not in the moment that the page is there.
            await expect(page.get_by_label("Brukernavn")).to_be_focused()
            await page.keyboard.type("amir")
            await keys.press("Tab")
            await page.keyboard.type(PASSWORD)
            await keys.press("Enter")
            await keys.is_at("Overføringslogg")

            await _finds_the_case(keys)
            await _writes_a_note(keys)
            await _shares(keys)
            await _registers_a_contact(keys)
            await _hands_out_a_code(keys)

            await keys.enters("button", "Logg ut")
            await keys.is_at("Logg inn")


async def _finds_the_case(keys: Keys) -> None:
    await keys.enters("link", "Ungdommer")
    await keys.is_at("Ungdommer")
    await keys.past_the_menu()
    await keys.types("Alias eller navn", "maya")
    await keys.press("Enter")
    await expect(keys.page.get_by_role("link", name="Vis alle")).to_be_visible()
    await keys.enters("link", "Blå rev")
    await keys.is_at("Blå rev")
    await keys.past_the_menu()
    await keys.enters("link", "2026/0001")
    await keys.is_at("2026/0001")


async def _writes_a_note(keys: Keys) -> None:
    page = keys.page
    await keys.past_the_menu()
    await keys.enters("link", "Skriv notat")
    await keys.is_at("Nytt notat")
    await keys.past_the_menu()
    await keys.to(page.get_by_role("radio"))
    await keys.press("Space", "ArrowRight")
    await keys.types("Minutter", "0")
    await keys.types("Notatet", "Vi snakket om skolen.")
    await page.locator("form.card").evaluate("(form) => { form.noValidate = true; }")
    await keys.enters("button", "Ferdig")

    refused = page.get_by_label("Minutter")
    await expect(refused).to_be_focused()
    await expect(refused).to_have_attribute("aria-invalid", "true")
    assert await focus_is_seen(page) == ""
    await keys.press("Control+a")
    await page.keyboard.type("30")
    await keys.enters("button", "Ferdig")
    await keys.is_at("2026/0001")
    await expect(page.get_by_role("main")).to_contain_text("30 min")


async def _shares(keys: Keys) -> None:
    page = keys.page
    await keys.past_the_menu()
    await keys.to(page.locator("summary").get_by_text("Del saken", exact=True))
    await keys.press("Enter")
    await keys.to(page.get_by_label("Hvem skal kunne lese?"))
    await page.keyboard.type("Siri")
    await keys.to(page.locator("[name=until_day]:visible"))
    await page.keyboard.type("12122026")  # the same in every order
    await keys.to(page.locator("[name=reason]:visible"))
    await page.keyboard.type("Siri tar uke 49.")
    await keys.enters("button", "Del saken")
    await expect(page.get_by_role("main")).to_contain_text("Kan lese nå")


async def _registers_a_contact(keys: Keys) -> None:
    page = keys.page
    await keys.enters("link", "Registrer kontakt")
    await keys.is_at("Kontakter")
    await keys.past_the_menu()
    await keys.to(page.get_by_role("group", name="Hva slags kontakt?").get_by_role("radio"))
    await keys.press("Space")
    await keys.types("Minutter", "15")
    await keys.to(page.get_by_role("checkbox").first)
    await keys.press("Space")
    await keys.enters("button", "Registrer")
    await expect(page.get_by_role("main")).to_contain_text("Kontakten er lagret.")


async def _hands_out_a_code(keys: Keys) -> None:
    page = keys.page
    await keys.enters("link", "Ungdommer")
    await keys.is_at("Ungdommer")
    await keys.past_the_menu()
    await keys.enters("link", "Blå rev")
    await keys.is_at("Blå rev")
    await keys.past_the_menu()
    await keys.enters("link", "Innsyn")
    await keys.is_at("Innsyn for Blå rev")
    await keys.past_the_menu()
    await keys.to(page.get_by_role("radio"))
    await keys.press("Space")
    await keys.enters("button", "Lag kode")
    await expect(page.locator("p.code")).to_be_visible()
