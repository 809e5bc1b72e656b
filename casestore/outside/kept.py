"""
Which rows are told to the log outside the database, and what of them: one table.

What is told only ever closes something: a person is deleted or restricted, a consent is taken
back, an account or a share ends, a record is held back. Undone by a restore, each would open
what somebody has closed. No words, no names, no secrets: of a password only whether it is still
the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import inspect

from casestore.access.tables import Grant
from casestore.cases.tables import Share
from casestore.consents.tables import Consent, Withdrawal
from casestore.database import Table
from casestore.deletions.tables import Decision, Hold
from casestore.joins.rules import Status
from casestore.joins.tables import Join
from casestore.people.tables import Person, Tie
from casestore.times import write_time
from casestore.users.tables import User

Told = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """
    What is told of a row when one of `when` has changed; `new`: also when the row is added.

    `secrets` are told only as a mark that recognises them again.
    """

    when: tuple[str, ...]
    also: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    new: bool = False

    def told(self, row: Table) -> Told:
        plain = {name: _plain(getattr(row, name)) for name in (*self.when, *self.also)}
        return plain | {name: mark(getattr(row, name)) for name in self.secrets}


DECISION: Final = Kept(
    when=("carried_out_at",),
    also=(
        "kind", "target_kind", "target", "basis", "proposed_at", "proposed_by", "confirmed_at",
        "confirmed_by", "confirmed_extent", "carried_out_by", "certificate",
    ),
)  # fmt: skip

KEPT: Final[Mapping[type[Table], Kept]] = {
    Decision: DECISION,
    Person: Kept(when=("restricted_at",)),
    Withdrawal: Kept(when=(), also=("thread", "purpose", "answered_at", "channel"), new=True),
    Consent: Kept(when=(), also=("thread", "purpose", "answered_at", "channel"), new=True),
    Hold: Kept(when=("lifted_at",), also=("person", "made_at", "made_by", "lifted_by"), new=True),
    User: Kept(
        when=("role", "active", "employed_from", "employed_until", "closed_at"),
        secrets=("password", "totp", "oidc_subject"),
    ),
    Grant: Kept(when=("ended_at",), also=("ended_by",)),
    Share: Kept(when=("ended_at",), also=("ended_by",)),
    Tie: Kept(when=("broken_at",)),
    # That two were joined is told, too: what the backup does not know of is taken apart.
    Join: Kept(when=("status",), also=("thread", "into"), new=True),
}


def told_of(row: object, *, new: bool) -> Told | None:
    """Give the line for a row that was added or changed, if it is one that is told."""
    kept = KEPT.get(type(row)) if isinstance(row, Table) else None
    if kept is None or not isinstance(row, Table) or not (kept.new if new else _changed(row, kept)):
        return None
    if isinstance(row, Decision) and row.certificate is None:
        return None  # a restriction: it is told of the person
    if isinstance(row, Consent) and row.answer == "yes":
        return None  # it opens
    if isinstance(row, Join) and row.status not in (Status.JOINED, Status.UNDONE):
        return None
    (its_id,) = inspect(type(row)).primary_key_from_instance(row)
    return {"kind": row.__tablename__, "id": its_id, "said": kept.told(row)}


def mark(secret: str | bytes | None) -> str | None:
    """Recognise a secret again. A password's is of its hash, which is salted."""
    raw = secret.encode() if isinstance(secret, str) else secret
    return None if raw is None else hashlib.sha256(raw).hexdigest()


def _changed(row: Table, kept: Kept) -> bool:
    state = inspect(row)
    names = (*kept.when, *kept.secrets)
    return any(state.attrs[name].history.has_changes() for name in names)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return write_time(value)
    return value.isoformat() if isinstance(value, date) else value
