"""
The journal: transcripts with their attachments, and notes; encrypted, each on a consent.

The database demands the consent too: an entry points at a consent row of the same thread whose
purpose is the journal and whose answer is yes, and triggers refuse one that has been withdrawn
or answered anew with no (`migrations/versions`).
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Entry(Table):
    """
    One transcript. `header` is its document without the messages.

    It is *ufordelt* until `case` is tied; `case_number` is what the bridge said, if it said one.
    `also_on` names the other channels that something in it was said on, None for none.
    `person` is set when it was misfiled and moved: it then belongs to that person, whoever the
    thread is tied to. `key_owner` says whose data key it lies under.
    """

    __tablename__ = "journal_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent", "thread", "consent_purpose", "consent_answer"],
            ["consents.id", "consents.thread", "consents.purpose", "consents.answer"],
            name="fk_journal_entries_consent",
        ),
        CheckConstraint("consent_purpose = 'journal'", name="purpose_is_journal"),
        CheckConstraint("consent_answer = 'yes'", name="answer_is_yes"),
        Index(None, "case", "filed_at", "conversation"),
    )

    conversation: Mapped[str] = mapped_column(
        ForeignKey("transfers.conversation"), primary_key=True
    )
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"), index=True)
    consent: Mapped[str] = mapped_column(String(64))
    consent_purpose: Mapped[str] = mapped_column(String(64))
    consent_answer: Mapped[str] = mapped_column(String(16))
    header: Mapped[bytes] = mapped_column(LargeBinary)
    also_on: Mapped[str | None] = mapped_column(Text)
    message_count: Mapped[int]
    attachment_count: Mapped[int]
    filed_at: Mapped[datetime] = mapped_column(Moment)
    case_number: Mapped[str | None] = mapped_column(String(32))
    case: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
    person: Mapped[str | None] = mapped_column(ForeignKey("persons.id"), index=True)
    key_owner: Mapped[str] = mapped_column(String(80))
    tied_at: Mapped[datetime | None] = mapped_column(Moment)
    tied_by: Mapped[str | None] = mapped_column(String(64))


class EntryMove(Table):
    """A misfiled transcript was moved to the person it belongs to; who had it, and why it went."""

    __tablename__ = "journal_moves"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64), index=True)
    before: Mapped[str | None] = mapped_column(ForeignKey("persons.id"))
    to: Mapped[str] = mapped_column(ForeignKey("persons.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)


class EntryMessage(Table):
    """One message of a transcript, by its place in it."""

    __tablename__ = "journal_messages"

    conversation: Mapped[str] = mapped_column(
        ForeignKey("journal_entries.conversation"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Table):
    """
    A file, under a data key of its own.

    Until its transcript is filed it is only staged: no entry, its key under the team's. Then its
    key is wrapped anew under the youth's.
    """

    __tablename__ = "journal_attachments"

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    entry: Mapped[str | None] = mapped_column(ForeignKey("journal_entries.conversation"))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)


class Note(Table):
    """
    What a caseworker has written about a contact: under their hand until `finished_at`.

    It stands on a consent of one of the youth's threads, as a transcript does.
    """

    __tablename__ = "journal_notes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent", "thread", "consent_purpose", "consent_answer"],
            ["consents.id", "consents.thread", "consents.purpose", "consents.answer"],
            name="fk_journal_notes_consent",
        ),
        CheckConstraint("consent_purpose = 'journal'", name="purpose_is_journal"),
        CheckConstraint("consent_answer = 'yes'", name="answer_is_yes"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    consent: Mapped[str] = mapped_column(String(64))
    consent_purpose: Mapped[str] = mapped_column(String(64))
    consent_answer: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    minutes: Mapped[int]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    written_at: Mapped[datetime] = mapped_column(Moment, index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Addition(Table):
    """
    What was added to a finished note or a transcript: a correction, or the youth's own statement.

    `of` is the note or the conversation. `words` is encrypted with what was added, and why.
    """

    __tablename__ = "journal_additions"
    __table_args__ = (CheckConstraint("kind IN ('correction', 'statement')", name="kind"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    of: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
