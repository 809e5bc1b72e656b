"""What everybody has done and read in the case record: a chain, only ever added to."""

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.chainrows import HeadRow, LinkRow


class AuditHead(HeadRow):
    """The last link of the audit."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class AuditEvent(LinkRow):
    """One deed: who, what, and to what. The ids that lists are made by lie beside it."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "user", "n"),
        Index(None, "what", "n"),
        Index(None, "of", "n"),
        Index(None, "at"),
        Index(None, "user", "what", "at"),
    )

    user: Mapped[str | None] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(40))
    of: Mapped[str | None] = mapped_column(String(64))
