"""Contacts and statistics as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, OneDay, Told
from casestore.journal.answers import ReadBackTold


class TopicTold(Told):
    """A topic code and what it is called."""

    code: str
    label: str


class Topics(Told):
    """What a contact may be about."""

    topics: list[TopicTold]


class ReadBackAll(Told):
    """What was read back of several contacts, of those that are here."""

    contacts: list[ReadBackTold]


class OwnContact(Told):
    """A contact of one's own; a correction carries `seen` back."""

    id: ItsId
    kind: str
    channel: str
    hour: Moment
    minutes: int
    topics: list[str]
    correctable: bool
    seen: str


class OwnContacts(Told):
    """One's own contacts of the last 30 days."""

    contacts: list[OwnContact]
    next: Cursor


class Counted(Told):
    """How many contacts, and their minutes."""

    code: str
    count: int
    minutes: int


class CrossRow(Told):
    """One row of a table, as the page shows it: what might recognise somebody is held back."""

    row: str
    cells: list[str]


class CrossTable(Told):
    """Contacts counted by two things at once."""

    title: str
    columns: list[str]
    rows: list[CrossRow]


class StatisticsTold(Told):
    """The numbers of a period; both days are in it."""

    since: OneDay
    until: OneDay
    count: int
    minutes: int
    parts: list[Counted]
    kinds: list[Counted]
    channels: list[Counted]
    topics: list[Counted]
    crossed: list[CrossTable]
