"""The log as a page shows it: rows fetched, aliases decrypted, nothing else of the youth."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from casestore.access.gate import may
from casestore.access.relations import transfers_for
from casestore.access.rules import Action, Relation
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, unseal
from casestore.places import Place
from casestore.stuck.tables import Stuck
from casestore.texts.phrases import _
from casestore.threads.keys import TEAM, known_keys
from casestore.transfers.filters import PAGE, Filters
from casestore.transfers.phrases import PLACE, VERDICT, said
from casestore.transfers.rules import took
from casestore.transfers.tables import Copy, Transfer, TransferCaseworker
from casestore.users.sessions import Visitor
from casestore.users.tables import User

UNREADABLE = _("(kan ikke leses)")
COUNTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCount:
    """So many copies in one place have come to one verdict."""

    place: str
    verdict: str
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckLine:
    """Something that is stuck, and since when."""

    kind: str
    reason: str
    since: datetime
    conversation: str | None
    alias: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One transfer as it is shown."""

    transfer: Transfer
    alias: str | None
    caseworkers: Sequence[str]
    copies: Sequence[CopyCount]
    stuck: Sequence[StuckLine]
    waited: timedelta | None
    to_read_back: timedelta | None
    to_forgotten: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """
    A page of the log, and where the next begins; what was asked for and may be seen.

    `count` goes no further than `COUNTED`: the page is made anew every few seconds, and must not
    take longer for each year the log has been kept.
    """

    rows: Sequence[Row]
    count: int
    stuck: Sequence[StuckLine]
    next: Place | None


async def log_page(reading: Reading, who: Visitor, filters: Filters) -> LogPage:
    """Fetch the newest first, of what this employee may see."""
    own = None if may(who, Action.TRANSFER_READ, Relation.NOT_SHARED) else who.id
    by, picked = filters.walked(own)
    where = [*picked, *filters.where(transfers_for(reading, who, Action.TRANSFER_READ), by)]
    some, wanted = select(by.conversation), select(Transfer)
    if by is not Transfer:
        same = by.conversation == Transfer.conversation
        some, wanted = some.join(Transfer, same), wanted.join(by, same)
    some = some.where(*where).limit(COUNTED)
    count = await reading.session.scalar(select(func.count()).select_from(some.subquery()))
    wanted = (
        wanted.where(*where).order_by(by.first_at.desc(), by.conversation.desc()).limit(PAGE + 1)
    )
    if filters.before is not None:
        wanted = wanted.where(filters.before.before(by.first_at, by.conversation))
    found = list(await reading.session.scalars(wanted))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return LogPage(
        rows=await shown(reading, found[:PAGE]),
        count=count or 0,
        stuck=await open_stuck(reading, who),
        next=Place(at=last.first_at, id=last.conversation) if last else None,
    )


async def shown(reading: Reading | Writing, transfers: Sequence[Transfer]) -> list[Row]:
    """Put what belongs to each transfer beside it."""
    ids = [transfer.conversation for transfer in transfers]
    caseworkers = await _caseworkers(reading, ids)
    copies, stuck = await _copies(reading, ids), await _stuck(reading, ids)
    aliases = await aliases_of(reading, transfers)
    return [
        Row(
            transfer=transfer,
            alias=aliases[transfer.conversation],
            caseworkers=caseworkers.get(transfer.conversation, []),
            copies=copies.get(transfer.conversation, []),
            stuck=stuck.get(transfer.conversation, []),
            waited=took(transfer.sealed_at, reading.now) if not transfer.forgotten_at else None,
            to_read_back=took(transfer.sealed_at, transfer.read_back_at),
            to_forgotten=took(transfer.read_back_at, transfer.forgotten_at),
        )
        for transfer in transfers
    ]


async def alias_of(asking: Reading | Writing, transfer: Transfer) -> str | None:
    """Decrypt the alias; one that cannot be read is said so, and the rest is still shown."""
    return (await aliases_of(asking, [transfer]))[transfer.conversation]


async def aliases_of(
    asking: Reading | Writing, transfers: Sequence[Transfer]
) -> dict[str, str | None]:
    """Decrypt the aliases of many, by conversation."""
    owners = {f"thread:{each.thread}" for each in transfers if each.alias and each.thread}
    keys = await known_keys(asking, sorted(owners))
    return {each.conversation: _alias(keys, each) for each in transfers}


def _alias(keys: Mapping[str, bytes], transfer: Transfer) -> str | None:
    if transfer.alias is None or transfer.thread is None:
        return None
    place = f"transfers/{transfer.conversation}/alias"
    return _unsealed(keys.get(f"thread:{transfer.thread}"), transfer.alias, place)


def _unsealed(key: bytes | None, sealed: bytes, place: str) -> str:
    if key is None:
        return UNREADABLE
    try:
        return unseal(key, sealed, bound_to=place).decode()
    except Unreadable:
        return UNREADABLE


async def open_stuck(reading: Reading | Writing, who: Visitor) -> list[StuckLine]:
    """Give what is stuck now: all of it for the team leader, one's own for a caseworker."""
    wanted = (
        select(Stuck)
        .where(Stuck.resolved_at.is_(None), Stuck.team == who.team)
        .order_by(Stuck.since)
    )
    if not may(who, Action.TRANSFER_READ, Relation.NOT_SHARED):
        # What is stuck before the log knows of it belongs to nobody yet.
        own = exists().where(
            Transfer.conversation == Stuck.conversation,
            transfers_for(reading, who, Action.TRANSFER_READ),
        )
        wanted = wanted.where(own)
    return await _lines(reading, list(await reading.session.scalars(wanted.limit(200))))


async def names(reading: Reading | Writing) -> dict[str, str]:
    """Give every employee's name by id."""
    rows = await reading.session.execute(select(User.id, User.name).order_by(User.name))
    return dict(rows.all())


async def _caseworkers(reading: Reading | Writing, ids: Sequence[str]) -> Mapping[str, list[str]]:
    rows = await reading.session.execute(
        select(TransferCaseworker.conversation, TransferCaseworker.caseworker, User.name)
        .outerjoin(User, User.id == TransferCaseworker.caseworker)
        .where(TransferCaseworker.conversation.in_(ids))
        .order_by(User.name)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for conversation, caseworker, name in rows:
        found[conversation].append(name or caseworker)
    return found


async def _copies(reading: Reading | Writing, ids: Sequence[str]) -> Mapping[str, list[CopyCount]]:
    rows = await reading.session.execute(
        select(Copy.conversation, Copy.place, Copy.verdict).where(Copy.conversation.in_(ids))
    )
    counted: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for conversation, place, verdict in rows:
        counted[conversation][place, verdict] += 1
    return {
        conversation: [
            CopyCount(
                place=said(PLACE, place),
                verdict=verdict,
                words=said(VERDICT, verdict),
                count=count,
            )
            for (place, verdict), count in sorted(counts.items())
        ]
        for conversation, counts in counted.items()
    }


async def _stuck(reading: Reading | Writing, ids: Sequence[str]) -> Mapping[str, list[StuckLine]]:
    rows = await reading.session.scalars(
        select(Stuck)
        .where(Stuck.conversation.in_(ids), Stuck.resolved_at.is_(None))
        .order_by(Stuck.since)
    )
    found: dict[str, list[StuckLine]] = defaultdict(list)
    for line in await _lines(reading, list(rows)):
        if line.conversation is not None:
            found[line.conversation].append(line)
    return found


async def _lines(reading: Reading | Writing, rows: Sequence[Stuck]) -> list[StuckLine]:
    named = any(row.alias is not None for row in rows)
    key = (await known_keys(reading, [TEAM])).get(TEAM) if named else None
    return [
        StuckLine(
            kind=row.kind,
            reason=row.reason,
            since=row.since,
            conversation=row.conversation,
            alias=None if row.alias is None else _unsealed(key, row.alias, f"stuck/{row.id}/alias"),
        )
        for row in rows
    ]
