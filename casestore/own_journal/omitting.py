"""
Leaving something out for a third person's sake, and showing it again: decided by a person, before
the journal is handed over, with a reason that the youth is told.
"""

from sqlalchemy import select

from casestore.audit.chain import AUDIT, note
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.own_journal.rules import REASONS
from casestore.own_journal.tables import Omission
from casestore.own_journal.whole import OwnJournal
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.users.sessions import Visitor

Place = tuple[str, int | None]


def places(seen: OwnJournal) -> frozenset[Place]:
    """Give all that can be left out of what somebody sees of a journal."""
    found: set[Place] = set()
    for chapter in seen.chapters:
        found.add((chapter.id, None))
        found |= {(chapter.id, message.position) for message in chapter.messages}
        found |= {(added.id, None) for added in chapter.added}
    found |= {(party.id, None) for case in seen.cases for party in case.parties}
    return frozenset(found | {(told.id, None) for told in seen.told})


async def leave_out(
    writing: Writing, who: Visitor, person: Person, seen: OwnJournal, place: Place, reason: str
) -> None:
    """
    Leave one thing out; what is left out already stays as it was decided first.

    `seen` is what `who` may see (`casestore.own_journal.deciding`): of anything else it is a 404.
    """
    await AUDIT.hold(writing)
    if place not in places(seen) or reason not in REASONS:
        raise Problem(404, "not-found")
    of, position = place
    known = await writing.session.scalar(
        select(Omission.id).where(
            Omission.of == of,
            Omission.position.is_(None) if position is None else Omission.position == position,
            Omission.ended_at.is_(None),
        )
    )
    if known is not None:
        return
    omission = Omission(
        id=new_id("om"),
        team=writing.team,
        person=person.id,
        of=of,
        position=position,
        reason=reason,
        made_at=writing.now,
        made_by=who.id,
    )
    writing.session.add(omission)
    await note(
        writing,
        "own_journal.left_out",
        by=who.id,
        of=person.id,
        omission=omission.id,
        part=of,
        position=position,
        reason=reason,
    )


async def show_again(
    writing: Writing, who: Visitor, person: Person, seen: OwnJournal, its_id: str
) -> None:
    """Let the youth see it again; what is shown already stays so."""
    await AUDIT.hold(writing)
    omission = await writing.session.get(Omission, its_id)
    if omission is None or (omission.of, omission.position) not in places(seen):
        raise Problem(404, "not-found")
    if omission.ended_at is None:
        omission.ended_at = writing.now
        await note(
            writing, "own_journal.shown_again", by=who.id, of=person.id, omission=omission.id
        )
