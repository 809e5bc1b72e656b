"""
What the lists are read by: each in the order it is shown, so that a page of it costs a page.

Where there was an index on the first column alone, the longer one takes its place.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LONGER: Final[Mapping[str, Sequence[Sequence[str]]]] = {
    "audit_events": (
        ("user", "n"),
        ("what", "n"),
        ("of", "n"),
        ("at",),
        ("user", "what", "at"),
    ),
    "cases": (("opened_at", "id"), ("responsible", "opened_at", "id")),
    "concerns": (("sent_at", "id"), ("written_by", "sent_at", "id")),
    "contacts": (("caseworker", "hour"), ("channel",)),
    "decisions": (("proposed_at", "id"),),
    "journal_entries": (("case", "filed_at", "conversation"),),
    "persons": (("created_at", "id"),),
    "tasks": (("done_at", "due_at"),),
    "transfer_caseworkers": (("caseworker", "conversation"),),
    "transfer_copies": (("verdict", "conversation"),),
    "transfers": (
        ("first_at", "conversation"),
        ("status", "first_at", "conversation"),
        ("channel", "first_at", "conversation"),
    ),
}
SHORTER: Final[Mapping[str, Sequence[str]]] = {
    "audit_events": ("user", "what", "of"),
    "cases": ("opened_at", "responsible"),
    "concerns": ("written_by",),
    "decisions": ("proposed_at",),
    "journal_entries": ("case",),
    "persons": ("created_at",),
    "transfer_caseworkers": ("caseworker",),
    "transfer_copies": ("verdict",),
    "transfers": ("status", "first_at"),
}


def upgrade() -> None:
    for table, indexes in LONGER.items():
        for columns in indexes:
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
    held = sa.text("restricted_at IS NOT NULL")
    op.create_index(
        op.f("ix_persons_restricted_at"),
        "persons",
        ["restricted_at"],
        sqlite_where=held,
        postgresql_where=held,
    )
    for table, shorter in SHORTER.items():
        for column in shorter:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
