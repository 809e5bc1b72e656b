"""
A journal on paper: PDF/A-2a and PDF/UA-1, set by typst.

What is stored reaches the template as data and never as markup, so nothing anybody has written
can do anything there. The same journal and time give the same bytes.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casestore.own_journal import saying
from casestore.own_journal.on_paper import ON_PAPER
from casestore.own_journal.plain import plain
from casestore.own_journal.reading_list import by_day
from casestore.own_journal.rules import ANSWERS
from casestore.own_journal.whole import OwnJournal
from casestore.texts.speaking import Language, speaking, spoken
from casestore.times import in_oslo
from casestore.transfers.phrases import CHANNEL

if TYPE_CHECKING:
    import typst

TEMPLATE: Final = Path(__file__).with_name("own_journal.typ")
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]


class NotSet(Exception):
    """The journal could not be set on paper. It says no more: a reason might hold words."""


async def as_pdf(journal: OwnJournal, language: Language = Language.BOKMAL) -> bytes:
    """Set the journal, off the event loop; raises `NotSet`."""
    with speaking(language):
        said = told(journal)
    return await asyncio.to_thread(_set, said, int(journal.made_at.timestamp()))


def told(journal: OwnJournal) -> str:
    """
    Give what the template is told, as JSON: every text as the fonts can show it.

    Our own texts are in the language that is spoken; what somebody has written is as it was.
    """
    said = {
        "title": saying.TITLE,
        "intro": saying.INTRO,
        "parts": saying.PARTS,
        "empty": saying.EMPTY,
        "left_out": saying.LEFT_OUT,
        "unreadable": saying.UNREADABLE,
        "done": saying.DONE,
        "status": saying.STATUS,
        "message": saying.MESSAGE,
        "state": saying.STATE,
        "added": saying.ADDED,
        "answers": ANSWERS,
        "channel": CHANNEL,
        "words": ON_PAPER,
        "language": spoken().value,
    }
    days = by_day(journal.reads)
    return json.dumps({"said": _told(said), **_told(journal), "reads": _told(days)})


def _told(value: Any) -> Any:
    match value:
        case str():
            return plain(str(value))
        case datetime():
            return str(in_oslo(value))
        case tuple() | list():
            return [_told(part) for part in value]
        case dict():
            return {name: _told(part) for name, part in value.items()}
        case _ if is_dataclass(value):
            return {part.name: _told(getattr(value, part.name)) for part in fields(value)}
        case _:
            return value


def _set(data: str, at: int) -> bytes:
    # With its fonts it is large, and needed only when somebody asks for paper.
    import typst

    source = TEMPLATE.read_bytes()
    try:
        made = typst.compile(
            source,
            font_paths=typst.Fonts(include_system_fonts=False),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"journal": data},
            timestamp=at,
        )
    except Exception:
        # Its message quotes the text that could not be set.
        raise NotSet from None
    except BaseException as panic:
        # A fault in typst itself comes as this, which no handler of errors would catch.
        if type(panic).__name__ == "PanicException":
            raise NotSet from None
        raise
    return made
