"""Persons as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, OneDay, Told, Versioned


class CaseNumber(Told):
    """A case by its id and its number."""

    id: ItsId
    number: str


class PersonDetails(Told):
    """What is known of a person; only the alias must be."""

    alias: str
    name: str | None
    born: OneDay | None
    ways: list[str]


class PersonInList(PersonDetails):
    """A person as a list shows them, with the numbers of the cases that may be seen."""

    id: ItsId
    cases: list[str]
    restricted: bool
    created_at: Moment


class People(Told):
    """Persons that were found."""

    people: list[PersonInList]


class PeoplePage(People):
    """A page of persons, and the `after` of the next page."""

    next: Cursor


class PersonTold(PersonDetails, Versioned):
    """A person with their threads and those of their cases that may be seen."""

    id: ItsId
    version: int
    restricted: bool
    threads: list[ItsId]
    cases: list[CaseNumber]


class PersonState(Versioned):
    """A person as they stand; `version` is what a change is made from."""

    id: ItsId
    version: int


class NewPersonState(PersonState):
    """A person who was registered, and the case that was opened at once, if one was."""

    case: CaseNumber | None = None


class Pair(Told):
    """Two persons who may be one, and why it is thought."""

    people: list[ItsId]
    why: list[str]


class Pairs(Told):
    """Pairs among those that may be seen."""

    pairs: list[Pair]
    next: Cursor


class TieState(Told):
    """A person and a thread that was tied to them, or untied."""

    person: ItsId
    thread: ItsId


class MergeState(Told):
    """A merge: `person` is now part of `into`."""

    id: ItsId
    person: ItsId
    into: ItsId


class UnmergedState(Told):
    """A merge that was undone, and the person who stands alone again."""

    id: ItsId
    person: ItsId
