"""Writing in the transfer log: the row of a conversation, its copies, and whose it is."""

from collections.abc import Iterable

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
        row = Transfer(
            conversation=conversation,
            team=writing.team,
            status=Status.UNDER_WAY,
            first_at=writing.now,
        )
        writing.session.add(row)
        await writing.session.flush()
    return row


async def name_thread(writing: Writing, row: Transfer, *, thread: str, alias: str) -> bytes:
    """Note whose conversation it is, the alias encrypted; give the thread's data key."""
    key = await thread_key(writing, thread)
    row.thread = thread
    row.alias = seal(key, alias.encode(), bound_to=f"transfers/{row.conversation}/alias")
    return key


async def belongs_to(writing: Writing, transfer: Transfer, caseworkers: Iterable[str]) -> None:
    """Note whose transfer it is; the clock is nobody."""
    for caseworker in sorted(set(caseworkers) - {BY_THE_CLOCK}):
        await writing.session.execute(
            insert_into(writing.session, TransferCaseworker)
            .values(
                conversation=transfer.conversation,
                caseworker=caseworker,
                team=writing.team,
                first_at=transfer.first_at,
            )
            .on_conflict_do_nothing()
        )


async def settle(writing: Writing, row: Transfer) -> None:
    """Compute anew where the transfer has come to."""
    await writing.session.flush()
    verdicts = await writing.session.scalars(
        select(Copy.verdict).where(Copy.conversation == row.conversation).distinct()
    )
    row.status = status(
        Known(
            stored=row.stored_at is not None,
            refused=row.refused is not None,
            digest=row.digest,
            read_back=row.read_back_digest,
            forgotten=row.forgotten_at is not None,
            verdicts=frozenset(verdicts),
        )
    )
