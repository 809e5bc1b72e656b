"""
Keys, apart from the data.

Words at rest are AES-GCM under a data key per person. A data key lies in the database only
wrapped by a key-encryption key, and that one lies only in a file of its own: mode 0600, read
at start, refused if anybody else could read it.
"""

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE: Final = 12


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
class KeyRing:
    """The key-encryption keys by name, and which of them wraps what is new."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the key file, or raise `BadKeyFile`."""
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            raise BadKeyFile(f"the key file {path} cannot be opened") from None
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno())
            if not stat.S_ISREG(mode.st_mode) or mode.st_mode & 0o077:
                raise BadKeyFile(f"the key file {path} must be mode 0600: others can read it")
            return cls._read(file.read(), path)

    @classmethod
    def create(cls, path: Path) -> Self:
        """Write a new key file, mode 0600 and fsynced; `FileExistsError` if there is one."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"k{secrets.token_hex(4)}"
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"current": name, "keys": {name: key}}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            # All of it at once, or not at all: another process may be making it too.
            os.link(draft, path)
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return cls.open(path)

    @classmethod
    def _read(cls, raw: bytes, path: Path) -> Self:
        try:
            said = json.loads(raw)
            keys = {str(n): base64.b64decode(k, validate=True) for n, k in said["keys"].items()}
            current = str(said["current"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadKeyFile(f"the key file {path} is not a key file") from None
        if current not in keys or any(len(key) != 32 for key in keys.values()):
            raise BadKeyFile(f"the key file {path} lacks its current key")
        return cls(current=current, keys=keys)

    def wrap(self, key: bytes, *, bound_to: str) -> bytes:
        """Wrap a data key under the current key-encryption key."""
        return seal(self.keys[self.current], key, bound_to=bound_to)

    def unwrap(self, name: str, wrapped: bytes, *, bound_to: str) -> bytes:
        """Unwrap a data key, or raise `Unreadable`."""
        if name not in self.keys:
            raise Unreadable(bound_to)
        return unseal(self.keys[name], wrapped, bound_to=bound_to)
