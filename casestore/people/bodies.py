"""What is said of persons as JSON."""

from pydantic import Field

from casestore.ids import Id
from casestore.received import Agreed


class PersonSaid(Agreed):
    """What is known of a person. Only the alias must be."""

    alias: str = Field(max_length=200, repr=False)
    name: str | None = Field(default=None, max_length=400, repr=False)
    born: str | None = Field(default=None, max_length=20, repr=False)
    ways: list[str] = Field(default=[], max_length=20, repr=False)


class NewPerson(PersonSaid):
    """A person to register, and whether to open their first case at once."""

    id: Id | None = None
    case: bool = False


class TieSaid(Agreed):
    """A thread to tie, and why."""

    thread: Id
    reason: str = Field(max_length=2000, repr=False)


class ReasonSaid(Agreed):
    """Why."""

    reason: str = Field(max_length=2000, repr=False)


class MergeSaid(Agreed):
    """Who was found to be this person, at which version, and why."""

    other: Id
    other_version: int = Field(ge=1)
    reason: str = Field(max_length=2000, repr=False)


class Sought(Agreed):
    """Words of an alias or a name."""

    text: str = Field(min_length=1, max_length=200, repr=False)
