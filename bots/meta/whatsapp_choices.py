"""
What we say on WhatsApp, in the form that has room for its choices.

Three buttons, else a list of ten, else the words alone with the choices under them: what she
types in answer is understood as well as what she taps.
"""

from collections.abc import Sequence
from typing import Any, Final

from bots.pieces import units
from bots.values import whole
from bridge.domain.delivery import Reason
from bridge.domain.messages import Button, Outbound
from bridge.ports import SendFailed

MAX_BODY: Final = 1024
MAX_BUTTONS: Final = 3
MAX_TITLE: Final = 20
MAX_ID: Final = 256
"""«Interactive reply buttons»: letters under which they fit, how many, title and id."""

MAX_ROWS: Final = 10
MAX_ROW_TITLE: Final = 24
MAX_ROW_ID: Final = 200
"""«Interactive list»: rows in all, and letters in their titles and ids."""

MAX_TEXT: Final = 4096
OPEN_LIST: Final = "Svar"
"""On the button that opens a list."""


def said(what: Outbound) -> dict[str, Any]:
    """Raises `SendFailed` where even the words alone have no room for the choices."""
    text, buttons = whole(what.text), what.buttons
    if not buttons:
        return _words(text)
    if units(text) <= MAX_BODY:
        if _fit(buttons, MAX_BUTTONS, MAX_TITLE, MAX_ID):
            return _interactive("button", text, {"buttons": [_button(each) for each in buttons]})
        if _fit(buttons, MAX_ROWS, MAX_ROW_TITLE, MAX_ROW_ID):
            rows = [{"id": each.data, "title": each.label} for each in buttons]
            action = {"button": OPEN_LIST, "sections": [{"title": OPEN_LIST, "rows": rows}]}
            return _interactive("list", text, action)
    typed = "\n".join((text, "", *(f"• {each.label}" for each in buttons)))
    if units(typed) > MAX_TEXT:
        raise SendFailed(Reason.TOO_LONG, retry=False)
    return _words(typed)


def _fit(buttons: Sequence[Button], count: int, title: int, data: int) -> bool:
    """All of them, or none: a title that is cut off may say something else."""
    labels = {each.label for each in buttons}
    return len(labels) == len(buttons) <= count and all(
        0 < units(each.label) <= title and 0 < len(each.data) <= data for each in buttons
    )


def _words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"preview_url": False, "body": text}}


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": text}, "action": action},
    }


def _button(button: Button) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": button.data, "title": button.label}}
