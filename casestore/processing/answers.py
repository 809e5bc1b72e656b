"""The record of processing activities as JSON tells it."""

from casestore.answers import OneDay, Told


class BasisTold(Told):
    """A legal basis, and when somebody last looked it up."""

    text: str
    checked_on: OneDay | None


class ActivityTold(Told):
    """One processing activity."""

    code: str
    title: str
    purpose: str
    people: list[str]
    data: list[str]
    bases: list[BasisTold]
    recipients: list[str]
    retention: str
    measures: list[str]


class ProcessingTold(Told):
    """The record, and where it is kept here."""

    version: str
    effective: OneDay
    confirm: str
    team: str
    database: str
    channels: list[str]
    activities: list[ActivityTold]
