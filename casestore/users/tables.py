"""Accounts of the people on the team, and their sessions. An id is never reused."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from casestore.database import Moment, Table


class User(Table):
    """
    A person's own account; it can be closed, never removed (a trigger refuses).

    It lets nobody in before `employed_from` or after `employed_until` (R50). A temporary password
    opens nothing but the page where one's own is chosen. `totp` is the second factor's secret,
    encrypted, and counts from `totp_since` on; `totp_step` is the last step that was used, so that
    none is used twice. `language` is what they read the pages in; none, as their browser asks.
    `oidc_subject` recognises whom the municipality's log-in knows them as, and says nothing else
    of them there (`casestore.oidc.tying`); tied since `oidc_since`.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('caseworker', 'team_leader', 'department_head')", name="role"),
        CheckConstraint("language IN ('nb', 'nn', 'en')", name="language"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(String(200))
    password_temporary: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(2))
    active: Mapped[bool]
    employed_from: Mapped[date | None] = mapped_column(Date)
    employed_until: Mapped[date | None] = mapped_column(Date)
    totp: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_since: Mapped[datetime | None] = mapped_column(Moment)
    totp_step: Mapped[int]
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    oidc_since: Mapped[datetime | None] = mapped_column(Moment)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginSession(Table):
    """Somebody is logged in. The cookie's secret is kept only as a hash."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("way IN ('password', 'provider', 'provider_strong')", name="way"),
    )

    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    second_factor: Mapped[bool]
    way: Mapped[str] = mapped_column(String(16))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
