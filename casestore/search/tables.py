"""Where a word occurs, told by marks that only the youth's own key can make."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Table


class Mark(Table):
    """
    One word of one entry or note. Without the key it is noise, and so it is once it is gone.

    SQLite keeps the rows in the order of their key, which is what a search asks by. `owner` is
    whose key made the mark; only who erases asks by it, so it has no index.
    """

    __tablename__ = "search_marks"
    __table_args__ = (Index("ix_search_marks_of", "of"), {"sqlite_with_rowid": False})

    mark: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    of: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
