"""
Comments under what the page has posted: answered once, in private, with how to write to us.

Page, «feed» (Webhooks for Pages), `item` comment and `verb` add; Messenger Platform, «Private
Replies» (16 April 2026): one message for each comment, within seven days. What was said, and by
whom, goes no further than here.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any, Final

from bots.meta.errors import refused
from bots.meta.graph import Graph, Refusal
from bots.values import Json, held, listed, number, said

FIELD: Final = "feed"
"""What we ask Meta for besides, where comments are answered."""

INVITED: Final = "utebru-invited"
"""The mark on such an answer: its echo is no colleague's word."""

ANSWERED: Final = 10900
"""«Activity already replied to»: the same comment, once more."""

log = logging.getLogger(__name__)


def parts(entry: object, page: str) -> Iterator[tuple[str, str, bytes]]:
    """Each comment's id, by itself, as it is to be accepted; none of the page's own."""
    for change in listed(entry, "changes"):
        value = held(change, "value")
        if said(change, "field") != FIELD or not _is_new(value):
            continue
        comment, who = said(value, "comment_id"), said(held(value, "from"), "id")
        if not comment or not who:
            log.warning("a comment that does not say whose it is")
        elif who != page:
            at = number(value, "created_time") or number(entry, "time")
            kept = {"page": page, "comment": {"id": comment, "timestamp": at}}
            yield "messenger", _id(comment), json.dumps(kept, sort_keys=True).encode()


def _is_new(value: Json | None) -> bool:
    return said(value, "item") == "comment" and said(value, "verb") == "add"


def _id(comment: str) -> str:
    told = f"comment {comment}".encode("utf-8", "replace")
    return hashlib.sha256(told).hexdigest()[:40]


async def answer(graph: Graph, page: str, comment: str, text: str) -> None:
    """Raises `SendFailed`; that it has been answered before is no error."""
    asked: dict[str, Any] = {
        "recipient": {"comment_id": comment},
        "message": {"text": text, "metadata": INVITED},
        "messaging_type": "RESPONSE",
    }
    try:
        await graph.post(f"{page}/messages", asked)
    except Refusal as refusal:
        if refusal.code != ANSWERED:
            raise refused(refusal) from None
