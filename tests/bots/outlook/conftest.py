"""Nothing that a test says may be found in our own log, nor in anybody's from WARNING upwards."""

import logging
from collections.abc import Iterator

import pytest

from tests.bots.outlook.shapes import SECRETS


@pytest.fixture(autouse=True)
def no_ears(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A log line outlives the words it quotes, and is read by people who were never told them."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="bots.outlook")
    yield
    lines = [
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in caplog.get_records("call")
        if record.name.startswith("bots.outlook") or record.levelno >= logging.WARNING
    ]
    for secret in SECRETS:
        assert not any(secret in line for line in lines)
