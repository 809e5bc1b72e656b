"""What a channel can do, in degrees."""

import pytest

from bridge.domain.capabilities import Support


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
