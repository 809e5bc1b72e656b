"""What was written in the workspace while nobody listened."""

from dataclasses import replace
from datetime import timedelta

from bridge.domain.ids import ThreadId
from bridge.ports import SendFailed, Surroundings
from bridge.relay.team import FromTeam

AT_ONCE = 200
"""Room threads that are read in one go: the workspace limits how many a minute may be."""

YOUNG = timedelta(seconds=60)
"""What is younger than this is left to come in the ordinary way."""


class Gaps:
    def __init__(self, around: Surroundings, *, at_once: int = AT_ONCE) -> None:
        self._around, self._team, self._at_once = around, FromTeam(around), at_once
        self._read_at: ThreadId | None = None
        """Where the last reading ended."""

    async def read(self) -> int:
        """
        Read the live room threads, some at a time; how many posts nobody had told us of.

        A reply found so is offered, never sent: whoever wrote it may have thought better of
        it, or have called instead.
        """
        async with self._around.vault.begin() as tx:
            some = await tx.threads.open_after(self._read_at, self._at_once)
            still_open = [await tx.threads.conversation(conversation) for _, conversation in some]
        self._read_at = some[-1][0] if len(some) == self._at_once else None
        found = 0
        for talk in still_open:
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
