"""A youth's thread as the case store knows it, and the data keys that words lie under."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class DataKey(Table):
    """A data key, wrapped. `owner` says whose words lie under it: a thread until it is a person."""

    __tablename__ = "data_keys"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80), unique=True)
    ring_key: Mapped[str] = mapped_column(String(64))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)


class Thread(Table):
    """
    A youth's lifelong line to the team; whose it is, the case store may learn later.

    `person` is the tie that holds now (`casestore.people.tables.Tie`).
    """

    __tablename__ = "threads"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("data_keys.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[str | None] = mapped_column(ForeignKey("persons.id"), index=True)
