"""Every page there is, for everybody: with data, empty, refused, on a small screen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.browser.desk import Desk, at_desk, served
from tests.browser.everything import (
    FOR_NOBODY_IN,
    NOT_PAGES,
    WORDS,
    addresses,
    filled,
    full_house,
    pages,
)
from tests.browser.looking import focus_is_seen, looked_over
from tests.browser.stage import barriers
from tests.casestore.accounts import enrols
from tests.casestore.own_journal import code_for
from tests.casestore.stage import PASSWORD, Person, Stage

House = tuple[Stage, str, dict[str, str]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with served(tmp_path) as (stage, url):
        yield stage, url, await full_house(stage)


def test_what_is_left_out_is_there() -> None:
    """A page that is renamed must not slip out through the list of what is no page."""
    assert addresses() >= NOT_PAGES


async def test_no_page_keeps_anybody_out(house: House, browser: Browser) -> None:
    """A caseworker with poor sight, or none, or a telephone, must be able to help just as well."""
    _, url, ids = house
    wrong: list[str] = []
    seen: set[str] = set()
    for login in ("amir", "turid"):
        async with at_desk(browser, url) as desk:
            await desk.logs_in(login)
            for path in await theirs(desk, ids):
                await desk.page.goto(url + filled(path, ids))
                wrong += [f"{login} {path}: {each}" for each in await looked_over(desk.page)]
                wrong += await told_in_the_title(desk.page, path)
                seen.add(path)
    assert not wrong, "\n" + "\n".join(wrong)
    assert set(pages()) - seen == set(FOR_NOBODY_IN)


async def theirs(desk: Desk, ids: dict[str, str]) -> list[str]:
    """The pages that who sits here may see."""
    found = []
    for path in pages():
        if path in FOR_NOBODY_IN or ("{" in path and not ids):
            continue
        answer = await desk.page.request.get(desk.url + filled(path, ids), max_redirects=0)
        if answer.status == 200:
            found.append(path)
    return found


async def told_in_the_title(page: Page, path: str) -> list[str]:
    title = (await page.title()).lower()
    return [f"{path}: «{word}» in its title" for word in WORDS if word in title]


async def test_nor_do_the_pages_for_who_is_not_logged_in(house: House, browser: Browser) -> None:
    """The first page anybody meets, the code, and the youth's own journal, shut and open."""
    stage, url, ids = house
    amir = await at_work(stage, "amir")
    siri = await at_work(stage, "siri")
    await enrols(stage, siri)
    async with at_desk(browser, url) as desk:
        page, wrong = desk.page, list[str]()
        await page.goto(f"{url}/login")
        wrong += await looked_over(page)
        await page.get_by_label("Brukernavn").fill("siri")
        await page.get_by_label("Passord").fill(PASSWORD)
        await desk.presses("Logg inn")
        await page.wait_for_url("**/login/code")
        wrong += await looked_over(page)
        await page.goto(f"{url}/min-journal")
        wrong += await looked_over(page)
        await page.context.clear_cookies()
        await page.reload()
        await page.get_by_label("Koden").fill(await code_for(amir, ids["person_id"]))
        await desk.presses("Åpne")
        await page.get_by_role("heading", level=1).get_by_text("Hei, Kari").wait_for()
        wrong += await looked_over(page)
        wrong += await told_in_the_title(page, "/min-journal")
    assert not wrong, "\n" + "\n".join(wrong)


async def at_work(stage: Stage, login: str) -> Person:
    person = Person(id="", login=login, http=await stage.browser())
    assert (await person.logs_in()).status_code == 303
    return person


async def test_nor_do_empty_pages(tmp_path: Path, browser: Browser) -> None:
    """On the first day there is nothing on any page but how to begin."""
    async with served(tmp_path) as (stage, url):
        await stage.person("amir")
        async with at_desk(browser, url) as desk:
            await desk.logs_in("amir")
            wrong = []
            for path in await theirs(desk, {}):
                await desk.page.goto(url + path)
                wrong += [f"{path}: {each}" for each in await looked_over(desk.page)]
    assert not wrong, "\n" + "\n".join(wrong)


NOT_REFUSED = frozenset({"/people", "/people/{person_id}/journal-access/preview"})
"""A search for nothing finds everybody; and where something is only chosen, nothing is lost."""

FORMS = """() => [...document.querySelectorAll('main form[method=post]')].filter(
  (form) => [...form.elements].some((e) => e.required)).length"""

BLANK = """(n) => {
  const forms = [...document.querySelectorAll('main form[method=post]')].filter(
    (form) => [...form.elements].some((e) => e.required));
  const form = forms[n];
  form.noValidate = true;
  for (const e of form.elements) {
    if (e.type === 'radio' || e.type === 'checkbox') e.checked = false;
    else if (e.tagName === 'SELECT') e.selectedIndex = 0;
    else if (!['hidden', 'submit'].includes(e.type)) e.value = '';
  }
  form.requestSubmit(form.querySelector('[type=submit]'));
}"""

AT = """() => {
  const e = document.activeElement;
  return e.matches('[aria-invalid=true], [role=alert]')
    || e.closest('fieldset')?.matches(':has(.bad-text)');
}"""


async def test_a_form_that_is_refused_leads_to_the_first_mistake(
    house: House, browser: Browser
) -> None:
    """Who cannot see the page at a glance must not have to search for what was wrong in it."""
    _, url, ids = house
    wrong, refused = [], set[str]()
    for login in ("amir", "turid"):
        async with at_desk(browser, url) as desk:
            await desk.logs_in(login)
            page = desk.page
            for path in await theirs(desk, ids):
                if path in NOT_REFUSED:
                    continue
                await page.goto(url + filled(path, ids))
                for n in range(await page.evaluate(FORMS)):
                    await page.goto(url + filled(path, ids))
                    async with page.expect_navigation():
                        await page.evaluate(BLANK, n)
                    refused.add(path)
                    if await page.get_by_role("link", name="Til forsiden").count():
                        wrong.append(f"{login} {path}, form {n}: what was typed is gone")
                        continue
                    if not await page.evaluate(AT):
                        wrong.append(f"{login} {path}, form {n}: the focus is elsewhere")
                    if told := await focus_is_seen(page):
                        wrong.append(f"{login} {path}, form {n}: {told}")
                    wrong += [f"{path}, form {n}: {each}" for each in await barriers(page)]
            desk.complaints = [each for each in desk.complaints if "status of 4" not in each]
    assert not wrong, "\n" + "\n".join(wrong)
    assert len(refused) > 10
