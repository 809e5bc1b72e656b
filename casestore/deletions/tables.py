"""
What has been restricted, disposed of or deleted, on whose decision; and what is on hold.

Four different things (domain.md §2.4): a consent is withdrawn by the youth; a person is
restricted, their record disposed of, or something deleted because it was a mistake. The last
three are the team leader's. What cannot be undone takes two steps, and disposal two persons;
what remains of it is a stub and a certificate.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Deletion(Table):
    """One thing deleted here that the bridge must forget too; `n` is the cursor it reads from."""

    __tablename__ = "deletions"
    __table_args__ = (Index(None, "confirmed_at", "n"),)

    n: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[str] = mapped_column(String(64), unique=True)
    conversation: Mapped[str | None] = mapped_column(String(64))
    thread: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class Decision(Table):
    """
    A decision on one target, proposed and then carried out.

    `reason` is encrypted, under the key of whom it is about: with a person it goes too, all but
    the reference to the decision to dispose, which then lies under the team's.
    `confirmed_extent` is the digest of what the second person agreed to let go.
    `certificate` (JSON) is written when it is carried out, and holds nothing of anybody: ids,
    counts, the keys destroyed, the basis, by whom, when, and until when backups hold ciphertext.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('restrict', 'unrestrict', 'dispose', 'delete_mistake')", name="kind"
        ),
        CheckConstraint("target_kind IN ('person', 'entry', 'note')", name="target_kind"),
        CheckConstraint(
            "kind <> 'dispose' OR carried_out_at IS NULL "
            "OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by)",
            name="two_persons",
        ),
        Index(None, "proposed_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    target_kind: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(64), index=True)
    basis: Mapped[str] = mapped_column(String(40))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    confirmed_extent: Mapped[str | None] = mapped_column(String(64))
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)
    carried_out_at: Mapped[datetime | None] = mapped_column(Moment)
    carried_out_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    certificate: Mapped[str | None] = mapped_column(Text)


class Hold(Table):
    """Nothing of this person may be disposed of while it lasts: a court, an inspection, a claim."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
