"""What no test of a channel may do: say in a log what it was told, or call anybody but itself."""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import pytest


@contextmanager
def nothing_heard(
    caplog: pytest.LogCaptureFixture, package: str, secrets: Sequence[str]
) -> Iterator[None]:
    """
    Nothing that a test says may be found in our own log, whatever the level, nor in anybody's
    from WARNING upwards. (What the libraries say below that is silenced by who sets up logging.)

    A log line outlives the words it quotes, and is read by people who were never told them.
    """
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger=package)
    yield
    lines = [
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in caplog.get_records("call")
        if record.name.startswith(package) or record.levelno >= logging.WARNING
    ]
    for secret in secrets:
        assert not any(secret in line for line in lines)


class Doors:
    """Where this process goes out; a hook of the interpreter's cannot be taken away again."""

    def __init__(self) -> None:
        self.gone: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, about: tuple[Any, ...]) -> None:
        if self.gone is None:
            return
        if event == "socket.connect" and isinstance(about[1], tuple):
            self._goes(str(about[1][0]))
        elif event == "socket.getaddrinfo":
            self._goes(str(about[0]))

    def _goes(self, host: str) -> None:
        if self.gone is not None and not _at_home(host):
            self.gone.append(host)
            raise PermissionError(f"a test calls {host}")


def _at_home(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


DOORS = Doors()
