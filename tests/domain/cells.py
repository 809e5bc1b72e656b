"""
Whether the tests of a table would notice if any one of its cells were wrong.

A test of a table is a function that takes the table. Here it is given every table that
differs from the true one in a single place, and each of them must turn it red.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Generic, ParamSpec, Protocol, TypeVar, cast

import pytest

K = TypeVar("K")
V = TypeVar("V")
P = ParamSpec("P")
R = TypeVar("R")


class Spoilable(Protocol):
    @property
    def name(self) -> str:
        """Where it is written: `module.NAME`."""
        ...

    def unnoticed(self) -> Sequence[str]:
        """The spoiled versions that no test would notice."""
        ...


@dataclass(frozen=True, kw_only=True)
class Cells(Generic[K, V]):
    """A table; `keys` are all that can be asked of it, also what it leaves out on purpose."""

    name: str
    table: Mapping[K, V]
    keys: Sequence[K]
    values: Sequence[V]
    holds: Callable[[Mapping[K, V]], None]

    def unnoticed(self) -> Sequence[str]:
        self.holds(self.table)
        return [what for what, table in self._spoiled() if not red(self.holds, table)]

    def _spoiled(self) -> Iterator[tuple[str, Mapping[K, V]]]:
        for key in self.table:
            yield f"without {key}", {k: v for k, v in self.table.items() if k != key}
        for key in self.keys:
            for value in self.values:
                if key not in self.table or self.table[key] != value:
                    yield f"{key} is {value}", {**self.table, key: value}


@dataclass(frozen=True, kw_only=True)
class Members(Generic[K]):
    """A set; `everything` is all that could have been in it."""

    name: str
    members: frozenset[K]
    everything: Sequence[K]
    holds: Callable[[frozenset[K]], None]

    def unnoticed(self) -> Sequence[str]:
        self.holds(self.members)
        return [
            f"{one} moved in or out"
            for one in self.everything
            if not red(self.holds, self.members ^ {one})
        ]


@dataclass(frozen=True, kw_only=True)
class Lines(Generic[K]):
    """A list; `stranger` is what no line says."""

    name: str
    lines: Sequence[K]
    stranger: K
    holds: Callable[[Sequence[K]], None]

    def unnoticed(self) -> Sequence[str]:
        self.holds(self.lines)
        return [what for what, lines in self._spoiled() if not red(self.holds, lines)]

    def _spoiled(self) -> Iterator[tuple[str, Sequence[K]]]:
        for n, line in enumerate(self.lines):
            yield f"without {line}", (*self.lines[:n], *self.lines[n + 1 :])
            yield f"{line} altered", (*self.lines[:n], self.stranger, *self.lines[n + 1 :])


def red(test: Callable[[R], None], table: R) -> bool:
    """Whether a test that is green on the true table fails on this one."""
    try:
        test(table)
    except (Exception, pytest.fail.Exception):
        return True
    return False


def rebound(function: Callable[P, R], **names: object) -> Callable[P, R]:
    """The same code reading other tables: a copy of `function` with these module names."""
    original = cast("FunctionType", function)
    copy = FunctionType(
        original.__code__,
        {**original.__globals__, **names},
        original.__name__,
        original.__defaults__,
        original.__closure__,
    )
    copy.__kwdefaults__ = original.__kwdefaults__
    return cast("Callable[P, R]", copy)
