"""
Every command, by what it may do with the record: the access table of whoever has the machine.

A command asks nobody for a password: who runs it holds the database and the keys already (R50).
What can be promised is that it changes what it says and nothing else, that it leaves a trace,
and that what it prints can be pasted anywhere.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bridge.program import app
from casestore.audit.tables import AuditEvent
from casestore.tables import ALL
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore.deleting import CANARIES, everything
from tests.casestore.stage import PASSWORD, Stage

ACCOUNT: Final = frozenset({"users", "access_changes"})
THE_CHAIN: Final = frozenset({"audit_events", "audit_head", "chain_anchors"})
PASSWORDS: Final = {("admin", "first-leader"), ("admin", "account"), ("admin", "password")}
NEW: Final = "et nytt og langt passord"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """
    What a command may do: the tables it may change, beside the audit; and what it notes there.

    `of` is what the note is about, by the name of something in the test; `ends` is its exit code.
    """

    args: tuple[str, ...] = ()
    changes: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    of: str | None = None
    ends: int = 0


# In the order they are tried.
COMMANDS: Final[Mapping[str, Command]] = {
    "admin first-leader": Command(args=("eva", "Eva"), changes=ACCOUNT, notes=("account.made",)),
    "admin account": Command(args=("nils", "Nils"), changes=ACCOUNT, notes=("account.made",)),
    "admin accounts": Command(),
    "admin password": Command(
        args=("berit",), changes=ACCOUNT | {"sessions"}, notes=("account.password_reset",),
        of="berit",
    ),
    "admin reset-second-factor": Command(
        args=("arne",), changes=ACCOUNT | {"sessions"}, notes=("account.second_factor_reset",),
        of="arne",
    ),
    "admin close-account": Command(
        args=("kari",), changes=ACCOUNT | {"sessions"}, notes=("account.closed",), of="kari"
    ),
    "admin verify-audit": Command(),
    "admin anchor": Command(),
    # It reads everything about one youth, as the youth may, and puts it in a file.
    "admin access-pack": Command(
        args=("{person}", "--to", "{place}"), notes=("own_journal.pack",), of="person"
    ),
    # Everything, encrypted; and what is put back is refused while the store serves.
    "admin backup": Command(args=("--to", "{place}"), notes=("backup.taken",)),
    "admin restore": Command(args=("{place}/none.backup",), ends=2),
    "admin rotate-casestore-keys": Command(
        changes=frozenset({"data_keys"}), notes=("keys.rotated",)
    ),
    # The bridge's own: the record is not touched.
    "admin stuck": Command(),
    "admin stuck retry": Command(args=("ev_none",), ends=2),
    "admin stuck drop": Command(args=("ev_none", "--yes"), ends=2),
    "admin rotate": Command(ends=2),
    "admin import-snapchat": Command(args=("{place}/none.zip", "--alias", "Blå rev"), ends=2),
    # It opens the store as a server would, and that sweeps away what is a day old.
    "doctor": Command(ends=1, changes=frozenset({"kept_answers"})),
    "setup slack": Command(),
}  # fmt: skip

# Whoever comes to these is asked who they are, route by route: test_access_matrix.py.
SERVE: Final = {"serve", "casestore", "demo"}
# Speak with a platform alone, and have no setting of the record's.
ELSEWHERE: Final = {"setup hsm", "setup meta", "setup outlook", "setup telegram"}


def commands(group: typer.Typer, name: str = "") -> Iterator[str]:
    """Every command there is, as it is typed."""
    if group.registered_callback is not None and group.registered_callback.invoke_without_command:
        yield name
    for each in group.registered_commands:
        called = each.name or getattr(each.callback, "__name__", "")
        yield f"{name} {called}".strip()
    for below in group.registered_groups:
        if below.typer_instance is not None:
            yield from commands(below.typer_instance, f"{name} {below.name}".strip())


def test_every_command_is_in_the_table() -> None:
    """A command nobody has thought through is a way around every rule."""
    assert set(commands(app)) == set(COMMANDS) | SERVE | ELSEWHERE


async def contents(stage: Stage) -> dict[str, str]:
    """A fingerprint of each table."""
    found = {}
    async with stage.reading() as reading:
        for table in ALL.sorted_tables:
            rows = (await reading.session.execute(select(table))).all()
            told = sorted(repr(row) for row in rows)
            found[table.name] = hashlib.sha256("\n".join(told).encode()).hexdigest()
    return found


async def events(stage: Stage) -> list[tuple[int, str, str | None, str | None]]:
    async with stage.reading() as reading:
        columns = (AuditEvent.n, AuditEvent.what, AuditEvent.user, AuditEvent.of)
        rows = await reading.session.execute(select(*columns).order_by(AuditEvent.n))
        return [(n, what, user, of) for n, what, user, of in rows]


async def run(stage: Stage, place: Path, *words: str) -> Result:
    settings = stage.settings
    env = {
        "UTEBRU_DATA_DIR": str(place / "bridge"),
        "UTEBRU_KEYRING": str(place / "bridge.keys" / "keyring.json"),
        "UTEBRU_CASESTORE__TOKEN": settings.token,
        "UTEBRU_CASESTORE__DATABASE_URL": settings.database_url,
        "UTEBRU_CASESTORE__KEYRING": str(settings.keyring),
        "UTEBRU_TEAM": settings.team,
    }
    if words[:2] in PASSWORDS:
        env["UTEBRU_PASSWORD"] = NEW
    return await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env)


async def test_each_command_changes_what_it_may_and_leaves_its_trace(
    stage: Stage, tmp_path: Path
) -> None:
    """What nobody can refuse must at least be seen by whoever reads the audit."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    kari, dag = await stage.person("kari"), await stage.person("dag", Role.DEPARTMENT_HEAD)
    async with stage.writing() as writing:
        user = await writing.session.get_one(User, arne.id)
        user.totp, user.totp_since = b"a secret", writing.now
    person, _ = await everything(stage, berit)
    named = {"person": person, "place": str(tmp_path)}
    named |= {each.login: each.id for each in (berit, arne, kari)}
    # What is typed on a command line is known to who types it.
    words = [*CANARIES.values(), "Blå rev", PASSWORD, NEW, stage.settings.token]

    for typed, command in COMMANDS.items():
        before, noted = await contents(stage), await events(stage)
        args = [part.format(**named) for part in command.args]
        done = await run(stage, tmp_path, *typed.split(), *args)

        assert done.exit_code == command.ends, (typed, done.output)
        after = await contents(stage)
        changed = {table for table, told in after.items() if told != before[table]}
        assert changed - THE_CHAIN == command.changes, typed
        new = (await events(stage))[len(noted) :]
        assert tuple(what for _, what, _, _ in new) == command.notes, typed
        assert {user for _, _, user, _ in new} <= {None}, "nobody: whoever has the machine"
        if command.of is not None:
            assert [of for _, _, _, of in new] == [named[command.of]], typed
        assert not [word for word in words if word in done.output], typed
        assert "Traceback" not in done.output, typed

    assert "Eva" in await dag.sees("/accounts")
    audit = await dag.sees("/audit?what=own_journal.pack")
    assert person not in audit or CANARIES["name"] not in audit
