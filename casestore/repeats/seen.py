"""What the things of a write are to somebody now: access is decided again for every repeat."""

from collections.abc import Iterable

from casestore.access.relations import (
    case_relation,
    entry_relation,
    join_relation,
    person_relation,
    thread_relation,
    transfer_relation,
)
from casestore.access.rules import Relation
from casestore.cases.tables import Case
from casestore.edge import Writing
from casestore.joins.tables import Join
from casestore.journal.tables import Entry
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor

Things = Iterable[tuple[str, str]]


async def relations_now(
    writing: Writing, who: Visitor, things: Things
) -> dict[tuple[str, str], Relation | None]:
    """Say what each of these is to somebody; None for what is not there."""
    return {thing: await _now(writing, who, *thing) for thing in list(things)}


async def _now(writing: Writing, who: Visitor, kind: str, its_id: str) -> Relation | None:
    session = writing.session
    match kind:
        case "case":
            case = await session.get(Case, its_id)
            return await case_relation(writing, who, case) if case else None
        case "person":
            person = await session.get(Person, its_id)
            return await person_relation(writing, who, person) if person else None
        case "entry":
            entry = await session.get(Entry, its_id)
            return await entry_relation(writing, who, entry) if entry else None
        case "join":
            join = await session.get(Join, its_id)
            return await join_relation(writing, who, join) if join else None
        case "transfer":
            transfer = await session.get(Transfer, its_id)
            return await transfer_relation(writing, who, transfer) if transfer else None
        case _:
            thread = await session.get(Thread, its_id)
            return await thread_relation(writing, who, thread) if thread else None
