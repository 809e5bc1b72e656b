"""
A journal as JSON (GDPR art. 15 and 20), with every text exactly as it is stored.

Times are in UTC. What the youth themself gave is there once more, by itself: their messages and
their statements. What they answered stands with the consents.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from casestore.own_journal.whole import LeftOut, OwnJournal
from casestore.times import write_time

FORMAT: Final = "utebru-own-journal"
VERSION: Final = 1


def as_json(journal: OwnJournal) -> bytes:
    """Write the whole of it: UTF-8, indented, in the order of the page."""
    told = {"format": FORMAT, "v": VERSION, **_plain(journal)}
    told["given_by_you"] = given(journal)
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def given(journal: OwnJournal) -> Mapping[str, Any]:
    """Give what the youth themself has given, by consent (art. 20): messages and statements."""
    return {
        "messages": [
            {"conversation": chapter.id, **_plain(message)}
            for chapter in journal.chapters
            for message in chapter.messages
            if message.by == "youth"
        ],
        "statements": [
            {"to": chapter.id, **_plain(added)}
            for chapter in journal.chapters
            for added in chapter.added
            if added.kind == "statement"
        ],
    }


def _plain(value: Any) -> Any:
    match value:
        case LeftOut():
            return {"reason": value.reason, "said": value.said, "by": value.by}
        case datetime():
            return write_time(value)
        case tuple():
            return [_plain(part) for part in value]
        case _ if is_dataclass(value):
            return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
        case _:
            return value
