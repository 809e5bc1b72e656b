"""Writing in the transfer log: the row of a conversation, its copies, and whose it is."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from casestore.edge import Writing
from casestore.keyring import seal
from casestore.threads.keys import thread_key
from casestore.transfers.rules import Known, Status, status
from casestore.transfers.tables import Copy, Transfer, TransferCaseworker
from casestore.upserts import insert_into

BY_THE_CLOCK = "clock"


async def transfer_row(writing: Writing, conversation: str) -> Transfer:
    """Give the row of a conversation, begun the first time it is heard of. The head is held."""
    row = await writing.session.get(Transfer, conversation)
    if row is None:
        row = _begun(writing, conversation)
        await writing.session.flush()
    return row


async def transfer_rows(writing: Writing, conversations: Sequence[str]) -> dict[str, Transfer]:
    """Give the rows of several, as `transfer_row` does."""
    found = await writing.session.scalars(
        select(Transfer).where(Transfer.conversation.in_(set(conversations)))
    )
    rows = {row.conversation: row for row in found}
    for conversation in conversations:
        if conversation not in rows:
            rows[conversation] = _begun(writing, conversation)
    await writing.session.flush()
    return rows


def _begun(writing: Writing, conversation: str) -> Transfer:
    row = Transfer(
        conversation=conversation,
        team=writing.team,
        status=Status.UNDER_WAY,
        first_at=writing.now,
    )
    writing.session.add(row)
    return row


async def name_thread(writing: Writing, row: Transfer, *, thread: str, alias: str) -> bytes:
    """Note whose conversation it is, the alias encrypted; give the thread's data key."""
    key = await thread_key(writing, thread)
    put_name(row, key, thread=thread, alias=alias)
    return key


def put_name(row: Transfer, key: bytes, *, thread: str, alias: str) -> None:
    """Note whose conversation it is, the alias encrypted under the thread's data key."""
    row.thread = thread
    row.alias = seal(key, alias.encode(), bound_to=f"transfers/{row.conversation}/alias")


async def belongs_to(writing: Writing, transfer: Transfer, caseworkers: Iterable[str]) -> None:
    """Note whose transfer it is; the clock is nobody."""
    await belong_to(writing, [(transfer, caseworker) for caseworker in caseworkers])


async def belong_to(writing: Writing, people: Sequence[tuple[Transfer, str]]) -> None:
    """Note whose several transfers are."""
    rows = {
        (transfer.conversation, caseworker): {
            "conversation": transfer.conversation,
            "caseworker": caseworker,
            "team": writing.team,
            "first_at": transfer.first_at,
        }
        for transfer, caseworker in people
        if caseworker != BY_THE_CLOCK
    }
    if rows:
        once = insert_into(writing.session, TransferCaseworker).on_conflict_do_nothing()
        await writing.session.execute(once, [rows[key] for key in sorted(rows)])


async def settle(writing: Writing, *rows: Transfer) -> None:
    """Compute anew where each transfer has come to."""
    await writing.session.flush()
    told = await writing.session.execute(
        select(Copy.conversation, Copy.verdict)
        .where(Copy.conversation.in_({row.conversation for row in rows}))
        .distinct()
    )
    verdicts: dict[str, set[str]] = {}
    for conversation, verdict in told:
        verdicts.setdefault(conversation, set()).add(verdict)
    for row in rows:
        row.status = status(
            Known(
                stored=row.stored_at is not None,
                refused=row.refused is not None,
                digest=row.digest,
                read_back=row.read_back_digest,
                forgotten=row.forgotten_at is not None,
                verdicts=frozenset(verdicts.get(row.conversation, ())),
            )
        )
