"""An account may be tied to the municipality's own log-in, and a session says how it was begun."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Plain additions: making a table anew, as a batch would in SQLite, would lose its triggers.
    op.add_column("users", sa.Column("oidc_since", MOMENT))
    op.execute(
        "ALTER TABLE sessions ADD COLUMN way VARCHAR(16) DEFAULT 'password' NOT NULL "
        "CONSTRAINT ck_sessions_way CHECK (way IN ('password', 'provider', 'provider_strong'))"
    )
    op.create_table(
        "oidc_attempts",
        sa.Column("state_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("purpose IN ('log_in', 'tie')", name=op.f("ck_oidc_attempts_purpose")),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_attempts")),
    )
    op.create_index(op.f("ix_oidc_attempts_begun_at"), "oidc_attempts", ["begun_at"])
