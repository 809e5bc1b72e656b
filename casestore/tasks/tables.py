"""What waits for the team leader: withdrawals and requests that a person must follow up."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Task(Table):
    """One thing to follow up; `source` is the withdrawal or request it comes from."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(None, "done_at", "due_at"),
        CheckConstraint(
            "kind IN ('withdrawal', 'access', 'deletion', 'taken_back', 'age')", name="kind"
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64), unique=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    channel: Mapped[str] = mapped_column(String(64))
    alias: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
