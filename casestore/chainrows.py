"""What a hash chain lies in: a head, its links, and the anchors of all chains."""

from typing import Final

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Table

COUNTER: Final = BigInteger().with_variant(Integer, "sqlite")


class HeadRow(Table):
    """The last link. The one row is locked by whoever adds, so that links are added one by one."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(COUNTER)
    hash: Mapped[str] = mapped_column(String(64))
    mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class LinkRow(Table):
    """One link, in the very text that its hash was computed from; triggers refuse any change."""

    __abstract__ = True

    n: Mapped[int] = mapped_column(COUNTER, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(24))
    prev: Mapped[str] = mapped_column(String(64))
    event: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class Anchor(Table):
    """Where a chain stood when a day's first link was added."""

    __tablename__ = "chain_anchors"

    chain: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    n: Mapped[int] = mapped_column(COUNTER)
    hash: Mapped[str] = mapped_column(String(64))
