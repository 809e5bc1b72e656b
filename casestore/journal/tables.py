"""
The journal: transcripts with their attachments, encrypted, each standing on a consent.

The database demands the consent too: an entry points at a consent row of the same thread whose
purpose is the journal and whose answer is yes, and triggers refuse one that has been withdrawn
or answered anew with no (`migrations/versions`).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Entry(Table):
    """One transcript. `header` is its document without the messages; `case` is tied later."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["consent", "thread", "consent_purpose", "consent_answer"],
            ["consents.id", "consents.thread", "consents.purpose", "consents.answer"],
            name="fk_journal_entries_consent",
        ),
        CheckConstraint("consent_purpose = 'journal'", name="purpose_is_journal"),
        CheckConstraint("consent_answer = 'yes'", name="answer_is_yes"),
    )

    conversation: Mapped[str] = mapped_column(
        ForeignKey("transfers.conversation"), primary_key=True
    )
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"), index=True)
    consent: Mapped[str] = mapped_column(String(64))
    consent_purpose: Mapped[str] = mapped_column(String(64))
    consent_answer: Mapped[str] = mapped_column(String(16))
    header: Mapped[bytes] = mapped_column(LargeBinary)
    message_count: Mapped[int]
    attachment_count: Mapped[int]
    filed_at: Mapped[datetime] = mapped_column(Moment)
    case_number: Mapped[str | None] = mapped_column(String(32), index=True)
    tied_at: Mapped[datetime | None] = mapped_column(Moment)
    tied_by: Mapped[str | None] = mapped_column(String(64))


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
