"""Where a page of a list ends, so that the next one begins there whatever has come since."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from typing_extensions import override

from casestore.ids import ID_PATTERN
from casestore.times import read_time, write_time

LONGEST: Final = 160
_ID: Final = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The last thing on a page: its time and its id."""

    at: datetime
    id: str

    @override
    def __str__(self) -> str:
        return f"{write_time(self.at)},{self.id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else."""
        at, _, its_id = text[:LONGEST].partition(",")
        try:
            return cls(at=read_time(at), id=its_id) if _ID.fullmatch(its_id) else None
        except ValueError:
            return None

    def before(
        self, at: InstrumentedAttribute[datetime], its_id: InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """Keep what is older: as one comparison, which an index on both columns answers."""
        return tuple_(at, its_id) < (self.at, self.id)

    def after(
        self, at: InstrumentedAttribute[datetime], its_id: InstrumentedAttribute[str]
    ) -> ColumnElement[bool]:
        """Keep what is newer."""
        return tuple_(at, its_id) > (self.at, self.id)
