"""The Bot API's limits, as documented, and the words with which it refuses."""

from typing import Any, Final

from bots.sandbox.telegram.refusals import bad_request

Json = dict[str, Any]

MAX_TEXT: Final = 4096
MAX_CAPTION: Final = 1024
MAX_CALLBACK_DATA: Final = 64
MAX_TOAST: Final = 200

_KINDS_OF_BUTTON: Final = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "pay",
)


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def checked_text(text: str | None) -> str:
    """The text as the server keeps it; no parse mode is understood, marks stay literal."""
    kept = (text or "").strip()
    if not kept:
        bad_request("message text is empty")
    if units(kept) > MAX_TEXT:
        bad_request("message is too long")
    return kept


def checked_caption(caption: str | None) -> str | None:
    if caption is not None and units(caption) > MAX_CAPTION:
        bad_request("message caption is too long")
    return caption or None


def checked_markup(markup: Any) -> Json | None:
    """The inline keyboard to keep with the message; other keyboards are accepted, not kept."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        bad_request(
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    for button in (button for row in rows for button in row):
        _check_button(button)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if not any(kind in button for kind in _KINDS_OF_BUTTON):
        bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= MAX_CALLBACK_DATA:
            bad_request("BUTTON_DATA_INVALID")


def command_entities(text: str) -> list[Json]:
    """The one entity that bots live by: a command at the beginning."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    if not word.startswith("/") or len(word) < 2 or not word[1].isalnum():
        return []
    return [{"type": "bot_command", "offset": 0, "length": units(word)}]
