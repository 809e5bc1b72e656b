"""Reports of concern as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, Told


class ConcernLine(Told):
    """A report without its words."""

    id: ItsId
    receiver: str
    sent_at: Moment


class Concerns(Told):
    """The reports that this employee may read."""

    concerns: list[ConcernLine]
    next: Cursor


class ConcernTold(ConcernLine):
    """A report as it was sent."""

    person: ItsId | None
    thread: ItsId | None
    other: str
    about: str
    what: str
    told: bool
    why_not: str
    written_by: str
