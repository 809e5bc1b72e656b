"""
How search does in a big case record: `python -m tests.casestore.search_at_scale --entries 100000`.

Everything in it is made up from a made-up vocabulary. The figures are for
`docs/decisions/0008-search-without-a-plaintext-index.md`; what is asserted, test_search.py asserts.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert

from casestore.canonical import canonical
from casestore.cases.tables import Case
from casestore.consents.tables import Consent
from casestore.edge import Store, Writing
from casestore.journal.tables import Entry, EntryMessage
from casestore.keyring import seal
from casestore.opening import opened_store
from casestore.people.details import Details
from casestore.people.tables import Person
from casestore.search.finding import search
from casestore.search.marking import DONE, mark, mark_of, search_key
from casestore.search.words import words_in
from casestore.settings import Settings
from casestore.threads.tables import DataKey, Thread
from casestore.times import utc_now
from casestore.transfers.tables import Transfer
from casestore.users.commands import create_account
from casestore.users.rules import Role
from casestore.users.sessions import Visitor

PERSONS: Final = 2000
CASES_OF_ONE: Final = 40
WORDS: Final = 60
VOCABULARY: Final = 20_000
SOME: Final = 5_000
THEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
TEAM: Final = "oslo"


class Talk:
    """Made-up talk: a few words often, most of them seldom, as words are."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        parts = ("ba", "de", "fi", "gro", "hå", "jæ", "kø", "le", "mo", "ny", "ra", "ski", "tu")
        made: dict[str, None] = {}
        while len(made) < VOCABULARY:
            made["".join(chance.choices(parts, k=chance.randint(2, 4)))] = None
        self.words = list(made)
        self._weights = [1 / (place + 3) for place in range(VOCABULARY)]

    def said(self, count: int) -> list[str]:
        """Give what was said in so many conversations."""
        words = self._chance.choices(self.words, self._weights, k=count * WORDS)
        return [" ".join(words[n : n + WORDS]) for n in range(0, len(words), WORDS)]


async def built(store: Store, talk: Talk, entries: int, path: Path) -> tuple[str, str]:
    """Fill the store as if for many years; give the leader and a caseworker with few cases."""
    settings, password = store.settings, "korrekt hest batteri"
    leader, mine, others = [
        await create_account(settings, login=name, name=name, role=role, password=password)
        for name, role in (
            ("tove", Role.TEAM_LEADER),
            ("berit", Role.CASEWORKER),
            ("arne", Role.CASEWORKER),
        )
    ]
    keys = {f"{kind}{n}": random.Random(n).randbytes(32) for kind in ("person:p_", "thread:t_")
            for n in range(PERSONS)}  # fmt: skip
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=THEN)
        await _people(writing, keys, mine, others)
    for start in range(0, entries, SOME):
        count = min(SOME, entries - start)
        said = talk.said(count)
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=THEN)
            await _entries(writing, keys, range(start, start + count), said)
        await asyncio.to_thread(_mark_all, path, keys, range(start, start + count), said)
    return leader, mine


async def _people(writing: Writing, keys: dict[str, bytes], mine: str, others: str) -> None:
    ring = writing.store.ring
    rows: dict[type[Any], list[dict[str, Any]]] = {
        each: [] for each in (DataKey, Person, Thread, Consent, Case)
    }
    for place, (owner, key) in enumerate(keys.items()):
        wrapped = ring.wrap(key, bound_to=owner)
        rows[DataKey].append(
            {"id": f"k_{place}", "owner": owner, "ring_key": ring.current, "wrapped": wrapped,
             "created_at": THEN}
        )  # fmt: skip
    for n in range(PERSONS):
        details = Details(alias=f"Alias {n}", name=f"Navn{n} Navnesen{n % 97}")
        words = json.dumps(asdict(details)).encode()
        sealed = seal(keys[f"person:p_{n}"], words, bound_to=f"persons/p_{n}/1")
        responsible = mine if n < CASES_OF_ONE else others
        common = {"created_at": THEN}
        rows[Person].append(
            {"id": f"p_{n}", "details": sealed, "version": 1, "created_by": responsible, **common}
        )
        rows[Thread].append(
            {"id": f"t_{n}", "key_id": f"k_{PERSONS + n}", "person": f"p_{n}", **common}
        )
        rows[Consent].append(
            {"id": f"s_{n}", "thread": f"t_{n}", "purpose": "journal", "answer": "yes",
             "answered_at": THEN, "channel": "telegram", "text_id": "t", "text_version": "1",
             "language": "nb", "evidence": b"", "fingerprint": b"", "received_at": THEN}
        )  # fmt: skip
        rows[Case].append(
            {"id": f"case_{n}", "number": f"2026/{n:04}", "person": f"p_{n}", "version": 1,
             "responsible": responsible, "status": "open", "opened_at": THEN, "opened_by": mine}
        )  # fmt: skip
    for table, every in rows.items():
        await writing.session.execute(insert(table), [row | {"team": TEAM} for row in every])


async def _entries(
    writing: Writing, keys: dict[str, bytes], numbers: Iterable[int], said: Sequence[str]
) -> None:
    rows: dict[type[Any], list[dict[str, Any]]] = {
        each: [] for each in (Transfer, Entry, EntryMessage)
    }
    for n, words in zip(numbers, said, strict=True):
        youth, place = n % PERSONS, f"c_{n:024}"
        key, at = keys[f"thread:t_{youth}"], THEN + timedelta(minutes=n)
        header = seal(
            key, canonical({"alias": f"Alias {youth}"}), bound_to=f"journal_entries/{place}"
        )
        line = canonical({"text": words, "attachments": []})
        rows[Transfer].append({"conversation": place, "thread": f"t_{youth}", "status": "wiped",
                               "first_at": at})  # fmt: skip
        rows[Entry].append(
            {"conversation": place, "thread": f"t_{youth}", "consent": f"s_{youth}",
             "consent_purpose": "journal", "consent_answer": "yes", "header": header,
             "message_count": 1, "attachment_count": 0, "filed_at": at, "case": f"case_{youth}",
             "key_owner": f"thread:t_{youth}"}
        )  # fmt: skip
        sealed = seal(key, line, bound_to=f"journal_messages/{place}/0")
        rows[EntryMessage].append({"conversation": place, "position": 0, "words": sealed})
    for table, every in rows.items():
        await writing.session.execute(insert(table), [row | {"team": TEAM} for row in every])


def _mark_all(
    path: Path, keys: dict[str, bytes], numbers: Iterable[int], said: Sequence[str]
) -> None:
    """The same marks as `mark` makes, many at a time: only to be done in minutes."""
    marks = []
    for n, words in zip(numbers, said, strict=True):
        youth = n % PERSONS
        owner = f"thread:t_{youth}"
        key = search_key(keys[owner])
        every = {DONE, *words_in(f"Alias {youth}\n{words}")}
        marks += [(mark_of(key, word), f"c_{n:024}", owner, TEAM) for word in every]
    marks.sort()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA cache_size=-400000")
    with connection:
        said_ = 'INSERT INTO search_marks (mark, "of", owner, team) VALUES (?, ?, ?, ?)'
        connection.executemany(said_, marks)
    connection.close()


async def measured(store: Store, who: Visitor, queries: Sequence[str]) -> str:
    """Search for each, and tell how long it took; the line of the audit is part of it."""
    waited, worked, texts = [], [], 0
    for query in queries:
        begun, began = time.perf_counter(), time.process_time()
        found = await search(store, who, query)
        waited.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - began) * 1000)
        texts += len(found.texts)
    return f"{_spread(waited)}   of processor {_spread(worked)}   hits {texts}"


def _spread(times: Sequence[float]) -> str:
    p95 = sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]
    return f"median {statistics.median(times):5.0f} p95 {p95:5.0f} ms"


async def indexing(store: Store, talk: Talk) -> float:
    """Milliseconds of processor to mark one more entry, as filing does, beside all the others."""
    said = talk.said(200)
    begun = time.process_time()
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=THEN)
        for n, words in enumerate(said):
            await mark(writing, f"c_more_{n}", f"thread:t_{n}", words)
    return (time.process_time() - begun) * 1000 / len(said)


def sizes(path: Path) -> dict[str, float]:
    """Megabytes by table and index, the largest first."""
    connection = sqlite3.connect(path)
    said = "SELECT name, SUM(pgsize) / 1e6 FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 6"
    found = dict(connection.execute(said).fetchall())
    rows = connection.execute("SELECT COUNT(*) FROM search_marks").fetchone()[0]
    connection.close()
    return found | {"(marks, millions)": rows / 1e6}


def tell(said: str) -> None:
    """Say it at once; a long run is watched."""
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def memory(which: str) -> float:
    """Megabytes of this process: now (`VmRSS`), or at most since it was forgotten (`VmHWM`)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{which}:")[1].split()[0]) / 1024


def forget_peak() -> None:
    """Begin anew with the most that was used (proc_pid_clear_refs(5))."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def settings_in(home: Path) -> Settings:
    """The store's settings; its database is a file."""
    return Settings(
        token="a-service-credential-for-tests",
        database_url=f"sqlite+aiosqlite:///{home / 'data' / 'casestore.db'}",
        keyring=home / "keys" / "casestore.keys",
        team=TEAM,
    )


def build(home: Path, entries: int) -> tuple[str, str]:
    """Fill, in a process of its own, so that what it used is not taken for the searches'."""

    async def fill() -> tuple[str, str]:
        async with opened_store(settings_in(home), utc_now) as store:
            talk = Talk(random.Random(7))
            return await built(store, talk, entries, home / "data" / "casestore.db")

    return asyncio.run(fill())


async def play(entries: int, home: Path, leader: str, caseworker: str) -> None:
    """Measure, and tell."""
    talk = Talk(random.Random(7))
    for name, size in sizes(home / "data" / "casestore.db").items():
        tell(f"  {name:36} {size:8.2f}{'' if name[0] == '(' else ' MB'}")
    begun = time.perf_counter()
    async with opened_store(settings_in(home), utc_now) as store:
        tell(f"opened, with nothing left to mark, in {time.perf_counter() - begun:.2f} s")
        before, chance = memory("VmRSS"), random.Random(11)
        forget_peak()
        kinds = {
            "a common word": [talk.words[n] for n in range(12)],
            "a word now and then": chance.sample(talk.words[200:2000], 12),
            "a rare word": chance.sample(talk.words[10_000:], 12),
            "two words": [" ".join(chance.sample(talk.words[:300], 2)) for _ in range(12)],
            "a name": [f"navn{n}" for n in range(0, 120, 10)],
            "nothing there": [f"finnesikke{n}" for n in range(12)],
        }
        for title, who in (
            ("leader", _visitor(leader, Role.TEAM_LEADER)),
            ("caseworker", _visitor(caseworker, Role.CASEWORKER)),
        ):
            await measured(store, who, ["oppvarming"])
            for kind, queries in kinds.items():
                tell(f"{title:10} {kind:20} {await measured(store, who, queries)}")
            every = [query for queries in kinds.values() for query in queries]
            tell(f"{title:10} {'all of them':20} {await measured(store, who, every)}")
        tell(f"memory {before:.0f} MB open, at most {memory('VmHWM'):.0f} MB while searching")
        tell(f"one more of {entries} is marked in {await indexing(store, talk):.1f} ms")


def _visitor(its_id: str, role: Role) -> Visitor:
    return Visitor(id=its_id, name="", role=role, team=TEAM, secret="")


def main() -> None:
    """Read how many, and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="where the database is made; else a temp folder")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.home) as home:
        begun = time.perf_counter()
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            leader, caseworker = pool.submit(build, Path(home), told.entries).result()
        tell(f"{told.entries} entries of {WORDS} words, {PERSONS} persons: "
             f"built in {time.perf_counter() - begun:.0f} s")  # fmt: skip
        asyncio.run(play(told.entries, Path(home), leader, caseworker))


if __name__ == "__main__":
    main()
