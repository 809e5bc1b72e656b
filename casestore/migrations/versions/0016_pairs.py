"""Which persons may be one is found beforehand; kept are their ids, and codes of what is alike."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PAIRS: Final = "person_pairs"


def upgrade() -> None:
    op.create_table(
        PAIRS,
        sa.Column("one", sa.String(64), nullable=False),
        sa.Column("other", sa.String(64), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("strength", sa.Integer, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_person_pairs")),
        sa.ForeignKeyConstraint(["one"], ["persons.id"], name=op.f("fk_person_pairs_one")),
        sa.ForeignKeyConstraint(["other"], ["persons.id"], name=op.f("fk_person_pairs_other")),
        sa.CheckConstraint("one <> other", name=op.f("ck_person_pairs_two")),
    )
    op.create_index(op.f("ix_person_pairs_strength_one_other"), PAIRS, ["strength", "one", "other"])
    op.create_index(op.f("ix_person_pairs_other"), PAIRS, ["other"])
    op.create_table(
        "persons_compared",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons_compared")),
        sa.CheckConstraint("id = 1", name=op.f("ck_persons_compared_only_one")),
    )
