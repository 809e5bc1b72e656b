"""Breaches and near misses (GDPR art. 33 and 34): what happened, and who was affected."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Incident(Table):
    """One incident. `words` is encrypted: what happened, what was done, what was decided."""

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint("severity IN ('none', 'risk', 'high_risk')", name="severity"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str] = mapped_column(String(16))
    happened_at: Mapped[datetime] = mapped_column(Moment)
    found_at: Mapped[datetime] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment, index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    authority_told_at: Mapped[datetime | None] = mapped_column(Moment)
    affected_told_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class Affected(Table):
    """A person or a thread that an incident touched."""

    __tablename__ = "incident_affected"

    incident: Mapped[str] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
