"""The answers that are given again to whoever did not hear them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class KeptAnswer(Table):
    """
    One write and what was answered; the row is committed with the write itself.

    `key` and `content` are keyed hashes: whose write, and what it said. `answer` is sealed under
    a key that takes the employee's own Idempotency-Key to make, and that is kept nowhere. Both
    are empty when somebody has been deleted since: then it is known only that it was done.
    """

    __tablename__ = "kept_answers"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime] = mapped_column(Moment, index=True)
