"""Consents and withdrawals: each a row of its own, never overwritten (domain.md §2.6)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Consent(Table):
    """One answer to one question. The exact text, the reply and its references are encrypted."""

    __tablename__ = "consents"
    __table_args__ = (
        # What a journal entry points at, so that the database itself demands a yes.
        UniqueConstraint("id", "thread", "purpose", "answer"),
        CheckConstraint("answer IN ('yes', 'no', 'dont_know')", name="answer"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(16))
    answered_at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(String(64))
    text_id: Mapped[str] = mapped_column(String(64))
    text_version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(64))
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment)


class Withdrawal(Table):
    """A youth has taken a consent back; what was filed before stands, nothing new may be."""

    __tablename__ = "withdrawals"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(64))
    answered_at: Mapped[datetime] = mapped_column(Moment)
    channel: Mapped[str] = mapped_column(String(64))
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment)
