"""The bridge is told to stop, as at every update."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from bots.sandbox.faults import Fault
from bridge.demo.play import MORNING
from bridge.demo.time import PlayedClock
from bridge.demo.town import Town, town
from bridge.domain.delivery import State
from bridge.vault.tables import deliveries


async def states(here: Town) -> set[str]:
    async with here.bridge.vault.work() as work:
        return {row.state for row in await work.all(select(deliveries.c.state))}


async def test_stopping_leaves_nothing_in_doubt(tmp_path: Path) -> None:
    """A reply cut off in the middle of an update would stand as uncertain, and be asked about."""
    async with town(tmp_path, PlayedClock(MORNING)) as here:
        here.sandbox.maya.says("hei, er det noen der?")
        ask = here.assembled.platforms["telegram"].ask
        assert ask is not None
        await ask()
        working = asyncio.create_task(here.bridge.run())
        await here.sandbox.telegram.changes.until(
            lambda: len(here.sandbox.telegram.calls_of("sendMessage")) > 0
        )

        here.bridge.stop()
        await asyncio.wait_for(working, 10)

        left = await states(here)
        assert State.SENT.value in left
        assert not left & {State.SENDING.value, State.UNCERTAIN.value}


async def test_stopping_does_not_wait_out_what_slack_has_asked_for(tmp_path: Path) -> None:
    """Half a minute's patience with Slack is longer than an update may take."""
    async with town(tmp_path, PlayedClock(MORNING)) as here:
        slack = here.sandbox.slack.faults
        slack.next(Fault.RATE_LIMITED, times=50, method="chat.postMessage", seconds=30)
        here.sandbox.maya.says("hei, er det noen der?")
        ask = here.assembled.platforms["telegram"].ask
        assert ask is not None
        await ask()
        working = asyncio.create_task(here.bridge.run())
        while not slack.struck:
            await ask()

        here.bridge.stop()
        await asyncio.wait_for(working, 10)

        assert State.QUEUED.value in await states(here)
        assert not await states(here) & {State.SENDING.value, State.UNCERTAIN.value}
