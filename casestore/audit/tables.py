"""Who has read what: only ever added to."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Read(Table):
    """Somebody has opened something that holds words."""

    __tablename__ = "audit_reads"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    user: Mapped[str] = mapped_column(String(64), index=True)
    what: Mapped[str] = mapped_column(String(32))
    conversation: Mapped[str] = mapped_column(String(64), index=True)
