"""What has been handed to somebody outside: what, to whom, on which basis, by whom, when."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class Disclosure(Table):
    """One disclosure. `words` is encrypted: what, to whom, and why."""

    __tablename__ = "disclosures"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("persons.id"), index=True)
    case: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    basis: Mapped[str] = mapped_column(String(40))
    consent: Mapped[str | None] = mapped_column(ForeignKey("consents.id"))
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    written_at: Mapped[datetime] = mapped_column(Moment, index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("users.id"))
