"""What everybody has done and read in the case record: a chain, only ever added to."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.chainrows import HeadRow, LinkRow


class AuditHead(HeadRow):
    """The last link of the audit."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class AuditEvent(LinkRow):
    """One deed: who, what, and to what. The ids that lists are made by lie beside it."""

    __tablename__ = "audit_events"

    user: Mapped[str | None] = mapped_column(String(64), index=True)
    what: Mapped[str] = mapped_column(String(40), index=True)
    of: Mapped[str | None] = mapped_column(String(64), index=True)
