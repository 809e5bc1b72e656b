"""What a channel can do, in degrees."""

from dataclasses import replace

import pytest

from bridge.domain.capabilities import Support, at_our_end_only
from tests.support.phones import CAPABILITIES


@pytest.mark.parametrize(
    ("support", "works"),
    [
        (Support.REFUSED, False),
        (Support.LOST, False),
        (Support.NONE, False),
        (Support.FALLBACK, True),
        (Support.FULL, True),
    ],
)
def test_what_is_lost_on_the_way_does_not_count_as_working(support: Support, works: bool) -> None:
    """A caseworker would be told that an edit had reached the youth."""
    assert support.works is works


@pytest.mark.parametrize(
    ("ours", "theirs", "only_ours"),
    [
        (Support.LOST, Support.LOST, True),
        (Support.LOST, Support.REFUSED, True),
        (Support.REFUSED, Support.LOST, True),
        (Support.FULL, Support.FULL, False),
        (Support.REFUSED, Support.REFUSED, False),
        (Support.NONE, Support.FALLBACK, False),
    ],
)
def test_a_copy_of_our_own_is_not_the_youths(
    ours: Support, theirs: Support, only_ours: bool
) -> None:
    """What a youth is meant to keep stays with them, and not in our mailbox for ever."""
    assert at_our_end_only(replace(CAPABILITIES, erase_ours=ours, erase_theirs=theirs)) is only_ours
