"""The few words of a proposal: each lies under the key of the thread that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from casestore.edge import Reading, Writing
from casestore.joins.tables import Join
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE
from casestore.threads.keys import known_keys, thread_key

EMPTY = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The two aliases, and the case number as it was typed."""

    alias: str = field(repr=False)
    into_alias: str = field(repr=False)
    typed: str = field(repr=False)


async def put_words(writing: Writing, join: Join, words: Words) -> None:
    """Encrypt them; both threads are known from now on."""
    key, into = await thread_key(writing, join.thread), await thread_key(writing, join.into)
    join.alias = seal(key, words.alias.encode(), bound_to=_place(join, "alias"))
    join.typed = seal(key, words.typed.encode(), bound_to=_place(join, "typed"))
    join.into_alias = seal(into, words.into_alias.encode(), bound_to=_place(join, "into_alias"))


async def words_of_all(asking: Reading | Writing, joins: Sequence[Join]) -> dict[str, Words]:
    """Decrypt those of many, by id; each that is gone stands as what cannot be read."""
    threads = sorted({thread for join in joins for thread in (join.thread, join.into)})
    keys = await known_keys(asking, [f"thread:{thread}" for thread in threads])
    return {
        join.id: Words(
            alias=_opened(keys.get(f"thread:{join.thread}"), join, "alias"),
            into_alias=_opened(keys.get(f"thread:{join.into}"), join, "into_alias"),
            typed=_opened(keys.get(f"thread:{join.thread}"), join, "typed"),
        )
        for join in joins
    }


async def typed_of(asking: Reading | Writing, join: Join) -> str:
    """Decrypt the case number alone."""
    return (await words_of_all(asking, [join]))[join.id].typed


def forget_words(join: Join) -> None:
    """Leave nothing of them."""
    join.alias = join.into_alias = join.typed = EMPTY


def _opened(key: bytes | None, join: Join, part: str) -> str:
    if key is None:
        return UNREADABLE
    try:
        return unseal(key, getattr(join, part), bound_to=_place(join, part)).decode()
    except Unreadable:
        return UNREADABLE


def _place(join: Join, part: str) -> str:
    return f"thread_joins/{join.id}/{part}"
