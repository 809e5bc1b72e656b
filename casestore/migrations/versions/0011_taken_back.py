"""What a youth takes back after it was filed is a request, and a task, of its own kind."""

from typing import Final

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RULES: Final = (
    ("requests", "ck_requests_kind", "kind IN ('access', 'deletion', 'taken_back')"),
    ("tasks", "ck_tasks_kind", "kind IN ('withdrawal', 'access', 'deletion', 'taken_back', 'age')"),
)


def upgrade() -> None:
    for name, rule, says in RULES:
        # Made anew in SQLite, as neither has a trigger to lose.
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(rule), type_="check")
            table.create_check_constraint(op.f(rule), says)
