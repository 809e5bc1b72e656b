"""
What has come in together, written down in one statement; on PostgreSQL.

A statement that stands alone is a transaction, so that a batch costs one question and one answer
in place of five. Its keys are wrapped before it is asked, under the period that was last found
current; it holds that one, as a transaction would, and takes nothing where it is so no longer.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from sqlalchemy import Text, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert

from bridge.ports import KeyGone
from bridge.vault.inbox import NEW, Letter, drawn
from bridge.vault.keys import CURRENT, NOW_CURRENT
from bridge.vault.tables import data_keys, inbox, key_periods
from bridge.vault.work import Work, our

TRIES: Final = 3
"""A period may close while we wait for whoever closes it; what follows it is seen by a new look."""

WRITTEN: Final = ("id", "source", "event_mark", "body")
"""Of each letter; all are of one team, and arrived at the same moment."""
TEAM: Final = bindparam("our_team", type_=Text())
UNDER: Final = bindparam("under", type_=Text())
NOW: Final = bindparam("now", type_=inbox.c.arrived_at.type)

_told = select(
    *(
        func.unnest(bindparam(column.name, type_=ARRAY(column.type))).label(column.name)
        for column in (*(inbox.c[name] for name in WRITTEN), data_keys.c.wrapped)
    )
).cte("told")
_held = (
    select(key_periods.c.id)
    .where(our(key_periods), key_periods.c.id == UNDER, key_periods.c.state == CURRENT)
    .with_for_update(read=True)
    .cte("held")
)
_new = (
    insert(inbox)
    .from_select(
        ["team", "state", "arrived_at", *WRITTEN],
        select(
            TEAM,
            bindparam("state", NEW, type_=Text()),
            NOW,
            *(_told.c[name] for name in WRITTEN),
        ).where(select(_held.c.id).exists()),
    )
    .on_conflict_do_nothing()
    .returning(inbox.c.id)
    .cte("new")
)
_kept = (
    insert(data_keys)
    .from_select(
        ["team", "owner", "period", "wrapped"],
        select(TEAM, _new.c.id, UNDER, _told.c.wrapped).join_from(
            _new, _told, _told.c.id == _new.c.id
        ),
    )
    .cte("kept")
)
PUT: Final = select(_new.c.id).select_from(_held.outerjoin(_new, true())).add_cte(_kept)
"""The ids of those that are new, or one NULL where none is; nothing where the period is closed."""


class AtOnce:
    """`take_in`, for a connection on which each statement is a transaction."""

    def __init__(self) -> None:
        self._under = ""

    async def take_in(self, work: Work, letters: Sequence[Letter]) -> list[bool]:
        """Put letters on disk; for each, whether it came for the first time."""
        keys, rows = drawn(work, letters)
        lists = {name: [row[name] for row in rows] for name in WRITTEN}
        for _ in range(TRIES):
            with suppress(KeyGone):  # closed, and dropped, since it was current
                told = work.our(
                    under=self._under,
                    now=rows[0]["arrived_at"],
                    wrapped=work.ring.wrap(self._under, [key.key for key in keys]),
                    **lists,
                )
                if new := set((await work.run(PUT, told)).scalars()):
                    return [key.owner in new for key in keys]
            self._under = await work.scalar(NOW_CURRENT, work.our()) or ""
        raise KeyGone("no key period is current")
