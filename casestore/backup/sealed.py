"""
A file that is encrypted as it is written and checked as it is read, piece by piece.

The first line is plain JSON and says which key-encryption key the file's own key is wrapped
under: when that one has left the key file, so has every backup of its time. Each piece is
AES-GCM, bound to its number and to whether it is the last, so that none can be left out, moved
or cut off (the STREAM construction; Hoang, Reyhanitabar, Rogaway, Vizár, 2015).
"""

import base64
import json
import secrets
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casestore.keyring import KeyRing, Unreadable

FORMAT: Final = "utebru-casestore-backup"
PIECE: Final = 1024 * 1024
"""Bytes of compressed text in a piece; what is held in memory at a time."""
LONGEST_HEADER: Final = 4096


class BadBackup(Exception):
    """It is no backup of ours, was changed, or was cut short. The message tells no content."""


class SealedWriter:
    """Takes lines; `close` writes the last piece, without which nobody will read the file."""

    def __init__(self, file: IO[bytes], ring: KeyRing, header: dict[str, Any]) -> None:
        key, its_id, under = secrets.token_bytes(32), f"bk_{secrets.token_hex(8)}", ring.current
        wrapped = ring.wrap(key, bound_to=f"backup/{its_id}", under=under)
        told = {"format": FORMAT, "v": 1, "id": its_id, "ring_key": under, **header}
        told["key"] = base64.b64encode(wrapped).decode()
        self._head = json.dumps(told, sort_keys=True).encode() + b"\n"
        self._file, self._cipher, self._packing = file, AESGCM(key), zlib.compressobj(6)
        self._waiting, self._count = bytearray(), 0
        file.write(self._head)

    def line(self, document: dict[str, Any]) -> None:
        """Add a line of JSON."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._waiting += self._packing.compress(text.encode("utf-8", "surrogatepass"))
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write what is left, and that it is the last."""
        self._waiting += self._packing.flush()
        self._piece(bytes(self._waiting), last=True)

    def _piece(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count, last=last), plain, self._head)
        self._file.write(struct.pack(">I", len(sealed)) + sealed)
        self._count += 1


def header_of(file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read the plain first line; nothing in it is to be trusted before the rest has been read."""
    raw = file.readline(LONGEST_HEADER)
    try:
        told = json.loads(raw)
        if told["format"] != FORMAT or told["v"] != 1:
            raise BadBackup("not a backup that this version can read")
    except (ValueError, KeyError, TypeError):
        raise BadBackup("not a backup of the case store") from None
    return told, raw


def unsealed(file: IO[bytes], ring: KeyRing) -> Iterator[dict[str, Any]]:
    """Give the lines. Raises `BadBackup` where it was changed, at the latest after the last."""
    told, head = header_of(file)
    try:
        wrapped = base64.b64decode(told["key"], validate=True)
        key = ring.unwrap(told["ring_key"], wrapped, bound_to=f"backup/{told['id']}")
    except Unreadable:
        raise BadBackup("the key file no longer holds the key of this backup") from None
    except (ValueError, KeyError, TypeError):
        raise BadBackup("not a backup of the case store") from None
    unpacking, text = zlib.decompressobj(), b""
    for plain in _pieces(file, AESGCM(key), head):
        text += unpacking.decompress(plain)
        *whole, text = text.split(b"\n")
        yield from (json.loads(line.decode("utf-8", "surrogatepass")) for line in whole)
    if text or not unpacking.eof:
        raise BadBackup("the backup was cut short")


def _pieces(file: IO[bytes], cipher: AESGCM, head: bytes) -> Iterator[bytes]:
    count, last = 0, False
    while not last:
        told = file.read(4)
        length = struct.unpack(">I", told)[0] if len(told) == 4 else 0
        sealed = file.read(length)
        if not length or len(sealed) != length:
            raise BadBackup("the backup was cut short")
        here = file.tell()
        last = not file.read(1)
        file.seek(here)
        try:
            yield cipher.decrypt(_nonce(count, last=last), sealed, head)
        except (InvalidTag, ValueError):
            raise BadBackup("the backup was changed or cut short") from None
        count += 1


def _nonce(count: int, *, last: bool) -> bytes:
    """Its own for each piece of a file, and each file has a key of its own."""
    return struct.pack(">IQ", 1 if last else 0, count)
