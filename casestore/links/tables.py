"""Whose Slack account is whose: the one-time code, the link, and the guard against guessing."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class LinkCode(Table):
    """A code that was shown once; kept as a keyed hash. `used_by` recognises who used it."""

    __tablename__ = "link_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_by: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class SlackLink(Table):
    """An employee's Slack id: encrypted, and as a keyed hash to find it by."""

    __tablename__ = "slack_links"

    user: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    slack_user: Mapped[bytes] = mapped_column(LargeBinary)
    slack_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    linked_at: Mapped[datetime] = mapped_column(Moment)


class LinkGuard(Table):
    """How many wrong codes have come in the window that began at `since`; one row, locked."""

    __tablename__ = "link_guard"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime | None] = mapped_column(Moment)
    wrong: Mapped[int]
