"""
The words of a case: its title, its parties, and the reasons given for shares and hand-overs.

All of them lie under the data key of the person the case was opened about, also when that person
is merged into another: a merge can be undone, and each then keeps what is theirs.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from casestore.cases.tables import Case
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import person_of_case
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.threads.keys import known_key, known_keys, owned_key

Asking = Reading | Writing

TITLE_PLACE: Final = "cases/{}/title"


async def seal_words(writing: Writing, case: Case, words: str, place: str) -> bytes:
    """Encrypt something that is written in a case; `place` is table/id/part."""
    person = await person_of_case(writing, case)
    if person.deleted_at is not None:
        # Their key is destroyed; words under a new one would be words about nobody.
        raise Problem(409, "person-deleted")
    key = await owned_key(writing, key_owner(case.person))
    return seal(key, words.encode(), bound_to=place)


async def words_of(asking: Asking, case: Case, sealed: bytes, place: str) -> str:
    """Decrypt it, or raise `Unreadable`."""
    root = await person_of_case(asking, case)
    for person in dict.fromkeys((case.person, root.id)):
        try:
            key = await known_key(asking, key_owner(person))
            return unseal(key, sealed, bound_to=place).decode()
        except Unreadable:
            continue
    raise Unreadable(place)


async def shown(asking: Asking, case: Case, sealed: bytes, place: str) -> str:
    """Decrypt it for a page; what cannot be read is said, and the page is still shown."""
    try:
        return await words_of(asking, case, sealed, place)
    except Unreadable:
        return UNREADABLE


async def seal_title(writing: Writing, case: Case, title: str | None) -> None:
    """Encrypt and keep a title, or keep that there is none."""
    told = (title or "").strip()
    place = TITLE_PLACE.format(case.id)
    case.title = await seal_words(writing, case, told, place) if told else None


async def title_of(asking: Asking, case: Case) -> str | None:
    """Give the title, if the case has one."""
    if case.title is None:
        return None
    return await shown(asking, case, case.title, TITLE_PLACE.format(case.id))


async def titles_of(
    asking: Asking, cases: Sequence[Case], persons: Mapping[str, Person]
) -> dict[str, str | None]:
    """Give the titles of many by case, given whom each is about."""
    titled = [case for case in cases if case.title is not None]
    owners = {key_owner(each) for case in titled for each in (case.person, persons[case.id].id)}
    keys = await known_keys(asking, sorted(owners))
    return dict.fromkeys((case.id for case in cases), None) | {
        case.id: _title(
            case, [keys.get(key_owner(case.person)), keys.get(key_owner(persons[case.id].id))]
        )
        for case in titled
    }


def _title(case: Case, keys: Sequence[bytes | None]) -> str:
    for key in keys:
        with suppress(Unreadable):
            if key is not None and case.title is not None:
                place = TITLE_PLACE.format(case.id)
                return unseal(key, case.title, bound_to=place).decode()
    return UNREADABLE
