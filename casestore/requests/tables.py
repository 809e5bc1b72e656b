"""What a youth has asked for: the journal, its deletion, or that of what was taken back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class YouthRequest(Table):
    """INNSYN, SLETT or what was taken back after it was filed; a person answers it."""

    __tablename__ = "requests"
    __table_args__ = (CheckConstraint("kind IN ('access', 'deletion', 'taken_back')", name="kind"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment)
