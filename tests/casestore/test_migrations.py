"""From every earlier shape of the database, with what lay in it, to the shape of today."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from casestore.audit.chain import AUDIT
from casestore.canonical import canonical
from casestore.chained import Chained
from casestore.database import Database, opened
from casestore.edge import Reading
from casestore.hashchain import Head, linked
from casestore.keyring import KeyRing
from casestore.migrating import migrate, up_to_date
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import write_time
from casestore.transfers.chain import TRANSFERS
from casestore.upgrading import BrokenReference, shape
from tests.casestore.stage import TOKEN
from tests.support.postgres import Server, drop_database, fresh_database

EARLIER: Final = ("0002", "0003", "0004", "0005", "0006", "0008", "0009", "0010", "0014")
"""Every revision that data could have been written under; 0001 had not yet its head row."""
THEN: Final = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
BLOB: Final = b"\x00sealed"


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: Server | None
) -> AsyncIterator[str]:
    """An empty database without any of our tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'data' / 'casestore.db'}"
        return
    if postgres_server is None:
        pytest.skip("no PostgreSQL: set TEST_PG_URL or install it")
    made = await fresh_database(postgres_server)
    yield made
    await drop_database(postgres_server, made)


async def at_revision(database: Database, revision: str) -> None:
    async with database.migrating() as connection:
        await connection.run_sync(shape, revision)


async def filled(database: Database) -> None:
    """What a team's week leaves behind: an account, a youth, a consent, a transcript, readings."""
    async with database.migrating() as connection:
        columns = await connection.run_sync(_columns)

        async def put(table: str, **values: Any) -> None:
            row = {k: v for k, v in values.items() if k in columns[table]} | {"team": "oslo"}
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join(f":{name}" for name in row)
            said = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  (our own names)
            await connection.execute(text(said), row)

        at = _at(connection.dialect.name, THEN)
        await put(
            "users", id="e_1", login="berit", name="Berit", role="team_leader", password="x",
            active=True, failures=0, created_at=at, totp_step=0, password_temporary=False,
        )  # fmt: skip
        await put(
            "sessions", secret_hash=b"h" * 32, user="e_1", begun_at=at, seen_at=at,
            second_factor=False,
        )  # fmt: skip
        await put(
            "data_keys", id="k_1", owner="thread:t_1", ring_key="k", wrapped=BLOB, created_at=at
        )
        await put("threads", id="t_1", key_id="k_1", created_at=at)
        await put(
            "consents", id="s_1", thread="t_1", purpose="journal", answer="yes", answered_at=at,
            channel="telegram", text_id="t", text_version="1", language="nb", evidence=BLOB,
            fingerprint=BLOB, received_at=at,
        )  # fmt: skip
        await put("transfers", conversation="c_1", thread="t_1", status="wiped", first_at=at)
        await put(
            "journal_entries", conversation="c_1", thread="t_1", consent="s_1",
            consent_purpose="journal", consent_answer="yes", header=BLOB, message_count=1,
            attachment_count=0, filed_at=at, case_number="2026/7", key_owner="thread:t_1",
        )  # fmt: skip
        await put("journal_messages", conversation="c_1", position=0, words=BLOB)
        await put(
            "tasks", id="task_1", kind="access", source="r_1", thread="t_1", channel="telegram",
            alias=BLOB, opened_at=at, due_at=at,
        )  # fmt: skip
        # The last is on the day after, for those who were there.
        late = _at(connection.dialect.name, THEN.replace(hour=23))
        for n, (minutes, hour) in enumerate(((15, at), (30, at), (45, at), (60, late))):
            await put(
                "contacts", id=f"contact_{n}", kind="talk", hour=hour, minutes=minutes,
                topics='["school"]' if n else "[]", channel="phone", count_youth=0,
                count_caseworker=0, count_attachments=0,
            )  # fmt: skip
        if "audit_reads" in columns:
            for n, what in enumerate(("entry", "attachment", "entry")):
                await put(
                    "audit_reads", id=f"read_{n}", at=_at(connection.dialect.name, THEN),
                    user="e_1", what=what, conversation="c_1",
                )  # fmt: skip
        event = {"kind": "sealed", "conversation": "c_1"}
        link = linked(Head(), at=write_time(THEN), event=event)
        await put(
            "chain_events", n=1, at=link.at, prev=link.prev, event=canonical(event).decode(),
            hash=link.hash, conversation="c_1",
        )  # fmt: skip
        await connection.execute(
            text("UPDATE chain_head SET n = 1, hash = :hash"), {"hash": link.hash}
        )


def _columns(connection: Connection) -> dict[str, set[str]]:
    found = inspect(connection)
    return {
        table: {str(column["name"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def _at(dialect: str, moment: datetime) -> str | datetime:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if dialect == "sqlite" else moment


@pytest.mark.parametrize("revision", EARLIER)
async def test_nothing_is_lost_on_the_way_to_today(url: str, revision: str, tmp_path: Path) -> None:
    """An upgrade on a Tuesday must not cost a youth their journal, nor anybody their history."""
    async with opened(url) as database:
        await at_revision(database, revision)
        await filled(database)
        await migrate(database)

        assert await up_to_date(database)
        async with database.reading() as session:
            entry = (await session.execute(text("SELECT * FROM journal_entries"))).mappings().one()
            assert (entry["thread"], entry["consent"]) == ("t_1", "s_1")
            assert (entry["key_owner"], entry["case_number"]) == ("thread:t_1", "2026/7")
            assert bytes(entry["header"]) == BLOB
            account = (await session.execute(text("SELECT * FROM users"))).mappings().one()
            assert (account["role"], account["totp_step"]) == ("team_leader", 0)
            assert (account["oidc_subject"], account["oidc_since"]) == (None, None)
            if revision >= "0004":
                way = (await session.execute(text("SELECT way FROM sessions"))).scalar_one()
                assert way == "password"
            for table in ("journal_messages", "tasks", "consents", "transfers"):
                said = text(f"SELECT count(*) FROM {table}")  # noqa: S608  (our own names)
                assert (await session.execute(said)).scalar_one() == 1
            summed = text("SELECT day, topics, count, minutes FROM contact_sums ORDER BY minutes")
            assert [(str(day), *rest) for day, *rest in await session.execute(summed)] == [
                ("2026-11-03", "[]", 1, 15),
                ("2026-11-04", '["school"]', 1, 60),
                ("2026-11-03", '["school"]', 2, 75),
            ]
            reads = (await session.execute(text("SELECT event FROM audit_events"))).scalars().all()

    if revision in {"0002", "0003"}:
        told = sorted(json.loads(read)["what"] for read in reads)
        assert told == ["attachment.read", "entry.read", "entry.read"]
    for chain in (TRANSFERS, AUDIT):
        assert await holds(url, chain, tmp_path)


async def holds(url: str, chain: Chained, tmp_path: Path) -> bool:
    """Open the store as it is started, and follow a chain from the beginning."""
    settings = Settings(token=TOKEN, database_url=url, keyring=_ring(tmp_path), team="oslo")
    async with opened(url) as database, database.migrating() as connection:
        # The data keys that were written above are nobody's, so no ring could open them.
        await connection.execute(text("UPDATE data_keys SET ring_key = :k"), {"k": _only(settings)})
    async with (
        opened_store(settings, lambda: THEN) as store,
        store.database.reading() as session,
    ):
        reading = Reading(session=session, store=store, now=THEN)
        return (await chain.verify(reading)).holds


def _ring(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "casestore.keys"


def _only(settings: Settings) -> str:
    if not settings.keyring.exists():
        KeyRing.create(settings.keyring)
    return KeyRing.open(settings.keyring).current


@pytest.mark.parametrize("revision", EARLIER)
async def test_what_the_database_refused_it_refuses_still(url: str, revision: str) -> None:
    """A table made anew loses its triggers without a word."""
    refused = (
        "DELETE FROM users",
        "UPDATE chain_events SET event = '{}'",
        "DELETE FROM audit_events WHERE n > 0",
        "UPDATE consents SET answer = 'yes'",
        "INSERT INTO users SELECT * FROM users",
        "UPDATE users SET role = 'mayor'",
        "UPDATE sessions SET way = 'window'",
        "UPDATE journal_entries SET consent_answer = 'no'",
        "UPDATE journal_entries SET thread = 't_nobody'",
        "UPDATE tasks SET kind = 'party'",
    )
    async with opened(url) as database:
        await at_revision(database, revision)
        await filled(database)
        await migrate(database)
        async with database.writing() as session:
            await session.execute(text("UPDATE users SET role = 'department_head'"))
            await session.execute(text("UPDATE tasks SET kind = 'age'"))
            if revision < "0004":
                await session.execute(
                    text(
                        'INSERT INTO sessions (secret_hash, team, "user", second_factor, begun_at, '
                        "seen_at) VALUES (:hash, 'oslo', 'e_1', :no, '2026-11-03', '2026-11-03')"
                    ),
                    {"hash": b"h" * 32, "no": False},
                )
            await session.execute(
                text(
                    "INSERT INTO audit_events (n, team, at, prev, event, hash, what) "
                    "VALUES (99, 'oslo', 'x', 'x', '{}', 'x', 'x')"
                )
            )
        for statement in refused:
            with pytest.raises(DBAPIError):
                async with database.writing() as session:
                    await session.execute(text(statement))


async def test_a_reference_that_leads_nowhere_stops_the_upgrade(tmp_path: Path) -> None:
    """SQLite looks away while tables are made anew; so it is checked before anything is kept."""
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'x.db'}") as database:
        await at_revision(database, "0002")
        await filled(database)
        async with database.migrating() as connection:
            await connection.execute(text("DELETE FROM data_keys"))

        with pytest.raises(BrokenReference):
            await migrate(database)

        assert not await up_to_date(database)
