"""An account may say which language its pages are read in; none is what the browser asks for."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # By hand: making the table anew, as a batch would in SQLite, would lose its triggers.
    op.execute(
        "ALTER TABLE users ADD COLUMN language VARCHAR(2) "
        "CONSTRAINT ck_users_language CHECK (language IN ('nb', 'nn', 'en'))"
    )
