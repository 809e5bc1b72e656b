from collections.abc import Iterator

import pytest

from tests.bots.ears import nothing_heard
from tests.bots.outlook.shapes import SECRETS


@pytest.fixture(autouse=True)
def no_ears(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with nothing_heard(caplog, "bots.outlook", SECRETS):
        yield
