"""Who is on stage, and what can be looked at from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.demo.actors import Caseworker, Youth
from bridge.demo.director import Director
from bridge.demo.log import Log
from bridge.demo.phone import App
from bridge.demo.telling import Telling
from bridge.demo.time import PlayedClock
from bridge.demo.town import Town


@dataclass(slots=True)
class Cast:
    town: Town
    clock: PlayedClock
    tell: Telling
    director: Director = field(init=False)
    amir: Caseworker = field(init=False)
    siri: Caseworker = field(init=False)
    turid: Caseworker = field(init=False)

    def __post_init__(self) -> None:
        self.director = Director(self.town, self.clock)
        self.amir, self.siri, self.turid = (
            Caseworker(self.town, self.director, login) for login in ("amir", "siri", "turid")
        )

    def youth(self, name: str) -> Youth:
        phone = next(p for p in self.town.sandbox.telegram.youths if p.name == name)
        return Youth(self.town, self.director, phone)

    def phone(self, app: str) -> App:
        """Maya's, with another app open than Telegram."""
        sandbox = self.town.sandbox
        return App(sandbox.page.handsets[app], sandbox.maya, self.director)

    async def begin(self) -> None:
        await self.town.people()
        for person in (self.turid, self.amir, self.siri):
            await person.links()
        await self.director.tend()

    async def log(self) -> Log:
        return await Log.exported(self.town)

    def alias(self, root: str) -> str:
        head = next(seen for seen in self.amir.room() if seen.ts == root)
        return head.words.partition(" · ")[0]

    async def conversations(self) -> Sequence[str]:
        """Every conversation that is not forgotten."""
        async with self.town.bridge.vault.begin() as tx:
            return [c.id for c in await tx.threads.live()]

    def alarms(self) -> str:
        """What stands in the room itself, outside every youth's thread."""
        heads = {seen.ts for seen in self.amir.roots()}
        return "\n".join(s.words for s in self.amir.room() if s.ts not in heads and not s.only_you)

    def at_rest(self) -> bytes:
        """Everything in the bridge's own database, as it lies on disk."""
        data = self.town.settings.data_dir
        return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())

    async def hours(self, count: float) -> None:
        await self.director.later(timedelta(hours=count))
