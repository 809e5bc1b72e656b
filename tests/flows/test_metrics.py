"""A message is seen by its number and its age at every step of the way, and by nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from bots.sandbox.faults import Fault
from tests.support.metrics import ours, waiting
from tests.support.stage import Stage
from tests.support.stage_channel import heard_at

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def web(own_stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with heard_at(own_stage) as http:
        yield http


async def told(web: httpx.AsyncClient) -> str:
    answer = await web.get("/metrics")
    assert answer.status_code == 200
    return answer.text


async def hears(stage: Stage) -> None:
    """Whatever the platforms have to tell is on disk, and not worked on."""
    ask = stage.town.assembled.platforms["telegram"].ask
    assert ask is not None
    await ask()
    await stage.town.sandbox.slack.delivery.settled()


async def test_words_are_seen_from_the_door_until_the_team_has_them(
    own_stage: Stage, web: httpx.AsyncClient
) -> None:
    """Whoever is on call sees where they stop; 429s are counted, and hide nothing."""
    maya = await own_stage.consents()
    bridge, slack = own_stage.town.bridge, own_stage.town.sandbox.slack
    assert waiting(await told(web)) == {}

    maya.youth.phone.says("er du der i dag også?")
    await hears(own_stage)
    assert waiting(await told(web)) == {"taken_in telegram": 1}

    await bridge.incoming.work()
    assert waiting(await told(web)) == {"queued slack": 1}

    slack.faults.next(Fault.RATE_LIMITED, method="chat.postMessage", times=1, seconds=20)
    before = ours(await told(web))
    # The room has had a post just now, and takes one a second.
    own_stage.clock.set(own_stage.clock.now() + timedelta(seconds=2))
    await bridge.outgoing.carry_due()
    after = ours(await told(web))
    assert after["utebru_carried_total slack busy"] == 1
    assert after["utebru_waiting queued slack"] == 1

    await own_stage.minutes(1)
    done = ours(await told(web))
    assert waiting(await told(web)) == {}
    posted = "utebru_carried_total slack accepted"
    assert done[posted] == before[posted] + 1
    assert done["utebru_carried_seconds_count slack"] == done[posted]
    assert done["utebru_accepted_total telegram new"] >= 2


async def test_an_answer_is_seen_while_it_can_be_undone_and_until_it_is_sent(
    own_stage: Stage, web: httpx.AsyncClient
) -> None:
    """A reply that stays behind is a youth who believes that nobody answers."""
    maya = await own_stage.consents()

    await maya.answers("Ja, jeg er her. Fortell.", settle=False)
    await hears(own_stage)
    assert waiting(await told(web)) == {"taken_in slack": 1}
    await own_stage.town.bridge.incoming.work()
    assert waiting(await told(web)).keys() >= {"held telegram"}

    await own_stage.settles()
    assert "Fortell" in maya.heard()
    assert waiting(await told(web)) == {}


async def test_an_end_is_seen_until_nothing_is_left_of_it_here(
    own_stage: Stage, web: httpx.AsyncClient
) -> None:
    """The case store is away over a weekend: sealed words wait, and are seen to wait."""
    maya = await own_stage.consents()
    await own_stage.town.store.down()
    await maya.ends()
    await own_stage.hours(2)
    away = ours(await told(web))
    assert away["utebru_waiting sealed journal"] == 1
    assert away["utebru_waiting_oldest_seconds sealed journal"] >= 7200
    assert away["utebru_waiting queued casestore"] + away["utebru_waiting stuck casestore"] > 0
    assert away["utebru_case_store_reachable"] == 0

    await own_stage.town.store.up()
    await own_stage.minutes(30)
    text = await told(web)
    assert waiting(text) == {"keys forgotten": 1}
    thread = await maya.thread()
    assert [it for it in (maya.conversation, thread.id, thread.alias) if it in text] == []

    await own_stage.town.bridge.rotate()
    await own_stage.settles()
    assert waiting(await told(web)) == {}
