"""
What a transaction is yet to write: rows that are made one by one go to the database together.

Whatever else is asked of the database waits until they are there (`Work`), so that a transaction
sees all that it has written, and they are there before it ends. What is made for sixteen messages
is then told at once, and not sixteen times (docs/decisions/0033).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, Update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.vault.several import insert_all

Values = Mapping[str, Any]


class NotAsRead(RuntimeError):
    """
    A row that was read, and is to be changed, is not there.

    No `LookupError`: whoever asks for something else meanwhile must not take it for theirs.
    """


@dataclass(slots=True)
class Later:
    _rows: dict[Table, list[Values]] = field(default_factory=dict)
    _changes: dict[tuple[Update, object], Values] = field(default_factory=dict)

    def insert(self, table: Table, row: Values) -> None:
        """Rows of a table have all the same columns, and go in the order they were made."""
        self._rows.setdefault(table, []).append(row)

    def change(self, which: Update, its: object, values: Values) -> None:
        """`its`: which row; of two changes of a column the last counts. Not there: `NotAsRead`."""
        before = self._changes.get((which, its), {})
        self._changes[which, its] = {**before, **values}

    async def write(self, connection: AsyncConnection) -> None:
        """What could not be written is still to be, so that nobody goes on as if it had been."""
        for table, made in self._rows.items():
            await insert_all(connection, table, made)
        for which, changed in self._alike():
            done = await connection.execute(which, changed)
            if done.rowcount != len(changed):
                raise NotAsRead(which.table)
        self._rows.clear()
        self._changes.clear()

    def _alike(self) -> Iterator[tuple[Update, list[Values]]]:
        """Those of the same columns go together."""
        alike: dict[tuple[Update, tuple[str, ...]], list[Values]] = {}
        for (which, _), values in self._changes.items():
            alike.setdefault((which, tuple(values)), []).append(values)
        return ((which, changed) for (which, _), changed in alike.items())

    def __bool__(self) -> bool:
        return bool(self._rows or self._changes)
