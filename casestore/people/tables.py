"""
Young people, and which thread is whose.

A thread has an alias; a person may have a name. The tie between them is made and broken here,
by an employee, with a reason, and every tie that ever was is kept.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Person(Table):
    """
    A young person. `details` is encrypted: alias, and name, birth date and ways to reach them.

    `merged_into` points at the person that this one was found to be. `restricted_at`: kept, and
    not read in daily use (GDPR art. 18). `deleted_at`: a stub; its key is destroyed.
    """

    __tablename__ = "persons"
    __table_args__ = (
        Index(None, "created_at", "id"),
        # Some rows only, as below; PostgreSQL is told which by the migrations, which make it. To
        # say so here brings in its dialect, two megabytes that SQLite has no use for.
        Index(None, "restricted_at", sqlite_where=text("restricted_at IS NOT NULL")),
        # Not of those who were not: SQLite would look for all of them there.
        Index(None, "merged_into", sqlite_where=text("merged_into IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    details: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("persons.id"))
    restricted_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Tie(Table):
    """A thread was tied to a person, and perhaps untied again. One at a time."""

    __tablename__ = "thread_ties"
    __table_args__ = (
        Index(
            "uq_thread_ties_held",
            "thread",
            unique=True,
            sqlite_where=text("broken_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    thread: Mapped[str] = mapped_column(ForeignKey("threads.id"))
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    broken_at: Mapped[datetime | None] = mapped_column(Moment)
    broken_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    broken_reason: Mapped[bytes | None] = mapped_column(LargeBinary)


class Merge(Table):
    """Two persons were found to be one; `moved` (JSON) says what undoing must put back."""

    __tablename__ = "merges"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    into: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    moved: Mapped[str] = mapped_column(String(4000))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[bytes] = mapped_column(LargeBinary)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class PersonFile(Table):
    """A paper that belongs to a person: a signed consent, the youth's own statement."""

    __tablename__ = "person_files"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    of: Mapped[str | None] = mapped_column(String(64), index=True)
    about: Mapped[bytes] = mapped_column(LargeBinary)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(ForeignKey("users.id"))


class PersonPair(Table):
    """
    Two persons who may be one (`casestore.people.comparing`): ids, and codes of what is alike.

    `one` is the lesser id. `strength` is how much is alike, for the order of the list.
    """

    __tablename__ = "person_pairs"
    __table_args__ = (
        CheckConstraint("one <> other", name="two"),
        Index(None, "strength", "one", "other"),
        Index(None, "other"),
    )

    one: Mapped[str] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    other: Mapped[str] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    why: Mapped[str] = mapped_column(String(40))
    strength: Mapped[int]


class Compared(Table):
    """Until when persons have been compared: one row."""

    __tablename__ = "persons_compared"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
