"""Turid has the team's telephone: she writes down what came, and sends what is to go."""

import asyncio
import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.sandbox.slack.screen import Seen, texts_in
from bots.sandbox.slack.values import User
from bots.sandbox.world import Sandbox
from tests.crash.cards import ever_stood
from tests.crash.more_apps import OnSnapchat, Snap
from tests.crash.people import Youth, wants_a_journal

WORD: Final = re.compile(r"Y(\d\d)-\d{3}")
TRIES: Final = 20
"""A second each: how long the same form is sent in again before it is closed."""

PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
LISTED: Final = "Slett i Snapchat"


@dataclass(slots=True, kw_only=True)
class Carrier:
    user: User
    sandbox: Sandbox
    youths: Sequence[Youth]
    _asked: set[str] = field(default_factory=set)

    @property
    def apps(self) -> Sequence[OnSnapchat]:
        return [y.app for y in self.youths if isinstance(y.app, OnSnapchat)]

    @property
    def has_more(self) -> bool:
        return any(app.unread for app in self.apps)

    async def carries(self) -> None:
        """All that lies there now: in, out, and what is to be erased."""
        for app in self.apps:
            while app.unread and await self._writes_down(app, app.unread[0]):
                app.unread.popleft()
        await self._sends()
        await self._erases()

    async def _writes_down(self, app: OnSnapchat, snap: Snap) -> bool:
        """Whether it has been taken in. Whoever is new is so only once."""
        app.alias = app.alias or self._aliases().get(app.number)
        if app.begun and app.alias is None:
            return False
        if not await self._opens_the_form():
            return False
        app.begun = True
        values: dict[str, str | list[str] | None] = {
            "whose": app.alias or "Ny ungdom",
            "words": snap.text,
            "when": str(int(snap.at.timestamp())),
        }
        if snap.answers:
            picture = self.sandbox.slack.puts_in_form(self.user, "Snapchat-4711.png", PICTURE)
            values |= {"pictures": [picture], "answers": ["yes"]}
        taken = await self._sends_in(values, snap.text)
        app.begun = taken or app.alias is not None
        return taken

    async def _sends_in(self, values: Mapping[str, str | list[str] | None], text: str) -> bool:
        """The same form again until somebody has it; what stands there already is read first."""
        slack = self.sandbox.slack
        for _ in range(TRIES):
            sent = await slack.submits(self.user, values)
            if not sent.acknowledged:
                await asyncio.sleep(1)
            elif sent.modal is None or text in _read_in(sent.modal.json["blocks"]):
                return True
            else:
                values = {"words": text, "whose": values["whose"]}
        return False

    async def _opens_the_form(self) -> bool:
        slack = self.sandbox.slack
        while slack.modal(self.user) is not None:
            await slack.closes(self.user)
        pressed = await slack.shortcut(self.user, "register:snapchat", modal_within=3.0)
        if pressed.modal is None:
            return False
        try:
            await slack.changes.until(self._is_form, 3.0)
        except TimeoutError:
            return False
        return True

    def _is_form(self) -> bool:
        modal = self.sandbox.slack.modal(self.user)
        return modal is not None and modal.json.get("callback_id") == "register"

    async def _sends(self) -> None:
        """Copy each card, send it there, and say so; and ask those who want a journal."""
        for head, thread in self._threads():
            app = self._whose(head, thread)
            if app is None:
                continue
            for seen in thread:
                if any(action == "carried" for action, _ in seen.buttons):
                    app.gets(seen.ts, seen.words)
                    await self._presses(seen.ts, "carried")
            unasked = head.ts not in self._asked and "ikke spurt" in head.words
            if unasked and wants_a_journal(app.number):
                self._asked.add(head.ts)
                await self._presses(head.ts, "ask_consent")

    def _whose(self, head: Seen, thread: Sequence[Seen]) -> OnSnapchat | None:
        """Known by what stands there, or by the alias: a «Ja» alone says nothing of who it was."""
        number = next((int(m[1]) for s in thread if (m := WORD.search(s.words))), -1)
        named = [app for app in self.apps if app.alias and _heads(app.alias, head)]
        return next((app for app in self.apps if app.number == number), next(iter(named), None))

    async def _erases(self) -> None:
        for seen in self.sandbox.slack.room(self.sandbox.room, self.user):
            if LISTED in seen.words and not seen.tombstone:
                several = len([a for a, _ in seen.buttons if a == "tick"]) > 2
                await self._presses(seen.ts, "tick_all" if several else "tick")

    async def _presses(self, ts: str, button: str) -> None:
        try:
            await self.sandbox.slack.presses(self.user, self.sandbox.room, ts, button)
        except LookupError:
            return

    def _threads(self) -> Iterator[tuple[Seen, list[Seen]]]:
        for head in self.sandbox.slack.room(self.sandbox.room, self.user):
            if "Snapchat · samtykke:" in head.words and not head.tombstone:
                yield head, self.sandbox.slack.thread(self.sandbox.room, head.ts, self.user)

    def _aliases(self) -> Mapping[int, str]:
        """What whom is called; also by what has been wiped since she was told."""
        return {card.youth: card.alias for card in ever_stood(self.sandbox)}


def _heads(alias: str, head: Seen) -> bool:
    return re.search(rf"^{re.escape(alias)} · ", head.words, re.MULTILINE) is not None


def _read_in(blocks: Sequence[Mapping[str, object]]) -> Sequence[str]:
    """The lines that stand there already, without what is being filled in."""
    shown = texts_in([dict(b) for b in blocks if b.get("type") != "input"])
    return [line.strip() for text in shown for line in text.split("\n")]


async def carrier_goes_on(carrier: Carrier) -> None:
    """Until cancelled."""
    while True:
        await carrier.carries()
        await asyncio.sleep(1)
