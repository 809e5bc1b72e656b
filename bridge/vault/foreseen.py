"""
What a batch will ask for one by one, as it was found for all of it at once.

The batch says which entries it is about, and nothing is looked for until somebody asks. Rows are
as they were found; what the transaction itself changes is forgotten here, and found anew.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Table

from bridge.domain.delivery import Delivery

About = tuple[str, int]
"""An entry: its conversation, and its number there."""


@dataclass(slots=True)
class Foreseen:
    deliveries: dict[str, Row[Any]] = field(default_factory=dict)
    """Held until the transaction ends, by their ids."""
    moved: dict[str, Delivery] = field(default_factory=dict)
    """As they are since, where the rows were found before."""
    copies: dict[str, Row[Any]] = field(default_factory=dict)
    """That they are there, and whose; by their ids."""
    unknown: set[str] = field(default_factory=set)
    """Marks of references under which there is no copy."""
    _about: set[About] = field(default_factory=set)
    _found: dict[Table, dict[About, list[Row[Any]]]] = field(default_factory=dict)

    def expect(self, about: Iterable[About]) -> None:
        """Whatever lies under these entries may be asked for."""
        self._about.update(about)

    def wanted(self, table: Table, one: About) -> Collection[About]:
        """What to look for there, now that this one is asked for: all that nobody has yet."""
        return {one, *(self._about - self._found.get(table, {}).keys())}

    def found(self, table: Table, wanted: Iterable[About], rows: Iterable[Row[Any]]) -> None:
        its = self._found.setdefault(table, {})
        for each in wanted:
            its[each] = []
        for row in rows:
            its[row.conversation, row.seq].append(row)

    def under(self, table: Table, one: About) -> Sequence[Row[Any]] | None:
        """None where it has not been looked for."""
        return self._found.get(table, {}).get(one)

    def everything(self, table: Table) -> Iterable[Row[Any]]:
        return (row for rows in self._found.get(table, {}).values() for row in rows)

    def changed(self, table: Table, conversation: str | None, seq: int | None) -> None:
        """Something has been written there, or is about to be."""
        if conversation is not None and seq is not None and table in self._found:
            self._found[table].pop((conversation, seq), None)

    def forget(self) -> None:
        """Something has been changed that is not known row by row."""
        self.deliveries.clear()
        self.moved.clear()
        self.copies.clear()
        self.unknown.clear()
        self._about.clear()
        self._found.clear()
