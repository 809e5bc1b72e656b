"""The contacts of each day are added up, those that have been registered till now with them."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OSLO: Final = ZoneInfo("Europe/Oslo")
SOME: Final = 5_000
WHOLE: Final = sa.BigInteger().with_variant(sa.Integer, "sqlite")

CONTACTS: Final = sa.table(
    "contacts",
    sa.column("team", sa.String),
    sa.column("hour", sa.DateTime(timezone=True)),
    sa.column("kind", sa.String),
    sa.column("channel", sa.String),
    sa.column("topics", sa.Text),
    sa.column("minutes", sa.Integer),
)
Alike = tuple[str, date, str, str, str]


def upgrade() -> None:
    sums = op.create_table(
        "contact_sums",
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("alike", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("minutes", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("team", "day", "alike", name=op.f("pk_contact_sums")),
        sa.CheckConstraint("count > 0", name=op.f("ck_contact_sums_count")),
        sqlite_with_rowid=False,
    )
    rows = [
        {"team": team, "day": day, "alike": _named(kind, channel, topics), "kind": kind,
         "channel": channel, "topics": topics, "count": count, "minutes": minutes}
        for (team, day, kind, channel, topics), (count, minutes) in _added_up().items()
    ]  # fmt: skip
    for first in range(0, len(rows), SOME):
        op.bulk_insert(sums, rows[first : first + SOME])


def _added_up() -> Mapping[Alike, tuple[int, int]]:
    alike = (CONTACTS.c.team, CONTACTS.c.hour, CONTACTS.c.kind, CONTACTS.c.channel,
             CONTACTS.c.topics)  # fmt: skip
    grouped = op.get_bind().execute(
        sa.select(*alike, sa.func.count(), sa.func.sum(CONTACTS.c.minutes)).group_by(*alike)
    )
    sums: dict[Alike, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for team, hour, kind, channel, topics, count, minutes in grouped:
        known = sums[team, _day(hour), kind, channel, topics]
        sums[team, _day(hour), kind, channel, topics] = (
            known[0] + count,
            known[1] + int(minutes),
        )
    return sums


def _day(hour: Any) -> date:
    """SQLite has kept the time alone."""
    told = hour.replace(tzinfo=UTC) if hour.tzinfo is None else hour
    day: date = told.astimezone(OSLO).date()
    return day


def _named(kind: str, channel: str, topics: str) -> str:
    return hashlib.sha256(f"{kind}\n{channel}\n{topics}".encode()).hexdigest()[:32]
