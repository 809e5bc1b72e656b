"""What is written down by hand, for as long as it takes the bridge to fetch it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)


def upgrade() -> None:
    _registrations()
    _pictures()


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'asked', 'refused', 'taken', 'withdrawn')",
            name=op.f("ck_registrations_status"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["users.id"], name=op.f("fk_registrations_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    for columns in (("status", "due_at", "id"), ("written_by", "written_at", "id")):
        op.create_index(op.f(f"ix_registrations_{'_'.join(columns)}"), "registrations", columns)


def _pictures() -> None:
    op.create_table(
        "registration_pictures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("registration", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"],
            ["registrations.id"],
            name=op.f("fk_registration_pictures_registration"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_pictures")),
    )
    op.create_index(
        op.f("ix_registration_pictures_registration_n"),
        "registration_pictures",
        ["registration", "n"],
    )
