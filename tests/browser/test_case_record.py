"""The case record in a browser: a caseworker's day, and a team leader's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from casestore.users.rules import Role
from tests.browser.desk import at_desk, served
from tests.casestore.people import youth_with_case
from tests.casestore.stage import Stage, transcript_body, withdrawal_body

Served = tuple[Stage, str]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as here:
        yield here


async def test_a_caseworkers_day(store: Served, browser: Browser) -> None:
    """What is done every day must be easy to do right, and leave no words where others look."""
    stage, url = store
    amir, _ = await stage.person("amir"), await stage.person("siri")
    await stage.agreed()
    filed = await stage.bridge.put("transcripts/c_1", transcript_body(stage, author=amir.id))
    assert filed.status_code == 201, filed.text

    async with at_desk(browser, url) as amir_at:
        page = amir_at.page
        await amir_at.logs_in("amir")
        await amir_at.goes_to("Mine oppgaver")
        await amir_at.follows("Åpne og knytt til sak")
        await amir_at.is_at("Blå rev")
        new = page.locator("section", has=page.get_by_role("heading", name="Ny ungdom"))
        await new.get_by_label("Navn, hvis du vet det").fill("Maya Hansen")
        await new.get_by_label("Hvordan vet du hvem det er?").fill("Hun sa det selv i parken.")
        await amir_at.presses("Registrer, åpne sak og knytt")
        await amir_at.sees("Hører til Blå rev – Maya Hansen")
        await amir_at.is_at("Blå rev")

        await page.get_by_role("main").get_by_role("link", name="Sak ").first.click()
        await amir_at.sees("Det som har skjedd")
        await amir_at.is_at("2026/0001 · Blå rev")
        case = page.url
        await amir_at.follows("Skriv notat")
        await amir_at.is_at("Nytt notat")
        await page.get_by_role("radio").first.check()
        await amir_at.fills(minutes="30", words="Vi snakket om skøyter og matteprøven.")
        await amir_at.presses("Ferdig")
        await amir_at.follows("Samtale, 30 min")
        await amir_at.sees("Vi snakket om skøyter og matteprøven.")
        await expect(page.get_by_text("Ferdig 23.11.2026")).to_be_visible()
        await amir_at.is_at("Samtale")

        await page.goto(case)
        await amir_at.unfolds("Del saken")
        await page.get_by_label("Hvem skal kunne lese?").select_option(label="Siri")
        await amir_at.fills(until_day="2026-12-07", reason="Siri tar uke 49.")
        await amir_at.presses("Del saken")
        await amir_at.sees("Kan lese nå")
        await amir_at.is_at("Blå rev")
        await amir_at.follows("Ungdommens side")
        await amir_at.sees("Det vi vet")
        await amir_at.is_at("Blå rev")
        await amir_at.follows("Samtykker")
        await amir_at.is_at("Samtykker")

        await amir_at.goes_to("Registrer kontakt", "Kontakter")
        for group in ("Hva slags kontakt?", "Hvordan?"):
            await page.get_by_role("group", name=group).get_by_role("radio").first.check()
        await amir_at.fills(minutes="15")
        await amir_at.presses("Registrer")
        await amir_at.sees("Kontakten er lagret.")

        await amir_at.goes_to("Søk")
        await amir_at.fills(query="matteprøven")
        await page.get_by_role("main").get_by_role("button", name="Søk").click()
        await expect(page.locator("mark")).to_have_text("matteprøven")
        await amir_at.is_at("Søk")

        await page.goto(case)
        await amir_at.follows("Ungdommens side")
        await amir_at.follows("Innsyn")
        await page.get_by_role("radio").first.check()
        await amir_at.presses("Lag kode")
        code = (await page.locator("p.code").inner_text()).removeprefix("Koden er").strip()
        await amir_at.is_at("Innsyn for Blå rev")
        told = ("maya", "hansen", "matteprøven", "skøyter", "blå", "parken", "uke 49", code.lower())
        assert amir_at.never_told_in_an_address(*told)

    async with at_desk(browser, url) as mayas:
        await mayas.page.goto(f"{url}/min-journal")
        await mayas.is_at("Min journal")
        await mayas.fills(code=code)
        await mayas.presses("Åpne")
        await mayas.is_at("Hei, Maya Hansen")
        await mayas.sees("Vi snakket om skøyter og matteprøven.")
        assert mayas.never_told_in_an_address(*told)

    async with at_desk(browser, url) as siri_at:
        await siri_at.logs_in("siri")
        await siri_at.page.goto(case)
        await siri_at.is_at("Blå rev")
        await siri_at.sees("Delt med deg, bare lesing")


async def test_a_team_leaders_day(store: Served, browser: Browser) -> None:
    """Who answers for the team gives access, follows up, restricts and checks, all in words."""
    stage, url = store
    amir = await stage.person("amir")
    await stage.person("turid", Role.TEAM_LEADER)
    await youth_with_case(stage, amir, name="Maya Hansen", thread="t_rev")
    stopped = await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    assert stopped.status_code == 201, stopped.text

    async with at_desk(browser, url) as turid_at:
        page = turid_at.page
        await turid_at.logs_in("turid")
        await turid_at.goes_to("Mine oppgaver")
        await turid_at.sees("Samtykket er trukket")
        await turid_at.unfolds("Marker som fulgt opp")
        await turid_at.fills(note="Snakket med henne. Det som er ført, sperres.")
        await turid_at.presses("Fulgt opp")
        await turid_at.sees("Snakket med henne.")

        await turid_at.goes_to("Ungdommer")
        await turid_at.follows("Blå rev")
        await turid_at.follows("Sperre eller slette")
        await turid_at.is_at("Sperre eller slette")
        await page.locator("#restrict_basis").select_option(index=1)
        await page.locator("#restrict_reason").fill("Hun mener at skolen er feil.")
        await turid_at.presses("Sperr")
        await turid_at.sees("Personen er sperret.")
        await turid_at.is_at("Sperre eller slette")
        await turid_at.goes_to("Sperret og slettet")

        await turid_at.goes_to("Kontoer")
        await turid_at.follows("Amir")
        await turid_at.is_at("Amir")
        await turid_at.unfolds("Gjør til stedfortreder")
        await turid_at.fills(begins="2026-11-23", ends="2026-12-04", reason="Jeg har ferie.")
        await turid_at.presses("Gi")
        await turid_at.sees("stedfortreder nå")
        await turid_at.is_at("Amir")

        await turid_at.goes_to("Statistikk")
        await turid_at.sees("kontakt")
        await turid_at.goes_to("Hendelser", "Hendelseslogg")
        await turid_at.follows("Kontroller kjeden")
        await turid_at.is_at("Kontroller kjeden")
        await expect(page.get_by_role("heading", name="er hel")).to_have_count(2)
        await turid_at.follows("Ankere på papir")
        await turid_at.is_at("Ankere på papir")
        told = ("maya", "hansen", "skolen", "snakket", "ferie", "blå")
        assert turid_at.never_told_in_an_address(*told)

    async with at_desk(browser, url) as amir_at:
        await amir_at.logs_in("amir")
        await expect(amir_at.page.get_by_role("banner")).to_contain_text("Stedfortreder")
