"""
Seeing what a transaction closes, and telling the log outside before it is committed.

A line is written before the commit and another after it, so that a crash between the two leaves
a line that says so: `settle` looks in the database how it went, the next time the store opens.
"""

import logging
import secrets
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from casestore.database import ReadSession, Watch
from casestore.deletions.tables import Decision
from casestore.outside.kept import told_of
from casestore.outside.log import BadOutsideLog, Line, OutsideLog, undone
from casestore.problems import Problem
from casestore.times import Clock, write_time

SAID: Final = "outside.said"
TX: Final = "outside.tx"

log = logging.getLogger(__name__)


def watching(outside: OutsideLog, clock: Clock) -> Watch:
    """Make what tells `outside` what a session closes. Where it cannot be told, it is not done."""

    def before(session: Session) -> None:
        session.flush()
        said: dict[Any, dict[str, Any]] = session.info.pop(SAID, {})
        if not said:
            return
        session.info[TX] = tx = f"tx_{secrets.token_hex(8)}"
        try:
            outside.append(write_time(clock()), *({**each, "tx": tx} for each in said.values()))
        except BadOutsideLog:
            raise Problem(503, "outside-log", "The log outside cannot be written.") from None

    def after(session: Session) -> None:
        tx = session.info.pop(TX, None)
        if tx is None:
            return
        try:
            outside.append(write_time(clock()), {"kind": "done", "tx": tx})
        except BadOutsideLog:
            # It is done, and the next start will find that out.
            log.error("the log outside could not be written after a commit")

    def watch(session: AsyncSession) -> None:
        event.listen(session.sync_session, "after_flush", _seen)
        event.listen(session.sync_session, "before_commit", before)
        event.listen(session.sync_session, "after_commit", after)

    return watch


def _seen(session: Session, _context: object) -> None:
    """The rows are as they will be, and their history still says what has changed."""
    said: dict[tuple[str, str], dict[str, Any]] = session.info.setdefault(SAID, {})
    for rows, new in ((session.new, True), (session.dirty, False)):
        for row in rows:
            if (told := told_of(row, new=new)) is not None:
                # A row that changes twice is told once, as it ended.
                said[told["kind"], told["id"]] = told


async def settle(outside: OutsideLog, session: ReadSession, at: str) -> None:
    """
    Say of each transaction that a crash left open whether it was committed.

    Only a deletion is looked up. The rest closes something that can be opened again by a person.
    What was taken for undone is looked up again: another process may have been about to commit.
    """
    every = outside.lines()
    void = {line.said["tx"] for line in every if line.said["kind"] == "void"}
    for tx, lines in undone(every, void_too=True).items():
        decisions = [line for line in lines if line.said["kind"] == Decision.__tablename__]
        if all([await _carried_out(session, line) for line in decisions]):
            outside.append(at, {"kind": "done", "tx": tx})
        elif tx not in void:
            outside.append(at, {"kind": "void", "tx": tx})


async def _carried_out(session: ReadSession, line: Line) -> bool:
    row = await session.get(Decision, line.said["id"])
    return row is not None and row.carried_out_at is not None
