"""
Files that people hand in: recognised by what they are, never by what they are called.

Nothing of them touches a disk before it is encrypted, so a form with a file is read here and
not by the framework, which would spool it. What is refused says why in a code.

The libraries that know files are large, and first brought in when one has come.
"""

import asyncio
import io
import re
import zlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from casestore.edge import Store
from casestore.problems import Problem
from casestore.received import MEGABYTE, raw_body

AT_MOST: Final = 10 * MEGABYTE
# Room for the fields, and for telling of a file that is somewhat too large beside its field.
FORM_AT_MOST: Final = AT_MOST + 5 * MEGABYTE
# Room for telling of more than may be sent, beside what was typed.
MANY: Final = 20
MANY_AT_MOST: Final = 60 * MEGABYTE
PIXELS: Final = 60_000_000  # an A4 page at 600 dpi is 35 million
INFLATED: Final = 32 * MEGABYTE
KINDS: Final = {"application/pdf": b"%PDF-", "image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG"}
FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}
ACTIVE: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia|Encrypt)")
# In two parts, so that no scanner takes this very file for what it looks for.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLAMD_WITHIN: Final = 30.0


class Wrong(StrEnum):
    """Why a file was not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    DAMAGED = "damaged"
    ACTIVE = "active-content"
    INFECTED = "infected"


class NotTaken(Exception):
    """A file that is refused; nothing of it is kept."""

    def __init__(self, why: Wrong) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A file that was taken. `name` is what its sender called it: words, and never trusted."""

    name: str = field(repr=False)
    type: str
    raw: bytes = field(repr=False)


async def taken(store: Store, *, name: str, raw: bytes) -> Scan:
    """Recognise and check a file, or raise `NotTaken`; a 503 when the virus check is down."""
    if not raw:
        raise NotTaken(Wrong.EMPTY)
    if len(raw) > AT_MOST:
        raise NotTaken(Wrong.TOO_LARGE)
    kind = _kind(raw)
    if EICAR in raw:
        raise NotTaken(Wrong.INFECTED)
    await asyncio.to_thread(_check_pdf if kind == "application/pdf" else _check_picture, kind, raw)
    if store.settings.clamd:
        await _ask_clamd(store.settings.clamd, raw)
    return Scan(name=" ".join(name.split())[:200] or "uten navn", type=kind, raw=raw)


def _kind(raw: bytes) -> str:
    import puremagic

    try:
        told = {found.mime_type for found in puremagic.magic_string(raw)}
    except (puremagic.PureError, ValueError):
        raise NotTaken(Wrong.WRONG_TYPE) from None
    for kind, begins in KINDS.items():
        if kind in told and raw.startswith(begins):
            return kind
    raise NotTaken(Wrong.WRONG_TYPE)


def _check_picture(kind: str, raw: bytes) -> None:
    """Decode the whole picture; one that is far larger than a page is refused unopened."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(raw), formats=[FORMATS[kind]]) as picture:
            if picture.width * picture.height > PIXELS:
                raise NotTaken(Wrong.TOO_LARGE)
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotTaken(Wrong.TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError):
        raise NotTaken(Wrong.DAMAGED) from None


def _check_pdf(_kind: str, raw: bytes) -> None:
    """Refuse what runs, opens or carries something else, also inside compressed objects."""
    if b"%%EOF" not in raw[-2048:]:
        raise NotTaken(Wrong.DAMAGED)
    left = INFLATED
    for part in _object_streams(raw):
        unpacker = zlib.decompressobj()
        try:
            inside = unpacker.decompress(part, left)
        except zlib.error:
            raise NotTaken(Wrong.DAMAGED) from None
        left -= len(inside)
        if left <= 0:
            raise NotTaken(Wrong.TOO_LARGE)
        if ACTIVE.search(_spelt_out(inside)):
            raise NotTaken(Wrong.ACTIVE)
    if ACTIVE.search(_spelt_out(raw)):
        raise NotTaken(Wrong.ACTIVE)


def _object_streams(raw: bytes) -> list[bytes]:
    """Give the compressed streams that hold objects; any packed otherwise is refused."""
    found, at = [], 0
    while (begins := raw.find(b"stream", at)) != -1:
        at = begins + len(b"stream")
        if raw[begins - 3 : begins] == b"end":
            continue
        head = _spelt_out(raw[max(raw.rfind(b"obj", 0, begins), begins - 4096, 0) : begins])
        if b"/ObjStm" not in head:
            continue
        if re.search(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?\s*(?:/|>>)", head) is None:
            raise NotTaken(Wrong.ACTIVE)
        ends = raw.find(b"endstream", at)
        found.append(raw[at : ends if ends != -1 else None].lstrip(b"\r\n"))
    return found


def _spelt_out(raw: bytes) -> bytes:
    """Write names plainly: `/Java#53cript` means `/JavaScript` (ISO 32000-1, 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), raw)


async def _ask_clamd(address: str, raw: bytes) -> None:
    """Ask clamd with INSTREAM: lengths of four bytes, and an empty one at the end."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(CLAMD_WITHIN):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                writer.write(b"zINSTREAM\0")
                for start in range(0, len(raw), MEGABYTE):
                    chunk = raw[start : start + MEGABYTE]
                    writer.write(len(chunk).to_bytes(4, "big") + chunk)
                    await writer.drain()
                writer.write(bytes(4))
                await writer.drain()
                said = await reader.readuntil(b"\0")
            finally:
                writer.close()
    except (OSError, ValueError, TimeoutError, EOFError, asyncio.LimitOverrunError):
        raise Problem(503, "virus-check-down", headers={"Retry-After": "60"}) from None
    if said.endswith(b" FOUND\0"):
        raise NotTaken(Wrong.INFECTED)
    if not said.endswith(b" OK\0"):
        raise Problem(503, "virus-check-down", headers={"Retry-After": "60"})


class _InMemory(MultiPartParser):
    spool_max_size = MANY_AT_MOST + 1


async def form_with_file(request: Request) -> AsyncIterator[FormData]:
    """Read a form with a file, in memory, and let go of it; far too large a one is a 413."""
    async for form in _form_with(request, files=1, limit=FORM_AT_MOST):
        yield form


async def form_with_files(request: Request) -> AsyncIterator[FormData]:
    """Read a form with several files likewise; how many are taken, who reads it says."""
    async for form in _form_with(request, files=MANY, limit=MANY_AT_MOST):
        yield form


async def _form_with(request: Request, *, files: int, limit: int) -> AsyncIterator[FormData]:
    raw = await raw_body(request, limit=limit)

    async def whole() -> AsyncGenerator[bytes, None]:
        yield raw

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Problem(415, "not-a-form")
    try:
        form = await _InMemory(request.headers, whole(), max_files=files, max_fields=60).parse()
    except (MultiPartException, FormParserError):
        raise Problem(422, "malformed") from None
    try:
        yield form
    finally:
        await form.close()


async def file_in(form: FormData, name: str) -> tuple[str, bytes]:
    """Give a form's file by its field: its name, and what is in it."""
    part = form.get(name)
    if not isinstance(part, UploadFile):
        return "", b""
    return part.filename or "", await part.read()
