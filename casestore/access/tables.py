"""Who stands in for the team leader, and what has been changed of whose access, and why."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Grant(Table):
    """An employee stands in for the team leader (R51); both days are included."""

    __tablename__ = "grants"
    __table_args__ = (CheckConstraint("role = 'deputy'", name="role"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[date] = mapped_column(Date)
    until_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class AccessChange(Table):
    """
    Somebody's access was changed (R49): the code that the audit has for it, and the reason.

    The reason is encrypted under the team's key; a command on the server gives none, and is
    nobody's (`made_by`). Only ever added to: a trigger refuses the rest.
    """

    __tablename__ = "access_changes"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    what: Mapped[str] = mapped_column(String(40))
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
    made_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
