"""The tables, as they were from the beginning."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)
COUNTER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_reads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_reads")),
    )
    op.create_index(op.f("ix_audit_reads_conversation"), "audit_reads", ["conversation"])
    op.create_index(op.f("ix_audit_reads_user"), "audit_reads", ["user"])
    op.create_table(
        "chain_events",
        sa.Column("n", COUNTER, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_chain_events")),
    )
    op.create_index(op.f("ix_chain_events_conversation"), "chain_events", ["conversation"])
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", COUNTER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_chain_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("caseworker", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("count_youth", sa.Integer(), nullable=False),
        sa.Column("count_caseworker", sa.Integer(), nullable=False),
        sa.Column("count_attachments", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_hour"), "contacts", ["hour"])
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("ring_key", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        sa.UniqueConstraint("owner", name=op.f("uq_data_keys_owner")),
    )
    op.create_table(
        "deletions",
        sa.Column("n", COUNTER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("thread", sa.String(length=64), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_deletions")),
        sa.UniqueConstraint("id", name=op.f("uq_deletions_id")),
    )
    op.create_table(
        "link_guard",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_link_guard_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_guard")),
    )
    op.create_table(
        "stuck",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=True),
        sa.Column("alias", sa.LargeBinary(), nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stuck")),
    )
    op.create_index(op.f("ix_stuck_conversation"), "stuck", ["conversation"])
    op.create_index(op.f("ix_stuck_resolved_at"), "stuck", ["resolved_at"])
    op.create_table(
        "users",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("role IN ('caseworker', 'team_leader')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "link_codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_by", sa.LargeBinary(length=32), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_link_codes_user")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link_codes")),
    )
    op.create_index(op.f("ix_link_codes_user"), "link_codes", ["user"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("upto", COUNTER, nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_reviews_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_sessions_user")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user"), "sessions", ["user"])
    op.create_table(
        "slack_links",
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("slack_user", sa.LargeBinary(), nullable=False),
        sa.Column("slack_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_slack_links_user")),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_slack_links")),
        sa.UniqueConstraint("slack_hash", name=op.f("uq_slack_links_slack_hash")),
    )
    op.create_table(
        "threads",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["data_keys.id"], name=op.f("fk_threads_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threads")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("text_id", sa.String(length=64), nullable=False),
        sa.Column("text_version", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("answer IN ('yes', 'no', 'dont_know')", name=op.f("ck_consents_answer")),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_consents_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint(
            "id", "thread", "purpose", "answer", name=op.f("uq_consents_id_thread_purpose_answer")
        ),
    )
    op.create_index(op.f("ix_consents_thread"), "consents", ["thread"])
    op.create_table(
        "requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("kind IN ('access', 'deletion')", name=op.f("ck_requests_kind")),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_requests_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_thread"), "requests", ["thread"])
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("alias", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('withdrawal', 'access', 'deletion')", name=op.f("ck_tasks_kind")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["users.id"], name=op.f("fk_tasks_done_by")),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_tasks_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("source", name=op.f("uq_tasks_source")),
    )
    op.create_table(
        "transfers",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=True),
        sa.Column("alias", sa.LargeBinary(), nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("filing", sa.String(length=16), nullable=True),
        sa.Column("consent", sa.String(length=64), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("sealed_at", MOMENT, nullable=True),
        sa.Column("sealed_by", sa.String(length=64), nullable=True),
        sa.Column("count_youth", sa.Integer(), nullable=True),
        sa.Column("count_caseworker", sa.Integer(), nullable=True),
        sa.Column("count_attachments", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("stored_at", MOMENT, nullable=True),
        sa.Column("read_back_at", MOMENT, nullable=True),
        sa.Column("read_back_digest", sa.String(length=64), nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.Column("forgotten_count", sa.Integer(), nullable=True),
        sa.Column("refused", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_transfers_thread")),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_first_at"), "transfers", ["first_at"])
    op.create_index(op.f("ix_transfers_status"), "transfers", ["status"])
    op.create_index(op.f("ix_transfers_thread"), "transfers", ["thread"])
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_withdrawals_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
    )
    op.create_index(op.f("ix_withdrawals_thread"), "withdrawals", ["thread"])
    op.create_table(
        "journal_entries",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("consent", sa.String(length=64), nullable=False),
        sa.Column("consent_purpose", sa.String(length=64), nullable=False),
        sa.Column("consent_answer", sa.String(length=16), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("message_count", sa.Integer(), nullable=False),
        sa.Column("attachment_count", sa.Integer(), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("case_number", sa.String(length=32), nullable=True),
        sa.Column("tied_at", MOMENT, nullable=True),
        sa.Column("tied_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("consent_answer = 'yes'", name=op.f("ck_journal_entries_answer_is_yes")),
        sa.CheckConstraint(
            "consent_purpose = 'journal'", name=op.f("ck_journal_entries_purpose_is_journal")
        ),
        sa.ForeignKeyConstraint(
            ["consent", "thread", "consent_purpose", "consent_answer"],
            ["consents.id", "consents.thread", "consents.purpose", "consents.answer"],
            name="fk_journal_entries_consent",
        ),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["transfers.conversation"],
            name=op.f("fk_journal_entries_conversation"),
        ),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_journal_entries_thread")),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_journal_entries")),
    )
    op.create_index(op.f("ix_journal_entries_case_number"), "journal_entries", ["case_number"])
    op.create_index(op.f("ix_journal_entries_thread"), "journal_entries", ["thread"])
    op.create_table(
        "transfer_caseworkers",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("caseworker", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["transfers.conversation"],
            name=op.f("fk_transfer_caseworkers_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation", "caseworker", name=op.f("pk_transfer_caseworkers")),
    )
    op.create_index(
        op.f("ix_transfer_caseworkers_caseworker"), "transfer_caseworkers", ["caseworker"]
    )
    op.create_table(
        "transfer_copies",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("whose", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("link", sa.LargeBinary(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["transfers.conversation"],
            name=op.f("fk_transfer_copies_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation", "id", name=op.f("pk_transfer_copies")),
    )
    op.create_index(op.f("ix_transfer_copies_verdict"), "transfer_copies", ["verdict"])
    op.create_table(
        "transfer_events",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("n", COUNTER, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["transfers.conversation"],
            name=op.f("fk_transfer_events_conversation"),
        ),
        sa.ForeignKeyConstraint(["n"], ["chain_events.n"], name=op.f("fk_transfer_events_n")),
        sa.PrimaryKeyConstraint("conversation", "id", name=op.f("pk_transfer_events")),
    )
    op.create_table(
        "journal_attachments",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry"], ["journal_entries.conversation"], name=op.f("fk_journal_attachments_entry")
        ),
        sa.PrimaryKeyConstraint("conversation", "id", name=op.f("pk_journal_attachments")),
    )
    op.create_index(
        op.f("ix_journal_attachments_received_at"), "journal_attachments", ["received_at"]
    )
    op.create_table(
        "journal_messages",
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation"],
            ["journal_entries.conversation"],
            name=op.f("fk_journal_messages_conversation"),
        ),
        sa.PrimaryKeyConstraint("conversation", "position", name=op.f("pk_journal_messages")),
    )
