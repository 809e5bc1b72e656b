"""
Saying something to whoever has written to the page, on Messenger or on Instagram.

Messenger Platform, «Send Messages»; Instagram Messaging, «Send a Message» (2 July 2026): the same
call of the page's, to an id of the one kind or the other.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final

from bots.meta.errors import in_our_words
from bots.meta.graph import Graph
from bots.pieces import units
from bots.values import whole
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Button, Outbound
from bridge.ports import SendFailed

MAX_TITLE: Final = 20
MAX_CHOICES: Final = 13
MAX_PAYLOAD: Final = 1000
"""«Quick replies»: letters in a title (the rest is cut off), how many, letters in a payload."""

log = logging.getLogger(__name__)


async def said(graph: Graph, page: str, to: Address, what: Outbound, **more: str) -> Ref:
    """`more` belongs to the message itself. Raises `SendFailed`."""
    message: dict[str, Any] = {"text": whole(what.text), **more}
    if what.buttons:
        message["quick_replies"] = [_choice(each) for each in _few(what.buttons)]
    asked: dict[str, Any] = {"recipient": {"id": to}, "message": message, **_why(what)}
    return await sent(graph, page, asked)


async def sent(graph: Graph, page: str, asked: dict[str, Any]) -> Ref:
    """Raises `SendFailed`."""
    with in_our_words():
        answer = await graph.post(f"{page}/messages", asked)
    ref = answer.get("message_id")
    if not isinstance(ref, str) or not ref:
        # It was taken, and we were not told as what.
        raise SendFailed(Reason.NO_ANSWER, retry=False)
    log.debug("sent units=%d", units(str(asked["message"]["text"])))
    return Ref(ref)


def _why(what: Outbound) -> dict[str, str]:
    """«Messaging types»: an answer in time, or a person's, late."""
    if what.late and what.by_person:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _few(buttons: Sequence[Button]) -> Sequence[Button]:
    """All of them, or none: a title that is cut off may say something else."""
    wrong = any(len(b.label) > MAX_TITLE or not 1 <= len(b.data) <= MAX_PAYLOAD for b in buttons)
    if wrong or len(buttons) > MAX_CHOICES:
        raise SendFailed(Reason.REJECTED, retry=False)
    return buttons


def _choice(button: Button) -> dict[str, str]:
    return {"content_type": "text", "title": button.label, "payload": button.data}
