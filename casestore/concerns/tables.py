"""
Reports of concern (bekymringsmelding): records of their own, that need no consent.

The duty is the caseworker's own (barnevernsloven § 13-2), so nobody's leave is asked; and the
record outlives the journal (Personvernnemnda PVN-2024-14), so it lies under a key of its own.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Concern(Table):
    """One report. `words` is encrypted: what was sent, whom it is about, why they were not told."""

    __tablename__ = "concerns"
    __table_args__ = (
        CheckConstraint("told IN ('yes', 'no')", name="told"),
        Index(None, "sent_at", "id"),
        Index(None, "written_by", "sent_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str | None] = mapped_column(ForeignKey("persons.id"), index=True)
    thread: Mapped[str | None] = mapped_column(ForeignKey("threads.id"), index=True)
    receiver: Mapped[str] = mapped_column(String(40))
    told: Mapped[str] = mapped_column(String(8))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment, index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
