"""What stands in a room in memory, as Slack would be given it to show."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from bots.slack.cards import render
from bots.slack.look import Look
from tests.support.rooms import Posted

LOOK: Final = Look(zone=ZoneInfo("Europe/Oslo"))


def blocks(posted: Posted) -> list[Any]:
    return [] if posted.card is None else list(render(posted.card, LOOK).blocks)


def buttons(posted: Posted) -> list[dict[str, str]]:
    rows = [block for block in blocks(posted) if block["type"] == "actions"]
    return [button for row in rows for button in row["elements"]]


def text(posted: Posted) -> str:
    return posted.words if posted.card is None else "\n".join(_texts(blocks(posted)))


def _texts(of: object) -> list[str]:
    if isinstance(of, list):
        return [found for each in of for found in _texts(each)]
    if not isinstance(of, dict):
        return []
    own = [of["text"]] if isinstance(of.get("text"), str) else []
    return own + [found for each in of.values() for found in _texts(each)]
