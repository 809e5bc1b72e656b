"""«Ødelegg noe»: the switches on the page."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bots.sandbox.changes import Changes
from bots.sandbox.faults import Fault, Faults
from bots.sandbox.orders import order_of
from bots.sandbox.slack import SlackStandIn
from bots.sandbox.telegram import TelegramStandIn

Json = dict[str, Any]
Hook = Callable[[], Awaitable[None]]

FOR_LONG: Final = timedelta(days=365)
OWN: Final[dict[str, tuple[str, Fault]]] = {
    "slack_429": ("Slack svarer 429", Fault.RATE_LIMITED),
    "telegram_500": ("Telegram svarer 500", Fault.SERVER_ERROR),
}
HOOKED: Final = {"casestore": "Journalsystemet er nede", "bridge": "Broen er stoppet"}


class Breaking:
    """
    Own switches set faults of the stand-ins; the others call hooks from the wiring.

    A hook named `x_off` with its fellow `x_on` is a switch; any other is a button.
    """

    def __init__(
        self,
        telegram: TelegramStandIn,
        slack: SlackStandIn,
        hooks: Mapping[str, Hook],
        changes: Changes,
    ) -> None:
        self._faults: dict[str, Faults] = {
            "slack_429": slack.faults,
            "telegram_500": telegram.faults,
        }
        self._hooks, self._changes = dict(hooks), changes
        self._off: set[str] = set()

    def describe(self) -> list[Json]:
        switches = [
            {"name": name, "label": label, "on": bool(self._faults[name].active), "kind": "switch"}
            for name, (label, _) in OWN.items()
        ]
        for hook in self._hooks:
            name = hook.removesuffix("_off")
            if name != hook and f"{name}_on" in self._hooks:
                label = HOOKED.get(name, name)
                on = name in self._off
                switches.append({"name": name, "label": label, "on": on, "kind": "switch"})
            elif not (hook.endswith("_on") and f"{hook[:-3]}_off" in self._hooks):
                switches.append({"name": hook, "label": hook, "on": False, "kind": "button"})
        return switches

    async def endpoint(self, request: Request) -> Response:
        """`{"name", "on"}`."""
        order = await order_of(request)
        if order is None:
            return JSONResponse({"title": "a JSON object is wanted"}, status_code=415)
        known = await self.turn(str(order.get("name")), on=bool(order.get("on")))
        return JSONResponse({"broken": self.describe()}, status_code=200 if known else 404)

    async def turn(self, name: str, *, on: bool) -> bool:
        """Break (`on`) or mend; False if there is no such switch."""
        if name in OWN:
            self._faults[name].clear()
            if on:
                self._faults[name].during(OWN[name][1], lasting=FOR_LONG, seconds=2)
        elif f"{name}_off" in self._hooks and f"{name}_on" in self._hooks:
            await self._hooks[f"{name}_off" if on else f"{name}_on"]()
            (self._off.add if on else self._off.discard)(name)
        elif name in self._hooks:
            await self._hooks[name]()
        else:
            return False
        self._changes.tell()
        return True
