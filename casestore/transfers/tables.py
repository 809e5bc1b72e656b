"""The transfer log: a hash chain that is only ever added to, and what it says now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.chainrows import HeadRow, LinkRow
from casestore.database import Moment, Table


class ChainHead(HeadRow):
    """The last link of the transfer log."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class ChainEvent(LinkRow):
    """One link of the transfer log."""

    __tablename__ = "chain_events"

    conversation: Mapped[str | None] = mapped_column(String(64), index=True)


class Transfer(Table):
    """What the log's page shows of one conversation; the alias is encrypted."""

    __tablename__ = "transfers"
    __table_args__ = (
        Index(None, "first_at", "conversation"),
        Index(None, "status", "first_at", "conversation"),
        Index(None, "channel", "first_at", "conversation"),
    )

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str | None] = mapped_column(ForeignKey("threads.id"), index=True)
    alias: Mapped[bytes | None] = mapped_column(LargeBinary)
    channel: Mapped[str | None] = mapped_column(String(64))
    filing: Mapped[str | None] = mapped_column(String(16))
    consent: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_at: Mapped[datetime | None] = mapped_column(Moment)
    sealed_by: Mapped[str | None] = mapped_column(String(64))
    count_youth: Mapped[int | None]
    count_caseworker: Mapped[int | None]
    count_attachments: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    stored_at: Mapped[datetime | None] = mapped_column(Moment)
    read_back_at: Mapped[datetime | None] = mapped_column(Moment)
    read_back_digest: Mapped[str | None] = mapped_column(String(64))
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)
    forgotten_count: Mapped[int | None]
    refused: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    # What recognises the document; and, of a contact only, the document itself, encrypted.
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_at: Mapped[datetime] = mapped_column(Moment)


class TransferCaseworker(Table):
    """
    Whose transfer it is: who sealed it, and who wrote in it.

    `first_at` is the transfer's own, so that somebody's are found in the order of the log.
    """

    __tablename__ = "transfer_caseworkers"
    __table_args__ = (
        Index(None, "caseworker", "conversation"),
        Index(None, "caseworker", "first_at", "conversation"),
    )

    conversation: Mapped[str] = mapped_column(
        ForeignKey("transfers.conversation"), primary_key=True
    )
    caseworker: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_at: Mapped[datetime] = mapped_column(Moment)


class TransferEvent(Table):
    """An event from the bridge that has been taken in, so that the same one is not taken twice."""

    __tablename__ = "transfer_events"

    conversation: Mapped[str] = mapped_column(
        ForeignKey("transfers.conversation"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    n: Mapped[int] = mapped_column(ForeignKey("chain_events.n"))


class Copy(Table):
    """
    The latest that is known of one copy; its link is encrypted.

    `first_at` is the transfer's own, so that those of a verdict are found in the order of the log.
    """

    __tablename__ = "transfer_copies"
    __table_args__ = (Index(None, "verdict", "first_at", "conversation"),)

    conversation: Mapped[str] = mapped_column(
        ForeignKey("transfers.conversation"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[str] = mapped_column(String(16))
    whose: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(16))
    evidence: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[datetime | None] = mapped_column(Moment)
    link: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    first_at: Mapped[datetime] = mapped_column(Moment)
