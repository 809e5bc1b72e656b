"""Cases as JSON tells them."""

from pydantic import Field

from casestore.answers import Cursor, ItsId, Moment, OneDay, Told, Versioned


class CaseState(Versioned):
    """A case as it stands; `version` is what a change of it is made from."""

    id: ItsId
    number: str
    status: str
    responsible: ItsId
    version: int


class CaseHead(CaseState):
    """A case and whose it is."""

    opened_at: Moment
    alias: str
    name: str | None
    title: str | None


class CaseInList(CaseHead):
    """A case as a list shows it; `given_by` is a name until the receiver has opened it."""

    last_at: Moment
    given_by: str | None


class CasePage(Told):
    """
    A page of a list, how many each list has, and the `after` of the next page.

    Where there are more than 1000 in a list, 1000 is what is told.
    """

    cases: list[CaseInList]
    without_responsible: list[CaseInList]
    counts: dict[str, int]
    next: Cursor


class InTimeline(Told):
    """One thing in a case; only a draft is not finished."""

    kind: str
    at: Moment
    href: str
    title: str
    by: str
    finished: bool


class PartyTold(Told):
    """Somebody else in a case."""

    id: ItsId
    version: int
    name: str
    role: str
    contact: str


class PartyState(Versioned):
    """A party as it stands; `version` is what a change of it is made from."""

    id: ItsId
    case: ItsId
    version: int
    removed_at: Moment | None


class ShareTold(Told):
    """A share; `reason` is null to who may not share the case themselves."""

    id: ItsId
    user: ItsId
    name: str
    from_day: OneDay
    until_day: OneDay
    state: str
    by: str
    reason: str | None


class ShareState(Told):
    """A share to who made or ended it."""

    id: ItsId
    user: ItsId
    from_day: OneDay
    until_day: OneDay
    ended_at: Moment | None


class HandoverTold(Told):
    """That a case changed hands; `reason` is null to who may not hand it over themselves."""

    at: Moment
    giver: str = Field(serialization_alias="from")
    to: str
    by: str
    reason: str | None


class HandoverState(Told):
    """Who was given which case."""

    id: ItsId
    case: ItsId
    to: ItsId


class ClosingTold(Told):
    """That a case was closed, and perhaps opened again."""

    closed_at: Moment
    closed_by: str
    words: str
    reopened_at: Moment | None
    reopened_by: str | None


class CaseTold(CaseHead):
    """A case with all that is in it."""

    person: ItsId
    relation: str
    timeline: list[InTimeline]
    parties: list[PartyTold]
    shares: list[ShareTold]
    handovers: list[HandoverTold]
    closings: list[ClosingTold]
