"""Employees as the bridge may know them, as JSON tells it."""

from casestore.answers import ItsId, Told


class EmployeeTold(Told):
    """An employee; names never leave."""

    id: ItsId
    role: str
    active: bool
    slack_user: str | None


class Employees(Told):
    """Everybody who has an account."""

    employees: list[EmployeeTold]


class LinkState(Told):
    """Whose Slack account it is."""

    employee: ItsId
    role: str
