"""What has been handed out about a person, decrypted: for its page, and for the youth's own."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, select, true

from casestore.cases.tables import Case
from casestore.disclosures.rules import said
from casestore.disclosures.tables import Disclosure
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import parts_of
from casestore.people.tables import Person
from casestore.threads.keys import known_key
from casestore.users.tables import User

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """
    What was handed out, to whom, and why; `corrects` is the earlier disclosure it puts right.

    `rules` is the version of the list of bases that it was chosen from.
    """

    what: str = field(repr=False)
    to: str = field(repr=False)
    why: str = field(repr=False)
    corrects: str | None
    rules: str

    @classmethod
    def unreadable(cls) -> Self:
        """Stand in for what cannot be decrypted: said, and the rest is still shown."""
        return cls(what=UNREADABLE, to=UNREADABLE, why="", corrects=None, rules="")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureLine:
    """One disclosure as it is shown. `basis` is a code; `case` the case's number."""

    id: str
    at: datetime
    written_at: datetime
    by: str
    basis: str
    basis_said: str
    consent: str | None
    case: str | None
    words: Words = field(repr=False)


async def disclosures_of(
    asking: Asking, person: Person, *, which: ColumnElement[bool] | None = None
) -> list[DisclosureLine]:
    """
    Give all that has been handed out about a person, newest first.

    `which` keeps some of them. Nothing is noted here: who shows them notes that they were read.
    """
    rows = await asking.session.execute(
        select(Disclosure, User.name, Case.number)
        .outerjoin(User, User.id == Disclosure.written_by)
        .outerjoin(Case, Case.id == Disclosure.case)
        .where(
            Disclosure.person.in_(await parts_of(asking, person)),
            true() if which is None else which,
        )
        .order_by(Disclosure.at.desc(), Disclosure.written_at.desc(), Disclosure.id)
    )
    return [
        DisclosureLine(
            id=row.id,
            at=row.at,
            written_at=row.written_at,
            by=name or row.written_by,
            basis=row.basis,
            basis_said=said(row.basis),
            consent=row.consent,
            case=number,
            words=await words_of(asking, row),
        )
        for row, name, number in rows
    ]


async def words_of(asking: Asking, row: Disclosure) -> Words:
    """Decrypt the words of a disclosure, or give the stand-in."""
    try:
        key = await known_key(asking, key_owner(row.person))
        told: dict[str, Any] = json.loads(unseal(key, row.words, bound_to=place(row.id)))
    except Unreadable:
        return Words.unreadable()
    return Words(
        what=told["what"],
        to=told["to"],
        why=told["why"],
        corrects=told["corrects"],
        rules=told["rules"],
    )


def place(its_id: str) -> str:
    """Say where the words of a disclosure lie."""
    return f"disclosures/{its_id}/words"
