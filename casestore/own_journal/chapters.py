"""What is written in a journal: transcripts and notes, opened, with what is left out left out."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.journal.additions import AdditionLine, additions_of_entry, additions_of_note
from casestore.journal.kinds import KINDS
from casestore.journal.notes import note_words
from casestore.journal.read_back import stored_document
from casestore.journal.tables import Entry, Note
from casestore.keyring import Unreadable
from casestore.own_journal.whole import Added, Chapter, File, LeftOut, Message
from casestore.people.finding import entries_of
from casestore.texts.phrases import _
from casestore.times import read_time
from casestore.transfers.phrases import CHANNEL, said
from casestore.transfers.tables import Transfer

Asking = Reading | Writing
Names = Mapping[str, str]
Omitted = Mapping[tuple[str, int | None], LeftOut]


async def transcripts(asking: Asking, parts: Sequence[str], names: Names) -> list[Chapter]:
    """Open every transcript that is the person's."""
    found = await asking.session.execute(
        select(Entry, Transfer, Case.number)
        .join(Transfer, Transfer.conversation == Entry.conversation)
        .outerjoin(Case, Case.id == Entry.case)
        .where(entries_of(parts))
    )
    return [
        await _transcript(asking, entry, transfer, number, names)
        for entry, transfer, number in found.all()
    ]


async def notes(asking: Asking, parts: Sequence[str], names: Names) -> tuple[list[Chapter], int]:
    """Open every finished note, and say how many have only been begun."""
    found = await asking.session.execute(
        select(Note, Case).join(Case, Case.id == Note.case).where(Case.person.in_(parts))
    )
    rows = found.all()
    finished = [(row, case) for row, case in rows if row.finished_at is not None]
    return [await _note(asking, row, case, names) for row, case in finished], len(rows) - len(
        finished
    )


def without(chapter: Chapter, omitted: Omitted) -> Chapter:
    """Take the words out of what is left out: of a whole chapter, a message, an addition."""
    whole = omitted.get((chapter.id, None))
    # A file that belongs to something left out is left out wherever else it hangs.
    hidden = {
        file.id
        for message in chapter.messages
        if (chapter.id, message.position) in omitted
        for file in message.files
    }
    shown = () if whole else chapter.messages
    return replace(
        chapter,
        words="" if whole else chapter.words,
        left_out=whole,
        messages=tuple(_silenced(m, omitted.get((chapter.id, m.position)), hidden) for m in shown),
        added=tuple(_unadded(added, whole, omitted) for added in chapter.added),
    )


def marked(chapter: Chapter, omitted: Omitted) -> Chapter:
    """Mark what is left out and keep its words: for who decides about it."""
    return replace(
        chapter,
        left_out=omitted.get((chapter.id, None)),
        messages=tuple(
            replace(m, left_out=omitted.get((chapter.id, m.position))) for m in chapter.messages
        ),
        added=tuple(replace(a, left_out=omitted.get((a.id, None))) for a in chapter.added),
    )


def _silenced(message: Message, why: LeftOut | None, hidden: Container[str]) -> Message:
    if why is not None:
        return replace(message, text="", files=(), left_out=why)
    return replace(message, files=tuple(f for f in message.files if f.id not in hidden))


def _unadded(added: Added, whole: LeftOut | None, omitted: Omitted) -> Added:
    # A correction of what is left out would tell what it corrects; the youth's own words do not.
    why = omitted.get((added.id, None)) or (whole if added.kind == "correction" else None)
    return added if why is None else replace(added, words="", why="", left_out=why)


async def _transcript(
    asking: Asking, entry: Entry, transfer: Transfer, number: str | None, names: Names
) -> Chapter:
    by = transfer.sealed_by or ""
    chapter = Chapter(
        id=entry.conversation,
        kind="transcript",
        title=_("Samtale på {what}").format(what=said(CHANNEL, transfer.channel)),
        at=transfer.opened_at or entry.filed_at,
        until=transfer.sealed_at,
        by=names.get(by, _("Utebru (automatisk)") if by == "clock" else by),
        case=number,
        minutes=None,
        words="",
        messages=(),
        added=_added(await additions_of_entry(asking, entry)),
        left_out=None,
        readable=True,
    )
    try:
        document = await stored_document(asking, entry)
    except Unreadable:
        return replace(chapter, readable=False)
    return replace(
        chapter,
        messages=tuple(
            _message(entry.conversation, position, told, document, names)
            for position, told in enumerate(document["messages"])
        ),
    )


def _message(
    conversation: str,
    position: int,
    told: Mapping[str, Any],
    document: Mapping[str, Any],
    names: Names,
) -> Message:
    alias, channel = str(document["alias"]), document["channel"]
    author = told["author"] or ""
    who = {"youth": alias, "service": _("Automatisk melding")}
    return Message(
        position=position,
        seq=told["seq"],
        at=read_time(told["at"]),
        by=told["by"],
        name=who.get(told["by"]) or names.get(author, author or _("Saksbehandler")),
        # A placeholder about another message is a mark put on it, and nothing is missing.
        kind="reaction" if told["kind"] == "placeholder" and told["of"] else told["kind"],
        of=told["of"],
        channel=None if told.get("channel") == channel else told.get("channel"),
        state=told["state"],
        text=told["text"],
        files=tuple(
            File(
                conversation=conversation,
                id=line["id"],
                name=line["name"],
                type=line["type"],
                size=line["size"],
            )
            for line in told["attachments"]
        ),
        left_out=None,
    )


async def _note(asking: Asking, row: Note, case: Case, names: Names) -> Chapter:
    words = await note_words(asking, row, case)
    return Chapter(
        id=row.id,
        kind=row.kind,
        title=KINDS.get(row.kind, row.kind),
        at=row.at,
        until=None,
        by=names.get(row.written_by, row.written_by),
        case=case.number,
        minutes=row.minutes,
        words=words or "",
        messages=(),
        added=_added(await additions_of_note(asking, row, case)),
        left_out=None,
        readable=words is not None,
    )


def _added(lines: Sequence[AdditionLine]) -> tuple[Added, ...]:
    return tuple(
        Added(
            id=line.id,
            kind=line.kind,
            at=line.at,
            by=line.by,
            words=line.words,
            why=line.why,
            left_out=None,
        )
        for line in lines
    )
