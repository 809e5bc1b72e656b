"""The guards around every test of a channel, tried themselves."""

import logging
import socket

import pytest

from tests.bots.ears import DOORS, nothing_heard


@pytest.mark.parametrize("host", ["192.0.2.1", "graph.facebook.com"])
def test_a_test_that_calls_somebody_else_is_stopped_and_seen(host: str) -> None:
    """It would write to somebody there, and say nothing of it here."""
    with pytest.raises(PermissionError):
        socket.create_connection((host, 443), timeout=1)

    assert DOORS.gone == [host]
    DOORS.gone = []


def test_who_calls_home_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize(("name", "level", "heard"), [
    ("bots.toy", logging.DEBUG, True),
    ("somebody", logging.WARNING, True),
    ("somebody", logging.DEBUG, False),
])  # fmt: skip
def test_words_in_a_log_of_ours_or_in_anybodys_warning_are_heard(
    caplog: pytest.LogCaptureFixture, name: str, level: int, heard: bool
) -> None:
    try:
        with nothing_heard(caplog, "bots.toy", ["kanari"]):
            logging.getLogger(name).log(level, "hun sa %s", "kanari")
    except AssertionError:
        assert heard
    else:
        assert not heard
