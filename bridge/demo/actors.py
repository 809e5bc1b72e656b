"""The people of the town. Each does one thing, and lets it come to rest."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.sandbox.slack.screen import Seen
from bots.sandbox.slack.values import Room, User
from bots.sandbox.telegram.phone import Phone, Shown
from bridge.demo.director import Director
from bridge.demo.town import Town

FORMS = frozenset({"reply", "end", "ended", "join", "register", "register_again"})


class Youth:
    def __init__(self, town: Town, director: Director, phone: Phone) -> None:
        self._town, self._director, self.phone = town, director, phone

    async def says(self, text: str, *, reply_to: int | None = None) -> int:
        message = self.phone.says(text, reply_to=reply_to)
        await self._director.settle()
        return message

    async def presses(self, button: str) -> None:
        self.phone.presses(button)
        await self._director.settle()

    async def edits(self, message: int, text: str) -> None:
        self.phone.edits(message, text)
        await self._director.settle()

    async def sends(self, kind: str, body: bytes = b"", name: str | None = None) -> int:
        message = self.phone.sends_file(kind, body, name)
        await self._director.settle()
        return message

    def sees(self) -> Sequence[Shown]:
        """What the phone shows now, oldest first."""
        return [shown for shown in self.phone.chat() if shown.deleted_by is None]

    def heard(self) -> str:
        """Everything the phone shows from us, in one text."""
        return "\n".join(shown.text for shown in self.sees() if shown.by == "bot")


class Caseworker:
    """Somebody at work, in the team's room or in another that they read."""

    def __init__(
        self, town: Town, director: Director, login: str, *, room: Room | None = None
    ) -> None:
        self._town, self._director, self.login = town, director, login
        self.user: User = town.slack_users()[login]
        self._slack, self._room = town.sandbox.slack, room or town.sandbox.room

    async def links(self) -> None:
        """Tie the Slack user to the account, with a code from the case store's page."""
        code = await self._town.code(self.login)
        await self._slack.slash(self.user, self._room, "/utebru", f"koble {code}")
        await self._director.settle()

    def room(self) -> Sequence[Seen]:
        return self._slack.room(self._room, self.user)

    def roots(self) -> Sequence[Seen]:
        """The heads of the youths' room threads that still stand, oldest first."""
        return [s for s in self.room() if "samtykke:" in s.words and not s.tombstone]

    def root(self, alias: str | None = None) -> str:
        """Where the newest room thread (of that alias) begins."""
        return [s.ts for s in self.roots() if alias is None or alias in s.words][-1]

    def thread(self, root: str | None = None) -> Sequence[Seen]:
        return self._slack.thread(self._room, root or self.root(), self.user)

    def reads(self, root: str | None = None) -> str:
        """Everything that can be read in a room thread, in one text."""
        return "\n".join(seen.words for seen in self.thread(root))

    def hints(self) -> str:
        """What only this person sees."""
        alone = [s for s in self.room() if s.only_you]
        for root in self.roots():
            alone += [s for s in self.thread(root.ts) if s.only_you]
        return "\n".join(s.words for s in alone)

    async def writes(self, text: str, root: str | None = None, *, settle: bool = True) -> str:
        ts = self._slack.posts(self.user, self._room, text, thread_ts=root or self.root())
        if settle:
            await self._director.settle()
        return ts

    async def edits(self, ts: str, text: str) -> None:
        self._slack.edits(self.user, self._room, ts, text)
        await self._director.settle()

    async def deletes(self, ts: str) -> None:
        self._slack.deletes(self.user, self._room, ts)
        await self._director.settle()

    async def presses(self, button: str, ts: str | None = None, *, settle: bool = True) -> None:
        await self._slack.presses(self.user, self._room, ts or self.root(), button)
        if settle:
            await self._director.settle()

    async def opens(self, button: str, root: str | None = None) -> Mapping[str, Any]:
        """Press a button that opens a form; the form as it is filled in for them."""
        await self._slack.presses(self.user, self._room, root or self.root(), button)
        await self._slack.changes.until(self._filled)
        modal = self._slack.modal(self.user)
        return modal.json if modal is not None else {}

    async def opens_register(self, channel: str = "snapchat") -> Mapping[str, Any]:
        """«Registrer Snap» from the shortcuts; the form as it is filled in for them."""
        await self._slack.shortcut(self.user, f"register:{channel}")
        await self._slack.changes.until(self._filled)
        modal = self._slack.modal(self.user)
        return modal.json if modal is not None else {}

    def puts_in_form(self, name: str, body: bytes) -> str:
        """A picture chosen in the form that is open; its id."""
        return self._slack.puts_in_form(self.user, name, body)

    def _filled(self) -> bool:
        modal = self._slack.modal(self.user)
        return modal is not None and modal.json.get("callback_id") in FORMS

    async def submits(self, values: Mapping[str, str | list[str] | None]) -> None:
        await self._slack.submits(self.user, dict(values))
        await self._director.settle()

    async def replies_by_form(self, text: str, root: str | None = None) -> None:
        await self.opens("reply", root)
        await self.submits({"words": text})

    async def ends(
        self, root: str | None = None, **values: str | list[str] | None
    ) -> Mapping[str, Any]:
        """«Avslutt», and what the form says before it is sent in."""
        form = await self.opens("end", root)
        await self.submits(values)
        return form
