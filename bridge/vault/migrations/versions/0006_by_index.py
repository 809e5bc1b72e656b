"""
What is asked for every message, or every half minute, is found by an index however much there is.

An index that begins with the columns of an older one takes its place.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    _instead("data_keys", ["team", "period"], ["team", "period", "owner"])
    _instead("threads", ["team", "joined"], ["team", "joined", "id"])
    _instead("copies", ["team", "place", "verdict"], ["team", "verdict", "place"])
    op.create_index("ix_deliveries_team_made_at", "deliveries", ["team", "made_at"])
    _some("ix_threads_team_speaks", "threads", ["team", "speaks"], "speaks IS NOT NULL")
    _some(
        "ix_entries_team_conversation_of",
        "entries",
        ["team", "conversation", "of"],
        "of IS NOT NULL",
    )
    _some(
        "ix_conversations_ending",
        "conversations",
        ["team", "ending_at"],
        "stage = 'open' AND ending_at IS NOT NULL",
    )
    _some(
        "ix_conversations_settling",
        "conversations",
        ["team", "chat"],
        "stage != 'open' AND chat != 'settled'",
    )
    op.drop_index("ix_conversations_team_chat", table_name="conversations")


def _instead(table: str, shorter: list[str], columns: list[str]) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    op.drop_index(f"ix_{table}_{'_'.join(shorter)}", table_name=table)


def _some(name: str, table: str, columns: list[str], which: str) -> None:
    """Of the rows it is asked for by, and no others."""
    where = sa.text(which)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
