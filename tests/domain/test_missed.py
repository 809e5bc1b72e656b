"""What a platform no longer keeps for us, when we have been away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bridge.domain.missed import missed
from tests.support.phones import CAPABILITIES

LAST = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("away", "gone"),
    [
        (-MINUTE, None),
        (timedelta(), None),
        (24 * HOUR, None),
        (24 * HOUR + MINUTE, (LAST, LAST + MINUTE)),
        (60 * HOUR, (LAST, LAST + 36 * HOUR)),
    ],
)
def test_what_was_written_before_a_platform_began_to_keep_may_be_gone(
    away: timedelta, gone: tuple[datetime, datetime] | None
) -> None:
    """The last that it keeps is still there; nobody is to search for what came."""
    can = replace(CAPABILITIES, keeps_for=24 * HOUR)

    assert missed(can, last=LAST, back=LAST + away) == gone


def test_what_is_kept_until_we_ask_is_never_missed() -> None:
    """A mailbox waits."""
    can = replace(CAPABILITIES, keeps_for=None)

    assert missed(can, last=LAST, back=LAST + 10_000 * HOUR) is None
