"""
Keys apart from the data, in a file that only its owner can read.

The file is replaced whole, never edited: written beside, synced, moved into place, and the
folder synced. Other processes notice and read it again, so that a key one of them has
dropped is soon in nobody's memory either. "Dropped" means no longer readable through the
file system; what the medium itself keeps is for the operator (docs/operations.md).
"""

import fcntl
import hmac
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.ports import KeyGone

NONCE: Final = 12
KEY: Final = 32


class KeyRingExposed(Exception):
    """The key file can be read by others, or lies with the data it protects."""


class KeyRingUnreadable(Exception):
    """The key file is there, but is not one of ours; it is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    finding: bytes = field(repr=False)
    """What is to be found again is hashed under this one; it outlives every period."""
    periods: Mapping[str, bytes] = field(repr=False)


class FileKeyRing:
    """A `KeyRing` in one JSON file, for one machine."""

    @classmethod
    def open(cls, path: Path, *, data_dir: Path) -> Self:
        """
        The ring at `path`; a new one where there is none.

        Raises `KeyRingExposed` or `KeyRingUnreadable`, having changed nothing.
        """
        if path.resolve().is_relative_to(data_dir.resolve()):
            raise KeyRingExposed(f"{path} lies in the data directory {data_dir}")
        if not path.exists():
            _create(path, _Keys(finding=os.urandom(KEY), periods={}))
        return cls(path)

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._keys = _Keys(finding=b"", periods={})
        self._fresh()

    def wrap(self, period: str, keys: Sequence[bytes]) -> list[bytes]:
        cipher, about = AESGCM(self._key(period)), period.encode()
        nonces = [os.urandom(NONCE) for _ in keys]
        return [n + cipher.encrypt(n, key, about) for n, key in zip(nonces, keys, strict=True)]

    def unwrap(self, period: str, wrapped: bytes) -> bytes:
        try:
            return AESGCM(self._key(period)).decrypt(
                wrapped[:NONCE], wrapped[NONCE:], period.encode()
            )
        except (InvalidTag, ValueError):  # ValueError: too short to be anything of ours
            raise KeyGone(period) from None

    def fingerprints(self, texts: Sequence[str]) -> list[str]:
        finding = self._fresh().finding
        words = (text.encode("utf-8", "surrogatepass") for text in texts)
        return [hmac.digest(finding, each, "sha256").hex() for each in words]

    def periods(self) -> frozenset[str]:
        return frozenset(self._fresh().periods)

    def add(self, period: str) -> None:
        """A key that is already there is kept, so that a rotation may be done again."""
        self._change(lambda held: {period: os.urandom(KEY), **held})

    def drop(self, period: str) -> None:
        self._change(lambda held: {name: key for name, key in held.items() if name != period})

    def _key(self, period: str) -> bytes:
        try:
            return self._fresh().periods[period]
        except KeyError:
            raise KeyGone(period) from None

    def _fresh(self) -> _Keys:
        seen = self._path.stat()
        mark = (seen.st_ino, seen.st_mtime_ns, seen.st_size, seen.st_mode)
        if mark != self._seen:
            self._keys = _read(self._path)
            self._seen = mark
        return self._keys

    def _change(self, change: Callable[[Mapping[str, bytes]], Mapping[str, bytes]]) -> None:
        with _alone(self._path):
            keys = self._fresh()
            _replace(self._path, replace(keys, periods=change(keys.periods)))
            self._fresh()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else on this machine changes the ring meanwhile."""
    lock = os.open(_beside(path, ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _read(path: Path) -> _Keys:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & 0o077:
            raise KeyRingExposed(f"{path} can be read by others; it must have mode 0600")
        try:
            found = json.load(file)
            return _Keys(
                finding=b64decode(found["finding"], validate=True),
                periods={name: b64decode(key) for name, key in found["periods"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise KeyRingUnreadable(f"{path} is not a key ring") from None


def _create(path: Path, keys: _Keys) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(path):
        if not path.exists():
            _replace(path, keys)


def _replace(path: Path, keys: _Keys) -> None:
    fresh = _beside(path, ".new")
    fresh.unlink(missing_ok=True)  # a crash may have left one, with keys that are to go
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(_written(keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written(keys: _Keys) -> bytes:
    return json.dumps(
        {
            "finding": b64encode(keys.finding).decode(),
            "periods": {name: b64encode(key).decode() for name, key in keys.periods.items()},
        }
    ).encode()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
