"""Whoever comments in public is told once, in private, how to write to us; and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from tests.conftest import NoEars
from tests.support.stage_messenger import TOKEN, Messenger, on_messenger

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID = "broren min slår meg, hva gjør jeg"
INVITED = "Vi så at du kommenterte hos oss"


@pytest_asyncio.fixture(loop_scope="module")
async def page(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Messenger]:
    async with on_messenger(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        ears.listen_for(TOKEN, there.maya.id, SAID)
        yield there


async def test_a_comment_is_answered_once_in_private_and_kept_nowhere(page: Messenger) -> None:
    """She said it where everybody reads; the next word is hers, where only we do."""
    page.meta.board.says(page.maya, SAID)
    await page.settles()

    assert page.heard().count(INVITED) == 1
    assert page.meta.calls[-1]["recipient"] == {"comment_id": "100200300400_122_1"}
    assert page.amir.roots() == []
    assert SAID.encode() not in page.stage.cast.at_rest()
    assert "122_1" not in page.stage.cast.alarms()

    await page.says("hei, jeg fikk melding fra dere")
    assert "jeg fikk melding fra dere" in page.reads()
    assert "av noen i teamet" not in page.reads()
    assert "Det er frivillig å snakke med oss" in page.heard()


async def test_a_comment_told_again_is_not_answered_again(page: Messenger) -> None:
    """Meta tells for a day and a half until it has heard us; also after we have been away."""
    page.meta.board.says(page.maya, SAID)
    told = page.meta.webhooks.take()
    for _ in range(3):
        answer = await page.http.post("/meta/webhook", content=told.body, headers=told.headers)
        assert answer.status_code == 200
        await page.settles()
        await page.stage.minutes(1)

    assert page.heard().count(INVITED) == 1
    assert len(page.meta.calls) == 1


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_an_answer_nobody_knows_of_is_not_given_twice(page: Messenger, fault: Fault) -> None:
    """It is tried again, and Meta says that it has been done; then nobody is alarmed."""
    page.meta.faults.next(fault, method="messages")
    page.meta.board.says(page.maya, SAID)

    await page.settles()
    await page.stage.minutes(3)

    assert page.heard().count(INVITED) == 1
    assert page.stage.cast.alarms() == ""


async def test_our_own_comments_and_other_changes_are_not_answered(page: Messenger) -> None:
    """Two machines that thank each other for ever help nobody."""
    page.meta.board.says(None, "Takk for at du skrev!")
    page.meta.board.says(page.maya, SAID, verb="edited")
    page.meta.board.says(page.maya, SAID, verb="remove")
    page.meta.board.says(page.maya, SAID, item="reaction")
    await page.settles()

    assert page.meta.calls == []
    assert page.maya.visible == ()


async def test_what_could_not_be_answered_is_told_without_a_word_of_it(page: Messenger) -> None:
    """Somebody should look at the page; the room is not where a child's comment is quoted."""
    page.meta.board.says(page.maya, SAID)
    told = page.meta.webhooks.take()
    page.meta.board.comments.clear()
    await page.http.post("/meta/webhook", content=told.body, headers=told.headers)
    await page.settles()

    assert "Noen som kommenterte på siden" in page.stage.cast.alarms()
    assert SAID not in page.stage.cast.alarms()
    assert page.meta.calls == []


async def test_a_post_that_everybody_comments_on_does_not_fill_the_room(page: Messenger) -> None:
    """A crisis must not be one line among a hundred about Facebook."""
    for _ in range(4):
        page.meta.board.says(page.maya, SAID)
        told = page.meta.webhooks.take()
        page.meta.board.comments.clear()
        await page.http.post("/meta/webhook", content=told.body, headers=told.headers)
        await page.settles()

    assert page.stage.cast.alarms().count("Noen som kommenterte") == 1


async def test_a_token_that_dies_is_alarmed_once_and_the_answer_waits(page: Messenger) -> None:
    page.meta.token = "EAAnewPageToken"
    page.meta.board.says(page.maya, SAID)
    await page.settles()
    assert page.stage.cast.alarms().count("mistet tilgangen til Messenger") == 1
    assert INVITED not in page.heard()

    page.meta.token = TOKEN
    await page.stage.minutes(3)
    await page.later(timedelta(minutes=1))

    assert page.heard().count(INVITED) == 1
