"""
Zips from outside, read without trusting them: nothing is unpacked to a disk.

A name that leads out of its place, or a file that is larger than it says, refuses the whole zip:
whoever made it so did not make it for us.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MOST_FILES: Final = 50_000
MOST_JSON: Final = 64 * 1024 * 1024
RATIO: Final = 200
"""How many times smaller than its contents a file of more than a megabyte may be."""
SMALL: Final = 1024 * 1024

_ODD: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\\|\x00")


class Unsafe(Exception):
    """The zip is not one that the platform makes; the message says why, and no name in it."""


class Archives:
    """Several zips as one: an export comes in parts."""

    def __init__(self, zips: Sequence[zipfile.ZipFile]) -> None:
        self._where: dict[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]] = {}
        for each in zips:
            for info in _checked(each):
                self._where.setdefault(info.filename, (each, info))

    def named(self, ending: str) -> list[str]:
        return sorted(name for name in self._where if name.endswith(ending))

    def under(self, folder: str) -> Mapping[str, datetime]:
        """What lies in a folder of that name, with when it was changed, taken as UTC."""
        found = {
            name: where[1] for name, where in self._where.items() if f"/{folder}/" in f"/{name}"
        }
        return {name: _changed(info) for name, info in found.items() if not info.is_dir()}

    def read(self, name: str, most: int) -> bytes:
        """Raises `Unsafe` for what is larger than `most`, whatever it says of itself."""
        archive, info = self._where[name]
        if info.file_size > most:
            raise Unsafe("a file is too large")
        with archive.open(info) as file:
            body = file.read(most + 1)
        if len(body) > most:
            raise Unsafe("a file is larger than it says")
        return body

    def size(self, name: str) -> int:
        return self._where[name][1].file_size


@contextmanager
def opened(paths: Sequence[Path]) -> Iterator[Archives]:
    """Raises `Unsafe`, also for what is no zip, and `OSError`."""
    with ExitStack() as stack:
        try:
            yield Archives([stack.enter_context(zipfile.ZipFile(path)) for path in paths])
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as broken:
            raise Unsafe(f"not a zip that can be read ({type(broken).__name__})") from None


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    every = archive.infolist()
    if len(every) > MOST_FILES:
        raise Unsafe("too many files")
    for info in every:
        if _ODD.search(info.filename):
            raise Unsafe("a name leads out of its place")
        if info.flag_bits & 0x1:
            raise Unsafe("a file is encrypted")
        if info.file_size > SMALL and info.file_size > RATIO * max(info.compress_size, 1):
            raise Unsafe("a file is packed too hard")
    return every


def _changed(info: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
