"""What people do with buttons, modals and commands, and what the app answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bots.sandbox.slack.delivery import Delivery
from bots.sandbox.slack.events import VERIFICATION_TOKEN, interaction
from bots.sandbox.slack.inputs import Value, field_json, state_of
from bots.sandbox.slack.modals import Modal, Modals
from bots.sandbox.slack.response_urls import ResponseUrls
from bots.sandbox.slack.screen import Whispers, elements_in
from bots.sandbox.slack.values import APP, TEAM, Room, User
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What came of a press: whether the app took it, and the modal it opened, if it did."""

    acknowledged: bool
    modal: Modal | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What came of a submitted modal."""

    acknowledged: bool
    errors: Mapping[str, str] = field(repr=False, default_factory=dict)  # block_id → words
    modal: Modal | None = field(repr=False, default=None)  # what is on the screen afterwards


class Hands:
    def __init__(
        self,
        workspace: Workspace,
        whispers: Whispers,
        modals: Modals,
        urls: ResponseUrls,
        delivery: Delivery,
    ) -> None:
        self._workspace, self._whispers, self._modals = workspace, whispers, modals
        self._urls, self._delivery = urls, delivery

    async def presses(
        self,
        user: User,
        room: Room,
        ts: str,
        button: str,
        *,
        value: Value = None,
        modal_within: float = 0.0,
    ) -> Press:
        """
        Press a button, by action_id or text, or choose `value` in a select.

        Waits for the app to take it, and then `modal_within` seconds for a modal.
        """
        whisper = self._whispers.find(ts)
        json = whisper.json if whisper else self._rendered(room, ts)
        block, element = _element(json.get("blocks", []), button)
        thread_ts = json.get("thread_ts")
        container: Json = {
            "type": "message",
            "message_ts": ts,
            "channel_id": room.id,
            "is_ephemeral": whisper is not None,
        } | ({"thread_ts": thread_ts} if thread_ts else {})
        url = self._urls.give(room=room.id, user=user.id, thread_ts=thread_ts, message_ts=ts)
        trigger = self._modals.trigger(user.id)
        payload = interaction("block_actions", user) | {
            "container": container,
            "trigger_id": trigger,
            "channel": {"id": room.id, "name": "privategroup" if room.private else room.name},
            "state": {"values": state_of(json.get("blocks", []), {})[0]},
            "response_url": url,
            "actions": [self._action(block, element, value)],
        }
        if whisper is None:
            payload["message"] = json
        return await self._interact(user, trigger, payload, modal_within)

    def _rendered(self, room: Room, ts: str) -> Json:
        post = self._workspace.find(room.id, ts)
        if post is None or post.tombstone:
            raise LookupError("no such message on the screen")
        return self._workspace.render(post)

    async def presses_in_modal(
        self, user: User, button: str, *, value: Value = None, modal_within: float = 0.0
    ) -> Press:
        modal = self._top(user)
        block, element = _element(modal.json["blocks"], button)
        trigger = self._modals.trigger(user.id)
        payload = interaction("block_actions", user) | {
            "container": {"type": "view", "view_id": modal.id},
            "trigger_id": trigger,
            "view": modal.json,
            "actions": [self._action(block, element, value)],
        }
        return await self._interact(user, trigger, payload, modal_within)

    async def submits(self, user: User, values: Mapping[str, Value]) -> Submission:
        """Fill in the open modal, each field by its action_id or block_id, and send it."""
        modal = self._top(user)
        known = self._workspace.files
        mine = {n: self._workspace.file_json(f) for n, f in known.items() if f.owner == user.id}
        state, missing = state_of(modal.json["blocks"], values, files=mine)
        if missing:
            return Submission(acknowledged=False, errors=missing, modal=modal)
        modal.json = modal.json | {"state": {"values": state}}
        payload = interaction("view_submission", user) | {
            "trigger_id": self._modals.trigger(user.id),
            "view": modal.json,
            "response_urls": [],
        }
        answer = await self._delivery.interact("interactive", payload)
        if answer is None:
            return Submission(acknowledged=False, modal=modal)
        errors = self._after_submission(user, modal, answer)
        return Submission(acknowledged=True, errors=errors, modal=self._modals.top(user.id))

    async def closes(self, user: User) -> bool:
        """Close the open modal; whether the app (if it wants to know) took notice."""
        modal = self._top(user)
        self._modals.close(user.id)
        self._workspace.changes.tell()
        if not modal.json["notify_on_close"]:
            return True
        payload = interaction("view_closed", user) | {"view": modal.json, "is_cleared": False}
        return await self._delivery.interact("interactive", payload) is not None

    async def shortcut(self, user: User, name: str, *, modal_within: float = 0.0) -> Press:
        """Choose one of the app's global shortcuts, by its callback_id."""
        trigger = self._modals.trigger(user.id)
        payload = interaction("shortcut", user) | {
            "callback_id": name,
            "trigger_id": trigger,
            "action_ts": self._workspace.ts(),
        }
        return await self._interact(user, trigger, payload, modal_within)

    async def slash(self, user: User, room: Room, command: str, text: str = "") -> Press:
        """Type a slash command; an answer in the acknowledgement is shown to the user alone."""
        trigger = self._modals.trigger(user.id)
        payload: Json = {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM,
            "team_domain": "ungdomsteamet",
            "channel_id": room.id,
            "channel_name": "privategroup" if room.private else room.name,
            "user_id": user.id,
            "user_name": user.handle,
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self._urls.give(room=room.id, user=user.id),
            "trigger_id": trigger,
        }
        answer = await self._delivery.interact("slash_commands", payload)
        if answer and (answer.get("text") or answer.get("blocks")):
            self._urls.for_command(room=room.id, user=user.id, values=answer)
        return Press(acknowledged=answer is not None, modal=self._modals.top(user.id))

    async def _interact(
        self, user: User, trigger: str, payload: Json, modal_within: float
    ) -> Press:
        answer = await self._delivery.interact("interactive", payload)

        def opened() -> Modal | None:
            top = self._modals.top(user.id)
            return top if top is not None and top.trigger == trigger else None

        if modal_within and answer is not None:
            try:
                await self._workspace.changes.until(lambda: opened() is not None, modal_within)
            except TimeoutError:
                await asyncio.sleep(0)
        return Press(acknowledged=answer is not None, modal=opened())

    def _after_submission(self, user: User, modal: Modal, answer: Json) -> dict[str, str]:
        match answer.get("response_action"):
            case "errors":
                return dict(answer.get("errors", {}))
            case "update":
                self._modals.update(modal, answer["view"])
            case "push":
                self._modals.open(user.id, "", answer["view"], on_top=True)
            case "clear":
                self._modals.close(user.id, all_of_them=True)
            case _:
                self._modals.close(user.id)
        self._workspace.changes.tell()
        return {}

    def _action(self, block: Json, element: Json, value: Value) -> Json:
        action: Json = {
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "type": element["type"],
            "action_ts": self._workspace.ts(),
        }
        if element["type"] != "button":
            return action | field_json(element, value)
        action["text"] = {"emoji": True} | element["text"]
        return action | {
            name: element[name] for name in ("value", "style", "url") if name in element
        }

    def _top(self, user: User) -> Modal:
        modal = self._modals.top(user.id)
        if modal is None:
            raise LookupError("no modal is open")
        return modal


def _element(blocks: Any, button: str) -> tuple[Json, Json]:
    found = list(elements_in(blocks))
    found += [(each, each["element"]) for each in blocks if each.get("type") == "input"]
    for block, element in found:
        if button in (element["action_id"], element.get("text", {}).get("text")):
            return block, element
    raise LookupError("no such button on the screen")
