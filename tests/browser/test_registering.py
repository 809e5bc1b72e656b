"""«Registrer Snap» in the street: on a narrow telephone, with pictures, and without our script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from casestore.registrations.rules import GRACE
from tests.browser.desk import served
from tests.browser.pictures_form import fills_in, screenshot
from tests.browser.stage import barriers
from tests.casestore.registering import asks, waiting
from tests.casestore.stage import PASSWORD, Stage


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[tuple[Stage, str]]:
    async with served(tmp_path) as (stage, url):
        await stage.person("amir")
        yield stage, url


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_a_telephone_is_enough(
    there: tuple[Stage, str], browser: Browser, *, script: bool
) -> None:
    """Found in the menu, filled in with a picture, mended, and seen as it will be."""
    stage, url = there
    context = await browser.new_context(
        viewport={"width": 320, "height": 640}, locale="nb-NO", java_script_enabled=script
    )
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_label("Brukernavn").fill("amir")
    await page.get_by_label("Passord").fill(PASSWORD)
    await page.get_by_role("button", name="Logg inn").click()
    await page.get_by_label("Hovedmeny").get_by_text("Mer", exact=True).click()
    await page.get_by_role("link", name="Registrer Snap").click()

    await fills_in(page, url)
    await page.get_by_label("Hvem gjelder det?").select_option(label="Ny ungdom")
    await page.get_by_role("button", name="Send inn").click()
    await expect(page.get_by_role("alert")).to_contain_text("Noe mangler")
    await expect(page.get_by_label("Ordene, slik de sto")).not_to_be_empty()
    await expect(page.get_by_text("Velg dem på nytt.").first).to_be_visible()
    if script:
        assert await barriers(page) == []
    await page.get_by_label("Eller aliaset, slik det står i Slack").fill("")
    await _chooses(page)
    await page.get_by_role("button", name="Send inn").click()

    await expect(page.get_by_text("Slik blir det registrert")).to_be_visible()
    await expect(page.get_by_role("img", name="Skjermbilde 2")).to_be_visible()
    await page.get_by_role("link", name="Rett", exact=True).click()
    await page.get_by_label("Bilde 1").uncheck()
    await page.get_by_role("button", name="Send inn").click()
    await expect(page.get_by_role("img", name="Skjermbilde 1")).to_be_visible()
    await expect(page.get_by_role("img", name="Skjermbilde 2")).to_have_count(0)
    if script:
        assert await barriers(page) == []
    await context.close()
    await _is_given(stage)


async def _chooses(page: Page) -> None:
    two = [
        FilePayload(name=f"IMG_{n}.PNG", mimeType="image/png", buffer=screenshot()) for n in (1, 2)
    ]
    await page.get_by_label("Skjermbilder").set_input_files(two)


async def _is_given(stage: Stage) -> None:
    stage.clock.move(GRACE)
    (its_id,) = await waiting(stage)
    told = await asks(stage, its_id)
    assert (told["alias"], told["thread"], len(told["pictures"])) == (None, None, 1)
