"""What is to be done with words: deliveries, copies, and who works here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

Moment = sa.DateTime(timezone=True)
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _deliveries()
    _copies()
    _staff()


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", Number, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text()),
        sa.Column("conversation", sa.Text()),
        sa.Column("seq", sa.Integer()),
        sa.Column("params_key", sa.Text()),
        sa.Column("params", sa.LargeBinary()),
        sa.Column("words_key", sa.Text()),
        sa.Column("words", sa.LargeBinary()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", Moment),
        sa.Column("leased_until", Moment),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.UniqueConstraint("team", "id", name="uq_deliveries_team_id"),
    )
    op.create_index(
        "ix_deliveries_team_conversation_seq", "deliveries", ["team", "conversation", "seq"]
    )
    op.create_index(
        "ix_deliveries_team_lane_state_number", "deliveries", ["team", "lane", "state", "number"]
    )
    op.create_index("ix_deliveries_team_params_key", "deliveries", ["team", "params_key"])
    op.create_index("ix_deliveries_team_state_number", "deliveries", ["team", "state", "number"])
    op.create_index("ix_deliveries_team_words_key", "deliveries", ["team", "words_key"])


def _copies() -> None:
    op.create_table(
        "copies",
        sa.Column("number", Number, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("ref_mark", sa.Text()),
        sa.Column("ref", sa.LargeBinary()),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("erasable_until", Moment),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text()),
        sa.Column("until", Moment),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("held_until", Moment),
        sa.ForeignKeyConstraint(
            ["team", "thread"], ["threads.team", "threads.id"], name="fk_copies_team_thread"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_copies"),
        sa.UniqueConstraint("team", "id", name="uq_copies_team_id"),
    )
    op.create_index("ix_copies_team_conversation_seq", "copies", ["team", "conversation", "seq"])
    op.create_index("ix_copies_team_due_at", "copies", ["team", "due_at"])
    op.create_index("ix_copies_team_place_verdict", "copies", ["team", "place", "verdict"])
    op.create_index("ix_copies_team_ref_mark", "copies", ["team", "ref_mark"])
    op.create_index("ix_copies_team_thread", "copies", ["team", "thread"])


def _staff() -> None:
    op.create_table(
        "staff",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("user", sa.Text()),
        sa.PrimaryKeyConstraint("team", "id", name="pk_staff"),
    )
    op.create_index("ix_staff_team_user", "staff", ["team", "user"])
