"""The demo page: three panes in which anyone can see the promises hold."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, Route, expect

from bridge.demo.town import Town
from tests.browser.stage import UNDO, RunningClock, barriers
from tests.browser.visitor import Visitor
from tests.contract.workspace_contract import DOT

SOME_REPLIES = re.compile(r"\d+ svar")


async def test_what_is_said_ends_in_the_log_with_a_yes(
    visitor: Visitor, clock: RunningClock
) -> None:
    """A municipality that wonders what this is must be able to see all of it in a minute."""
    assert await barriers(visitor.page) == []

    await visitor.says("hei, er det noen der?")
    await visitor.sees(visitor.phone, "Det er frivillig å snakke med oss")
    await visitor.sees(visitor.room, "Telegram · samtykke: ikke svart")

    await visitor.is_colleague("Amir")
    await visitor.enters_thread()
    await visitor.sees(visitor.thread, "hei, er det noen der?")
    await visitor.presses("Ta saken")
    await visitor.sees(visitor.thread, "har tatt saken")
    await visitor.writes("hun virker alene, jeg tar dette")
    await visitor.writes("@utebru Hei! Jeg heter Amir. Vil du treffes i dag?")
    await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
    await expect(visitor.phone).not_to_contain_text("Vil du treffes")
    assert await barriers(visitor.page) == []

    clock.move(UNDO)
    await visitor.sees(visitor.phone, "Hei! Jeg heter Amir. Vil du treffes i dag?")
    await visitor.sees(visitor.thread, "✓ sendt")
    await expect(visitor.phone).not_to_contain_text("virker alene")

    await visitor.taps("Ja")
    await visitor.sees(visitor.phone, "Da skriver vi ned det vi snakker om")
    await visitor.sees(visitor.thread, "samtykke: ja")

    await visitor.presses("Avslutt")
    await visitor.sees(visitor.modal, "internt notat følger ikke med")
    assert await barriers(visitor.page) == []
    await visitor.modal.get_by_role("button", name="Avslutt").click()

    await visitor.sees(visitor.phone, "Nå er samtalen skrevet i journalen din")
    await visitor.sees(visitor.log, "Samtykke: ja · 1 + 1 meldinger")
    await visitor.sees(visitor.log, "Saksbehandler: Amir")
    assert await barriers(visitor.page) == []


async def test_a_reply_can_be_undone_with_the_keyboard_alone(
    visitor: Visitor, page: Page, clock: RunningClock
) -> None:
    """A caseworker who cannot use a mouse has the same ten seconds as anybody else."""
    await page.get_by_label("Melding fra ungdommen").focus()
    await page.keyboard.type("kan noen bli med meg til NAV?")
    await page.keyboard.press("Enter")
    await visitor.sees(visitor.room, "samtykke: ikke svart")
    await _tabs_to(page, "Siri")
    await page.keyboard.press("Enter")
    await expect(visitor.room.get_by_role("button", name=SOME_REPLIES)).to_be_visible()
    await _tabs_to(page, SOME_REPLIES)
    await page.keyboard.press("Enter")
    await visitor.sees(visitor.thread, "kan noen bli med meg til NAV?")

    await _tabs_to(page, "Svar")
    await page.keyboard.press("Enter")
    await expect(visitor.modal).to_be_visible()
    await expect(visitor.modal.get_by_role("textbox")).to_be_visible()
    await _tabs_to(page, "", role="textbox")
    await page.keyboard.type("Ja, jeg kan bli med.")
    await _tabs_to(page, "Svar")
    await page.keyboard.press("Enter")
    await expect(visitor.modal).to_be_hidden()
    await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
    await _tabs_to(page, "Angre")
    await page.keyboard.press("Enter")

    await visitor.sees(visitor.thread, "angret")
    clock.move(UNDO)
    await visitor.says("hallo?")
    await visitor.sees(visitor.thread, "hallo?")
    await expect(visitor.phone).not_to_contain_text("jeg kan bli med")


async def _tabs_to(page: Page, name: str | re.Pattern[str], *, role: str = "button") -> None:
    """Press Tab until what is wanted has the focus; fails if it never gets it."""
    wanted = page.locator(":focus").and_(
        page.get_by_role("button", name=name, exact=True)
        if role == "button"
        else page.get_by_role("textbox")
    )
    for _ in range(120):
        if await wanted.count():
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name}")


async def test_a_choice_made_while_the_page_asks_for_news_is_not_undone_by_the_answer(
    visitor: Visitor, page: Page
) -> None:
    """Or a visitor writes as Maya what they meant to write as Ola."""
    asked, chosen = asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        answer = await route.fetch()
        asked.set()
        await chosen.wait()
        await route.fulfill(response=answer)

    await page.route("**/demo/state?*", slow, times=1)
    await visitor.says("hei")
    await asked.wait()
    await page.get_by_role("button", name="Ola").click()
    chosen.set()

    await expect(page.get_by_role("button", name="Ola")).to_have_attribute("aria-pressed", "true")
    await expect(visitor.phone).not_to_contain_text("hei")


async def test_what_is_broken_mends_by_itself_and_says_so_meanwhile(
    visitor: Visitor, here: Town, clock: RunningClock
) -> None:
    """An outage is when a youth writes too; nothing they write then may be lost."""
    await visitor.breaks("Journalsystemet er nede")
    await visitor.sees(visitor.log, "Journalsystemet svarer ikke")
    await visitor.breaks("Broen er stoppet")
    await expect(visitor.page.get_by_text("Utebru er ikke tilkoblet")).to_be_visible()
    assert not here.is_up
    await visitor.is_youth("Ola")
    await visitor.says("er det noen på jobb?")
    await expect(visitor.phone).not_to_contain_text("Utekontakten:")
    assert await barriers(visitor.page) == []

    await visitor.breaks("Broen er stoppet", on=False)
    await visitor.sees(visitor.phone, "Det er vanlige folk som leser")
    await visitor.sees(visitor.room, "samtykke: ikke svart")
    await visitor.taps("Ja")
    await visitor.sees(visitor.phone, "Da skriver vi ned")
    await visitor.breaks("Journalsystemet er nede", on=False)
    await expect(visitor.log).not_to_contain_text("svarer ikke")


async def test_crisis_words_are_met_at_once_also_with_everything_down(
    visitor: Visitor, clock: RunningClock
) -> None:
    """Who does not want to live any more cannot wait for a server."""
    await visitor.breaks("Journalsystemet er nede")
    await visitor.breaks("Slack svarer 429")
    await visitor.is_youth("Mina")

    await visitor.says("jeg vil ikke leve mer")

    await visitor.sees(visitor.phone, "116 111")
    await expect(visitor.phone).not_to_contain_text("Er det greit at vi skriver ned")
    await visitor.breaks("Slack svarer 429", on=False)
    clock.move(timedelta(minutes=5))
    await visitor.sees(visitor.room, re.compile("[Kk]rise"))


@pytest.mark.parametrize("app", ["Messenger", "Instagram", "WhatsApp", "E-post"])
async def test_the_phone_has_more_than_one_app_and_answers_come_to_the_one_in_hand(
    visitor: Visitor, clock: RunningClock, app: str
) -> None:
    """A municipality must see that the story is the same wherever a youth writes."""
    await visitor.opens_app(app)
    await visitor.says(f"hei, jeg har bare {app}")
    await visitor.sees(visitor.phone, "Det er frivillig å snakke med oss")
    await visitor.sees(visitor.room, re.compile(rf"{app} · samtykke: ikke svart", re.IGNORECASE))
    await visitor.sees(visitor.phone, "Er det greit at vi skriver ned")
    assert await barriers(visitor.page) == []
    if app == "E-post":
        await visitor.says("ja")
    else:
        await visitor.taps("Ja")
    await visitor.sees(visitor.phone, "Da skriver vi ned det vi snakker om")

    await visitor.is_colleague("Amir")
    await visitor.enters_thread()
    await visitor.writes("@utebru Hei! Vi er her også.")
    await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
    clock.move(UNDO)
    await visitor.sees(visitor.phone, "Hei! Vi er her også.")
    await visitor.opens_app("Telegram")
    await expect(visitor.phone).not_to_contain_text("Vi er her også")
    await visitor.says("og her er jeg også")
    await visitor.sees(visitor.room, "Telegram · samtykke: ikke svart")


async def test_snapchat_is_carried_by_hand_from_the_first_word_to_the_answer(
    visitor: Visitor, page: Page, clock: RunningClock
) -> None:
    """No program reads Snapchat; a municipality must see what the carrying costs them."""
    await visitor.is_colleague("Amir")
    await page.get_by_label("Melding i rommet").fill("/utebru snap")
    await page.get_by_label("Melding i rommet").press("Enter")
    await expect(visitor.modal.get_by_role("button", name="Registrer")).to_be_visible()
    assert await barriers(page) == []
    await visitor.modal.get_by_label("Hvem skrev?").select_option(label="Ny ungdom")
    await visitor.modal.get_by_label("Ordene, slik ungdommen skrev dem").fill(
        "hei, jeg er bare på Snap"
    )
    await visitor.modal.locator("input[type=file]").set_input_files(
        {"name": "skjerm.png", "mimeType": "image/png", "buffer": DOT}
    )
    await visitor.modal.get_by_role("button", name="Registrer").click()

    await visitor.sees(visitor.room, "Snapchat · samtykke: ikke spurt")
    await visitor.enters_thread()
    await visitor.sees(visitor.thread, "hei, jeg er bare på Snap")
    await visitor.writes("@utebru Hei! Vi så snappen din.")
    await expect(visitor.thread.get_by_role("button", name="Angre")).to_be_visible()
    clock.move(UNDO)
    await visitor.sees(visitor.thread, "Kopier til Snapchat")
    await visitor.presses("Sendt")
    await visitor.sees(visitor.thread, "✓ sendt")
    assert await barriers(page) == []
