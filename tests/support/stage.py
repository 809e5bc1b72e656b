"""A town for tests: the day's people are at work already, and time stands still."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final, Protocol

from bots.sandbox.slack.screen import Seen
from bridge.demo.actors import Caseworker, Youth
from bridge.demo.cast import Cast
from bridge.demo.log import Log
from bridge.demo.telling import Telling
from bridge.demo.time import PlayedClock
from bridge.demo.town import Town, town
from bridge.domain.ids import Address, ConversationId, Ref
from bridge.domain.threads import Conversation, Thread
from bridge.ports import Mint
from bridge.serving import listening
from tests.support.stage_record import Meddling, RecordSeen

MORNING: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Oslo: the doors are open."""


class Ears(Protocol):
    def listen_for(self, *canaries: str) -> None: ...


@dataclass(slots=True, kw_only=True)
class Talk:
    """One youth, the room thread that is read in, and both ends of it."""

    stage: "Stage" = field(repr=False)
    youth: Youth
    root: str
    conversation: ConversationId

    @property
    def amir(self) -> Caseworker:
        return self.stage.cast.amir

    async def says(self, text: str, *, reply_to: int | None = None) -> int:
        self.stage.listens_for(text)
        return await self.youth.says(text, reply_to=reply_to)

    async def answers(self, text: str, *, settle: bool = True) -> str:
        """A caseworker replies by a mention; the post's own `ts`."""
        self.stage.listens_for(text)
        return await self.amir.writes(f"@utebru {text}", self.root, settle=settle)

    async def presses(self, button: str) -> None:
        await self.youth.presses(button)

    async def ends(self, **values: str | list[str] | None) -> str:
        return str(await self.amir.ends(self.root, **values))

    def heard(self) -> str:
        return self.youth.heard()

    def last(self) -> str:
        """The newest thing the phone shows from us."""
        return [s.text for s in self.youth.sees() if s.by == "bot"][-1]

    def reads(self) -> str:
        return self.amir.reads(self.root)

    def cards(self, action: str) -> Sequence[Seen]:
        """Our messages in the room thread with this button, oldest first."""
        return [s for s in self.amir.thread(self.root) if any(a == action for a, _ in s.buttons)]

    async def clicks(self, action: str) -> None:
        """Press the newest button of this kind in the room thread."""
        await self.amir.presses(action, self.cards(action)[-1].ts)

    def stands(self) -> str:
        """What the head of the room thread says."""
        return next((s.words for s in self.amir.room() if s.ts == self.root), "")

    async def row(self) -> Conversation:
        async with self.stage.town.bridge.vault.begin() as tx:
            return await tx.threads.conversation(self.conversation)

    async def thread(self) -> Thread:
        talk = await self.row()
        async with self.stage.town.bridge.vault.begin() as tx:
            return await tx.threads.get(talk.thread)

    async def kinds(self) -> Sequence[str]:
        """What the transfer log says of it, in order."""
        return (await self.stage.log()).kinds(self.conversation)

    async def verdicts(self, place: str) -> Sequence[Mapping[str, object]]:
        found = (await self.stage.log()).verdicts(self.conversation).values()
        return [verdict for verdict in found if verdict["place"] == place]

    async def next(self) -> "Talk":
        """The youth's newest conversation, when this one has ended."""
        return await self.stage.talk(self.youth)


@dataclass(slots=True, kw_only=True)
class Stage:
    cast: Cast
    ears: Ears | None = None
    _names: "count[int]" = field(default_factory=count, repr=False)

    @property
    def town(self) -> Town:
        return self.cast.town

    @property
    def clock(self) -> PlayedClock:
        return self.cast.clock

    @property
    def record(self) -> RecordSeen:
        return RecordSeen(self.town.store_settings, self.clock)

    def is_heard_by(self, ears: Ears) -> None:
        """From now on: what is said here, who says it, and what opens the platforms."""
        self.ears, tokens = ears, self.town.sandbox.tokens
        ears.listen_for(tokens.telegram, tokens.slack_bot, tokens.slack_app, tokens.slack_admin)
        ears.listen_for(*(str(phone.id) for phone in self.town.sandbox.telegram.youths))

    def listens_for(self, *words: str) -> None:
        """What is too short to be anybody's words is not listened for."""
        if self.ears is not None:
            self.ears.listen_for(*(text for text in words if len(text) > 11))

    def stranger(self) -> Youth:
        """A youth who has never written."""
        phone = self.town.sandbox.telegram.youth(f"Ungdom{next(self._names)}")
        if self.ears is not None:
            self.ears.listen_for(str(phone.id))
        return Youth(self.town, self.cast.director, phone)

    async def meets(self, words: str = "hei, kan noen hjelpe meg litt?") -> Talk:
        """A new youth writes; the team has the words before them."""
        youth = self.stranger()
        self.listens_for(words)
        await youth.says(words)
        return await self.talk(youth)

    async def consents(self, words: str = "hei, kan noen hjelpe meg litt?") -> Talk:
        """A new youth writes and says yes to a journal."""
        talk = await self.meets(words)
        await talk.presses("Ja")
        return talk

    async def talk(self, youth: Youth) -> Talk:
        async with self.town.bridge.vault.begin() as tx:
            thread = await tx.threads.of("telegram", _address(youth))
            assert thread is not None
            newest = (await tx.threads.conversations(thread.id))[-1]
        root = Ref(newest.root or "").partition("/")[2]
        return Talk(stage=self, youth=youth, root=root, conversation=newest.id)

    async def thread_of(self, youth: Youth) -> Thread | None:
        async with self.town.bridge.vault.begin() as tx:
            return await tx.threads.of("telegram", _address(youth))

    async def settles(self, within: timedelta = timedelta(seconds=30)) -> None:
        await self.cast.director.settle(within)

    async def minutes(self, many: float, *, step: float = 1) -> None:
        await self.cast.director.later(timedelta(minutes=many), step=timedelta(minutes=step))

    async def hours(self, many: float) -> None:
        """In steps short enough for nobody to fall between two of them."""
        step = timedelta(hours=1 if many > 4 else 0.5)
        await self.cast.director.later(timedelta(hours=many), step=step)

    async def at(self, hour: int, minute: int = 0, *, weekday: int | None = None) -> None:
        """Move the clock to the next such time in Oslo, with nobody having worked meanwhile."""
        zone = self.town.settings.hours.zone
        there = self.clock.now().astimezone(zone).replace(hour=hour, minute=minute, second=0)
        while there <= self.clock.now() or weekday not in (None, there.weekday()):
            there += timedelta(days=1)
        self.clock.set(there.astimezone(UTC))
        await self.cast.director.tend()

    async def morning(self) -> None:
        """The next Tuesday at ten: open, and a whole working day ahead."""
        await self.at(10, weekday=1)

    async def log(self) -> Log:
        return await self.cast.log()

    async def ties(self, login: str, conversation: str) -> str:
        """Tie an entry to somebody new with a first case, as a person would; the case's number."""
        async with self.town.browser(login) as http:
            entry = (await http.get(f"/journal/{conversation}")).text
            form = entry.split(f'action="/journal/{conversation}/person"')[1].split("</form>")[0]
            told = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form))
            told["reason"] = "Hun sa det selv."
            answer = await http.post(f"/journal/{conversation}/person", data=told)
            assert answer.status_code == 303
            tied = (await http.get(f"/journal/{conversation}")).text
            number = re.search(r">Sak (\d{4}/\d+)<", tied)
            assert number is not None
            return number[1]

    @asynccontextmanager
    async def meddling(self) -> AsyncIterator[Meddling]:
        """The case store goes on at the same address, with somebody between it and the bridge."""
        settings = self.town.store_settings
        await self.town.store.down()
        meddling = Meddling(settings, self.clock)
        async with listening(meddling, settings.host, settings.port):
            yield meddling
        await self.town.store.up()


def _address(youth: Youth) -> Address:
    return Address(str(youth.phone.id))


@asynccontextmanager
async def stage_in(
    place: Path,
    *,
    template: Path | None = None,
    env: Mapping[str, str] | None = None,
    mint: Mint | None = None,
    database_url: str | None = None,
    store_database_url: str | None = None,
    more_apps: bool = False,
) -> AsyncIterator[Stage]:
    """`template`: a place whose people are linked already, to spare everybody the passwords."""
    if template is not None:
        shutil.copytree(template / "store", place / "store")
        shutil.copytree(template / "keys", place / "keys")
    clock = PlayedClock(MORNING)
    async with town(
        place,
        clock,
        mint=mint,
        env=env,
        database_url=database_url,
        store_database_url=store_database_url,
        more_apps=more_apps,
    ) as here:
        cast = Cast(here, clock, Telling(quiet=True))
        if template is None:
            await cast.begin()
        else:
            await cast.director.tend()
        yield Stage(cast=cast)


def prepared(place: Path) -> Path:
    """A case store in which everybody has an account and is linked, and keys that open it."""

    async def prepare() -> None:
        async with stage_in(place):
            return

    asyncio.run(prepare())
    return place
