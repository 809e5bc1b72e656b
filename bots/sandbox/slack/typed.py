"""What becomes of what a person types: mentions, escapes, and the blocks Slack makes of it."""

import html
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final

from bots.sandbox.slack.values import User

Json = dict[str, Any]

TOKEN: Final = re.compile(r"<(@U[A-Z0-9]+|#C[A-Z0-9]+|!\w+|https?://[^>|]+)(?:\|([^>]*))?>")


def as_sent(typed: str, users: Iterable[User]) -> str:
    """Escape what is special; an `@name` that is somebody becomes a mention."""
    text = html.escape(typed, quote=False)
    for user in sorted(users, key=lambda user: -len(user.name)):
        pattern = rf"(?<![\w@])@{re.escape(user.name)}(?!\w)"
        text = re.sub(pattern, f"<@{user.id}>", text, flags=re.IGNORECASE)
    return re.sub(r"(?<![\w@])@(channel|here|everyone)\b", r"<!\1>", text)


def as_read(text: str, users: dict[str, User]) -> str:
    """Slack's text as a person reads it."""

    def readable(found: re.Match[str]) -> str:
        what, label = found.group(1), found.group(2)
        if what.startswith("@"):
            user = users.get(what[1:])
            return f"@{user.name}" if user else "@ukjent"
        if what.startswith("!"):
            return label or f"@{what[1:]}"
        return label or what

    return html.unescape(TOKEN.sub(readable, text))


def rich_text(text: str) -> Json:
    """The rich_text block that Slack makes of a message without blocks."""
    elements: list[Json] = []
    at = 0
    for found in TOKEN.finditer(text):
        _add_text(elements, text[at : found.start()])
        elements.append(_element(found))
        at = found.end()
    _add_text(elements, text[at:])
    return {
        "type": "rich_text",
        "block_id": secrets.token_urlsafe(4),
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def _add_text(elements: list[Json], text: str) -> None:
    if text:
        elements.append({"type": "text", "text": html.unescape(text)})


def _element(found: re.Match[str]) -> Json:
    what, label = found.group(1), found.group(2)
    if what.startswith("@"):
        return {"type": "user", "user_id": what[1:]}
    if what.startswith("#"):
        return {"type": "channel", "channel_id": what[1:]}
    if what.startswith("!"):
        return {"type": "broadcast", "range": what[1:]}
    return {"type": "link", "url": what} | ({"text": label} if label else {})
