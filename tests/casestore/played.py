"""What a team has done, told only by what we ourselves did: the other half of a played record."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True, kw_only=True)
class Shared:
    """A share, and whether it has been ended before its last day."""

    id: str
    user: str
    until: date
    ended: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Youth:
    """
    One youth and their case. `into` is whom they were merged into.

    `says` is the last thing that was answered on their own thread, and `at` when.
    """

    person: str
    case: str
    thread: str
    word: str
    responsible: str
    consent: str
    at: int
    says: bool = True
    restricted: bool = False
    deleted: bool = False
    into: "Youth | None" = None
    shares: list[Shared] = field(default_factory=list)

    @property
    def root(self) -> "Youth":
        """The one they count as now."""
        return self.into or self

    def readers(self, today: date) -> set[str]:
        """Who reads the case, of those who read what is theirs or shared with them."""
        if self.root.restricted or self.deleted:
            return set()
        now = {s.user for s in self.shares if not s.ended and today <= s.until}
        return now | {self.responsible}


@dataclass(slots=True, kw_only=True, eq=False)
class Text:
    """A transcript or a note. `of` is whose it is, and `case` in whose case it lies, if in any."""

    id: str
    kind: str
    word: str
    author: str
    of: Youth
    case: Youth | None

    def readers(self, today: date) -> set[str]:
        """Who reads it."""
        if self.of.root.restricted:
            return set()
        return {self.author} if self.case is None else self.case.readers(today)


@dataclass(slots=True, kw_only=True)
class Merged:
    """A merge that can be undone: who went where, and who went along."""

    id: str
    stays: Youth
    goes: Youth
    along: list[Youth]
