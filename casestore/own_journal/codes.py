"""
The code that opens one person's journal, once; and the reading that it opens.

Both are kept as hashes only: neither a copy of the database nor who runs it can open a journal.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import delete, or_, select, update

from casestore.audit.chain import AUDIT, note
from casestore.edge import Store, Writing
from casestore.links.rules import Guesses, as_typed, guessed_wrong, new_code, too_many
from casestore.own_journal.rules import CODE_HOLDS, IDLE, reading_until
from casestore.own_journal.tables import JournalCode, JournalGuard
from casestore.people.tables import Person
from casestore.threads.keys import fingerprint
from casestore.users.sessions import Visitor


class NotOpened(StrEnum):
    """Why a code opened nothing. Wrong, used, too old and deleted are told as one."""

    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    MADE_HERE = "made_here"
    """It is the youth's to use, and not in the browser of who made it. It is not used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The youth who reads now: whose journal it is, and the secret in their cookie."""

    person: Person = field(repr=False)
    secret: str = field(repr=False)

    @property
    def form_token(self) -> str:
        """What their form carries, so that no other site can send it."""
        return hmac.new(self.secret.encode(), b"form", "sha256").hexdigest()

    def sent(self, token: str) -> bool:
        """Say whether a form is theirs."""
        return hmac.compare_digest(self.form_token.encode(), token.encode("utf-8", "replace"))


async def hand_out(writing: Writing, who: Visitor, person: Person, identity: str) -> str:
    """
    Make a code and give it, this once. The person's earlier codes that were not used are gone.

    Whether `who` may, the caller has asked (`Action.JOURNAL_HAND_OUT`).
    """
    await AUDIT.hold(writing)
    await writing.session.execute(
        delete(JournalCode).where(
            JournalCode.used_at.is_(None),
            or_(JournalCode.person == person.id, JournalCode.expires_at <= writing.now),
        )
    )
    await writing.session.execute(
        update(JournalCode)
        .where(JournalCode.expires_at <= writing.now, JournalCode.secret_hash.is_not(None))
        .values(secret_hash=None)
    )
    code = new_code()
    writing.session.add(
        JournalCode(
            code_hash=_code_hash(writing, code),
            team=writing.team,
            person=person.id,
            made_at=writing.now,
            made_by=who.id,
            identity=identity,
            expires_at=writing.now + CODE_HOLDS,
        )
    )
    await note(writing, "own_journal.code", by=who.id, of=person.id, identity=identity)
    return code


async def take_back(writing: Writing, who: Visitor, person: Person) -> None:
    """Make every code of the person worthless, and end every reading that is open."""
    await AUDIT.hold(writing)
    rows = await writing.session.scalars(
        select(JournalCode).where(
            JournalCode.person == person.id,
            (JournalCode.secret_hash.is_not(None)) | (JournalCode.expires_at > writing.now),
        )
    )
    for row in (open_ones := rows.all()):
        row.secret_hash = None
        row.expires_at = min(row.expires_at, writing.now)
    if not open_ones:
        return
    await note(writing, "own_journal.taken_back", by=who.id, of=person.id)


def maker_mark(store: Store, user: str) -> str:
    """Give what a browser is marked with in which this employee has made a code."""
    return fingerprint(store, b"made-a-code", user.encode()).hex()


async def open_with(
    writing: Writing, typed: str, *, makers: Collection[str] = ()
) -> str | NotOpened:
    """
    Use a code and give the secret for the cookie; a wrong code is counted.

    `makers` are the marks of those who have made codes in this browser.
    """
    # One at a time: of two who type the same code at once, one opens the journal.
    await AUDIT.hold(writing)
    guard = (await writing.session.execute(select(JournalGuard))).scalar_one()
    guesses = Guesses(since=guard.since, wrong=guard.wrong)
    if too_many(guesses, writing.now):
        return NotOpened.TOO_MANY
    row = await writing.session.get(JournalCode, _code_hash(writing, as_typed(typed)))
    unused = row is not None and row.used_at is None and writing.now < row.expires_at
    if row is None or not unused or await _person(writing, row) is None:
        after = guessed_wrong(guesses, writing.now)
        guard.since, guard.wrong = after.since, after.wrong
        return NotOpened.UNKNOWN
    if maker_mark(writing.store, row.made_by) in makers:
        await note(writing, "own_journal.made_here", by=None, of=row.person, made_by=row.made_by)
        return NotOpened.MADE_HERE
    secret = secrets.token_urlsafe(32)
    row.used_at, row.secret_hash = writing.now, _secret_hash(secret)
    row.expires_at = writing.now + IDLE
    await note(writing, "own_journal.opened", by=None, of=row.person)
    return secret


async def reader_now(writing: Writing, secret: str) -> Reader | None:
    """Give who reads with this cookie, and let the reading hold a while longer."""
    await AUDIT.hold(writing)
    row = await _row(writing, secret)
    if row is None or row.used_at is None or writing.now >= row.expires_at:
        return None
    person = await _person(writing, row)
    if person is None:
        return None
    row.expires_at = reading_until(row.used_at, writing.now)
    return Reader(person=person, secret=secret)


async def close(writing: Writing, reader: Reader) -> None:
    """End the reading at once."""
    row = await _row(writing, reader.secret)
    if row is not None:
        row.secret_hash, row.expires_at = None, writing.now
        await note(writing, "own_journal.closed", by=None, of=row.person)


async def _row(writing: Writing, secret: str) -> JournalCode | None:
    if not secret:
        return None
    found = await writing.session.execute(
        select(JournalCode).where(JournalCode.secret_hash == _secret_hash(secret))
    )
    return found.scalar_one_or_none()


async def _person(writing: Writing, row: JournalCode) -> Person | None:
    # Of one who was merged since, nobody has checked that this is the same youth.
    person = await writing.session.get(Person, row.person)
    if person is None or person.deleted_at is not None or person.merged_into is not None:
        return None
    return person


def _code_hash(writing: Writing, code: str) -> bytes:
    return fingerprint(writing.store, b"journal-code", code.encode("utf-8", "replace"))


def _secret_hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
