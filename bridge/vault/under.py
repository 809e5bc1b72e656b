"""
What lies under an entry: its words, its files, the copies of it, and what is sent because of it.

For all the entries that a batch is about, it is one question, whose text is the same however
many they are. The list of them comes first in the plan, as what is joined to it from without.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    func,
    select,
)

from bridge.vault.foreseen import About
from bridge.vault.tables import attachments, copies, deliveries, entries
from bridge.vault.work import Work, our

ORDER: Final[Mapping[Table, ColumnElement[Any]]] = {
    entries: entries.c.seq,
    attachments: attachments.c.number,
    copies: copies.c.number,
    deliveries: deliveries.c.number,
}
LEFT_WHERE_IT_IS: Final = {attachments.c.body}
"""A file may be large, and is fetched by whoever sends it."""


async def under(work: Work, table: Table, conversation: str, seq: int) -> Sequence[Row[Any]]:
    """In the order they were made; found for the whole batch, where one has been foreseen."""
    about = conversation, seq
    known = work.foreseen.under(table, about)
    if known is None:
        wanted = work.foreseen.wanted(table, about)
        rows = await work.all(_lying(table, shared=work.shared), _values(work, wanted))
        there = [row for row in rows if row.conversation is not None]
        work.foreseen.found(table, wanted, there)
        if table is copies:
            work.foreseen.copies.update((row.id, row) for row in there)
        known = work.foreseen.under(table, about)
    return known or ()


@cache
def _lying(table: Table, *, shared: bool) -> Select[Any]:
    asked_for, conversation, seq = _unnested() if shared else _listed()
    lies = and_(our(table), table.c.conversation == conversation, table.c.seq == seq)
    columns = [column for column in table.c if column not in LEFT_WHERE_IT_IS]
    return select(*columns).select_from(asked_for.outerjoin(table, lies)).order_by(ORDER[table])


Wanted = tuple[FromClause, ColumnElement[str], ColumnElement[int]]


def _unnested() -> Wanted:
    lists = bindparam("talks", type_=ARRAY(Text)), bindparam("numbers", type_=ARRAY(Integer))
    wanted = func.unnest(*lists).table_valued("talk", "no", name="wanted").render_derived()
    return wanted, wanted.c.talk, wanted.c.no


def _listed() -> Wanted:
    """SQLite is given them as one value."""
    wanted = func.json_each(bindparam("pairs", type_=Text)).table_valued("value", name="wanted")
    talk, number = (func.json_extract(wanted.c.value, f"$[{nth}]") for nth in (0, 1))
    return wanted, talk, number


def _values(work: Work, wanted: Collection[About]) -> dict[str, object]:
    if not work.shared:
        return work.our(pairs=json.dumps(list(wanted)))
    return work.our(talks=[talk for talk, _ in wanted], numbers=[seq for _, seq in wanted])
