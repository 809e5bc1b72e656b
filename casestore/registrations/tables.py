"""
What an employee has written down of what was said where no program may read.

It lies here only until the bridge has it: then words and pictures go, with the key that they
lay under. What stays is who wrote something down, when, and what became of it.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Registration(Table):
    """
    One form that was sent in; `words` is encrypted: whose it is, when it was said, and what.

    The bridge is not told of it before `due_at`. `asked_at` is when the bridge has been given
    the words; from then on only the bridge can say what became of it.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        CheckConstraint(
            "status IN ('waiting', 'asked', 'refused', 'taken', 'withdrawn')", name="status"
        ),
        Index(None, "status", "due_at", "id"),
        Index(None, "written_by", "written_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64))
    written_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(24))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    words: Mapped[bytes] = mapped_column(LargeBinary)


class RegistrationPicture(Table):
    """One picture of what was said, encrypted; in the order they were chosen."""

    __tablename__ = "registration_pictures"
    __table_args__ = (Index(None, "registration", "n"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    registration: Mapped[str] = mapped_column(ForeignKey("registrations.id"))
    n: Mapped[int]
    type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
