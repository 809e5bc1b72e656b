"""«Min journal»: the code that lets a youth read their own journal, and the reading it opens."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class JournalCode(Table):
    """
    A code that opens one person's journal once, and the reading that it opened.

    Kept only as a hash. `expires_at` is the code's until it is used, and then the reading's.
    """

    __tablename__ = "journal_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    identity: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)


class JournalGuard(Table):
    """How many wrong codes have come in the window that began at `since`; one row, locked."""

    __tablename__ = "journal_guard"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime | None] = mapped_column(Moment)
    wrong: Mapped[int]


class Omission(Table):
    """A passage a youth is not shown, for a third person's sake; that it is left out is shown."""

    __tablename__ = "omissions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    of: Mapped[str] = mapped_column(String(64), index=True)
    position: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
