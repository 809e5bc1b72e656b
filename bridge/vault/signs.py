"""When each channel last could reach us."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from bridge.vault.tables import signs_of_life
from bridge.vault.work import Work


class SqlSigns:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def last(self) -> Mapping[str, datetime]:
        rows = await self._work.all(
            select(signs_of_life.c.channel, signs_of_life.c.at).where(
                self._work.ours(signs_of_life)
            )
        )
        return {row.channel: row.at for row in rows}

    async def give(self, channels: Collection[str], at: datetime) -> None:
        if not channels:
            return
        await self._work.run(
            delete(signs_of_life).where(
                self._work.ours(signs_of_life), signs_of_life.c.channel.in_(channels)
            )
        )
        rows = [{"team": self._work.team, "channel": name, "at": at} for name in channels]
        await self._work.connection.execute(insert(signs_of_life), rows)
