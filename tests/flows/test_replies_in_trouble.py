"""Doubt is shown, and a person decides; nothing is silently repeated or dropped."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from tests.conftest import NoEars
from tests.support.stage import Stage, stage_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_reply_to_who_has_blocked_us_is_shown_as_not_delivered(stage: Stage) -> None:
    """Nobody believes that she has been answered."""
    maya = await stage.meets()
    maya.youth.phone.blocks()
    await stage.settles()
    assert "blokkert oss" in maya.reads()

    await maya.answers("Er du der fortsatt, Maya?")

    assert "⚠ ikke levert: ungdommen har blokkert oss" in maya.reads()


async def test_who_lets_us_in_again_can_be_answered(stage: Stage) -> None:
    """A second chance, by the same button."""
    maya = await stage.meets()
    maya.youth.phone.blocks()
    await maya.answers("Dette nådde deg ikke først.")
    maya.youth.phone.unblocks()
    await stage.settles()

    await maya.clicks("again")

    assert "Dette nådde deg ikke først." in maya.heard()
    assert "har åpnet for oss igjen" in maya.reads()


async def test_a_reply_nobody_knows_of_is_shown_as_uncertain_and_not_repeated(
    stage: Stage,
) -> None:
    """Twice «jeg er på vei» is bad; silence is worse; a guess is worst."""
    maya = await stage.meets()
    faults = stage.town.sandbox.telegram.faults
    faults.next(Fault.RESET_AFTER, method="sendMessage")

    await maya.answers("Jeg er på vei til deg nå.")

    assert "⚠ Usikkert om dette kom fram" in maya.reads()
    assert maya.heard().count("Jeg er på vei") == 1
    assert await stage.record.stuck("uncertain_reply") == 1

    await maya.clicks("leave")
    await stage.minutes(5)
    assert "latt være" in maya.reads()
    assert maya.heard().count("Jeg er på vei") == 1


async def test_an_uncertain_reply_is_sent_again_when_a_person_says_so(stage: Stage) -> None:
    """The caseworker may know from the next message whether it came."""
    maya = await stage.meets()
    stage.town.sandbox.telegram.faults.next(Fault.RESET_BEFORE, method="sendMessage")
    await maya.answers("Kom innom når du vil i dag.")
    if "Usikkert" in maya.reads():
        await maya.clicks("again")

    assert maya.heard().count("Kom innom når du vil i dag.") == 1
    assert "✓ sendt" in maya.reads()


async def test_a_reply_that_an_outage_has_delayed_asks_first(stage: Stage) -> None:
    """«Jeg venter utenfor» is not true any more after a quarter of an hour."""
    maya = await stage.meets()
    faults = stage.town.sandbox.telegram.faults
    faults.during(
        Fault.RATE_LIMITED, lasting=timedelta(minutes=15), method="sendMessage", seconds=60
    )
    await maya.answers("Jeg venter utenfor skolen.", settle=False)
    await stage.minutes(20)

    assert "Jeg venter utenfor skolen." not in maya.heard()
    assert "Skal det fortsatt sendes?" in maya.reads()

    await maya.clicks("again")
    assert "Jeg venter utenfor skolen." in maya.heard()


async def test_crisis_numbers_in_doubt_are_sent_again(stage: Stage) -> None:
    """Twice is better than not at all."""
    mina = stage.stranger()
    stage.town.sandbox.telegram.faults.next(Fault.RESET_AFTER, method="sendMessage", times=2)

    await mina.says("jeg orker ikke leve mer nå")
    await stage.minutes(1)

    assert "116 111" in mina.heard()


@pytest_asyncio.fixture(loop_scope="module")
async def without_admin(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Stage]:
    env = {"UTEBRU_SLACK__ADMIN_TOKEN": ""}
    async with stage_in(tmp_path, template=people_at_work, env=env) as alone:
        alone.is_heard_by(ears)
        yield alone


async def test_without_an_administrators_token_replies_go_by_the_form_only(
    without_admin: Stage,
) -> None:
    """Words that we could not erase afterwards are not spoken for us."""
    maya = await without_admin.meets()

    await maya.answers("Dette må gå en annen vei.")
    assert "Dette må gå en annen vei." not in maya.heard()
    assert "bare med knappen *Svar*" in maya.amir.hints()

    await maya.amir.replies_by_form("Dette gikk den rette veien.", maya.root)
    assert "Dette gikk den rette veien." in maya.heard()


async def test_without_it_each_author_is_given_a_link_to_what_they_must_delete(
    without_admin: Stage,
) -> None:
    """The wipe says what it could not do, and who can."""
    maya = await without_admin.meets()
    await maya.amir.writes("et internt notat om henne", maya.root)
    await maya.amir.replies_by_form("Ha det bra så lenge da.", maya.root)

    await maya.ends()
    await without_admin.minutes(5)

    assert "by_hand" in {copy["verdict"] for copy in await maya.verdicts("slack")}
    assert "Slett selv denne meldingen" in without_admin.cast.alarms()
    assert "et internt notat om henne" in maya.reads()

    note = next(s.ts for s in maya.amir.thread(maya.root) if "internt notat" in s.words)
    await maya.amir.deletes(note)
    await without_admin.hours(2)
    assert "by_hand" not in {copy["verdict"] for copy in await maya.verdicts("slack")}
