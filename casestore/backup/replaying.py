"""
Closing again, in a restored backup, what has been closed since it was taken.

Every line of the log outside is gone through, for what is told twice comes to the same. A line
whose transaction nobody can say the end of closes too; only a deletion does not, for it cannot
be undone: then the person is restricted, and the team leader decides again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from casestore.backup.closing_again import close
from casestore.backup.deleting_again import Again, delete, restrict_all
from casestore.deletions.tables import Decision
from casestore.edge import Writing
from casestore.joins.restored import part_all
from casestore.outside.log import Line, undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many deletions were carried out again, and how much else was closed again."""

    erased: int
    closed: int
    restricted: int


async def replay(writing: Writing, lines: Sequence[Line] | None) -> Replayed:
    """Close everything again; without a log (None), restrict every person, and join nobody."""
    if lines is None:
        await part_all(writing)
        return Replayed(erased=0, closed=0, restricted=await restrict_all(writing))
    doubtful = {line.n for waiting in undone(lines).values() for line in waiting}
    void = _void(lines)
    latest = {
        (line.said["kind"], line.said["id"]): line
        for line in lines
        if "id" in line.said and line.said["tx"] not in void
    }
    erased = closed = restricted = 0
    for (kind, its_id), line in latest.items():
        if kind == Decision.__tablename__:
            sure = line.n not in doubtful
            deletion = await delete(writing, its_id, line.said["said"], sure=sure)
            erased, restricted = (
                erased + (deletion is Again.ERASED),
                restricted + (deletion is Again.SHUT),
            )
        else:
            closed += await close(writing, kind, its_id, line.said["said"])
    await writing.session.flush()
    return Replayed(erased=erased, closed=closed, restricted=restricted)


def _void(lines: Sequence[Line]) -> set[str]:
    """Transactions that were not committed; said twice, «done» counts."""
    how = {
        kind: {x.said["tx"] for x in lines if x.said["kind"] == kind} for kind in ("done", "void")
    }
    return how["void"] - how["done"]
