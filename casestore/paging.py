"""A long list is given some at a time: `after` is the cursor that the page before ended with."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, TypeVar

from fastapi import Query
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from casestore.edge import Reading, Writing
from casestore.places import Place
from casestore.problems import Problem

PAGE: Final = 50

After = Annotated[str | None, Query(max_length=200)]
T = TypeVar("T")


def page_of(
    lines: Sequence[T], after: str | None, id_of: Callable[[T], str]
) -> tuple[Sequence[T], str | None]:
    """
    Give the lines after the cursor, and the next cursor if there are more.

    The cursor is the id of the last line given. One that names no line (any longer) is a 422:
    to begin anew by itself would give somebody the first page twice.
    """
    begins = 0
    if after is not None:
        ids = [id_of(line) for line in lines]
        known(after, after if after in ids else None)
        begins = ids.index(after) + 1
    shown = lines[begins : begins + PAGE]
    return shown, id_of(shown[-1]) if begins + PAGE < len(lines) else None


async def place_after(
    asking: Reading | Writing,
    after: str | None,
    at: InstrumentedAttribute[datetime],
    its_id: InstrumentedAttribute[str],
    *visible: ColumnElement[bool],
) -> Place | None:
    """
    Give the place of the line that a cursor names, in a list that is read a page at a time.

    `visible`: the lines that are in the list; the cursor may name no other.
    """
    if after is None:
        return None
    found = await asking.session.scalar(select(at).where(its_id == after, *visible))
    known(after, found)
    return None if found is None else Place(at=found, id=after)


def known(after: str | None, place: object | None) -> None:
    """Refuse a cursor that was sent and has no place in the list."""
    if after is not None and place is None:
        raise Problem(422, "cursor", "The cursor names nothing in the list; begin anew.")
