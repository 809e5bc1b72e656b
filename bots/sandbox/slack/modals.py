"""Triggers, modals and home tabs: what a person has open, and what may open it."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bots.sandbox.slack.asked import Refused, refuse
from bots.sandbox.slack.values import APP, BOT, TEAM

Json = dict[str, Any]

TRIGGER_HOLDS: Final = timedelta(seconds=3)


@dataclass(slots=True, kw_only=True)
class Modal:
    """A view on someone's screen."""

    user: str
    trigger: str
    json: Json = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.json["id"])


@dataclass(slots=True)
class Modals:
    clock: Callable[[], datetime]
    stacks: dict[str, list[Modal]] = field(default_factory=dict)
    homes: dict[str, Json] = field(default_factory=dict, repr=False)
    _triggers: dict[str, tuple[str, datetime]] = field(default_factory=dict, repr=False)
    _spent: set[str] = field(default_factory=set, repr=False)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1), repr=False)

    def trigger(self, user: str) -> str:
        """A trigger id: good for three seconds, once."""
        trigger = f"{next(self._numbers)}.{TEAM[1:]}.{secrets.token_hex(16)}"
        self._triggers[trigger] = (user, self.clock())
        return trigger

    def spend(self, trigger: str) -> str:
        """The user whose trigger it was."""
        if trigger in self._spent:
            refuse("exchanged_trigger_id")
        if trigger not in self._triggers:
            refuse("invalid_trigger_id")
        user, born = self._triggers[trigger]
        if self.clock() - born > TRIGGER_HOLDS:
            refuse("expired_trigger_id")
        self._spent.add(trigger)
        return user

    def open(self, user: str, trigger: str, view: Json, *, on_top: bool) -> Modal:
        stack = self.stacks.setdefault(user, [])
        if on_top and len(stack) >= 3:
            refuse("push_limit_reached")
        if not on_top:
            stack.clear()
        modal = Modal(user=user, trigger=trigger, json={})
        modal.json = self._dressed(view, f"V07UT{next(self._numbers):06X}")
        modal.json["root_view_id"] = stack[0].id if stack else modal.id
        modal.json["previous_view_id"] = stack[-1].id if stack else None
        stack.append(modal)
        return modal

    def update(self, modal: Modal, view: Json) -> Modal:
        kept = {name: modal.json[name] for name in ("root_view_id", "previous_view_id")}
        modal.json = self._dressed(view, modal.id) | kept
        return modal

    def publish(self, user: str, view: Json) -> Json:
        self.homes[user] = self._dressed(view, f"V07UT{next(self._numbers):06X}")
        return self.homes[user]

    def find(self, view_id: str | None, external_id: str | None) -> Modal:
        for modal in (each for stack in self.stacks.values() for each in stack):
            named = external_id and modal.json.get("external_id") == external_id
            if named or modal.id == view_id:
                return modal
        raise Refused("not_found")

    def close(self, user: str, *, all_of_them: bool = False) -> None:
        stack = self.stacks.get(user, [])
        del stack[0 if all_of_them else max(len(stack) - 1, 0) :]

    def top(self, user: str) -> Modal | None:
        stack = self.stacks.get(user)
        return stack[-1] if stack else None

    def _dressed(self, view: Json, view_id: str) -> Json:
        """The view as Slack gives it back: complete, each block with an id."""
        blocks = [
            {**block, "block_id": block.get("block_id") or secrets.token_urlsafe(4)}
            for block in view.get("blocks", [])
        ]
        return {
            "id": view_id,
            "team_id": TEAM,
            "type": view["type"],
            "blocks": blocks,
            "private_metadata": view.get("private_metadata", ""),
            "callback_id": view.get("callback_id", ""),
            "state": {"values": {}},
            "hash": f"{int(self.clock().timestamp())}.{secrets.token_hex(4)}",
            "title": view.get("title"),
            "clear_on_close": bool(view.get("clear_on_close", False)),
            "notify_on_close": bool(view.get("notify_on_close", False)),
            "close": view.get("close"),
            "submit": view.get("submit"),
            "previous_view_id": None,
            "root_view_id": view_id,
            "app_id": APP,
            "external_id": view.get("external_id", ""),
            "app_installed_team_id": TEAM,
            "bot_id": BOT,
        }
