"""What everything stands on: settings, keys, canonical JSON, times, migrations, durability."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import pytest
import rfc8785
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import AsyncAdaptedQueuePool

from casestore.canonical import EXACT, NotCanonical, canonical
from casestore.database import durable, opened
from casestore.journal.tables import Entry, EntryMessage
from casestore.keyring import BadKeyFile, KeyRing, Unreadable, seal, unseal
from casestore.migrating import VERSION_TABLE, migrate, up_to_date
from casestore.opening import opened_store
from casestore.settings import BadSettings, Settings
from casestore.tables import ALL
from casestore.times import in_oslo, length, read_time, utc_now, write_time
from casestore.transfers.tables import Transfer
from tests.casestore.stage import TOKEN, Stage, transcript_body
from tests.support.postgres import Server, fresh_database

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-EXACT, EXACT) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_our_canonical_json_is_everybodys(value: Any) -> None:
    """The two sides share no code: if they wrote differently, no digest would ever match."""
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, 2**53, {1: 2}, b"x", "\ud800", {"\ud800": 1}, object()])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    """A rounded number would give a digest of something nobody said."""
    with pytest.raises(NotCanonical):
        canonical(value)


@given(st.integers(0, 250_000_000_000_000))
def test_times_are_written_as_they_are_read(milliseconds: int) -> None:
    """A time that changed on the way would change the digest."""
    exact = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)

    assert read_time(write_time(exact)) == exact


def test_times_are_shown_as_the_team_lives_them() -> None:
    """At 01:30 the night the clocks go back, it is still the same night."""
    assert in_oslo(read_time("2026-07-01T10:00:00.000Z")) == "01.07.2026 kl. 12:00"
    assert in_oslo(read_time("2026-12-01T10:00:00.000Z")) == "01.12.2026 kl. 11:00"
    assert utc_now().microsecond % 1000 == 0
    spans = {0.2: "under 1 s", 6: "6 s", 300: "5 min", 3 * 3600: "3 t", 3 * 86400: "3 døgn"}
    assert {length(timedelta(seconds=n)) for n in spans} == set(spans.values())


ENV = {"UTEBRU_CASESTORE__TOKEN": TOKEN, "UTEBRU_DATA_DIR": "/var/lib/utebru"}


def test_settings_have_sensible_places_and_hide_what_is_secret() -> None:
    """One variable is enough to begin; nothing secret is printed by accident."""
    settings = Settings.from_env(ENV)

    assert (settings.host, settings.port) == ("127.0.0.1", 8701)
    assert settings.database_url == "sqlite+aiosqlite:////var/lib/utebru/casestore.db"
    assert settings.keyring == Path("/var/lib/utebru.keys/casestore.keys")
    assert TOKEN not in repr(settings)


def test_every_mistake_in_the_settings_is_told_at_once() -> None:
    """Part-time IT should not have to start five times to find five mistakes."""
    wrong = {
        "UTEBRU_CASESTORE__TOKEN": "short",
        "UTEBRU_CASESTORE__PORT": "ninety",
        "UTEBRU_CASESTORE__DATABASE_URL": "mysql://root:hemmelig@x/y",
        "UTEBRU_TEAM": " ",
    }

    with pytest.raises(BadSettings) as caught:
        Settings.from_env(wrong)

    assert len(caught.value.mistakes) == 4
    assert "hemmelig" not in str(caught.value)
    with pytest.raises(BadSettings, match="KEYRING"):
        Settings.from_env(ENV | {"UTEBRU_CASESTORE__KEYRING": "/var/lib/utebru/k"})
    with pytest.raises(BadSettings, match="TOKEN"):
        Settings.from_env({})


OIDC: Final = {
    "ISSUER": "https://innlogging.kommune.no/v2.0",
    "CLIENT_ID": "utebru",
    "CLIENT_SECRET": "kanari-klienthemmelighet",
    "ADDRESS": "https://utebru.kommune.no/",
}


def with_oidc(**changed: str) -> dict[str, str]:
    told = {**OIDC, **changed}
    return ENV | {f"UTEBRU_CASESTORE__OIDC_{name}": text for name, text in told.items()}


def test_the_municipalitys_log_in_is_there_when_it_is_set_and_hides_what_is_secret() -> None:
    """Nothing set is nothing shown; and a secret is not in a traceback."""
    assert Settings.from_env(ENV).oidc is None
    settings = Settings.from_env(with_oidc(ACR="idporten-loa-high", AMR="mfa otp"))

    assert settings.oidc is not None
    assert settings.oidc.redirect_uri == "https://utebru.kommune.no/login/provider/back"
    assert (settings.oidc.scopes, settings.oidc.amr) == ("openid", ("mfa", "otp"))
    assert settings.oidc.acr == ("idporten-loa-high",)
    assert "kanari" not in repr(settings)
    on_loopback = with_oidc(ISSUER="http://localhost:9400", ADDRESS="http://127.0.0.1:8701")
    assert Settings.from_env(on_loopback).oidc is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ISSUER", "http://innlogging.kommune.no"),
        ("ISSUER", ""),
        ("ISSUER", "https://innlogging.kommune.no?tenant=1"),
        ("ADDRESS", "http://utebru.kommune.no"),
        ("ADDRESS", "https://utebru.kommune.no/journal"),
        ("ADDRESS", ""),
        ("CLIENT_ID", ""),
        ("CLIENT_SECRET", ""),
        ("CLIENT_SECRET", "kanari\nto"),
        ("SCOPES", "profile"),
    ],
)
def test_half_a_log_in_or_one_in_the_clear_is_refused(name: str, text: str) -> None:
    """What is half set up would be found out by the first employee, at eight in the morning."""
    with pytest.raises(BadSettings, match=f"OIDC_{name}") as caught:
        Settings.from_env(with_oidc(**{name: text}))
    assert "kanari" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Keys that others can read lock nothing."""
    path = tmp_path / "keys" / "k"
    ring = KeyRing.create(path)
    path.chmod(mode)

    with pytest.raises(BadKeyFile, match="0600"):
        KeyRing.open(path)
    assert "keys=" not in repr(ring)


@pytest.mark.parametrize(
    "raw", ["", "[]", "{}", '{"current":"a","keys":{}}', '{"current":"a","keys":{"a":"eA=="}}']
)
def test_what_is_no_key_file_is_refused(tmp_path: Path, raw: str) -> None:
    """Starting with a damaged key file would encrypt what nobody can ever read."""
    path = tmp_path / "k"
    path.write_text(raw)
    path.chmod(0o600)

    with pytest.raises(BadKeyFile):
        KeyRing.open(path)
    with pytest.raises(BadKeyFile):
        KeyRing.open(tmp_path / "none")
    with pytest.raises(FileExistsError):
        KeyRing.create(path)


@given(st.binary(max_size=200), st.integers(0, 10_000))
def test_ciphertext_is_whole_and_in_its_place_or_unreadable(words: bytes, at: int) -> None:
    """Nobody may move one youth's words into another's row."""
    key = bytes(32)
    sealed = seal(key, words, bound_to="here")
    place = at % len(sealed)
    flipped = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]

    assert unseal(key, sealed, bound_to="here") == words
    for broken, where in (
        (flipped, "here"),
        (sealed, "there"),
        (sealed[:-1], "here"),
        (b"", "here"),
    ):
        with pytest.raises(Unreadable):
            unseal(key, broken, bound_to=where)


async def test_the_store_does_not_start_with_another_key_file(stage: Stage) -> None:
    """A fresh key beside an old database would look like a working store, and read nothing."""
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage))
    stage.settings.keyring.unlink()
    with pytest.raises(BadKeyFile):
        async with opened_store(stage.settings, stage.clock.now):
            pass
    KeyRing.create(stage.settings.keyring)
    with pytest.raises(BadKeyFile, match="lacks"):
        async with opened_store(stage.settings, stage.clock.now):
            pass


async def test_models_and_migrations_say_the_same(stage: Stage) -> None:
    """A column that only the code knows of is a crash that waits for the first youth."""

    def differences(connection: Connection) -> list[object]:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), ALL))

    async with stage.store.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await up_to_date(stage.store.database)


async def test_processes_that_start_at_once_migrate_once(postgres_server: Server | None) -> None:
    """Two case stores come up after a power cut, and only one may build the house."""
    if postgres_server is None:
        pytest.skip("no PostgreSQL: set TEST_PG_URL or install it")
    url = await fresh_database(postgres_server)

    async def start() -> bool:
        async with opened(url) as database:
            await migrate(database)
            return await up_to_date(database)

    assert all(await asyncio.gather(start(), start(), start()))


async def test_a_reading_session_cannot_write(stage: Stage) -> None:
    """A page that only shows must not be able to change, whatever mistake is in it."""
    with pytest.raises(DBAPIError):
        async with stage.store.database.reading() as session:
            await session.execute(text("DELETE FROM sessions"))
    async with stage.store.database.writing() as session:
        await session.execute(text("DELETE FROM sessions"))


async def test_whoever_writes_next_goes_at_once_and_in_turn(tmp_path: Path) -> None:
    """SQLite would have them sleep, and take whoever happens to wake: the bridge waits for them."""
    order: list[int] = []
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'x.db'}") as database:

        async def writes(n: int) -> None:
            async with database.writing() as session:
                await session.execute(text("SELECT 1"))
                order.append(n)

        async with database.writing() as first:
            await first.execute(text("SELECT 1"))
            waiting = [asyncio.create_task(writes(n)) for n in range(5)]
            await asyncio.wait(waiting, timeout=0.1)
            connections = cast("AsyncAdaptedQueuePool", database.engine.pool)
            assert connections.checkedout() == 1, "nobody sleeps in the database"

        await asyncio.gather(*waiting)
    assert order == [0, 1, 2, 3, 4]


async def test_a_commit_survives_a_power_cut(stage: Stage) -> None:
    """The bridge forgets on our word; our word must be on the disk."""
    async with stage.store.database.reading() as session:
        assert await durable(session)
        if session.get_bind().dialect.name == "sqlite":
            for pragma, value in (
                ("journal_mode", "wal"),
                ("foreign_keys", 1),
                ("secure_delete", 1),
            ):
                found = await session.execute(text(f"PRAGMA {pragma}"))
                assert found.scalar_one() == value


async def test_a_request_that_fails_leaves_nothing(stage: Stage) -> None:
    """Half a transcript would be read back as a whole one that says less."""
    await stage.agreed()
    line = {"id": "a_none", "name": "x", "type": "image/png", "size": 1, "sha256": "0" * 64}
    document = transcript_body(stage)
    document["messages"][1]["attachments"] = [line]

    answer = await stage.bridge.put("transcripts/c_1", document)

    assert answer.status_code == 422
    async with stage.store.database.reading() as session:
        for table in (Entry, EntryMessage, Transfer):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


def test_the_key_file_is_json_with_a_current_key(tmp_path: Path) -> None:
    """Rotating by hand must be possible with an editor, a manual and a calm mind."""
    ring = KeyRing.create(tmp_path / "k")
    said = json.loads((tmp_path / "k").read_text())

    assert said["current"] == ring.current
    assert list(said["keys"]) == [ring.current]
