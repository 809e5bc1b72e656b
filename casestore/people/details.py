"""What is known of a youth: always an alias, the rest only when it is known and needed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Self

from sqlalchemy import event

from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.tables import Person
from casestore.texts.phrases import _
from casestore.threads.keys import known_key, known_keys, owned_key

UNREADABLE = _("(kan ikke leses)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """`born` is a date as YYYY-MM-DD; `ways` are ways to reach them, as written by a person."""

    alias: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    born: str | None = field(default=None, repr=False)
    ways: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def unreadable(cls) -> Self:
        """Stand in for what cannot be decrypted: said, and the page is still shown."""
        return cls(alias=UNREADABLE)


def key_owner(person: str) -> str:
    """
    Name the data key that a person's own words lie under.

    A merge changes no key: what was written of one of the two stays under that one's key.
    """
    return f"person:{person}"


async def put_details(writing: Writing, person: Person, details: Details) -> None:
    """Encrypt and keep the details, as the next version."""
    person.version += 1
    key = await owned_key(writing, key_owner(person.id))
    words = json.dumps(asdict(details), ensure_ascii=False).encode()
    person.details = seal(key, words, bound_to=_place(person))
    compare_soon(writing)


def compare_soon(writing: Writing) -> None:
    """Say, when this is committed, that persons are not as they were compared."""
    compare = writing.store.compare
    event.listen(writing.session.sync_session, "after_commit", lambda _: compare.set(), once=True)


async def details_of(asking: Reading | Writing, person: Person) -> Details:
    """Decrypt the details; of a stub or a damaged row, a stand-in that says so."""
    try:
        return _opened(await known_key(asking, key_owner(person.id)), person)
    except Unreadable:
        return Details.unreadable()


async def details_of_all(
    asking: Reading | Writing, persons: Sequence[Person]
) -> dict[str, Details]:
    """Decrypt the details of many, by id, with the stand-in for those that cannot be read."""
    keys = await known_keys(asking, [key_owner(person.id) for person in persons])
    found = {}
    for person in persons:
        try:
            found[person.id] = _opened(keys.get(key_owner(person.id)), person)
        except Unreadable:
            found[person.id] = Details.unreadable()
    return found


def _opened(key: bytes | None, person: Person) -> Details:
    if key is None or person.details is None:
        raise Unreadable(person.id)
    told = json.loads(unseal(key, person.details, bound_to=_place(person)))
    return Details(**{**told, "ways": tuple(told["ways"])})


def _place(person: Person) -> str:
    return f"persons/{person.id}/{person.version}"
