"""One youth on several channels: what is proposed, what the bridge is told, and where it shows."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    _joins()
    _orders()
    # A plain addition: making a table anew, as a batch would in SQLite, would lose its triggers.
    op.add_column("journal_entries", sa.Column("also_on", sa.Text()))


def _joins() -> None:
    op.create_table(
        "thread_joins",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("into", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("alias", sa.LargeBinary(), nullable=False),
        sa.Column("into_alias", sa.LargeBinary(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'joined', 'refused', 'undone')",
            name=op.f("ck_thread_joins_status"),
        ),
        sa.CheckConstraint('thread <> "into"', name=op.f("ck_thread_joins_two_threads")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_thread_joins_{column}")
            )
            for column, table in (
                ("thread", "threads"),
                ("into", "threads"),
                ("case", "cases"),
                ("proposed_by", "users"),
                ("decided_by", "users"),
                ("undone_by", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_joins")),
    )
    joined = sa.text("status = 'joined'")
    op.create_index(
        "uq_thread_joins_joined",
        "thread_joins",
        ["thread"],
        unique=True,
        sqlite_where=joined,
        postgresql_where=joined,
    )
    for columns in (("thread",), ("into",), ("case",), ("status", "proposed_at", "id")):
        op.create_index(op.f(f"ix_thread_joins_{'_'.join(columns)}"), "thread_joins", list(columns))


def _orders() -> None:
    op.create_table(
        "join_orders",
        sa.Column(
            "n",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("into", sa.String(length=64), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_join_orders")),
        sa.UniqueConstraint("id", name=op.f("uq_join_orders_id")),
    )
    op.create_index(op.f("ix_join_orders_confirmed_at_n"), "join_orders", ["confirmed_at", "n"])
