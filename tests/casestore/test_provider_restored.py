"""A backup is from before: what was untied since must not be tied again by restoring it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casestore.oidc.tables import OidcAttempt
from tests.casestore.municipality import (
    Municipality,
    client_of,
    leads_to,
    sent_away,
    there_and_back,
    ties,
)
from tests.casestore.restoring import again, backup, elsewhere, in_at, raised
from tests.casestore.stage import PASSWORD, Stage, staged
from tests.support.clock import StoppedClock


@pytest.fixture
async def stage(
    database_url: str, tmp_path: Path, clock: StoppedClock, there: Municipality
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            staged(database_url, tmp_path, clock, oidc=client_of(there))
        )


@pytest.mark.parametrize("since", ["nothing", "untied", "tied anew"])
async def test_a_tie_that_was_taken_away_since_stays_away(
    stage: Stage, there: Municipality, tmp_path: Path, since: str
) -> None:
    """Somebody's municipal account was stolen, and shut out here; then the disk died."""
    kari = await stage.person("kari")
    await ties(kari)
    await sent_away(kari)
    file = await backup(stage)
    if since != "nothing":
        done = await kari.sends("/account/provider/untie", reason="Stjålet.")
        assert done.status_code == 303
    if since == "tied anew":
        there.subject = "kari-sin-nye"
        assert leads_to((await ties(kari)).text) == "/account"
        there.subject = "kari-hos-kommunen"
    new = elsewhere(stage, f"sqlite+aiosqlite:///{tmp_path / 'ny' / 'casestore.db'}",
                    tmp_path / "annen")  # fmt: skip

    await again(stage, new, file)

    async with raised(stage, new) as restored:
        answer = await there_and_back(await in_at(restored, kari))
        assert answer.status_code == (200 if since == "nothing" else 403)
        async with restored.reading() as reading:
            waiting = select(func.count()).select_from(OidcAttempt)
            assert await reading.session.scalar(waiting) == 0
        by_password = await in_at(restored, kari)
        assert (await by_password.logs_in(PASSWORD)).status_code == 303
