"""Whether a database keeps what it says it has kept: asked of every side, and the same of all."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from benchmarks.contestants import say

ASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "sqlite": {"PRAGMA synchronous": "2", "PRAGMA journal_mode": "wal"},
    "postgresql": {
        "SHOW fsync": "on",
        "SHOW synchronous_commit": "on",
        "SHOW full_page_writes": "on",
    },
}
"""What must be so on the very connection that is written through; 2 is FULL."""

MARK: Final = "keeps "


class NotEqual(Exception):
    """A side keeps less than the others; the message says which setting. Nothing is measured."""


async def told_by(ask: Callable[[str], Awaitable[Any]], kind: str) -> None:
    """Say how the connection behind `ask` keeps what it is told."""
    for question in ASKED[kind]:
        say(f"{MARK}{question} = {await ask(question)}")


def demand(lines: list[str], kind: str) -> None:
    """Raises `NotEqual` unless a side has said all that is asked, as it must be."""
    told = dict(line.removeprefix(MARK).split(" = ") for line in lines if line.startswith(MARK))
    for question, wanted in ASKED[kind].items():
        if told.get(question, "not said").lower() != wanted:
            raise NotEqual(f"{question}: {told.get(question, 'not said')}, not {wanted}")
