"""One youth on several channels: which thread is read in which, and where answers go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("threads", sa.Column("joined", sa.Text()))
    op.add_column("threads", sa.Column("joined_at", sa.DateTime(timezone=True)))
    op.add_column("threads", sa.Column("speaks", sa.Text()))
    op.create_index("ix_threads_team_joined", "threads", ["team", "joined"])
