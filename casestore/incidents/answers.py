"""Incidents as JSON tells them."""

from casestore.answers import Cursor, ItsId, Moment, Told


class IncidentState(Told):
    """An incident without its words."""

    id: ItsId
    kind: str
    severity: str
    happened_at: Moment
    found_at: Moment
    authority_told_at: Moment | None
    affected_told_at: Moment | None
    closed_at: Moment | None


class IncidentInList(IncidentState):
    """An incident in a list: `by` is a name, `clock` how the deadline stands, in words."""

    by: str
    affected: int
    clock: str


class Incidents(Told):
    """The team's incidents."""

    incidents: list[IncidentInList]
    next: Cursor


class StepTaken(Told):
    """A step that was taken."""

    at: str
    by: str
    step: str
    said: str


class Touched(Told):
    """Somebody who was touched, as far as they may be seen."""

    id: ItsId
    kind: str
    alias: str | None


class IncidentWhole(IncidentState):
    """An incident with its words."""

    happened: str
    at_once: str
    steps: list[StepTaken]
    affected: list[Touched]
