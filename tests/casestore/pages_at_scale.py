"""
How the lists do in a big case record: `python -m tests.casestore.pages_at_scale --on sqlite`.

Prints, for a caseworker and for who leads the team, how long each list takes, how many questions it
asks the database, and how much it sends. Everything in it is made up.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI
from sqlalchemy import event

from casestore.edge import Store
from casestore.settings import Settings
from casestore.times import write_time
from casestore.web import create_app
from tests.casestore.big_logs import fill
from tests.casestore.big_world import BEGAN, NOW, TEAM, Filling, Size
from tests.casestore.stage import PASSWORD, SITE, TOKEN, client
from tests.support.clock import StoppedClock
from tests.support.postgres import fresh_database, postgres

TIMES: Final = 12
FAR: Final = BEGAN + timedelta(days=400)

BY_THE_BRIDGE: Final = (
    "/api/bridge/deletions", "/api/bridge/employees", "/api/bridge/joins",
    "/api/bridge/provider", "/api/bridge/registrations", "/api/bridge/topics",
)  # fmt: skip
"""What the bridge asks for every half minute."""

LISTS: Final = (
    "/cases?which=mine", "/cases?which=mine&status=any", "/cases?which=shared",
    "/cases?which=all&status=any", "/api/cases?which=all&status=any",
    f"/cases?which=all&status=any&after={write_time(FAR)},case_9",
    "/people", "/api/people", f"/people?after={write_time(FAR)}~p_9",
    "/api/people/duplicates", "/people/duplicates",
    "/transfers", "/transfers?status=wiped", "/transfers?verdict=too_late",
    "/transfers?verdict=held",
    "/transfers?caseworker=e_3", "/transfers?channel=telegram", "/transfers/rows",
    f"/transfers?before={write_time(FAR)},c_9",
    "/tasks", "/unassigned", f"/unassigned?after={write_time(FAR)},c_9", "/contacts",
    "/api/contacts",
    "/concerns", f"/concerns?before={write_time(FAR)},x", "/api/concerns",
    "/incidents", "/api/incidents", "/deletions", "/api/deletions",
    "/statistics?since=2026-01-01&until=2026-12-31", "/reviews",
    "/audit", "/audit?by=e_3", "/audit?what=case.read", "/audit?of=p_9", "/audit?before=5000",
    "/audit?since=2023-01-01&until=2023-01-02", "/audit?by=e_3&what=case.read",
    "/accounts", "/api/accounts", "/joins", "/api/joins", "/processing", "/account",
    "/registrations", "/journal-codes", "/search?q=skole", "/api/tasks", "/api/tasks?done=true",
    "/api/processing", "/api/statistics",
)  # fmt: skip


def settings_in(home: Path, url: str) -> Settings:
    """The store's settings, with its keys in `home`."""
    return Settings(
        token=TOKEN,
        database_url=url,
        keyring=home / "keys" / "casestore.keys",
        team=TEAM,
        second_factor="optional",
    )


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, on a day at work; everybody has been compared long ago."""
    app = create_app(settings, clock=StoppedClock(NOW).now, compares=False)
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def logged_in(app: FastAPI, login: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser."""
    async with client(app, {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}) as http:
        answer = await http.post("/login", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303
        yield http


@contextmanager
def listening(store: Store) -> Iterator[list[tuple[str, object]]]:
    """What the database is asked meanwhile: the questions, with what was filled in."""
    asked: list[tuple[str, object]] = []

    def hears(_c: object, _cursor: object, said: str, told: object, *_: object) -> None:
        asked.append((said, told))

    engine = store.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", hears)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hears)


async def counted(store: Store) -> None:
    """Let PostgreSQL look at what it has, as it does by itself from time to time."""
    if store.database.engine.dialect.name == "postgresql":
        async with store.database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql("VACUUM ANALYZE")


async def timed(http: httpx.AsyncClient, path: str) -> tuple[httpx.Response, list[float], float]:
    """Ask for a page some times."""
    times, worked = [], []
    answer = await http.get(path)
    for _ in range(TIMES):
        begun, began = time.perf_counter(), time.process_time()
        answer = await http.get(path)
        times.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - began) * 1000)
    return answer, times, statistics.median(worked)


async def measure(app: FastAPI, paths: Sequence[str]) -> None:
    """Measure as both, and tell."""
    for login in ("berit", "tove"):
        async with logged_in(app, login) as http:
            for path in paths:
                answer, times, worked = await timed(http, path)
                if answer.status_code != 200:
                    tell(f"{login:6} {path:60} {answer.status_code}")
                    continue
                with listening(app.state.store) as asked:
                    await http.get(path)
                p95 = sorted(times)[round((len(times) - 1) * 0.95)]
                tell(
                    f"{login:6} {path:60} median {statistics.median(times):6.0f} "
                    f"p95 {p95:6.0f} ms (ours {worked:5.0f}) {len(asked):5} asked "
                    f"{len(answer.content) / 1000:7.0f} kB"
                )


def tell(said: str) -> None:
    """Say it at once; a long run is watched."""
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


async def play(url: str, home: Path, size: Size, only: str, *, new: bool) -> None:
    """Fill the database if it is new, and measure."""
    async with serving(settings_in(home, url)) as app:
        if new:
            begun = time.perf_counter()
            await fill(Filling(store=app.state.store, size=size))
            await counted(app.state.store)
            tell(f"{size}: filled in {time.perf_counter() - begun:.0f} s")
        await measure(app, [path for path in LISTS if re.search(only, path)])


def main() -> None:
    """Read what is asked, and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--persons", type=int, default=Size().persons)
    parser.add_argument("--only", default="", help="a pattern of the addresses")
    parser.add_argument("--home", type=Path, help="keep the database here, and use it again")
    told = parser.parse_args()
    size = Size.for_persons(told.persons)
    with tempfile.TemporaryDirectory() as temporary:
        home = told.home or Path(temporary)
        if told.on == "sqlite":
            path = home / "data" / "casestore.db"
            url = f"sqlite+aiosqlite:///{path}"
            asyncio.run(play(url, home, size, told.only, new=not path.exists()))
            return
        with postgres() as server:
            if server is None:
                sys.exit("No PostgreSQL here.")
            url = asyncio.run(fresh_database(server))
            asyncio.run(play(url, home, size, told.only, new=True))


if __name__ == "__main__":
    main()
