"""
What the database itself refuses, now that there are persons, cases and notes.

A withdrawal on any thread of a youth counts for all of them, and a consent whose evidence has
been deleted with its thread counts no longer. A person, a case and a decision
are never removed: what is deleted leaves a stub. The audit and the anchors are only added to.
"""

from typing import Final

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ONLY_ADDED_TO: Final = ("audit_events", "chain_anchors", "access_changes")
KEPT: Final = (
    "users",
    "persons",
    "cases",
    "decisions",
    "thread_ties",
    "merges",
    "shares",
    "grants",
)
ON_CONSENT: Final = {
    "journal_entries": "thread, consent",
    "journal_notes": "thread, consent, finished_at",
}

SAME_YOUTH: Final = """
    SELECT t.id FROM threads AS t LEFT JOIN persons AS p ON p.id = t.person
    WHERE t.id = given.thread OR COALESCE(p.merged_into, p.id) = (
        SELECT COALESCE(q.merged_into, q.id) FROM threads AS g
        JOIN persons AS q ON q.id = g.person WHERE g.id = given.thread
    )
"""
TAKEN_BACK: Final = f"""
    EXISTS (
        SELECT 1 FROM consents AS given WHERE given.id = NEW.consent AND (
            EXISTS (
                SELECT 1 FROM withdrawals AS back
                WHERE back.purpose = given.purpose AND back.answered_at >= given.answered_at
                AND back.thread IN ({SAME_YOUTH})
            ) OR EXISTS (
                SELECT 1 FROM consents AS later
                WHERE later.purpose = given.purpose AND later.answer = 'no'
                AND later.answered_at > given.answered_at AND later.thread IN ({SAME_YOUTH})
            ) OR EXISTS (
                SELECT 1 FROM deletions AS gone
                WHERE gone.thread = given.thread AND gone.at >= given.answered_at
            )
        )
    )
"""  # noqa: S608  (put together from our own words)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgres()


def _sqlite() -> None:
    for table in ONLY_ADDED_TO:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
    for table in KEPT:
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'a row of {table} is never removed'); END"
        )
    for table, columns in ON_CONSENT.items():
        for deed in ("INSERT", f"UPDATE OF {columns}"):
            op.execute(
                f"CREATE TRIGGER {table}_needs_consent_{deed.split()[0].lower()} "
                f"BEFORE {deed} ON {table} WHEN {TAKEN_BACK} "
                "BEGIN SELECT RAISE(ABORT, 'no entry without a valid consent'); END"
            )


def _postgres() -> None:
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in (name for name in KEPT if name != "users"):
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.execute("DROP TRIGGER entry_needs_consent ON journal_entries")
    op.execute("DROP FUNCTION entry_needs_consent()")
    op.execute(
        "CREATE FUNCTION needs_consent() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {TAKEN_BACK} THEN RAISE EXCEPTION 'no entry without a valid consent'; END IF; "
        "RETURN NEW; END $$"
    )
    for table, columns in ON_CONSENT.items():
        op.execute(
            f"CREATE TRIGGER {table}_needs_consent BEFORE INSERT OR UPDATE OF {columns} "
            f"ON {table} FOR EACH ROW EXECUTE FUNCTION needs_consent()"
        )
