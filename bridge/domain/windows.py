"""
For how long one may write to a youth after their last word, where a platform sets a limit.

    OPEN ──answer_within──▶ LATE ──answer_late──▶ SHUT

Both are counted from the youth's last word. Where the second is not given there is no LATE;
where the first is not, it is always OPEN. The youth's next word opens it again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bridge.domain.capabilities import Capabilities
from bridge.domain.hours import Hours
from bridge.domain.messages import By


class Window(StrEnum):
    OPEN = "open"
    LATE = "late"  # a person may write, marked as late; the bot may not
    SHUT = "shut"  # the youth must write first


class May(StrEnum):
    SEND = "send"
    SEND_LATE = "send_late"
    NOT = "not"


MAY: Final[Mapping[tuple[Window, By], May]] = {
    (Window.OPEN, By.CASEWORKER): May.SEND,
    (Window.OPEN, By.SERVICE): May.SEND,
    (Window.LATE, By.CASEWORKER): May.SEND_LATE,
    (Window.LATE, By.SERVICE): May.NOT,
    (Window.SHUT, By.CASEWORKER): May.NOT,
    (Window.SHUT, By.SERVICE): May.NOT,
}


def window(can: Capabilities, last: datetime | None, now: datetime) -> Window:
    """`last`: when the youth last said anything; None where they never have."""
    if can.answer_within is None:
        return Window.OPEN
    if last is None:
        return Window.SHUT
    if now < last + can.answer_within:
        return Window.OPEN
    if can.answer_late is not None and now < last + can.answer_late:
        return Window.LATE
    return Window.SHUT


def may(by: By, can: Capabilities, last: datetime | None, now: datetime) -> May:
    return MAY[window(can, last, now), by]


def answer_by(can: Capabilities, last: datetime | None, now: datetime) -> datetime | None:
    """When the present window ends; None where it does not, or has."""
    lasts = {Window.OPEN: can.answer_within, Window.LATE: can.answer_late}
    within = lasts.get(window(can, last, now))
    return None if last is None or within is None else last + within


def shuts_at(can: Capabilities, last: datetime | None) -> datetime | None:
    """When nobody may write any longer; None where that never comes."""
    if can.answer_within is None or last is None:
        return None
    return last + max(can.answer_within, can.answer_late or can.answer_within)


MARGIN: Final = timedelta(hours=1)
"""What it may take from the end of a talk until the goodbye has been said."""


def goodbye_by(can: Capabilities, last: datetime | None, hours: Hours) -> datetime | None:
    """
    When the clock must have ended a talk for the bot to be able to say so; None: no limit.

    Nobody is asked anything in the quiet hours: where they last until the window has shut, it
    is ended the evening before.
    """
    if can.answer_within is None or last is None:
        return None
    shuts = last + can.answer_within
    at = shuts - MARGIN
    if hours.considerate(at) <= shuts - MARGIN / 2:
        return at
    return hours.before_quiet(at) - MARGIN
