"""What a user of opsdroid would write to pass on what comes: a skill, as its guide has it."""

from typing import Any

from opsdroid.events import Message  # type: ignore[import-not-found]
from opsdroid.matchers import match_event  # type: ignore[import-not-found]

from benchmarks.standins import ROOM


def setup(opsdroid: Any, _config: Any) -> None:
    """Nothing is to be set up; opsdroid asks every skill."""


@match_event(Message)  # type: ignore[untyped-decorator]
async def relay(opsdroid: Any, _config: Any, message: Any) -> None:
    if message.connector.name == "telegram":
        slack = opsdroid.get_connector("slack")
        await slack.send(Message(text=message.text, target=ROOM, connector=slack))
