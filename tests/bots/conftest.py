"""What holds for every test of a channel."""

from collections.abc import Iterator

import pytest

from tests.bots.ears import DOORS


@pytest.fixture(autouse=True)
def at_home() -> Iterator[None]:
    """A test that reaches a platform itself would write to somebody there."""
    DOORS.gone = []
    yield
    gone, DOORS.gone = DOORS.gone, None
    assert gone == []
