"""
What the database itself refuses, whoever asks.

History is only added to; an account is never removed; and no journal entry stands without a
consent that is still valid: not withdrawn, and not answered anew with no.
"""

from typing import Final

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ONLY_ADDED_TO: Final = ("chain_events", "consents", "withdrawals", "reviews", "audit_reads")

TAKEN_BACK: Final = """
    EXISTS (
        SELECT 1 FROM consents AS given WHERE given.id = NEW.consent AND (
            EXISTS (
                SELECT 1 FROM withdrawals AS back
                WHERE back.thread = given.thread AND back.purpose = given.purpose
                AND back.answered_at >= given.answered_at
            ) OR EXISTS (
                SELECT 1 FROM consents AS later
                WHERE later.thread = given.thread AND later.purpose = given.purpose
                AND later.answer = 'no' AND later.answered_at > given.answered_at
            )
        )
    )
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgres()
    op.execute("INSERT INTO chain_head (id, team, n, hash) VALUES (1, '', 0, '" + "0" * 64 + "')")
    op.execute("INSERT INTO link_guard (id, team, since, wrong) VALUES (1, '', NULL, 0)")


def _sqlite() -> None:
    for table in ONLY_ADDED_TO:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
    op.execute(
        "CREATE TRIGGER users_no_delete BEFORE DELETE ON users "
        "BEGIN SELECT RAISE(ABORT, 'an account is closed, never removed'); END"
    )
    for deed in ("INSERT", "UPDATE OF conversation, thread, consent"):
        op.execute(
            f"CREATE TRIGGER entry_needs_consent_{deed.split()[0].lower()} "
            f"BEFORE {deed} ON journal_entries WHEN {TAKEN_BACK} "
            "BEGIN SELECT RAISE(ABORT, 'no entry without a valid consent'); END"
        )


def _postgres() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$"
    )
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(
        "CREATE TRIGGER users_no_delete BEFORE DELETE ON users "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE FUNCTION entry_needs_consent() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {TAKEN_BACK} THEN RAISE EXCEPTION 'no entry without a valid consent'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER entry_needs_consent "
        "BEFORE INSERT OR UPDATE OF conversation, thread, consent ON journal_entries "
        "FOR EACH ROW EXECUTE FUNCTION entry_needs_consent()"
    )
