"""What was written in the workspace while nobody listened."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.lifecycle import Stage
from bridge.ports import SendFailed, Surroundings
from bridge.relay.team import FromTeam

YOUNG = timedelta(seconds=60)
"""What is younger than this is left to come in the ordinary way."""


class Gaps:
    def __init__(self, around: Surroundings) -> None:
        self._around, self._team = around, FromTeam(around)

    async def read(self) -> int:
        """
        Read every live room thread; how many posts nobody had told us of.

        A reply found so is offered, never sent: whoever wrote it may have thought better of
        it, or have called instead.
        """
        async with self._around.vault.begin() as tx:
            live = [c for c in await tx.threads.live() if c.stage is Stage.OPEN]
        found = 0
        for talk in live:
            if talk.room is None or talk.root is None:
                continue
            try:
                posts = await self._around.workspace.replies(talk.room, talk.root)
            except SendFailed:
                continue
            for post in posts:
                if self._around.clock.now() - post.at < YOUNG:
                    continue
                async with self._around.vault.begin() as tx:
                    if not await tx.copies.by_ref(post.ref):
                        await self._team.take(tx, replace(post, late=True))
                        found += 1
        return found
