"""A store that serves and a restore must never meet on one database."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotRestored(Exception):
    """Something stands in the way; nothing has been changed. The message says what to do."""


@contextmanager
def alone(keyring: Path) -> Iterator[None]:
    """No store that serves, and no other restore, uses this key file meanwhile."""
    with _lock(keyring).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotRestored("Journalsystemet går. Stopp det først.") from None
        yield


@contextmanager
def serving(keyring: Path) -> Iterator[None]:
    """Several stores may serve; none while a backup is being restored."""
    with _lock(keyring).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def _lock(keyring: Path) -> Path:
    keyring.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return keyring.with_name(f".{keyring.name}.serving")
