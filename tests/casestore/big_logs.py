"""The other half of the big case record: what was said, what was counted, and the two chains."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import update

from casestore.audit.chain import AUDIT
from casestore.audit.tables import AuditEvent
from casestore.canonical import canonical
from casestore.chained import Chained
from casestore.chainrows import Anchor, LinkRow
from casestore.concerns.tables import Concern
from casestore.contacts.tables import Contact, ContactSum
from casestore.deletions.tables import Decision
from casestore.edge import Store
from casestore.hashchain import Head
from casestore.incidents.tables import Affected, Incident
from casestore.journal.tables import Entry, EntryMessage, Note
from casestore.search.marking import DONE, mark_of, search_key
from casestore.search.tables import Mark
from casestore.stuck.tables import Stuck
from casestore.tasks.tables import Task
from casestore.times import day_of, write_time
from casestore.transfers.chain import TRANSFERS
from casestore.transfers.tables import ChainEvent, Copy, Transfer, TransferCaseworker
from tests.casestore.added_up import sums_of
from tests.casestore.big_world import (
    LEADER,
    MINE,
    NOW,
    TEAM,
    Filling,
    Rows,
    cases,
    employees,
    keys,
    pairs,
    persons,
    put,
)
from tests.casestore.many_rows import bare

Told = Iterator[tuple[datetime, dict[str, Any]]]

WRITTEN: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode  # as `canonical` writes what has only text in it
CHANNELS: Final = ("telegram", "snapchat")
DEEDS: Final = ("case.read", "person.read", "note.read", "case.listed", "person.listed")


async def fill(filling: Filling) -> None:
    """Put all of it in."""
    store = filling.store
    async with bare(store):
        for rows in (employees(), keys(filling), persons(filling), pairs(filling), cases(filling),
                     transfers(filling), transcripts(filling), notes(filling), contacts(filling),
                     sums(filling), waiting(filling), proposals(filling)):  # fmt: skip
            await put(store, rows)
        await _chain(store, AUDIT, AuditEvent, deeds(filling))
        await _chain(store, TRANSFERS, ChainEvent, events(filling))


def _youth(filling: Filling, n: int) -> int:
    return n % filling.size.persons


def _untied(filling: Filling, n: int) -> bool:
    return n >= filling.size.transcripts - filling.size.of_each


def transfers(filling: Filling) -> Rows:
    """The line of each transcript in the transfer log, and its copies."""
    count = filling.size.transcripts
    for n in range(count):
        youth, at, place = _youth(filling, n), filling.at(n, count), f"c_{n}"
        owner = f"thread:t_{youth}"
        yield Transfer, {
            "conversation": place, "thread": f"t_{youth}", "channel": CHANNELS[youth % 2],
            "alias": filling.sealed(owner, f"Alias {youth}", f"transfers/{place}/alias"),
            "filing": "journal", "opened_at": at, "sealed_at": at, "sealed_by": LEADER,
            "count_youth": 3, "count_caseworker": 2, "count_attachments": 0, "digest": "a" * 64,
            "stored_at": at, "read_back_at": at, "read_back_digest": "a" * 64,
            "forgotten_at": at, "forgotten_count": 5, "status": "wiped", "first_at": at,
        }  # fmt: skip
    for n in range(count):
        at = filling.at(n, count)
        yield TransferCaseworker, {
            "conversation": f"c_{n}", "first_at": at,
            "caseworker": MINE if n % 10 == 0 else filling.somebody(n),
        }  # fmt: skip
        for copy, verdict in (("a", "gone"), ("b", "too_late" if n % 50 == 0 else "gone")):
            yield Copy, {
                "conversation": f"c_{n}", "id": copy, "place": "slack", "whose": "bot",
                "verdict": verdict, "at": NOW, "first_at": at,
            }  # fmt: skip


def transcripts(filling: Filling) -> Rows:
    """The transcripts, the newest of them not yet tied to a case."""
    count = filling.size.transcripts
    for n in range(count):
        youth, place = _youth(filling, n), f"c_{n}"
        owner = f"thread:t_{youth}"
        header = canonical({"alias": f"Alias {youth}"}).decode()
        yield Entry, {
            "conversation": place, "thread": f"t_{youth}", "consent": f"s_{youth}",
            "consent_purpose": "journal", "consent_answer": "yes", "message_count": 1,
            "header": filling.sealed(owner, header, f"journal_entries/{place}"),
            "attachment_count": 0, "filed_at": filling.at(n, count),
            "case": None if _untied(filling, n) else f"case_{youth}", "key_owner": owner,
        }  # fmt: skip
    searching = {n: search_key(filling.key(f"thread:t_{n}")) for n in range(filling.size.persons)}
    for n in range(count):
        youth, place = _youth(filling, n), f"c_{n}"
        owner = f"thread:t_{youth}"
        line = canonical({"text": f"hei {n}", "attachments": []}).decode()
        yield EntryMessage, {
            "conversation": place, "position": 0,
            "words": filling.sealed(owner, line, f"journal_messages/{place}/0"),
        }  # fmt: skip
        yield Mark, {"mark": mark_of(searching[youth], DONE), "of": place, "owner": owner}


def notes(filling: Filling) -> Rows:
    """The notes; every hundredth is a draft."""
    count = filling.size.notes
    for n in range(count):
        youth, at = _youth(filling, n), filling.at(n, count)
        yield Note, {
            "id": f"n_{n}", "case": f"case_{youth}", "thread": f"t_{youth}",
            "consent": f"s_{youth}", "consent_purpose": "journal", "consent_answer": "yes",
            "kind": "talk", "at": at, "minutes": 30, "version": 1, "written_at": at,
            "words": filling.sealed(f"person:p_{youth}", f"Vi snakket {n}", f"notes/n_{n}/1"),
            "written_by": filling.responsible(youth), "finished_at": None if n % 100 == 7 else at,
        }  # fmt: skip


def contacts(filling: Filling) -> Rows:
    """The contact register: every tenth by hand; the last of all are the caseworker's own."""
    count = filling.size.contacts
    for n in range(count):
        left = count - n
        late = left <= filling.size.of_each
        at = NOW - timedelta(hours=2 * left) if late else filling.at(n, count)
        yield Contact, {
            "id": f"contact_{n}", "hour": at.replace(minute=0, second=0),
            "kind": "talk" if late or n % 10 == 0 else "message", "minutes": 15,
            "topics": json.dumps([("school", "family", "friends")[n % 3]]),
            "caseworker": MINE if late or n % 70 == 0 else filling.somebody(n),
            "channel": "telegram", "count_youth": 3, "count_caseworker": 2, "count_attachments": 0,
        }  # fmt: skip


def sums(filling: Filling) -> Rows:
    """The contacts of each day, added up."""
    told = ({"team": TEAM, **row} for _, row in contacts(filling))
    for row in sums_of(told):
        yield ContactSum, {name: value for name, value in row.items() if name != "team"}


def waiting(filling: Filling) -> Rows:
    """Tasks, what is stuck, reports of concern and incidents."""
    count = filling.size.of_each
    for n in range(count):
        at, youth = filling.at(n, count), _youth(filling, n)
        place = f"tasks/task_{n}/alias"
        alias = filling.sealed(f"thread:t_{youth}", f"Alias {youth}", place)
        done = n % 3 != 0
        yield Task, {
            "id": f"task_{n}", "kind": "access", "source": f"r_{n}", "thread": f"t_{youth}",
            "channel": "telegram", "alias": alias, "opened_at": at, "due_at": at,
            "done_at": at if done else None, "done_by": LEADER if done else None, "note": None,
        }  # fmt: skip
        yield Stuck, {
            "id": f"stuck_{n}", "kind": "uncertain_reply", "conversation": f"c_{n}",
            "since": at, "resolved_at": at if n % 10 else None, "reason": "crash",
            "fingerprint": b"",
        }  # fmt: skip
        yield Concern, {
            "id": f"concern_{n}", "person": f"p_{youth}", "receiver": "child_welfare",
            "told": "yes",
            "words": b"x" * 40, "sent_at": at, "written_at": at,
            "written_by": MINE if n % 10 == 0 else filling.somebody(n),
        }  # fmt: skip
    for n in range(count // 3):
        yield Incident, {
            "id": f"incident_{n}", "kind": "lost_device", "severity": "risk", "words": b"x" * 40,
            "happened_at": NOW, "found_at": NOW - timedelta(hours=n), "written_at": NOW,
            "written_by": MINE, "closed_at": NOW if n % 2 else None,
        }  # fmt: skip
    for n in range(count // 3):
        yield Affected, {"incident": f"incident_{n}", "id": f"p_{n}"}


def proposals(filling: Filling) -> Rows:
    """Proposals to delete a note, that nobody has decided on yet."""
    for n in range(filling.size.of_each // 3):
        place = f"decisions/d_{n}/reason"
        said = json.dumps({"why": "Feil person.", "reference": ""})
        yield Decision, {
            "id": f"d_{n}", "kind": "delete_mistake", "target_kind": "note", "target": f"n_{n}",
            "basis": "wrong_person", "proposed_at": filling.at(n, 400), "proposed_by": LEADER,
            "reason": filling.sealed(f"person:p_{_youth(filling, n)}", said, place),
        }  # fmt: skip


def deeds(filling: Filling) -> Told:
    """What the audit tells, through all the years."""
    count = filling.size.deeds
    for n in range(count):
        of = f"p_{_youth(filling, n)}"
        yield filling.at(n, count), {"what": DEEDS[n % 5], "by": filling.somebody(n), "of": of}


def events(filling: Filling) -> Told:
    """What the transfer log tells: two things of each conversation."""
    count = filling.size.transcripts
    for n in range(count):
        at = filling.at(n, count)
        for kind in ("stored", "read_back"):
            yield at, {"kind": kind, "conversation": f"c_{n}"}


async def _chain(store: Store, chain: Chained, table: type[LinkRow], told: Told) -> None:
    """
    Put a whole chain in.

    What each link hashes is written here and not by `hashchain`, which looks first whether it can
    be written: for millions that is minutes. `test_what_is_filled_in_is_whole` has it checked.
    """
    head, anchors = Head(), dict[str, Head]()

    def links() -> Rows:
        nonlocal head
        hour, day = None, ""
        for moment, event in told:
            if hour != (hour := (moment.date(), moment.hour)):
                day = day_of(moment).isoformat()
            anchors.setdefault(day, head)
            at, n, said = write_time(moment), head.n + 1, WRITTEN(event)
            whole = f'{{"at":"{at}","event":{said},"n":{n},"prev":"{head.hash}"}}'
            digest = hashlib.sha256(whole.encode()).hexdigest()
            beside = {column: event.get(member) for column, member in chain.beside.items()}
            yield table, {"n": n, "at": at, "prev": head.hash, "hash": digest,
                          "event": said, **beside}  # fmt: skip
            head = Head(n=n, hash=digest)

    def anchored() -> Rows:
        for day, stood in anchors.items():
            yield Anchor, {"chain": chain.name, "day": day, "n": stood.n, "hash": stood.hash}

    await put(store, links())
    await put(store, anchored())
    said = f"{chain.name}/{head.n}/{head.hash}/0"
    mark = hmac.digest(store.lookup, said.encode(), "sha256")
    async with store.database.writing() as session:
        await session.execute(
            update(chain.head).values(n=head.n, hash=head.hash, mark=mark, team=TEAM)
        )
