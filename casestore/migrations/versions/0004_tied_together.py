"""
What was there before is tied to what is new.

Accounts get employment, a second factor and the department head; threads and transcripts get
persons and cases; and who has read what moves into the audit's chain.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from casestore.canonical import canonical
from casestore.hashchain import BEGINNING, Head, linked
from casestore.times import as_utc, write_time

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)
ROLES: Final = "role IN ('caseworker', 'team_leader', 'department_head')"
TASKS: Final = "kind IN ('withdrawal', 'access', 'deletion', 'age')"


def upgrade() -> None:
    # A session knows from now on whether a second factor was given: everybody logs in again.
    op.execute("DELETE FROM sessions")
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("second_factor", sa.Boolean(), nullable=False))
    op.add_column("chain_head", sa.Column("mark", sa.LargeBinary(length=32)))
    op.add_column("deletions", sa.Column("confirmed_at", MOMENT))
    _users()
    with op.batch_alter_table("tasks") as tasks:
        _other_rule(tasks, "ck_tasks_kind", TASKS)
    with op.batch_alter_table("threads") as threads:
        threads.add_column(sa.Column("person", sa.String(length=64)))
        threads.create_foreign_key(op.f("fk_threads_person"), "persons", ["person"], ["id"])
    op.create_index(op.f("ix_threads_person"), "threads", ["person"])
    _entries()
    _reads()


def _users() -> None:
    with op.batch_alter_table("users") as users:
        _other_rule(users, "ck_users_role", ROLES)
        users.add_column(sa.Column("employed_from", sa.Date()))
        users.add_column(sa.Column("employed_until", sa.Date()))
        users.add_column(sa.Column("totp", sa.LargeBinary()))
        users.add_column(sa.Column("totp_since", MOMENT))
        users.add_column(
            sa.Column("totp_step", sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
        users.add_column(
            sa.Column("password_temporary", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        users.add_column(sa.Column("oidc_subject", sa.String(length=255)))
        users.create_unique_constraint(op.f("uq_users_oidc_subject"), ["oidc_subject"])
    with op.batch_alter_table("users") as users:
        users.alter_column("totp_step", server_default=None)
        users.alter_column("password_temporary", server_default=None)


def _entries() -> None:
    op.drop_index(op.f("ix_journal_entries_case_number"), table_name="journal_entries")
    with op.batch_alter_table("journal_entries") as entries:
        entries.add_column(sa.Column("case", sa.String(length=64)))
        entries.add_column(sa.Column("person", sa.String(length=64)))
        entries.add_column(sa.Column("key_owner", sa.String(length=80)))
        entries.create_foreign_key(op.f("fk_journal_entries_case"), "cases", ["case"], ["id"])
        entries.create_foreign_key(op.f("fk_journal_entries_person"), "persons", ["person"], ["id"])
    op.execute("UPDATE journal_entries SET key_owner = 'thread:' || thread")
    with op.batch_alter_table("journal_entries") as entries:
        entries.alter_column("key_owner", existing_type=sa.String(length=80), nullable=False)
    op.create_index(op.f("ix_journal_entries_case"), "journal_entries", ["case"])
    op.create_index(op.f("ix_journal_entries_person"), "journal_entries", ["person"])


def _reads() -> None:
    """Whoever has read what until now becomes the beginning of the audit."""
    head, team = Head(n=0, hash=BEGINNING), ""
    reads = sa.table(
        "audit_reads",
        *(sa.column(name) for name in ("id", "user", "what", "conversation", "team")),
        sa.column("at", MOMENT),
    )
    events = sa.table(
        "audit_events",
        *(sa.column(n) for n in ("n", "at", "prev", "event", "hash", "user", "what", "of", "team")),
    )
    for row in op.get_bind().execute(sa.select(reads).order_by(reads.c.at, reads.c.id)).all():
        event = {"what": f"{row.what}.read", "by": row.user, "of": row.conversation}
        link = linked(head, at=write_time(as_utc(row.at)), event=event)
        head, team = Head(n=link.n, hash=link.hash), row.team
        op.execute(
            sa.insert(events).values(
                n=link.n, at=link.at, prev=link.prev, event=canonical(event).decode(),
                hash=link.hash, user=row.user, what=event["what"], of=row.conversation, team=team,
            )
        )  # fmt: skip
    op.execute(
        sa.text(
            "INSERT INTO audit_head (id, team, n, hash, mark) VALUES (1, :team, :n, :hash, NULL)"
        ).bindparams(team=team, n=head.n, hash=head.hash)
    )
    op.drop_table("audit_reads")


def _other_rule(table: BatchOperations, name: str, rule: str) -> None:
    table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(name), rule)
