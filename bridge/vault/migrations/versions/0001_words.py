"""Where words wait: keys, events, youths' threads, and what was said on them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

Moment = sa.DateTime(timezone=True)
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _keys()
    _events()
    _threads()
    _words()


def _keys() -> None:
    op.create_table(
        "key_periods",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", Moment, nullable=False),
        sa.Column("closing_at", Moment),
        sa.Column("destroyed_at", Moment),
        sa.PrimaryKeyConstraint("team", "id", name="pk_key_periods"),
    )
    op.create_index("ix_key_periods_team_state", "key_periods", ["team", "state"])
    op.create_index(
        "uq_key_periods_current",
        "key_periods",
        ["team"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )
    op.create_table(
        "data_keys",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team", "period"],
            ["key_periods.team", "key_periods.id"],
            name="fk_data_keys_team_period",
        ),
        sa.PrimaryKeyConstraint("team", "owner", name="pk_data_keys"),
    )
    op.create_index("ix_data_keys_team_period", "data_keys", ["team", "period"])


def _events() -> None:
    op.create_table(
        "inbox",
        sa.Column("number", Number, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_mark", sa.Text(), nullable=False),
        sa.Column("arrived_at", Moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("done_at", Moment),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("number", name="pk_inbox"),
        sa.UniqueConstraint("team", "id", name="uq_inbox_team_id"),
        sa.UniqueConstraint("team", "source", "event_mark", name="uq_inbox_team_source_event_mark"),
    )
    op.create_index("ix_inbox_team_done_at", "inbox", ["team", "done_at"])
    op.create_index("ix_inbox_team_state_number", "inbox", ["team", "state", "number"])


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("address_mark", sa.Text()),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text()),
        sa.Column("question", sa.LargeBinary()),
        sa.Column("last_out", sa.Text()),
        sa.Column("cooling_until", Moment),
        sa.Column("crisis_until", Moment),
        sa.Column("left", sa.Boolean(), nullable=False),
        sa.Column("last_youth_at", Moment),
        sa.Column("made_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("team", "id", name="pk_threads"),
        sa.UniqueConstraint("team", "alias", name="uq_threads_team_alias"),
        sa.UniqueConstraint(
            "team", "channel", "address_mark", name="uq_threads_team_channel_address_mark"
        ),
    )
    op.create_table(
        "conversations",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", Number, nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("filing", sa.Text()),
        sa.Column("digest", sa.Text()),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("room", sa.Text()),
        sa.Column("root_mark", sa.Text()),
        sa.Column("root", sa.LargeBinary()),
        sa.Column("owner", sa.Text()),
        sa.Column("ending_by", sa.Text()),
        sa.Column("ending_at", Moment),
        sa.Column("ending_seen", sa.Integer()),
        sa.Column("ending_about", sa.LargeBinary()),
        sa.Column("sealed_at", Moment),
        sa.Column("sealed_by", sa.Text()),
        sa.Column("last_youth", sa.Integer(), nullable=False),
        sa.Column("last_youth_at", Moment),
        sa.Column("handled", sa.Integer(), nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("postponed_until", Moment),
        sa.Column("warned", sa.JSON(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("chat_asked_at", Moment),
        sa.Column("erased_under", sa.Text()),
        sa.ForeignKeyConstraint(
            ["team", "thread"], ["threads.team", "threads.id"], name="fk_conversations_team_thread"
        ),
        sa.PrimaryKeyConstraint("team", "id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_team_chat", "conversations", ["team", "chat"])
    op.create_index("ix_conversations_team_root_mark", "conversations", ["team", "root_mark"])
    op.create_index("ix_conversations_team_stage", "conversations", ["team", "stage"])
    op.create_index(
        "ix_conversations_thread", "conversations", ["team", "thread", "number"], unique=True
    )
    op.create_index(
        "uq_conversations_open",
        "conversations",
        ["team", "thread"],
        unique=True,
        sqlite_where=sa.text("stage = 'open'"),
        postgresql_where=sa.text("stage = 'open'"),
    )


def _words() -> None:
    op.create_table(
        "entries",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("author", sa.Text()),
        sa.Column("of", sa.Integer()),
        sa.Column("phrase", sa.Text()),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team", "conversation"],
            ["conversations.team", "conversations.id"],
            name="fk_entries_team_conversation",
        ),
        sa.PrimaryKeyConstraint("team", "conversation", "seq", name="pk_entries"),
    )
    op.create_table(
        "attachments",
        sa.Column("number", Number, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team", "conversation", "seq"],
            ["entries.team", "entries.conversation", "entries.seq"],
            name="fk_attachments_team_conversation_seq",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_attachments"),
        sa.UniqueConstraint("team", "id", name="uq_attachments_team_id"),
    )
    op.create_index(
        "ix_attachments_team_conversation_seq", "attachments", ["team", "conversation", "seq"]
    )
    op.create_table(
        "documents",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team", "conversation"],
            ["conversations.team", "conversations.id"],
            name="fk_documents_team_conversation",
        ),
        sa.PrimaryKeyConstraint("team", "conversation", name="pk_documents"),
    )
