"""Disclosures as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, Told


class DisclosureLine(Told):
    """What was handed out, to whom, on which basis; `case` is the case's number."""

    id: ItsId
    at: Moment
    written_at: Moment
    by: str
    basis: str
    consent: ItsId | None
    case: str | None
    what: str
    to: str
    why: str
    corrects: ItsId | None


class Disclosures(Told):
    """All that was handed out about a person."""

    person: ItsId
    disclosures: list[DisclosureLine]
    next: Cursor
