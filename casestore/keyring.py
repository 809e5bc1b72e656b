"""
Keys, apart from the data.

Words at rest are AES-GCM under a data key per person. A data key lies in the database only
wrapped by a key-encryption key, and that one lies only in a file of its own: mode 0600, and
refused if anybody else could read it. `casestore.keys_rotating` changes which one it is.
"""

import base64
import json
import os
import secrets
import stat
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casestore.times import read_time, write_time

NONCE: Final = 12
GRACE: Final = 60.0  # seconds: longer than any request that has fetched a wrapped key


class BadKeyFile(Exception):
    """The key file is missing its keys, or others can read it."""


class Unreadable(Exception):
    """What is stored does not decrypt: changed, cut short, or written under another key."""


def seal(key: bytes, plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt under `key`, tied to the place where it will lie (table, row and part)."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def unseal(key: bytes, sealed: bytes, *, bound_to: str) -> bytes:
    """Decrypt what `seal` made for the same place, or raise `Unreadable`."""
    if len(sealed) < NONCE + 16:
        raise Unreadable(bound_to)
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except InvalidTag:
        raise Unreadable(bound_to) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """
    What a key file says.

    `current` is the key that everything is wrapped under, or is on its way to. `retired` says
    since when a key wraps nothing any longer; it stays for as long as the backups do.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    retired: Mapping[str, datetime] = field(default_factory=dict)

    def with_next(self, name: str) -> Self:
        """Put a new key beside the others, to be the current one."""
        return replace(self, current=name, keys={**self.keys, name: secrets.token_bytes(32)})

    def without(self, names: Collection[str]) -> Self:
        """Leave these keys out for good."""
        return replace(
            self,
            keys={name: key for name, key in self.keys.items() if name not in names},
            retired={name: at for name, at in self.retired.items() if name not in names},
        )


class KeyRing:
    """
    The key-encryption keys, as the key file has them now.

    Another process may change the file: it is looked at before every use, and what it no longer
    holds is dropped here too, a moment later, when no request can be in the middle of it.
    """

    def __init__(self, path: Path, keys: Keys, stamp: tuple[int, int]) -> None:
        self.path, self._now, self._stamp = path, keys, stamp
        self._before: Mapping[str, bytes] = {}
        self._changed = 0.0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the key file, or raise `BadKeyFile`."""
        keys, stamp = _read(path)
        return cls(path, keys, stamp)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Write a new key file, mode 0600 and fsynced; `FileExistsError` if there is one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = new_name()
        draft = _draft(path, Keys(current=name, keys={}).with_next(name))
        try:
            # All of it at once, or not at all: another process may be making it too.
            os.link(draft, path)
        finally:
            draft.unlink()
        _sync(path.parent)
        return cls.open(path)

    @property
    def current(self) -> str:
        """The name of the key that the file calls current."""
        return self.now().current

    @property
    def keys(self) -> Mapping[str, bytes]:
        """Every key in the file."""
        return self.now().keys

    def now(self) -> Keys:
        """Give what the file says now; while it cannot be read, what it said last."""
        with suppress(OSError, BadKeyFile):
            found = self.path.stat()
            if (found.st_ino, found.st_mtime_ns) != self._stamp:
                self._take(*_read(self.path))
        if self._before and time.monotonic() - self._changed > GRACE:
            self._before = {}
        return self._now

    def replace(self, keys: Keys) -> None:
        """Put another file in the place of this one, fsynced: before or after, nothing between."""
        _draft(self.path, keys).replace(self.path)
        _sync(self.path.parent)
        self._take(*_read(self.path))

    def wrap(self, key: bytes, *, bound_to: str, under: str | None = None) -> bytes:
        """Wrap a data key under a key-encryption key, by default the file's current one."""
        return seal(self._known(under or self.current, bound_to), key, bound_to=bound_to)

    def unwrap(self, name: str, wrapped: bytes, *, bound_to: str) -> bytes:
        """Unwrap a data key, or raise `Unreadable`."""
        return unseal(self._known(name, bound_to), wrapped, bound_to=bound_to)

    def _known(self, name: str, bound_to: str) -> bytes:
        key = self.now().keys.get(name) or self._before.get(name)
        if key is None:
            raise Unreadable(bound_to)
        return key

    def _take(self, keys: Keys, stamp: tuple[int, int]) -> None:
        self._before, self._changed = {**self._before, **self._now.keys}, time.monotonic()
        self._now, self._stamp = keys, stamp


def new_name() -> str:
    """Name a key: the name says nothing, and is never used again."""
    return f"k{secrets.token_hex(4)}"


def _read(path: Path) -> tuple[Keys, tuple[int, int]]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        raise BadKeyFile(f"the key file {path} cannot be opened") from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
            raise BadKeyFile(f"the key file {path} must be mode 0600: others can read it")
        return _parsed(file.read(), path), (found.st_ino, found.st_mtime_ns)


def _parsed(raw: bytes, path: Path) -> Keys:
    try:
        said = json.loads(raw)
        keys = {str(n): base64.b64decode(k, validate=True) for n, k in said["keys"].items()}
        current = str(said["current"])
        retired = {str(n): read_time(at) for n, at in said.get("retired", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadKeyFile(f"the key file {path} is not a key file") from None
    if current not in keys or any(len(key) != 32 for key in keys.values()):
        raise BadKeyFile(f"the key file {path} lacks its current key")
    return Keys(current=current, keys=keys, retired=retired)


def _draft(path: Path, keys: Keys) -> Path:
    """Write the file beside its place, synced to the disk."""
    said = {
        "current": keys.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in keys.keys.items()},
        "retired": {name: write_time(at) for name, at in keys.retired.items()},
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
