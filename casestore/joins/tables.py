"""
Two lines that may be one youth's: what a caseworker has proposed, and what became of it.

Whoever is on several channels has a thread on each. That two of them are the same youth's is
proposed by a person, decided here, and carried out by the bridge, which is told in orders.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Join(Table):
    """
    That `thread` is to be joined into `into`; a line is joined into one other at a time.

    `alias` and `typed` (the case number, as it was typed) are encrypted under the key of
    `thread`, `into_alias` under that of `into`. `case` is the case of that number, if there is
    one. `why` says what it waits for, or why it was refused or undone. `decided_by` and
    `undone_by` are None for what the rules did by themselves.
    """

    __tablename__ = "thread_joins"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'joined', 'refused', 'undone')", name="status"),
        CheckConstraint('thread <> "into"', name="two_threads"),
        Index(
            "uq_thread_joins_joined",  # some rows only, also on PostgreSQL (migrations)
            "thread",
            unique=True,
            sqlite_where=text("status = 'joined'"),
        ),
        Index(None, "thread"),
        Index(None, "into"),
        Index(None, "status", "proposed_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    into: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    channel: Mapped[str] = mapped_column(String(64))
    alias: Mapped[bytes] = mapped_column(LargeBinary)
    into_alias: Mapped[bytes] = mapped_column(LargeBinary)
    typed: Mapped[bytes] = mapped_column(LargeBinary)
    case: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(24))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)


class JoinOrder(Table):
    """What the bridge must do: join the two, or take them apart again; `n` is their order."""

    __tablename__ = "join_orders"
    __table_args__ = (Index(None, "confirmed_at", "n"),)

    n: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[str] = mapped_column(String(64), unique=True)
    thread: Mapped[str] = mapped_column(String(64))
    into: Mapped[str] = mapped_column(String(64))
    joined: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
