"""
A small log beside the key file, of what a restored backup must not undo.

A backup is from before: it holds who has been deleted since, consents taken back since, and
accounts closed since. So each of these is written here too: ids, codes and times, nobody's
words. A line is on the disk before the transaction it belongs to is committed, and another says
afterwards how that went, so that no crash in between loses one or makes one up.

The lines are a hash chain. The file should lie on other storage than the database, and be copied
whenever it grows; it is worth nothing to whoever finds it.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from casestore.canonical import NotCanonical, digest
from casestore.hashchain import BEGINNING, Head

MEMBERS: Final = {"log", "n", "at", "prev", "said"}


class BadOutsideLog(Exception):
    """The log is missing, is another store's, or has been changed; the message names no one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; `said` is what it tells."""

    n: int
    at: str
    said: dict[str, Any] = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideLog:
    """The file; `id` tells one store's log from another's."""

    path: Path
    id: str

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Open the log, or begin one; raises `BadOutsideLog`."""
        if path.exists():
            return cls(path=path, id=_first(path))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = cls(path=path, id=f"log_{secrets.token_hex(8)}")
        # All of it at once, or not at all: another process may be beginning it too.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(log._line(Head(), "", {"kind": "begins"})[0])
            _sync(file)
        try:
            os.link(draft, path)
        except FileExistsError:
            return cls(path=path, id=_first(path))
        finally:
            draft.unlink()
        _sync_folder(path.parent)
        return log

    def append(self, at: str, *said: dict[str, Any]) -> None:
        """Add lines; they are on the disk when this returns."""
        with self._held() as file:
            head = _last(file)
            for each in said:
                text, head = self._line(head, at, each)
                file.write(text)
            _sync(file)

    def lines(self) -> list[Line]:
        """Give every line, or raise `BadOutsideLog` where the chain does not hold."""
        try:
            raw = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise BadOutsideLog("the log outside the database cannot be read") from None
        found, prev = list[Line](), BEGINNING
        # What a crash cut off in the middle was never committed.
        for number, text in enumerate(raw.splitlines(keepends=True), start=1):
            if not text.endswith("\n"):
                break
            found.append(self._read(number, prev, text))
            prev = found[-1].hash
        if not found:
            raise BadOutsideLog("the log outside the database is empty")
        return found

    def head(self) -> Head:
        """Give where the log stands."""
        last = self.lines()[-1]
        return Head(n=last.n, hash=last.hash)

    def _line(self, head: Head, at: str, said: dict[str, Any]) -> tuple[str, Head]:
        body = {"log": self.id, "n": head.n + 1, "at": at, "prev": head.hash, "said": said}
        after = Head(n=head.n + 1, hash=digest(body))
        return json.dumps({**body, "hash": after.hash}, ensure_ascii=False) + "\n", after

    def _read(self, number: int, prev: str, text: str) -> Line:
        wrong = BadOutsideLog(f"the log outside the database does not hold at line {number}")
        try:
            told = json.loads(text)
            body = {name: told[name] for name in MEMBERS}
            if (body["log"], body["n"], body["prev"]) != (self.id, number, prev):
                raise wrong
            if digest(body) != told["hash"]:
                raise wrong
        except (ValueError, KeyError, TypeError, NotCanonical):
            raise wrong from None
        return Line(n=number, at=str(body["at"]), said=dict(body["said"]), hash=str(told["hash"]))

    @contextmanager
    def _held(self) -> Iterator[IO[str]]:
        """One at a time, over all processes; what a crash cut off is taken away first."""
        try:
            file = self.path.open("r+", encoding="utf-8")
        except OSError:
            raise BadOutsideLog("the log outside the database cannot be written") from None
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = self.path.read_bytes()
            end = whole.rfind(b"\n") + 1
            if end != len(whole):
                os.ftruncate(file.fileno(), end)
            yield file


def undone(lines: Sequence[Line], *, void_too: bool = False) -> dict[str, list[Line]]:
    """
    Give, by transaction, the lines of which nobody has said how it went.

    `void_too`: also those of which somebody has said that it was not committed.
    """
    waiting: dict[str, list[Line]] = {}
    for line in lines:
        tx = str(line.said.get("tx", ""))
        kind = line.said.get("kind")
        if kind == "done" or (kind == "void" and not void_too):
            waiting.pop(tx, None)
        elif tx and kind != "void":
            waiting.setdefault(tx, []).append(line)
    return waiting


def _first(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return str(json.loads(file.readline())["log"])
    except (OSError, ValueError, KeyError, TypeError):
        raise BadOutsideLog("the log outside the database is not one of ours") from None


def _last(file: IO[str]) -> Head:
    """Where it stands now: the last line, read from the end, for it may have grown long."""
    raw = file.fileno()
    size = os.fstat(raw).st_size
    taken, step = b"", 4096
    while size > len(taken) and taken.count(b"\n") < 2:
        start = max(0, size - len(taken) - step)
        taken = os.pread(raw, size - len(taken) - start, start) + taken
        step *= 2
    file.seek(0, os.SEEK_END)
    try:
        told = json.loads(taken.splitlines()[-1])
        return Head(n=int(told["n"]), hash=str(told["hash"]))
    except (ValueError, KeyError, TypeError, IndexError):
        raise BadOutsideLog("the log outside the database is not one of ours") from None


def _sync(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
