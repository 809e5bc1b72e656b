"""What the bridge has not confirmed is found without reading all that was ever deleted."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_deletions_confirmed_at_n"), "deletions", ["confirmed_at", "n"])
