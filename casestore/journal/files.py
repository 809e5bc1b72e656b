"""
Files as they are put: one by itself, or several small ones behind one another in one body.

Of several, each is one line of JSON that tells of it (`FileLine`), `\\n`, and as many bytes as
the line says. What holds for one by itself holds for each of several.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import Field, TypeAdapter

from casestore.ids import Id
from casestore.problems import Problem
from casestore.received import MEGABYTE, Agreed, Hex64, checked, parsed

LARGEST_FILE: Final = 25 * MEGABYTE
LARGEST_TOGETHER: Final = 5 * MEGABYTE
"""Of one body with several files in it, and the lines that tell of them."""
TOGETHER: Final = 50
"""Files in one body."""

_LONGEST_LINE: Final = 1000
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}(;.{0,100})?", re.ASCII)


class FileLine(Agreed):
    """What stands before each of several files."""

    id: Id
    type: str = Field(max_length=300)
    size: int = Field(ge=0)
    sha256: Hex64


_LINE: Final = TypeAdapter(FileLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that is what its digest says."""

    id: str
    sha256: str
    raw: bytes = field(repr=False)


def proved(its_id: str, raw: bytes, *, media_type: str, sha256: str) -> File:
    """Give the file, or refuse what is of no type, or not what was sent."""
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise Problem(415, "malformed", "Content-Type is not a media type.")
    if not hmac.compare_digest(hashlib.sha256(raw).hexdigest(), sha256):
        raise Problem(422, "digest-mismatch")
    return File(id=its_id, sha256=sha256, raw=raw)


def taken_apart(body: bytes) -> list[File]:
    """Give the files of a body, or refuse all of it."""
    files = {file.id: file for file in _each_once(body)}
    if not files:
        raise Problem(422, "malformed", "There is no file in it.")
    return list(files.values())


def _each_once(body: bytes) -> Iterator[File]:
    met: set[str] = set()
    for line, raw in _parts(body):
        if line.id in met:
            raise Problem(422, "malformed", "One attachment id stands twice.")
        met.add(line.id)
        if len(met) > TOGETHER:
            raise Problem(413, "too-large", f"At most {TOGETHER} files.")
        yield proved(line.id, raw, media_type=line.type, sha256=line.sha256)


def _parts(body: bytes) -> Iterator[tuple[FileLine, bytes]]:
    place = 0
    while place < len(body):
        ends = body.find(b"\n", place, place + _LONGEST_LINE)
        if ends < 0:
            raise Problem(400, "malformed", "Before a file stands a line that tells of it.")
        line = checked(_LINE, parsed(body[place:ends]))
        begins, place = ends + 1, ends + 1 + line.size
        if place > len(body):
            raise Problem(400, "malformed", "The body ends before its last file.")
        yield line, body[begins:place]
