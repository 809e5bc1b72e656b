"""The municipality's log-in in a real browser, at a provider that somebody else has written."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from casestore.oidc.settings import OidcSettings
from tests.browser.desk import Desk, at_desk, served
from tests.casestore.stage import PASSWORD, Stage
from tests.support.served import PATIENCE, free_port


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    """oidc-provider-mock in a process of its own; its issuer."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr
    try:
        async with asyncio.timeout(PATIENCE):
            while b"running on" not in (line := await said.readline()):
                assert line, "it did not start"
        # By name, and the case store by number: to a browser two sites, as they are in the world.
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        await process.communicate()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[tuple[Stage, str]]:
    async with provider() as issuer:
        port = free_port()
        oidc = OidcSettings(
            issuer=issuer,
            client_id="utebru",
            client_secret="hemmelig-nok",
            address=f"http://127.0.0.1:{port}",
        )
        # The provider has the clock of this machine.
        now = datetime.now(UTC).replace(microsecond=0)
        async with served(tmp_path, at=now, port=port, oidc=oidc) as here:
            yield here


async def at_the_municipality(desk: Desk, subject: str) -> None:
    await desk.page.wait_for_url("http://localhost:*/**")
    await desk.page.get_by_placeholder("sub").fill(subject)
    await desk.presses("Authorize")


async def test_an_employee_ties_their_account_and_comes_in_by_it(
    store: tuple[Stage, str], browser: Browser
) -> None:
    """A browser is stricter with cookies, forms and redirects than any test without one."""
    stage, url = store
    await stage.person("kari")
    async with at_desk(browser, url) as desk:
        await desk.logs_in("kari")
        await desk.page.goto(f"{url}/account")
        await desk.is_at("Min konto")
        await desk.page.get_by_label("Passordet ditt her").fill("ikke det riktige")
        await desk.presses("Knytt kontoen")
        await desk.sees("Passordet stemmer ikke")
        await desk.is_at("Min konto")
        await desk.page.get_by_label("Passordet ditt her").fill(PASSWORD)
        await desk.presses("Knytt kontoen")
        await at_the_municipality(desk, "kari-hos-kommunen")
        await desk.is_at("Min konto")
        await desk.sees("Knyttet siden")
        await desk.presses("Logg ut")
        await desk.is_at("Logg inn")

        await desk.presses("Logg inn med kommunens pålogging")
        await at_the_municipality(desk, "en-annen")
        await desk.is_at("Det gikk ikke")
        await desk.sees("må du spørre teamlederen")
        await desk.page.goto(f"{url}/login")
        await desk.presses("Logg inn med kommunens pålogging")
        await desk.page.wait_for_url("http://localhost:*/**")
        await desk.presses("Deny")
        await desk.is_at("Det gikk ikke")
        await desk.follows("Til forsiden")
        await desk.is_at("Logg inn")

        await desk.presses("Logg inn med kommunens pålogging")
        await at_the_municipality(desk, "kari-hos-kommunen")
        await desk.is_at("Overføringslogg")
        await expect(desk.page).to_have_url(f"{url}/transfers")
        await desk.page.goto(f"{url}/account")
        await desk.unfolds("Løs kontoen fra kommunens pålogging")
        await desk.page.get_by_label("Hvorfor?").fill("Bytter konto.")
        await desk.presses("Løs kontoen")
        await desk.is_at("Min konto")
        await expect(desk.page.get_by_role("button", name="Knytt kontoen")).to_be_visible()
        assert desk.never_told_in_an_address("hemmelig-nok", PASSWORD)
