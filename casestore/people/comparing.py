"""
Comparing persons, so that those who may be one are known before anybody asks.

What is found is pairs of ids, and codes for why; what they share is in memory alone
(`casestore.people.marked`), and made anew when the store opens. Then everybody is compared, some
at a time; after that only who is new or changed, which the audit tells, whichever process did it.
Every pair is looked at, both decrypted, in the transaction that writes it.
"""

import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Final

from sqlalchemy import delete, or_, select

from casestore.audit.tables import AuditEvent, AuditHead
from casestore.database import ReadSession
from casestore.deletions.carrying_out import CARRIED_OUT
from casestore.edge import Reading, Store, Writing
from casestore.people.details import details_of_all
from casestore.people.keeping import CHANGED, CREATED
from casestore.people.likeness import Why, alike, known_name, similar
from casestore.people.marked import Marked
from casestore.people.tables import Compared, Person, PersonPair
from casestore.upserts import insert_into

SOME: Final = 50
"""So many are decrypted before anybody else gets a turn: a few thousandths of a second."""

Pair = tuple[str, str]
Found = Mapping[Pair, frozenset[Why]]
Rest = Callable[[float], Awaitable[None]]


async def _at_once(_worked: float) -> None:
    """Do not rest."""


@dataclass(slots=True, kw_only=True)
class Comparing:
    """Who has been compared so far, in this process; `rest` is done after each few."""

    store: Store
    rest: Rest = _at_once
    _marked: Marked = field(default_factory=Marked, init=False, repr=False)
    _upto: int | None = field(default=None, init=False)

    async def catch_up(self) -> None:
        """Compare whoever is new or changed; the first time, everybody."""
        at = self.store.clock()
        if self._upto is None:
            upto = await self._head()
            await self._everybody()
            self._upto = upto
        while await self._changed_since(self._upto):
            pass
        await self._told(at)

    async def _everybody(self) -> None:
        """Mark everybody, find who share what, and look again at those of whom else is kept."""
        after: str | None = ""
        while after is not None:
            begun = time.monotonic()
            async with self.store.database.reading() as session:
                wanted = select(Person).where(Person.id > after).order_by(Person.id).limit(SOME)
                persons = list(await session.scalars(wanted))
                await self._mark(self._reading(session), persons)
            after = persons[-1].id if persons else None
            await self.rest(time.monotonic() - begun)
        now = await self._all_pairs()
        async with self.store.database.reading() as session:
            before = await _pairs_of(self._reading(session))
        for one in sorted(
            {pair[0] for pair in {*before, *now} if before.get(pair) != now.get(pair)}
        ):
            begun = time.monotonic()
            await self._compare(one)
            await self.rest(time.monotonic() - begun)

    async def _all_pairs(self) -> Found:
        """Give all pairs there are. Of those who were born on one day the names are looked at."""
        found: dict[Pair, set[Why]] = defaultdict(set)
        for why, ids in list(self._marked.groups()):
            begun, pairs = time.monotonic(), combinations(ids, 2)
            if why is Why.BORN:
                names = await self._names(ids)
                for one, other in pairs:
                    if similar(names.get(one, ""), names.get(other, "")):
                        found[one, other].add(why)
                await self.rest(time.monotonic() - begun)
            else:
                for pair in pairs:
                    found[pair].add(why)
        return {pair: frozenset(why) for pair, why in found.items()}

    async def _names(self, ids: Sequence[str]) -> Mapping[str, str]:
        async with self.store.database.reading() as session:
            here = select(Person).where(Person.id.in_(ids), Person.deleted_at.is_(None))
            persons = list(await session.scalars(here))
            known = await details_of_all(self._reading(session), persons)
        return {its_id: known_name(details) for its_id, details in known.items()}

    async def _changed_since(self, upto: int) -> bool:
        """Compare some who have changed since that link; say whether there may be more."""
        begun = time.monotonic()
        deeds = (CREATED, CHANGED, CARRIED_OUT)
        async with self.store.database.reading() as session:
            reading = self._reading(session)
            head = await session.scalar(select(AuditHead.n)) or 0
            found = await session.execute(
                select(AuditEvent.n, AuditEvent.of)
                .where(AuditEvent.what.in_(deeds), AuditEvent.n > upto)
                .order_by(AuditEvent.n)
                .limit(SOME)
            )
            links = found.all()
            ids = {of for _, of in links if of is not None}
            which = or_(Person.id.in_(ids), Person.merged_into.in_(ids))
            persons = list(await session.scalars(select(Person).where(which)))
            touched = await self._mark(reading, persons)
            known = await _pairs_of(reading, sorted(touched))
        await self._settle(touched, known)
        more = len(links) == SOME
        self._upto = links[-1].n if more else head
        if links:
            await self.rest(time.monotonic() - begun)
        return more

    async def _mark(self, reading: Reading, persons: Sequence[Person]) -> set[str]:
        here = [person for person in persons if person.deleted_at is None]
        touched: set[str] = set()
        for person in persons:
            if person.deleted_at is not None:
                touched |= self._marked.drop(person.id)
        for its_id, details in (await details_of_all(reading, here)).items():
            touched |= self._marked.put(its_id, details)
        return touched

    async def _settle(self, touched: Collection[str], known: Collection[Pair]) -> None:
        paired = {its_id for pair in known for its_id in pair}
        for its_id in sorted(touched):
            if its_id in paired or self._marked.near(its_id):
                await self._compare(its_id)

    async def _compare(self, its_id: str) -> None:
        """Keep a person's pairs as they are now; nothing is written where nothing has changed."""
        async with self.store.database.reading() as session:
            before, now = await self._found(self._reading(session), its_id)
        if before == now:
            return
        async with self.store.database.writing() as session:
            writing = Writing(session=session, store=self.store, now=self.store.clock())
            before, now = await self._found(writing, its_id)
            # In an order, so that two processes do not wait for each other.
            for one, other in sorted(before.keys() - now.keys()):
                same = (PersonPair.one == one, PersonPair.other == other)
                await session.execute(delete(PersonPair).where(*same))
            for pair, why in sorted(now.items()):
                if before.get(pair) != why:
                    await _keep(writing, pair, why)

    async def _found(self, asking: Reading | Writing, its_id: str) -> tuple[Found, Found]:
        """Give the pairs of a person that are kept, and those there are."""
        before = await _pairs_of(asking, [its_id])
        shared = self._marked.near(its_id)
        ids = {its_id, *shared, *(each for pair in before for each in pair)}
        wanted = select(Person).where(Person.id.in_(ids)).order_by(Person.id)
        if isinstance(asking, Writing):
            # Whoever deletes or changes one of them meanwhile is waited for, or waits.
            wanted = wanted.with_for_update(read=True)
        rows = await asking.session.scalars(wanted)
        persons = await details_of_all(asking, [row for row in rows if row.deleted_at is None])
        now = {}
        for other in shared.keys() & persons.keys():
            both = {each: persons[each] for each in (its_id, other) if each in persons}
            for pair, why in alike(both).items():
                if own := why & shared[other]:
                    now[pair] = own
        return before, now

    async def _head(self) -> int:
        async with self.store.database.reading() as session:
            return await session.scalar(select(AuditHead.n)) or 0

    async def _told(self, at: datetime) -> None:
        async with self.store.database.writing() as session:
            row = await session.get(Compared, 1)
            if row is None:
                session.add(Compared(id=1, team=self.store.settings.team, at=at))
            else:
                row.at = at

    def _reading(self, session: ReadSession) -> Reading:
        return Reading(session=session, store=self.store, now=self.store.clock())


async def _pairs_of(asking: Reading | Writing, ids: Sequence[str] | None = None) -> Found:
    """Give the pairs that are kept: those of some persons, or all."""
    wanted = select(PersonPair.one, PersonPair.other, PersonPair.why)
    if ids is not None:
        wanted = wanted.where(or_(PersonPair.one.in_(ids), PersonPair.other.in_(ids)))
    rows = await asking.session.execute(wanted)
    return {(one, other): frozenset(map(Why, why.split(","))) for one, other, why in rows}


async def _keep(writing: Writing, pair: Pair, why: frozenset[Why]) -> None:
    told = {"why": ",".join(sorted(why)), "strength": len(why)}
    # Another process may have found them too.
    await writing.session.execute(
        insert_into(writing.session, PersonPair)
        .values(one=pair[0], other=pair[1], team=writing.team, **told)
        .on_conflict_do_update(index_elements=["one", "other"], set_=told)
    )
