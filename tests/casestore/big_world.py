"""
A case record after many years: rows put in many at a time, everything in them made up.

What a list reads is real: every row lies as the programme itself would have written it, its words
encrypted under its youth's own key and bound to their place, both chains whole from the first link
to the head. What no list reads is left thin: a transcript has one short message and the one mark
that every text has, a note has no earlier versions, nobody has files, and what the bridge has told
lies only in the chain, not also as what was taken in.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from string import ascii_lowercase
from typing import Any, Final

from casestore.cases.tables import Case, CaseHandover, Share
from casestore.consents.tables import Consent
from casestore.database import Table
from casestore.edge import Store
from casestore.keyring import seal
from casestore.people.details import Details
from casestore.people.tables import Person, PersonPair, Tie
from casestore.threads.tables import DataKey, Thread
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore import many_rows
from tests.casestore.stage import QUICKLY_CHECKED

TEAM: Final = "oslo"
NOW: Final = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
BEGAN: Final = NOW - timedelta(days=5 * 365)
LEADER, MINE = "e_tove", "e_berit"
OTHERS: Final = tuple(f"e_{n}" for n in range(14))
GONE: Final = "e_gone"
"""Somebody who has left; some of their open cases wait for who leads the team."""

Rows = Iterator[tuple[type[Table], dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is of everything; `mine` cases are the caseworker's own."""

    persons: int = 5_000
    transcripts: int = 60_000
    notes: int = 40_000
    contacts: int = 100_000
    deeds: int = 200_000
    mine: int = 40
    of_each: int = 300
    """Tasks, untied transcripts, reports of concern; a third as many incidents and proposals."""

    @classmethod
    def for_persons(cls, persons: int) -> "Size":
        """Give the size with so many persons, and as much as that of what is about them."""
        whole, part = cls(), persons / cls().persons
        return cls(
            persons=persons,
            transcripts=round(whole.transcripts * part),
            notes=round(whole.notes * part),
            contacts=round(whole.contacts * part),
            deeds=round(whole.deeds * part),
        )


@dataclass(slots=True, kw_only=True)
class Filling:
    """What the rows are made with: how much of everything, and the keys of persons and threads."""

    store: Store
    size: Size
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    def key(self, owner: str) -> bytes:
        if owner not in self._keys:
            self._keys[owner] = random.Random(owner).randbytes(32)
        return self._keys[owner]

    def sealed(self, owner: str, words: str, place: str) -> bytes:
        return seal(self.key(owner), words.encode(), bound_to=place)

    def at(self, n: int, count: int) -> datetime:
        """Give the moment of the n-th of so many, through all the years, each its own."""
        at = BEGAN + (NOW - BEGAN) * ((n + 1) / (count + 2))
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def somebody(self, n: int) -> str:
        return OTHERS[n % len(OTHERS)]

    def responsible(self, n: int) -> str:
        """Give whose case the n-th is: the newest are the caseworker's own."""
        if n >= self.size.persons - self.size.mine:
            return MINE
        return GONE if n % 500 == 1 else self.somebody(n)


async def put(store: Store, rows: Rows) -> None:
    """Put the rows in, in the order given, some at a time."""
    await many_rows.put(store, rows, team=TEAM)


def employees() -> Rows:
    """A leader, a caseworker, their colleagues, and one who has left."""
    everybody = [(LEADER, "tove", Role.TEAM_LEADER), (MINE, "berit", Role.CASEWORKER)]
    everybody += [(its_id, f"kollega{n}", Role.CASEWORKER) for n, its_id in enumerate(OTHERS)]
    everybody.append((GONE, "borte", Role.CASEWORKER))
    for its_id, login, role in everybody:
        yield User, {
            "id": its_id, "login": login, "name": login.title(), "role": role,
            "password": QUICKLY_CHECKED, "password_temporary": False, "active": its_id != GONE,
            "failures": 0, "totp_step": 0, "employed_from": BEGAN.date(), "created_at": BEGAN,
        }  # fmt: skip


def keys(filling: Filling) -> Rows:
    """A key for each person and each thread, wrapped."""
    ring = filling.store.ring
    for n in range(filling.size.persons):
        for owner in (f"person:p_{n}", f"thread:t_{n}"):
            wrapped = ring.wrap(filling.key(owner), bound_to=owner)
            yield DataKey, {
                "id": f"k_{owner}", "owner": owner, "ring_key": ring.current, "wrapped": wrapped,
                "created_at": BEGAN,
            }  # fmt: skip


def may_be_next(filling: Filling, n: int) -> bool:
    """Say whether the n-th person was registered again as the next one: many of late, and some."""
    late = n >= filling.size.persons - 2 * filling.size.of_each
    return n % 2 == 0 and n + 1 < filling.size.persons and (late or n % 40 == 0)


def _details(filling: Filling, n: int) -> Details:
    who = n - 1 if may_be_next(filling, n - 1) else n
    letters = "".join(random.Random(who).choices(ascii_lowercase, k=16))
    born = date(2004, 1, 1) + timedelta(days=who * 37 % 7000)
    name = f"{letters[:7]} {letters[7:]}".title()
    return Details(alias=f"Alias {n}", name=name, born=born.isoformat())


def pairs(filling: Filling) -> Rows:
    """Those who may be one: who was registered again."""
    for n in range(filling.size.persons):
        if may_be_next(filling, n):
            one, other = sorted((f"p_{n}", f"p_{n + 1}"))
            yield PersonPair, {"one": one, "other": other, "why": "born,name", "strength": 2}


def persons(filling: Filling) -> Rows:
    """Persons, each with a thread, and a yes to the journal."""
    count = filling.size.persons
    for n in range(count):
        at = filling.at(n, count)
        words = json.dumps(asdict(_details(filling, n)))
        yield Person, {
            "id": f"p_{n}", "version": 1, "created_by": filling.responsible(n), "created_at": at,
            "details": filling.sealed(f"person:p_{n}", words, f"persons/p_{n}/1"),
            "restricted_at": at if n % 250 == 3 else None,
        }  # fmt: skip
    for n in range(count):
        at = filling.at(n, count)
        yield Thread, {
            "id": f"t_{n}", "key_id": f"k_thread:t_{n}", "person": f"p_{n}", "created_at": at,
        }  # fmt: skip
    for n in range(count):
        at = filling.at(n, count)
        yield Tie, {
            "id": f"tie_{n}", "thread": f"t_{n}", "person": f"p_{n}", "made_at": at,
            "made_by": LEADER, "reason": b"x",
        }  # fmt: skip
        yield Consent, {
            "id": f"s_{n}", "thread": f"t_{n}", "purpose": "journal", "answer": "yes",
            "answered_at": BEGAN, "channel": "telegram", "text_id": "t", "text_version": "1",
            "language": "nb", "evidence": b"", "fingerprint": b"", "received_at": BEGAN,
        }  # fmt: skip


def cases(filling: Filling) -> Rows:
    """A case for each, some of them closed; some are shared, some were handed over."""
    count = filling.size.persons
    for n in range(count):
        at, mine = filling.at(n, count), filling.responsible(n) == MINE
        is_open = mine or n % 4 == 1
        title = filling.sealed(f"person:p_{n}", f"Skole {n}", f"cases/case_{n}/title")
        yield Case, {
            "id": f"case_{n}", "number": f"{at.year}/{n:05}", "person": f"p_{n}", "version": 1,
            "responsible": filling.responsible(n), "status": "open" if is_open else "closed",
            "opened_at": at, "opened_by": LEADER, "title": title if n % 2 else None,
            "closed_at": None if is_open else at + timedelta(days=90),
        }  # fmt: skip
    for n in range(0, count, 3):
        running = n % 9 == 0
        yield Share, {
            "id": f"sh_{n}", "case": f"case_{n}", "made_at": BEGAN, "made_by": LEADER,
            "user": MINE if n % 81 == 0 else filling.somebody(n + 5), "reason": b"x",
            "from_day": NOW.date() - timedelta(days=20),
            "until_day": NOW.date() + timedelta(days=20 if running else -2),
        }  # fmt: skip
        yield CaseHandover, {
            "id": f"h_{n}", "case": f"case_{n}", "from_user": filling.somebody(n + 1),
            "to_user": filling.responsible(n), "at": BEGAN, "by": LEADER, "reason": b"x",
            "seen_at": None if n % 30 == 0 else NOW,
        }  # fmt: skip
