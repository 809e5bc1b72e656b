"""Accounts as JSON tells them."""

from typing import Literal

from casestore.answers import Cursor, ItsId, Moment, OneDay, Told, Versioned


class DeputyTold(Told):
    """A period as deputy; `open` until it is over or ended, `begun` once it counts."""

    id: ItsId
    from_day: OneDay
    until_day: OneDay
    by: str
    to_themselves: bool
    ended_at: Moment | None
    open: bool
    begun: bool


class AccountTold(Versioned):
    """An account. `role` is its own, `today` the one it acts in; `tied` since when."""

    id: ItsId
    login: str
    name: str
    role: str
    today: str
    active: bool
    employed: bool
    employed_from: OneDay | None
    employed_until: OneDay | None
    closed_at: Moment | None
    locked_until: Moment | None
    second_factor: Moment | None
    tied: Moment | None
    lacks_second_factor: bool
    password_temporary: bool
    last_log_in: Moment | None
    deputies: list[DeputyTold]
    version: str


class Accounts(Told):
    """Every account of the team."""

    accounts: list[AccountTold]
    next: Cursor


class AccountMade(Told):
    """A new account, with its first password, this once."""

    id: ItsId
    password: str


class NewPassword(Told):
    """The password that an account has until its owner chooses another, this once."""

    password: str


class Done(Told):
    """It is done."""

    done: Literal[True] = True
