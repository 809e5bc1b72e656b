"""The API's writes are done once: what was answered is kept for a day, sealed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(length=32)),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("kept_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_kept_answers_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_answers")),
    )
    for column in ("user", "kept_at"):
        op.create_index(op.f(f"ix_kept_answers_{column}"), "kept_answers", [column])
