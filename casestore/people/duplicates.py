"""Finding persons who may be one, among those that the employee who asks may see, and no others."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from casestore.access.rules import Action
from casestore.edge import Reading, Writing
from casestore.people.details import Details, details_of_all
from casestore.people.likeness import Why, alike
from casestore.people.showing import visible
from casestore.people.tables import Person
from casestore.users.sessions import Visitor

SHOWN_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two persons who may be one; the one that was registered first comes first."""

    one: Person
    other: Person
    why: frozenset[Why]
    details: tuple[Details, Details] = field(repr=False)


async def pairs(asking: Reading | Writing, who: Visitor) -> Sequence[Pair]:
    """Give the pairs, those with most in common first."""
    rows = {row.id: row for row in await visible(asking, who, Action.PERSON_READ)}
    known = await details_of_all(asking, list(rows.values()))
    found = []
    for ids, why in alike(known).items():
        one, other = sorted((rows[its_id] for its_id in ids), key=lambda p: (p.created_at, p.id))
        details = (known[one.id], known[other.id])
        found.append(Pair(one=one, other=other, why=why, details=details))
    found.sort(key=lambda pair: -len(pair.why))
    return found[:SHOWN_AT_MOST]
