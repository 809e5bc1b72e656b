"""
Erases the copies that lie elsewhere, looks again, and writes down what is known of each.

It works by reference and never needs the words, so a platform that is down holds up
nothing but its own verdicts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bridge.domain.cards import Alarm
from bridge.domain.copies import (
    OUTSIDE,
    RETRY,
    Copy,
    Erasure,
    Place,
    Verdict,
    next_look,
    of_file,
    room_of,
    stands_in,
    verdict,
)
from bridge.domain.delivery import State, backoff, room_lane
from bridge.domain.ids import Ref
from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Conversation
from bridge.handover.goodbye import PROVED
from bridge.handover.papers import Papers
from bridge.handover.the_rest import say_the_rest_again
from bridge.ports import SendFailed, Surroundings

HOLD = timedelta(seconds=60)
BY_HAND_LOOK = timedelta(hours=1)
NEVER_TOLD = 10
"""After so many looks a copy whose reference never came is said to be unknown."""

DONE = frozenset({Verdict.GONE, Verdict.RECOVERABLE})


class Wiping:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def wipe_due(self, limit: int) -> int:
        """How many copies were tried."""
        async with self._around.vault.begin() as tx:
            due = await tx.copies.due(self._around.clock.now(), hold=HOLD, limit=limit)
            talks = {c.conversation: await tx.threads.conversation(c.conversation) for c in due}
            for copy in due:
                await say_the_rest_again(self._around, tx, copy, talks[copy.conversation])
        for copy in due:
            await self._one(copy, talks[copy.conversation])
        return len(due)

    async def _one(self, copy: Copy, talk: Conversation) -> None:
        if copy.ref is None:
            await self._without_reference(copy)
        elif copy.verdict is Verdict.TICKED:
            return  # ticked while it was on its way here
        elif copy.verdict in DONE:
            await self._look(copy, talk, copy.ref)
        elif copy.verdict is Verdict.PENDING and await self._moves(copy, talk):
            # A room that we cannot post in must not leave it standing nowhere.
            await self._again(copy, timedelta(seconds=backoff(copy.attempts + 1)))
        elif copy.ref == talk.root and await self._others_stand(copy):
            # The parent goes last: deleting it would leave the replies behind, orphaned.
            await self._again(copy, timedelta(seconds=2))
        elif await self._message_is_known(copy, copy.ref):
            await self._settle(copy, await self._erase(copy, copy.ref))
        else:
            await self._again(copy, timedelta(seconds=backoff(copy.attempts + 1)))

    async def _moves(self, copy: Copy, talk: Conversation) -> bool:
        """It stands where the talk was read before, and is not shown again yet where it is now."""
        left = copy.place in (Place.WORKSPACE, Place.WORKSPACE_FILE)
        if not left or talk.stage is not Stage.OPEN or stands_in(copy, talk.room):
            return False
        async with self._around.vault.begin() as tx:
            return talk.root is None or bool(await tx.outbox.in_lane(room_lane(talk.id)))

    async def _message_is_known(self, copy: Copy, ref: Ref) -> bool:
        """
        A message may have come later than the file it shows: it is asked for before the file
        goes, for afterwards nobody can tell which it was.
        """
        if copy.place is not Place.WORKSPACE_FILE:
            return True
        async with self._around.vault.begin() as tx:
            every = await tx.copies.of(copy.conversation)
        unknown = [c for c in every if of_file(c.id) == copy.id and c.ref is None]
        if not unknown:
            return True
        try:
            shown = await self._around.workspace.shown_by(ref)
        except SendFailed:
            return False
        if shown is not None:
            async with self._around.vault.begin() as tx:
                await tx.copies.found(unknown[0].id, shown, erasable_until=None)
        return True

    async def _erase(self, copy: Copy, ref: Ref) -> Erasure:
        match copy.place:
            case Place.WORKSPACE:
                return await self._around.workspace.erase(ref, copy.whose)
            case Place.WORKSPACE_FILE:
                return await self._around.workspace.erase_file(ref)
            case Place.CHANNEL:
                async with self._around.vault.begin() as tx:
                    thread = await tx.threads.get(copy.thread)
                channel = self._around.channels[copy.where]
                return (await channel.erase(thread.address, [ref]))[ref]
            case Place.BRIDGE:
                return Erasure.CONFIRMED

    async def _settle(self, copy: Copy, erasure: Erasure) -> None:
        now = self._around.clock.now()
        if erasure in RETRY:
            await self._again(copy, timedelta(seconds=backoff(copy.attempts + 1)))
            return
        said = verdict(copy.place, erasure, revisions_kept=self._around.practice.revisions_kept)
        looked_for = said in DONE and copy.place is Place.WORKSPACE
        due: datetime | None = next_look(0, now) if looked_for else None
        if said is Verdict.BY_HAND and copy.place is not Place.CHANNEL:
            due = now + BY_HAND_LOOK  # its author may have seen to it
        await self._save(
            replace(copy, verdict=said, evidence=erasure.value, due_at=due, looks=0), before=copy
        )

    async def _look(self, copy: Copy, talk: Conversation, ref: Ref) -> None:
        """It was gone; is it still? (After a minute, an hour and a day.)"""
        now = self._around.clock.now()
        try:
            stands = await self._stands(copy, talk, ref)
        except SendFailed:
            await self._again(copy, timedelta(minutes=5))
            return
        if stands:
            await self._save(
                replace(copy, verdict=Verdict.PENDING, evidence="still_there", due_at=now),
                before=copy,
            )
            return
        looks = copy.looks + 1
        following = next_look(looks, now)
        await self._save(replace(copy, looks=looks, due_at=following), before=copy)

    async def _stands(self, copy: Copy, talk: Conversation, ref: Ref) -> bool:
        if copy.place is not Place.WORKSPACE:
            return False
        # Where the talk has been moved from, the message is asked for by itself.
        root = talk.root if stands_in(copy, talk.room) else ref
        if root is None:
            return False
        return ref in await self._around.workspace.standing(room_of(ref), root)

    async def _without_reference(self, copy: Copy) -> None:
        """It may be on its way, may be there, or may never have been."""
        if copy.attempts < NEVER_TOLD:
            await self._again(copy, timedelta(seconds=backoff(copy.attempts + 1)))
        else:
            await self._save(
                replace(copy, verdict=Verdict.UNKNOWN, evidence="never_told", due_at=None),
                before=copy,
            )

    async def _others_stand(self, root: Copy) -> bool:
        async with self._around.vault.begin() as tx:
            copies: Sequence[Copy] = await tx.copies.of(root.conversation)
        return any(
            c.place in (Place.WORKSPACE, Place.WORKSPACE_FILE)
            and c.verdict is Verdict.PENDING
            and c.id != root.id
            and c.seq != OUTSIDE
            and (c.ref is None or root.ref is None or stands_in(c, room_of(root.ref)))
            for c in copies
        )

    async def _list(self, papers: Papers) -> None:
        """Nobody but a person can erase it: the list is put up, or brought up to date once."""
        talk = papers.conversation.id
        known = await papers.tx.outbox.of_entry(talk, OUTSIDE)
        if not any(d.state is State.QUEUED for d in known):
            await papers.tx.outbox.add(papers.errands.checklist(talk))

    async def _again(self, copy: Copy, wait: timedelta) -> None:
        async with self._around.vault.begin() as tx:
            await tx.copies.save(
                replace(copy, attempts=copy.attempts + 1, due_at=self._around.clock.now() + wait)
            )

    async def _save(self, copy: Copy, *, before: Copy) -> None:
        link = None
        in_workspace = copy.place is not Place.CHANNEL
        if copy.verdict is Verdict.BY_HAND and copy.ref is not None and in_workspace:
            link = await self._around.workspace.link(copy.ref)
        async with self._around.vault.begin() as tx:
            papers = await Papers.of(self._around, tx, copy.conversation)
            await tx.copies.save(copy)
            if copy.place is Place.CHANNEL and copy.verdict is Verdict.BY_HAND:
                await self._list(papers)
            if copy.verdict is before.verdict or papers.conversation.stage not in PROVED:
                return  # the transfer log hears of it when there is something in it
            await papers.report_copy(copy, link=link)
            if copy.verdict is Verdict.BY_HAND and copy.place is not Place.CHANNEL:
                await tx.outbox.add(
                    papers.errands.alarm(Alarm.BY_HAND, user=copy.author or "", link=link or "")
                )
