"""Cases: who is responsible, who else is in them, with whom they are shared, and handed to."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Case(Table):
    """
    One case about one person. `number` is year and running number, never used again.

    `version` counts changes to what a form shows: title, status and who is responsible.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("team", "number"),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        Index(None, "opened_at", "id"),
        Index(None, "responsible", "opened_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(16))
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    responsible: Mapped[str] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str] = mapped_column(String(8))
    title: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class CaseNumber(Table):
    """The last running number of a year."""

    __tablename__ = "case_numbers"
    __table_args__ = (UniqueConstraint("team", "year"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int]
    last: Mapped[int]


class Party(Table):
    """Somebody else in the case: a guardian, a teacher, a friend. All of it is encrypted."""

    __tablename__ = "case_parties"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    details: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[datetime | None] = mapped_column(Moment)


class Share(Table):
    """A case may be read by a named colleague for a period (R52): both days are included."""

    __tablename__ = "shares"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class CaseHandover(Table):
    """A case went from one employee to another. `seen_at`: the receiver has opened it since."""

    __tablename__ = "case_handovers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    from_user: Mapped[str] = mapped_column(ForeignKey("users.id"))
    to_user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    seen_at: Mapped[datetime | None] = mapped_column(Moment)


class CaseClosing(Table):
    """A case was closed, with what happened; and perhaps opened again."""

    __tablename__ = "case_closings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    closed_at: Mapped[datetime] = mapped_column(Moment)
    closed_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(Moment)
    reopened_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
