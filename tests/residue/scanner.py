"""
Looks for words on a disk, however they may have been written down.

What is searched for is every way in which a text can lie in a file: as itself in three
encodings, escaped, in hex, in base64 wherever it began, and any of these inside gzip, zip
and PDF streams, one within the other.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote, quote_plus

CHUNK: Final = 1 << 20
DEEPEST: Final = 3
LARGEST: Final = 64 << 20
"""Bytes that are unpacked of one stream, at most."""

GZIP: Final = re.compile(rb"\x1f\x8b\x08")
ZIP: Final = re.compile(rb"PK\x03\x04")
PDF: Final = re.compile(rb"stream\r?\n(?=\x78)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A canary where it should not be; `inside` is which kinds of stream it was within."""

    canary: str
    way: str
    path: Path
    inside: tuple[str, ...] = ()


def ways(canary: str | bytes) -> Mapping[str, bytes]:
    """Every way in which it may be written, each under a name."""
    plain = canary.encode() if isinstance(canary, str) else canary
    found = {"utf-8": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    for offset in range(3):
        found[f"base64+{offset}"] = _base64(plain, offset)
        found[f"base64url+{offset}"] = _base64(plain, offset).translate(
            bytes.maketrans(b"+/", b"-_")
        )
    if isinstance(canary, str):
        escaped = json.dumps(canary)[1:-1]
        found |= {
            "utf-16-le": canary.encode("utf-16-le"),
            "utf-16-be": canary.encode("utf-16-be"),
            "json": escaped.encode(),
            "JSON": re.sub(r"(?<=\\u)[0-9a-f]{4}", lambda m: m[0].upper(), escaped).encode(),
            "repr": repr(plain)[2:-1].encode(),
            "PERCENT": quote(canary, safe="").encode(),
            "form": quote_plus(canary, safe="").encode(),
        }
        found["percent"] = re.sub(
            r"%[0-9A-F]{2}", lambda m: m[0].lower(), quote(canary, safe="")
        ).encode()
    return found


def _base64(plain: bytes, offset: int) -> bytes:
    """The letters that are the same whatever stands before and after."""
    letters = base64.b64encode(bytes(offset) + plain)
    return letters[(0, 2, 3)[offset] : (offset + len(plain)) * 8 // 6]


@dataclass(slots=True)
class Scanner:
    canaries: Mapping[str, str | bytes] = field(repr=False)
    chunk: int = CHUNK
    files: int = 0
    size: int = 0
    _needles: dict[tuple[str, str], bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        taken: set[tuple[str, bytes]] = set()
        for name, canary in self.canaries.items():
            for way, needle in ways(canary).items():
                if (name, needle) not in taken:
                    taken.add((name, needle))
                    self._needles[name, way] = needle

    def under(self, *folders: Path) -> list[Found]:
        """Every file below; what is removed while we look is nobody's any more."""
        found: list[Found] = []
        for path in sorted(p for folder in folders for p in folder.rglob("*") if p.is_file()):
            try:
                with path.open("rb") as stream:
                    self.files += 1
                    found += self.stream(stream, path)
            except FileNotFoundError:
                continue
        return found

    def stream(self, stream: BinaryIO, path: Path, inside: tuple[str, ...] = ()) -> Iterator[Found]:
        """Each canary once for each way it was found; then the streams within."""
        seen: set[tuple[str, str]] = set()
        keep = max(map(len, self._needles.values())) - 1
        whole, window = bytearray(), b""
        while piece := stream.read(self.chunk):
            self.size += len(piece)
            window = window[-keep:] + piece
            whole += piece
            seen |= {key for key, needle in self._needles.items() if needle in window}
        for canary, way in sorted(seen):
            yield Found(canary=canary, way=way, path=path, inside=inside)
        if len(inside) < DEEPEST:
            for kind, unpacked in streams_in(bytes(whole)):
                yield from self.stream(BytesIO(unpacked), path, (*inside, kind))


def streams_in(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """What can be unpacked of what begins anywhere in it; half a stream is unpacked halfway."""
    places: Iterable[tuple[str, int, int]] = (
        *(("gzip", m.start(), 31) for m in GZIP.finditer(whole)),
        *(("pdf", m.end(), 15) for m in PDF.finditer(whole)),
        *(("zip", start, -15) for m in ZIP.finditer(whole) if (start := _deflated(whole, m))),
    )
    for kind, start, window in places:
        unpacked = _unpacked(whole, start, window)
        if unpacked:
            yield kind, unpacked


def _deflated(whole: bytes, header: re.Match[bytes]) -> int:
    """Where a zip member's data begins, if it is deflated (APPNOTE.TXT 4.3.7); else 0."""
    at = header.start()
    if int.from_bytes(whole[at + 8 : at + 10], "little") != 8:
        return 0
    name = int.from_bytes(whole[at + 26 : at + 28], "little")
    extra = int.from_bytes(whole[at + 28 : at + 30], "little")
    return at + 30 + name + extra


def _unpacked(whole: bytes, start: int, window: int) -> bytes:
    unpacking, out = zlib.decompressobj(window), bytearray()
    for at in range(start, len(whole), 4096):
        try:
            out += unpacking.decompress(whole[at : at + 4096], LARGEST - len(out))
        except zlib.error:
            # What came before the torn place is words all the same.
            break
        if unpacking.eof or len(out) >= LARGEST:
            break
    return bytes(out)
