"""
What somebody wrote in Slack, as a youth may read it.

Slack's own markup (`<@U1>`, `<!here>`, `<https://…|label>`) never leaves the workspace:
people become «en kollega», rooms and groups become neutral words, links their address.
What a person typed is left as typed. Source: Slack, Formatting message text.
"""

import re
import unicodedata
from typing import Final

from bridge.domain.speech import Mention

COLLEAGUE: Final = "en kollega"
OURSELVES: Final = "oss"
ROOM: Final = "et internt rom"
EVERYONE: Final = "alle"
TEAM: Final = "teamet"
SOMETHING: Final = "…"

_MARKUP: Final = re.compile(r"<([^<>]*)>")
_ADDRESS: Final = re.compile(r"(?:mailto|tel):", re.IGNORECASE)


def spoken(text: str, bot: str | None, name: str | None) -> tuple[Mention, str]:
    """
    Where the bot is mentioned, and the words without a leading mention.

    A mention with no words behind it is not a beginning: there is nothing to say.
    """
    if bot is None:
        return Mention.NONE, plain(text, None)
    mention = rf"<@{re.escape(bot)}(?:\|[^<>]*)?>"
    begins = re.match(rf"{mention}(?:[:,](?=\s|$))?", text)
    words = plain(text[begins.end() :] if begins else text, bot).strip()
    if begins and visible(words):
        return Mention.BEGINS, words
    typed = name is not None and text.casefold().lstrip().startswith(f"@{name.casefold()}")
    if begins or typed or re.search(mention, text):
        return Mention.ELSEWHERE, words
    return Mention.NONE, words


def plain(text: str, bot: str | None) -> str:
    parts: list[str] = []
    end = 0
    for found in _MARKUP.finditer(text):
        parts += [_unescaped(text[end : found.start()]), _named(found[1], bot)]
        end = found.end()
    return "".join([*parts, _unescaped(text[end:])])


def visible(text: str) -> bool:
    """Whether there is anything to see: not only spaces, controls and invisible marks."""
    return any(unicodedata.category(sign)[0] not in "ZC" for sign in text)


def _named(markup: str, bot: str | None) -> str:
    target, _, label = markup.partition("|")
    match target[:1]:
        case "@":
            return OURSELVES if target[1:] == bot else COLLEAGUE
        case "#":
            return ROOM
        case "!":
            return _special(target[1:], label)
    return _link(_unescaped(target), _unescaped(label))


def _special(target: str, label: str) -> str:
    kind = target.partition("^")[0]
    if kind in {"here", "channel", "everyone"}:
        return EVERYONE
    if kind == "subteam":
        return TEAM
    return _unescaped(label) if kind == "date" and label else SOMETHING


def _link(target: str, label: str) -> str:
    address = _ADDRESS.sub("", target, count=1)
    if not label or label in {target, address} or target.endswith(f"://{label}"):
        return address
    return f"{label} ({address})"


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
