"""What goes wrong between us and the platforms while everybody goes on: storms, and disorder."""

import asyncio
import random
from typing import Any

from bots.sandbox.faults import Fault
from bots.sandbox.meta.webhooks import ONE_IN_TWENTY
from bots.sandbox.outlook.mailbox import INBOX
from bots.sandbox.world import Sandbox


async def storms_go_on(sandbox: Sandbox, chance: random.Random) -> None:
    """Until cancelled: now and then a platform has too much to do, and may say for how long."""
    stormy = (sandbox.telegram, sandbox.meta, sandbox.whatsapp, sandbox.outlook, sandbox.slack)
    try:
        while True:
            await asyncio.sleep(chance.uniform(2.0, 6.0))
            faults = chance.choice(stormy).faults
            fault = chance.choice((Fault.RATE_LIMITED, Fault.RATE_LIMITED_BARE))
            if not faults.active:
                faults.next(fault, times=chance.randrange(1, 4), seconds=1)
    finally:
        for each in stormy:
            each.faults.clear()


async def told_in_disorder(sandbox: Sandbox, chance: random.Random) -> None:
    """Until cancelled: what the platforms tell comes shuffled, and one thing in twenty twice."""
    for hooks in (sandbox.meta.webhooks, sandbox.whatsapp.webhooks):
        hooks.chance = chance

    def shuffled(held: list[dict[str, Any]]) -> list[dict[str, Any]]:
        told = [*held, *(each for each in held if chance.random() < ONE_IN_TWENTY)]
        return chance.sample(told, len(told))

    try:
        while True:
            sandbox.slack.delivery.hold()
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            sandbox.slack.delivery.release(shuffled)
            for pending in list(sandbox.telegram.updates.pending):
                if chance.random() < ONE_IN_TWENTY:
                    sandbox.telegram.updates.insert(pending.json, chat=pending.chat)
            for item in list(sandbox.outlook.mailbox.items.values()):
                if item.folder == INBOX and chance.random() < ONE_IN_TWENTY:
                    sandbox.outlook.mailbox.touch(item)
    finally:
        sandbox.slack.delivery.release()
