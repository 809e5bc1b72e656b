"""The contact register: that there was contact, and nothing that says with whom."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Contact(Table):
    """One contact, anonymous: an id of its own, the time cut to the hour, no conversation."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "caseworker", "hour"), Index(None, "channel"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    hour: Mapped[datetime] = mapped_column(Moment, index=True)
    minutes: Mapped[int]
    topics: Mapped[str] = mapped_column(Text)
    caseworker: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    count_youth: Mapped[int]
    count_caseworker: Mapped[int]
    count_attachments: Mapped[int]
