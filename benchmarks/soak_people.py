"""
Talks that go on whatever else happens: each is begun, answered, ended, filed and forgotten.

Two channels in turn, one that is asked and one that calls; every second youth wants a journal.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from bots.sandbox.slack.screen import Seen
from bots.sandbox.world import Sandbox
from tests.crash.apps import App, OnMeta, OnTelegram
from tests.crash.people import Caseworker, can_end

WORD: Final = re.compile(r"S(\d{5})-")
AT_ONCE: Final = 6
"""Talks that are open; a room takes about one post a second, which is all that they make."""
EACH_SAYS: Final = 3
PATIENCE: Final = 180.0
LOOK: Final = 0.5


class NothingHappened(Exception):
    """What should have been seen was not, in good time; the message says what."""


@dataclass(slots=True)
class Town:
    """Everybody who writes, and the one who answers."""

    sandbox: Sandbox
    chance: random.Random
    begun: int = 0
    done: int = 0
    ending: bool = False
    """Nobody begins anything new."""
    _heads: dict[int, Seen] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)
    _form: asyncio.Lock = field(default_factory=asyncio.Lock)
    _amir: Caseworker | None = None

    @property
    def amir(self) -> Caseworker:
        if self._amir is None:
            self._amir = Caseworker(
                user=self.sandbox.amir, sandbox=self.sandbox, chance=self.chance,
                sent=Counter(), touched={},
            )  # fmt: skip
        return self._amir

    async def live(self) -> None:
        """Until `ending`, and then until the last of them is over."""
        watching = asyncio.create_task(self._watch())
        try:
            async with asyncio.TaskGroup() as talks:
                for _ in range(AT_ONCE):
                    talks.create_task(self._one_after_another())
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _one_after_another(self) -> None:
        while not self.ending:
            number, self.begun = self.begun, self.begun + 1
            await self._talk(number)
            self.done += 1

    async def _talk(self, number: int) -> None:
        app = self._app(number)
        app.says(f"S{number:05}-0 kan noen hjelpe meg litt?")
        await self._until(f"talk {number} in the room", lambda: number in self._heads)
        head = self._heads[number]
        await self._answers(app, "Ja" if number % 4 < 2 else "Nei")
        for n in range(1, EACH_SAYS):
            app.says(f"S{number:05}-{n} det er ikke så lett å si hva det er")
            self._replies(head, f"jeg er her S{number:05}-r{n}")
            await self._until(
                f"reply {n} of talk {number}",
                lambda n=n: any(f"S{number:05}-r{n}" in said for said in app.heard()),
            )
            await asyncio.sleep(self.chance.uniform(0.5, 2))
        await self._is_ended(number)
        if app.channel == "telegram":
            await self._answers(app, self.chance.choice(("Ja, slett", "Nei, la stå")))

    def _app(self, number: int) -> App:
        if number % 2:
            return OnMeta(self.sandbox.meta.youth(f"Ungdom {number}"))
        return OnTelegram(self.sandbox.telegram.youth(f"Ungdom {number}"), self.sandbox.telegram)

    async def _answers(self, app: App, label: str) -> None:
        await self._until(f"the question «{label}»", lambda: label in app.asked()[1])
        app.taps(label, app.asked()[0])

    def _replies(self, head: Seen, text: str) -> None:
        sandbox = self.sandbox
        sandbox.slack.posts(sandbox.amir, sandbox.room, f"@utebru {text}", thread_ts=head.ts)

    async def _is_ended(self, number: int) -> None:
        """Asked for until it is so: new words call it off, and a form may come too late."""

        async def ended() -> bool:
            head = self._heads.get(number)
            if head is not None and can_end(head):
                async with self._form:
                    await self.amir.ends(head)
            return head is None

        await self._until(f"the end of talk {number}", ended, look=6)

    async def _watch(self) -> None:
        """Which youth each thread in the room is; asked once for all of them."""
        while True:
            heads = self.amir.heads()
            for head in heads:
                if head.ts not in self._known:
                    words = "\n".join(seen.words for seen in self.amir.thread(head))
                    if found := WORD.search(words):
                        self._known[head.ts] = int(found[1])
            self._heads = {self._known[h.ts]: h for h in heads if h.ts in self._known}
            await asyncio.sleep(LOOK)

    async def _until(
        self, what: str, there: Callable[[], bool] | Callable[[], Awaitable[bool]], *,
        look: float = LOOK,
    ) -> None:  # fmt: skip
        until = time.monotonic() + PATIENCE
        while True:
            found = there()
            if found if isinstance(found, bool) else await found:
                return
            if time.monotonic() > until:
                raise NothingHappened(what)
            await asyncio.sleep(look)
