"""What somebody has asked to see of the cases: which list, which of them, and from where on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from urllib.parse import urlencode

from typing_extensions import override

from casestore.cases.rules import STATUS
from casestore.ids import ID_PATTERN
from casestore.times import read_time, write_time

LONGEST_PLACE: Final = 160
_ID: Final = re.compile(ID_PATTERN)


class Which(StrEnum):
    """A list of cases."""

    MINE = "mine"
    SHARED = "shared"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ends: the last case on it."""

    opened_at: datetime
    id: str

    @override
    def __str__(self) -> str:
        return f"{write_time(self.opened_at)},{self.id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what `str` wrote; None for anything else."""
        at, _, its_id = text[:LONGEST_PLACE].partition(",")
        try:
            return cls(opened_at=read_time(at), id=its_id) if _ID.fullmatch(its_id) else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice within the cases; what is not understood is not chosen."""

    which: Which = Which.MINE
    status: str = ""
    responsible: str = ""
    after: Place | None = None

    @classmethod
    def asked(cls, query: Mapping[str, str], lists: tuple[Which, ...]) -> Self:
        """Read the choice from an address; a list that is not theirs is not chosen."""
        which, status = query.get("which", ""), query.get("status", "open")
        responsible = query.get("responsible", "")
        return cls(
            which=next((one for one in lists if one == which), Which.MINE),
            status=status if status in STATUS else "",
            responsible=responsible if _ID.fullmatch(responsible) else "",
            after=Place.read(query.get("after", "")),
        )

    def of(self, which: Which) -> "Choice":
        """Give the same choice in another list, from its beginning."""
        return replace(self, which=which, after=None)

    def address(self, after: Place | None = None) -> str:
        """Write the choice as an address."""
        told = {
            "which": self.which,
            "status": self.status or "any",
            "responsible": self.responsible,
            "after": str(after) if after else "",
        }
        return urlencode({name: text for name, text in told.items() if text})
