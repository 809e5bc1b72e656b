"""A town in which Amir and Siri each have a mailbox of their own, and the leader has a room."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from bots.sandbox.outlook.mailbox import Mailbox
from bots.sandbox.slack.values import Room
from bridge.demo.actors import Caseworker
from bridge.domain.ids import Address
from bridge.domain.threads import Conversation, Thread
from tests.support.stage import Stage
from tests.support.stage_outlook import Outlook, on_outlook

AMIR: Final = "amir@kommunen.example"
SIRI: Final = "siri@kommunen.example"
ROOMS: Final = {"amir": "C0AMIR", "siri": "C0SIRI", "turid": "C0LEDER"}
ENVIRONMENT: Final = {
    "UTEBRU_OUTLOOK__MAILBOXES": f"{AMIR}={ROOMS['amir']}, {SIRI}={ROOMS['siri']}",
    "UTEBRU_SLACK__LEADER_ROOM": ROOMS["turid"],
}


@dataclass(slots=True, kw_only=True)
class Rooms:
    """`amir`, `siri` and `turid` each in the room that only they read; `team` in the team's."""

    outlook: Outlook = field(repr=False)
    amir: Caseworker
    siri: Caseworker
    turid: Caseworker
    amirs: Mailbox
    siris: Mailbox

    @property
    def stage(self) -> Stage:
        return self.outlook.stage

    @property
    def team(self) -> Caseworker:
        return self.stage.cast.amir

    async def writes(self, text: str, subject: str = "", *, to: str = AMIR) -> str:
        """Maya, to one of them."""
        self.stage.listens_for(text, subject)
        known = self.outlook.maya.writes(text, subject, to=to)
        await self.settles()
        return known

    async def settles(self) -> None:
        before = -1
        while before != self._turns():
            before = self._turns()
            await self.outlook.asks()
            await self.stage.settles()

    async def answers(self, who: Caseworker, text: str) -> None:
        self.stage.listens_for(text)
        await who.writes(f"@utebru {text}")
        await self.settles()

    async def presses(self, who: Caseworker, button: str) -> None:
        await who.presses(button)
        await self.settles()

    def everywhere(self, room: str) -> str:
        """All that Slack holds of a room, with what is in no block that is shown."""
        workspace = self.stage.town.sandbox.slack.workspace
        return "\n".join(str(asdict(post)) for post in workspace.posts[room].values())

    def team_room(self) -> str:
        return self.everywhere(self.stage.town.sandbox.room.id)

    def folder(self, mailbox: Mailbox, name: str) -> Sequence[str]:
        items = mailbox.items.values()
        return [item.letter.new or item.letter.text for item in items if item.folder == name]

    async def thread(self, to: str | None = AMIR) -> Thread:
        """Maya's line to one of them, or to the team."""
        mine = self.outlook.maya.address
        async with self.stage.town.bridge.vault.begin() as tx:
            found = await tx.threads.of("outlook", Address(f"{mine} til {to}" if to else mine))
        assert found is not None
        return found

    async def talk(self, to: str | None = AMIR) -> Conversation:
        thread = await self.thread(to)
        async with self.stage.town.bridge.vault.begin() as tx:
            return (await tx.threads.conversations(thread.id))[-1]

    def _turns(self) -> int:
        every = self.outlook.outlook.mailboxes.values()
        return sum(item.changed for mailbox in every for item in mailbox.items.values())


@asynccontextmanager
async def with_rooms(
    place: Path, *, template: Path, leader: bool = True, shelf: str = "team"
) -> AsyncIterator[Rooms]:
    env = {k: v for k, v in ENVIRONMENT.items() if leader or "LEADER" not in k}
    env["UTEBRU_OUTLOOK__SHELF"] = shelf
    async with on_outlook(place, template=template, env=env) as outlook:
        town, director = outlook.stage.town, outlook.stage.cast.director
        people = {}
        for login, known in ROOMS.items():
            user = town.slack_users()[login]
            room: Room = town.sandbox.slack.add_room(f"post-{login}", user, room_id=known)
            people[login] = Caseworker(town, director, login, room=room)
        amirs, siris = outlook.outlook.opens(AMIR), outlook.outlook.opens(SIRI)
        yield Rooms(outlook=outlook, amirs=amirs, siris=siris, **people)
