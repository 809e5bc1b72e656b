"""Who has been sent to the provider and is not back yet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class OidcAttempt(Table):
    """
    A log-in that was begun in a browser, for one of `Purpose`, and goes when it is back.

    All that lies here is hashes: of the `state` that goes with it, of the secret in the browser's
    cookie, and of the session that it was begun in, which may be none that there is.
    """

    __tablename__ = "oidc_attempts"
    __table_args__ = (CheckConstraint("purpose IN ('log_in', 'tie')", name="purpose"),)

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    purpose: Mapped[str] = mapped_column(String(8))
    session_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    begun_at: Mapped[datetime] = mapped_column(Moment, index=True)
