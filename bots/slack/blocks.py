"""
Block Kit, with what others have written kept literal.

Words of youths and caseworkers go in `rich_text`, whose text is neither parsed for
markup nor linked, so that it is put in as it is. Everything else goes in `mrkdwn`, escaped.
Limits are those of Slack's Block Kit reference.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from bots.slack import texts

Block = dict[str, object]

HEADER: Final = 150
SECTION: Final = 3000
TITLE: Final = 24
BUTTON: Final = 75
OPTION: Final = 75
OPTION_VALUE: Final = 150
INPUT: Final = 3000

WORDS: Final = 12_000
"""All words of one message; above about 13 200 Slack says `msg_blocks_too_long` (bolt-js#2509)."""

PIECE: Final = 2900


def escaped(text: str) -> str:
    """Slack, Formatting message text: exactly these three, so that nothing is markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def person(user: str) -> str:
    """A mention, where `user` looks like a workspace user; else nothing but the bare id."""
    known = user[:1] in {"U", "W"} and user.isascii() and user.isalnum() and user.isupper()
    return f"<@{user}>" if known else escaped(user)


def fit(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def header(text: str) -> Block:
    return {"type": "header", "text": plain(fit(text, HEADER))}


def plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": fit(mrkdwn, SECTION)}}


def context(mrkdwn: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": fit(mrkdwn, SECTION), "verbatim": True}],
    }


def aside(text: str) -> Block:
    """A small line in which nothing is markup."""
    return {
        "type": "context",
        "elements": [{"type": "plain_text", "text": fit(text, SECTION), "emoji": False}],
    }


def button(action: str, value: str, *, label: str | None = None, style: str | None = None) -> Block:
    made: Block = {
        "type": "button",
        "action_id": action,
        "text": plain(fit(label or texts.BUTTON[action], BUTTON)),
        "value": value,
    }
    if action in texts.SURE:
        title, what = texts.SURE[action]
        made["confirm"] = {
            "title": plain(title), "text": plain(what),
            "confirm": plain(texts.GO_ON), "deny": plain(texts.STAY),
        }  # fmt: skip
    return made | ({"style": style} if style else {})


def actions(*buttons: Block) -> list[Block]:
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def words(text: str) -> list[Block]:
    """What somebody wrote, and nothing that it could be taken for."""
    literal = literally(text)
    if not literal.strip():
        return [context(texts.EMPTY)]
    pieces = _pieces(literal[:WORDS], PIECE)
    shown: list[Block] = [
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": piece}]}
            ],
        }
        for piece in pieces
    ]
    return [*shown, context(texts.SHORTENED)] if len(literal) > WORDS else shown


def literally(text: str) -> str:
    """Without what JSON or a screen cannot carry: lone surrogates, NUL and other controls."""
    return "".join(
        sign if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"} else "\ufffd"
        for sign in text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _pieces(text: str, most: int) -> Sequence[str]:
    """Cut where a line or a word ends, and never before a mark that belongs to a sign."""
    pieces: list[str] = []
    while len(text) > most:
        cut = max(text.rfind("\n", most // 2, most), text.rfind(" ", most // 2, most)) + 1
        cut = cut or most
        while cut > 1 and _joined(text, cut):
            cut -= 1
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _joined(text: str, at: int) -> bool:
    joins = {text[at], text[at - 1]} & {"\u200d"}
    return bool(joins) or unicodedata.category(text[at]) in {"Mn", "Mc", "Me", "Sk"}
