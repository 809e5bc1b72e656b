"""
Somebody's lines of the log, and those of a verdict, are found in the order of the log.

And whom nobody was merged into is no longer looked for among those that somebody was.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)
BY: Final = {"transfer_caseworkers": "caseworker", "transfer_copies": "verdict"}


def upgrade() -> None:
    for table, by in BY.items():
        op.add_column(table, sa.Column("first_at", MOMENT))
        op.execute(
            f"UPDATE {table} SET first_at = (SELECT t.first_at FROM transfers t "  # noqa: S608
            f"WHERE t.conversation = {table}.conversation)"
        )
        with op.batch_alter_table(table) as changed:
            changed.alter_column("first_at", existing_type=MOMENT, nullable=False)
        columns = [by, "first_at", "conversation"]
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.drop_index(op.f("ix_transfer_copies_verdict_conversation"), table_name="transfer_copies")
    op.drop_index(op.f("ix_persons_merged_into"), table_name="persons")
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        op.f("ix_persons_merged_into"), "persons", ["merged_into"],
        sqlite_where=merged, postgresql_where=merged,
    )  # fmt: skip
