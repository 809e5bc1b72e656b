"""A youth's whole story with canaries in it, told to a bridge in a process of its own."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bots.sandbox.slack.screen import Seen
from bots.sandbox.telegram.phone import Phone
from tests.crash.steps import asking
from tests.crash.town import Place
from tests.residue.canaries import Canaries

PATIENCE = 90.0


class NothingHappened(Exception):
    """What should have been seen was not, in good time; the message says what."""


@dataclass(slots=True)
class Story:
    at: Place
    canaries: Canaries
    _phone: Phone | None = None

    @property
    def phone(self) -> Phone:
        if self._phone is None:
            self._phone = self.at.sandbox.telegram.youth(
                self.canaries.name,
                username=self.canaries.handle,
                user_id=self.canaries.user_id,
            )
        return self._phone

    async def is_told(self) -> None:
        """Everything passes through once, and some of it is on its way when this returns."""
        c, slack, room = self.canaries, self.at.sandbox.slack, self.at.sandbox.room
        amir = self.at.sandbox.amir
        first = self.phone.says(c.said)
        await self.until("the words in the room", lambda: c.said in self.thread_words())
        self.phone.presses("Ja")
        self.phone.edits(first, c.edit)
        self.phone.sends_file("document", c.file_content.encode(), c.file_name)
        self._poison()
        await self.until("the edit in the room", lambda: c.edit in self.thread_words())
        ts = slack.posts(amir, room, f"@utebru {c.reply}", thread_ts=self.head().ts)
        await self.until("the reply on the phone", lambda: c.reply in self._heard())
        slack.edits(amir, room, ts, f"@utebru {c.reply_edit}")
        await self.until("its edit on the phone", lambda: c.reply_edit in self._heard())
        await self._fills_in("reply", {"words": c.form_reply})
        await self.until("the form's reply on the phone", lambda: c.form_reply in self._heard())
        slack.posts(amir, room, c.note, thread_ts=self.head().ts)
        await slack.slash(amir, room, "/utebru", f"koble {c.code}")
        self.phone.says(c.said_last)
        await self.until("the last in the room", lambda: c.said_last in self.thread_words())

    async def ends(self) -> None:
        """The talk is filed, forgotten and wiped, her chat too."""
        until = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < until and self._heads():
            await self._fills_in("end", {}, patient=False)
            for _ in range(10):
                await asyncio.sleep(1)
                if not self._heads():
                    break
        await self.until("the room is empty", lambda: not self._heads())
        await self.until("the question about the chat", lambda: self._asks("Ja, slett"))
        self.phone.presses("Ja, slett")
        await self.until("an empty chat", lambda: self.canaries.said_last not in self._chat())
        await self.until("rest", self._at_rest)

    def answers(self, text: str) -> None:
        """In the newest room thread, by a mention."""
        sandbox = self.at.sandbox
        sandbox.slack.posts(sandbox.amir, sandbox.room, f"@utebru {text}", thread_ts=self.head().ts)

    async def a_moment(self) -> None:
        await asyncio.sleep(0.2)

    def _poison(self) -> None:
        """An update that nobody can understand, with words in it all the same."""
        updates = self.at.sandbox.telegram.updates
        updates.next_id += 1
        self.at.sandbox.telegram.push_update(
            {
                "update_id": updates.next_id - 1,
                "message": {
                    "message_id": "not a number",
                    "text": self.canaries.poison,
                    "chat": {"id": {"deep": self.canaries.poison}},
                },
            }
        )

    async def _fills_in(self, button: str, values: dict[str, str], *, patient: bool = True) -> None:
        slack, amir = self.at.sandbox.slack, self.at.sandbox.amir
        for _ in range(10 if patient else 1):
            try:
                await slack.presses(
                    amir, self.at.sandbox.room, self.head().ts, button, modal_within=3.0
                )
                await slack.changes.until(lambda: self._form_is(button), 3.0)
            except (TimeoutError, LookupError, IndexError):
                await asyncio.sleep(1)
                continue
            await slack.submits(amir, dict(values))
            return

    def _form_is(self, kind: str) -> bool:
        modal = self.at.sandbox.slack.modal(self.at.sandbox.amir)
        return modal is not None and modal.json.get("callback_id") == kind

    def _heads(self) -> list[Seen]:
        room = self.at.sandbox.slack.room(self.at.sandbox.room, self.at.sandbox.amir)
        return [s for s in room if "samtykke:" in s.words]

    def head(self) -> Seen:
        return self._heads()[-1]

    def thread_words(self) -> str:
        heads, sandbox = self._heads(), self.at.sandbox
        return "\n".join(
            s.words for h in heads for s in sandbox.slack.thread(sandbox.room, h.ts, sandbox.amir)
        )

    def _chat(self) -> str:
        return "\n".join(bubble.text for bubble in self.phone.visible())

    def _heard(self) -> str:
        return "\n".join(bubble.text for bubble in self.phone.visible() if bubble.by == "bot")

    def _asks(self, label: str) -> bool:
        return any(label in row for bubble in self.phone.visible() for row in bubble.buttons)

    def _at_rest(self) -> bool:
        with asking(self.at.database_url) as ask:
            return not ask(
                "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
                " + (SELECT count(*) FROM deliveries WHERE state IN ('held','queued','sending'))"
                " + (SELECT count(*) FROM conversations WHERE stage <> 'forgotten')"
                " + (SELECT count(*) FROM copies WHERE verdict='pending' AND due_at IS NOT NULL"
                "    AND ref_mark IS NOT NULL)"
            )

    async def until(self, what: str, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > until:
                raise NothingHappened(what)
            await self.a_moment()
