"""The files that a youth may open: of their own transcripts, and of nothing that is left out."""

from casestore.edge import Reading, Writing
from casestore.journal.staged import opened
from casestore.journal.tables import Attachment, Entry
from casestore.own_journal.whole import File, OwnJournal

Asking = Reading | Writing


def files_of(journal: OwnJournal) -> list[File]:
    """Give every file that is shown, each once, in the order it is met."""
    found = {
        (file.conversation, file.id): file
        for chapter in journal.chapters
        for message in chapter.messages
        for file in message.files
    }
    return list(found.values())


async def opened_file(asking: Asking, file: File) -> bytes:
    """Decrypt one of them, or raise `Unreadable`; `LookupError` when its row is gone."""
    entry = await asking.session.get(Entry, file.conversation)
    row = await asking.session.get(Attachment, (file.conversation, file.id))
    if entry is None or row is None or row.entry is None:
        raise LookupError("a file without its entry")
    words = await opened(asking, row, entry)
    # It may be large, and the next one too: not kept in the session.
    asking.session.expunge(row)
    return words
