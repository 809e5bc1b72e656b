"""What was written down of a youth who is deleted, and has not been taken in, goes with them."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.edge import Writing
from casestore.keyring import Unreadable
from casestore.people.details import details_of_all
from casestore.people.tables import Person
from casestore.registrations.rules import HERE, YOUTH_DELETED, Status, Written
from casestore.registrations.tables import Registration
from casestore.registrations.words import forget, words_of
from casestore.users.sessions import Visitor


async def forget_those_of(
    writing: Writing, who: Visitor, persons: Sequence[str], threads: Collection[str]
) -> None:
    """
    By the thread that was chosen, or by the alias that was typed; before the persons are emptied.

    What the bridge has on its own disk by now it forgets when it is told of the deletion.
    """
    aliases = await _aliases(writing, persons)
    rows = await writing.session.scalars(
        select(Registration)
        .where(Registration.team == writing.team, Registration.status.in_(HERE))
        .order_by(Registration.id)
        .with_for_update()
    )
    for row in rows.all():
        try:
            said = await words_of(writing, row)
        except Unreadable:
            continue  # nobody can say whose it is, nor read it
        if _is_theirs(said, threads, aliases):
            await forget(writing, row)
            row.status, row.why, row.ended_at = Status.WITHDRAWN, YOUTH_DELETED, writing.now
            await note(writing, "registration.deleted", by=who.id, of=row.id)


def _is_theirs(said: Written, threads: Collection[str], aliases: Collection[str]) -> bool:
    return said.thread in threads or (said.alias is not None and _plain(said.alias) in aliases)


async def _aliases(writing: Writing, persons: Sequence[str]) -> set[str]:
    found = await writing.session.scalars(select(Person).where(Person.id.in_(persons)))
    details = await details_of_all(writing, found.all())
    return {_plain(each.alias) for each in details.values() if each.alias}


def _plain(alias: str) -> str:
    return " ".join(alias.split()).casefold()
