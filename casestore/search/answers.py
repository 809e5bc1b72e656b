"""What a search finds, as JSON tells it."""

from casestore.answers import ItsId, Moment, Told


class FoundPerson(Told):
    """A person by alias or name."""

    id: ItsId
    alias: str
    name: str | None


class FoundCase(Told):
    """A case by its number, or by who is named in it: `named`."""

    id: ItsId
    number: str
    open: bool
    named: list[str]


class FoundText(Told):
    """A text, with the words around those that were sought."""

    kind: str
    id: ItsId
    at: Moment
    case: ItsId | None
    finished: bool
    snippets: list[str]


class FoundTold(Told):
    """What was found; `more` says that there is more than is shown."""

    persons: list[FoundPerson]
    cases: list[FoundCase]
    texts: list[FoundText]
    more: bool
