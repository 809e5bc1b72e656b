"""The contact register: that there was contact, and nothing that says with whom."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, String, Text
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


class ContactSum(Table):
    """
    How many contacts of one kind, channel and set of topics there were on a day, as in Oslo.

    Changed with each contact (`casestore.contacts.sums`). `alike` stands for those three: topics
    can be longer than what an index holds.
    """

    __tablename__ = "contact_sums"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        {"sqlite_with_rowid": False},
    )

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    alike: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(64))
    topics: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    minutes: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
