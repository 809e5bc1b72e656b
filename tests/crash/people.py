"""Youths and caseworkers who go on whatever the bridge does, and remember what they did."""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bots.sandbox.slack.screen import Seen, texts_in
from bots.sandbox.slack.values import User
from bots.sandbox.world import Sandbox
from tests.crash.apps import App, OnMeta, OnTelegram
from tests.crash.more_apps import OnMail, OnSnapchat

YOUTHS_WORD: Final = re.compile(r"Y(\d\d)-\d{3}(?:e\d)?")
REPLY: Final = re.compile(r"R(\d\d)-\d{3}(?:e\d)?")
MOST_YOUTHS: Final = 99
MOST_UNSEEN: Final = 6
A_WHILE: Final = 12.0
ANSWERS: Final = ("Ja", "Nei", "Ja, slett", "Nei, la stå")


def wants_a_journal(number: int) -> bool:
    """Every second one, and the next on the same channel the other way."""
    return (number + number // 6) % 2 == 0


@dataclass(slots=True, kw_only=True)
class Youth:
    """What she says is numbered; every second one wants no journal."""

    number: int
    app: App
    said: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    bare: int = 0
    """How often she has answered in words that are counted like any other."""
    _last: tuple[str, str] | None = None

    def says(self) -> None:
        word = f"Y{self.number:02}-{len(self.said):03}"
        self._last = self.app.says(f"{word} kan dere hjelpe meg?"), word
        self.said.append(word)

    def edits_the_last(self) -> None:
        """Nobody can edit what has been cleared from her phone."""
        standing = {message for message, _ in self.app.stands()}
        if self.app.can_edit and self._last is not None and self._last[0] in standing:
            message, word = self._last
            edit, self._last = f"{word}e1", None
            self.edits.append(edit)
            self.app.edits(message, f"{edit} kan dere hjelpe oss?")

    def answers(self, chance: random.Random) -> None:
        """Whatever she is asked, once for each question."""
        consent, chat = "Ja" if wants_a_journal(self.number) else "Nei", chance.choice(ANSWERS[2:])
        message, shown = self.app.asked()
        for label in (consent, chat):
            if label in shown and message not in self._pressed:
                self._pressed.add(message)
                self.app.taps(label, message)
                self.bare += self.app.bare

    _pressed: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Caseworker:
    """Does one thing at a time in the room; nothing is done twice because nobody answered."""

    user: User
    sandbox: Sandbox
    chance: random.Random
    sent: Counter[str]
    touched: dict[str, float]
    """When somebody last did something in a room thread; people wait and see what comes of it."""
    """How often each reply was meant to go: once, and once more for each «Send igjen»."""

    def heads(self) -> list[Seen]:
        room = self.sandbox.slack.room(self.sandbox.room, self.user)
        return [s for s in room if "samtykke:" in s.words and not s.tombstone]

    def thread(self, head: Seen) -> list[Seen]:
        return self.sandbox.slack.thread(self.sandbox.room, head.ts, self.user)

    async def acts(self) -> None:
        """Something or other, in some room thread or other."""
        open_ones = [h for h in self.heads() if can_end(h) and self._rested(h)]
        if not open_ones:
            return
        head = self.chance.choice(open_ones)
        self.touched[head.ts] = time.monotonic()
        thread = self.thread(head)
        youth = next((m[1] for s in thread if (m := YOUTHS_WORD.search(s.words))), None)
        if youth is None or await self.decides(thread):
            return
        replied = any(REPLY.search(s.words) for s in thread)
        if not replied or self.chance.random() < 0.2:
            await self._replies(head, youth)
        elif self.chance.random() < 0.2 and "Telegram" in head.words:
            self._edits(thread)
        else:
            await self.ends(head)

    async def finishes(self) -> None:
        """End whatever is open, where the last attempt has had its time."""
        for head in self.heads():
            if not self._rested(head):
                continue
            self.touched[head.ts] = time.monotonic()
            if not await self.decides(self.thread(head)) and can_end(head):
                await self.ends(head)

    async def decides(self, thread: list[Seen]) -> bool:
        """Where it is uncertain whether a reply came through, a person says what to do."""
        for seen in thread:
            labels = dict(seen.buttons)
            if "leave" not in labels:
                continue
            again = "again" in labels and self.chance.random() < 0.3
            words = "\n".join(s.words for s in thread)
            if again:
                self.sent.update(m[0] for m in REPLY.finditer(words))
            await self._presses(seen.ts, "again" if again else "leave")
            return True
        return False

    async def ends(self, head: Seen) -> None:
        if await self._opens(head.ts, "end"):
            await self.sandbox.slack.submits(self.user, {})

    async def _replies(self, head: Seen, youth: str) -> None:
        word = f"R{youth}-{len(self.sent):03}"
        self.sent[word] += 1
        if self.chance.random() < 0.7:
            self.sandbox.slack.posts(
                self.user, self.sandbox.room, f"@utebru {word} jeg er her", thread_ts=head.ts
            )
        elif await self._opens(head.ts, "reply"):
            await self.sandbox.slack.submits(self.user, {"words": f"{word} jeg er her"})

    def _edits(self, thread: list[Seen]) -> None:
        for seen in thread:
            found = REPLY.search(seen.words)
            if found and seen.user == self.user.id and not seen.edited:
                self.sent[f"{found[0]}e1"] += 1
                self.sandbox.slack.edits(
                    self.user, self.sandbox.room, seen.ts, f"@utebru {found[0]}e1 jeg er her nå"
                )
                return

    async def _presses(self, ts: str, button: str) -> None:
        try:
            await self.sandbox.slack.presses(self.user, self.sandbox.room, ts, button)
        except LookupError:
            return

    async def _opens(self, ts: str, button: str) -> bool:
        """Whether the form came up; the bridge may be dead, or die while we wait."""
        slack = self.sandbox.slack
        while slack.modal(self.user) is not None:
            await slack.closes(self.user)
        try:
            pressed = await slack.presses(
                self.user, self.sandbox.room, ts, button, modal_within=3.0
            )
        except LookupError:
            return False
        if pressed.modal is None:
            return False
        try:
            await slack.changes.until(self._filled_in, 3.0)
        except TimeoutError:
            return False
        return True

    def _rested(self, head: Seen) -> bool:
        return time.monotonic() - self.touched.get(head.ts, 0) > A_WHILE

    def _filled_in(self) -> bool:
        modal = self.sandbox.slack.modal(self.user)
        return modal is not None and modal.json.get("callback_id") in {"reply", "end"}


def can_end(head: Seen) -> bool:
    return any(action == "end" for action, _ in head.buttons)


AT_ONCE: Final = (1, 1, 1, 5)
"""What stands behind each other is said together where the room has fallen behind."""


class Pace:
    """How far behind the team is: Slack takes about one post a second, and so nobody hurries."""

    def __init__(self, sandbox: Sandbox, youths: list[Youth]) -> None:
        self._sandbox, self._youths = sandbox, youths
        self._read, self._shown = 0, set[str]()

    def may_say_more(self) -> bool:
        return self.unseen() < MOST_UNSEEN

    def unseen(self) -> int:
        said = sum(len(youth.said) + len(youth.edits) for youth in self._youths)
        return said - self._seen_by_the_team()

    def _seen_by_the_team(self) -> int:
        for payload in self._sandbox.slack.delivery.sent[self._read :]:
            self._read += 1
            event = payload["event"]
            ours = "bot_id" in event and not event.get("subtype")
            text = "\n".join(texts_in(event.get("blocks", []))) if ours else ""
            self._shown |= {word[0] for word in YOUTHS_WORD.finditer(text)}
        return len(self._shown)


async def youths_go_on(youths: list[Youth], sandbox: Sandbox, chance: random.Random) -> None:
    """Until cancelled: a new one now and then, each says a few things and answers."""
    pace = Pace(sandbox, youths)
    while True:
        for youth in youths:
            youth.answers(chance)
        if pace.may_say_more():
            if len(youths) < MOST_YOUTHS and (not youths or chance.random() < 0.4):
                youths.append(Youth(number=len(youths), app=_app(sandbox, len(youths))))
                youths[-1].says()
            elif chance.random() < 0.8:
                youth = chance.choice(youths[-10:])
                for _ in range(chance.choice(AT_ONCE)):
                    youth.says()
            else:
                chance.choice(youths[-10:]).edits_the_last()
        await asyncio.sleep(chance.uniform(0.3, 1.2))


CHANNELS: Final[Sequence[Callable[[Sandbox, int], App]]] = (
    lambda at, n: OnTelegram(at.telegram.youth(f"Ungdom {n}"), at.telegram),
    lambda at, n: OnMeta(at.meta.youth(f"Ungdom {n}")),
    lambda at, n: OnMeta(at.whatsapp.youth(f"Ungdom {n}")),
    lambda at, n: OnMeta(at.meta.on_instagram(f"Ungdom {n}")),
    lambda at, n: OnMail(at.outlook.person(f"ungdom{n}@post.example", f"U {n}"), at.outlook),
    lambda _, n: OnSnapchat(n),
)


def _app(sandbox: Sandbox, number: int) -> App:
    """One on each in turn."""
    return CHANNELS[number % len(CHANNELS)](sandbox, number)


async def caseworkers_go_on(people: list[Caseworker], chance: random.Random) -> None:
    """Until cancelled."""
    while True:
        await chance.choice(people).acts()
        await asyncio.sleep(chance.uniform(0.2, 1.0))
