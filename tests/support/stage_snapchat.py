"""A town whose youths write on Snapchat, and whose team carries what is said, both ways."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from bots.carried.convert import written
from bots.sandbox.slack.screen import Seen
from bridge.demo.actors import Caseworker
from bridge.domain.copies import Copy, Place
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Said
from bridge.domain.threads import Conversation, Thread
from tests.support.stage import stage_in
from tests.support.stage_channel import OnChannel

MAYA: Final = Address("registered-maya")


@dataclass(slots=True, kw_only=True)
class Snapchat(OnChannel):
    """The town, and Maya, who has the team among her friends there."""

    _numbers: "count[int]" = field(default_factory=lambda: count(1), repr=False)

    @override
    def addresses(self) -> Sequence[str]:
        return (MAYA,)

    @property
    def siri(self) -> Caseworker:
        return self.stage.cast.siri

    async def says(self, text: str, who: Address = MAYA) -> None:
        """What she has written, as it is taken in once somebody has written it down."""
        self.stage.listens_for(text)
        fact = Said(ref=Ref(f"snap-{next(self._numbers)}"), text=text)
        body = written(Inbound(address=who, at=self.stage.clock.now(), fact=fact), fact)
        assert await self.stage.town.bridge.accept("snapchat", fact.ref, body)
        await self.stage.settles()

    async def registers(
        self,
        text: str,
        *,
        by: Caseworker | None = None,
        whose: str = "Ny ungdom",
        at: datetime | None = None,
        pictures: Sequence[bytes] = (),
        answers: bool = False,
    ) -> Mapping[str, Any]:
        """Somebody writes down what a youth has written; the form that stands afterwards."""
        who = by or self.amir
        self.stage.listens_for(text)
        await who.opens_register()
        return await self.sends_in(
            text, by=who, whose=whose, at=at, pictures=pictures, answers=answers
        )

    async def sends_in(
        self,
        text: str,
        *,
        by: Caseworker,
        whose: str = "Ny ungdom",
        at: datetime | None = None,
        pictures: Sequence[bytes] = (),
        answers: bool = False,
        settle: bool = True,
    ) -> Mapping[str, Any]:
        """Send in the form that is open."""
        files = [by.puts_in_form("Snapchat-4711.png", body) for body in pictures]
        values: dict[str, str | list[str] | None] = {"whose": whose, "words": text}
        if at is not None:
            values["when"] = str(int(at.timestamp()))
        if files:
            values["pictures"] = files
        if answers:
            values["answers"] = ["yes"]
        slack = self.stage.town.sandbox.slack
        sent = await slack.submits(by.user, values)
        if settle:
            await self.stage.settles()
        return {"acknowledged": sent.acknowledged, "errors": sent.errors,
                "form": sent.modal.json if sent.modal else None}  # fmt: skip

    async def presses(self, action: str, by: Caseworker | None = None) -> None:
        """The newest button of this kind in the newest room thread."""
        await (by or self.amir).presses(action, self.cards(action)[-1].ts)
        await self.stage.settles()

    def cards(self, action: str) -> list[Seen]:
        seen = self.amir.thread(self.amir.root())
        return [s for s in seen if any(a == action for a, _ in s.buttons)]

    def card(self) -> str:
        """What the newest card about a reply says."""
        seen = self.amir.thread(self.amir.root())
        return [s.words for s in seen if s.by_app and not s.only_you and not s.tombstone][-1]

    @override
    async def thread(self, who: Address | None = None) -> Thread:
        """Hers, or the one that was written to last."""
        async with self.stage.town.bridge.vault.begin() as tx:
            newest = await tx.threads.newest("snapchat", 1)
            known = None if who is None else await tx.threads.of("snapchat", who)
            return known if known is not None else await tx.threads.get(newest[0][0])

    def alias(self, root: str | None = None) -> str:
        """What the youth of a room thread goes by."""
        return self.stage.cast.alias(root or self.amir.root())

    @override
    async def talk(self, who: Address | None = None) -> Conversation:
        return await self.newest(await self.thread(who))

    async def copies(self, who: Address | None = None) -> list[Copy]:
        """At her end, and on the team's own telephone."""
        talk = await self.talk(who)
        async with self.stage.town.bridge.vault.begin() as tx:
            return [c for c in await tx.copies.of(talk.id) if c.place is Place.CHANNEL]


@asynccontextmanager
async def on_snapchat(place: Path, *, template: Path) -> AsyncIterator[Snapchat]:
    env = {"UTEBRU_SNAPCHAT__NAME": "utekontakten"}
    async with stage_in(place, template=template, env=env) as stage:
        yield Snapchat(stage=stage, channel="snapchat")
