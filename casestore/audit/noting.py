"""Noting who has read what, before it is shown."""

from casestore.audit.tables import Read
from casestore.edge import Writing
from casestore.ids import new_id


def note_read(writing: Writing, *, user: str, what: str, conversation: str) -> None:
    """Note it in the same transaction: what cannot be noted is not shown."""
    writing.session.add(
        Read(
            id=new_id("read"),
            team=writing.team,
            at=writing.now,
            user=user,
            what=what,
            conversation=conversation,
        )
    )
