"""views.*, reactions.*, auth.test: the rest of what the app may call."""

from typing import Any, Final

from bots.sandbox.slack.asked import Asked, refuse
from bots.sandbox.slack.blocks import faults_in_view
from bots.sandbox.slack.modals import Modals
from bots.sandbox.slack.rooms_api import post_of, room_of, writable
from bots.sandbox.slack.values import BOT, TEAM
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

LARGEST_VIEW: Final = 250_000
MOST_REACTIONS: Final = 23


class Viewing:
    def __init__(self, workspace: Workspace, modals: Modals) -> None:
        self._workspace, self._modals = workspace, modals

    async def open(self, asked: Asked) -> Json:
        return self._show(asked, on_top=False)

    async def push(self, asked: Asked) -> Json:
        return self._show(asked, on_top=True)

    async def update(self, asked: Asked) -> Json:
        view = _checked(asked)
        modal = self._modals.find(asked.text("view_id"), asked.text("external_id"))
        if (given := asked.text("hash")) is not None and given != modal.json["hash"]:
            refuse("hash_conflict")
        self._modals.update(modal, view)
        self._workspace.changes.tell()
        return {"view": modal.json}

    async def publish(self, asked: Asked) -> Json:
        user = asked.needed("user_id")
        if user not in self._workspace.users:
            refuse("invalid_arguments")
        view = self._modals.publish(user, _checked(asked))
        self._workspace.changes.tell()
        return {"view": view}

    async def add_reaction(self, asked: Asked) -> Json:
        reactions, name = self._reactions(asked)
        mine = next((each for each in reactions if each["name"] == name), None)
        if mine is not None and asked.actor in mine["users"]:
            refuse("already_reacted")
        if mine is None:
            if len(reactions) >= MOST_REACTIONS:
                refuse("too_many_emoji")
            mine = {"name": name, "users": [], "count": 0}
            reactions.append(mine)
        mine["users"].append(asked.actor)
        mine["count"] += 1
        self._workspace.changes.tell()
        return {}

    async def remove_reaction(self, asked: Asked) -> Json:
        reactions, name = self._reactions(asked)
        mine = next((each for each in reactions if each["name"] == name), None)
        if mine is None or asked.actor not in mine["users"]:
            refuse("no_reaction")
        mine["users"].remove(asked.actor)
        mine["count"] -= 1
        if not mine["count"]:
            reactions.remove(mine)
        self._workspace.changes.tell()
        return {}

    async def who_am_i(self, asked: Asked) -> Json:
        user = self._workspace.users[asked.actor]
        answer: Json = {
            "url": "https://ungdomsteamet.slack.com/",
            "team": "Ungdomsteamet",
            "user": user.handle,
            "team_id": TEAM,
            "user_id": user.id,
            "is_enterprise_install": False,
        }
        return answer | ({"bot_id": BOT} if asked.as_bot else {})

    def _show(self, asked: Asked, *, on_top: bool) -> Json:
        trigger = asked.needed("trigger_id")
        view = _checked(asked)
        user = self._modals.spend(trigger)
        modal = self._modals.open(user, trigger, view, on_top=on_top)
        self._workspace.changes.tell()
        return {"view": modal.json}

    def _reactions(self, asked: Asked) -> tuple[list[Json], str]:
        name = asked.needed("name", "invalid_name")
        room = writable(room_of(self._workspace, asked), asked)
        post = post_of(self._workspace, room, asked.text("timestamp"))
        reactions: list[Json] = post.json.setdefault("reactions", [])
        return reactions, name


def _checked(asked: Asked) -> Json:
    view: Any = asked.nested("view")
    if faults := faults_in_view(view):
        refuse("invalid_arguments", messages=faults)
    if len(str(asked.values.get("view"))) > LARGEST_VIEW:
        refuse("view_too_large")
    fresh: Json = dict(view)
    return fresh
