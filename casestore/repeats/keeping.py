"""
Claiming a key, keeping the answer, giving it again, and letting go of it.

The claim is the first thing of the transaction that does the deed, and the answer the last: both
are there or neither. Of two at once, the second waits for the first to be committed or undone.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import delete, update
from starlette.responses import Response

from casestore.edge import Store, Writing
from casestore.keyring import seal, unseal
from casestore.problems import Problem
from casestore.repeats.rules import KEPT_FOR, may_hear_again
from casestore.repeats.seen import relations_now
from casestore.repeats.tables import KeptAnswer
from casestore.threads.keys import TEAM, fingerprint, owned_key
from casestore.upserts import insert_into
from casestore.users.sessions import Visitor

log = logging.getLogger(__name__)

EVERY: Final = 3600.0  # seconds
HEADERS: Final = ("content-type", "etag", "location")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A write that somebody asks for under a key of theirs."""

    who: Visitor
    key: str = field(repr=False)
    content: bytes = field(repr=False)

    def row(self, store: Store) -> bytes:
        """Name the row: other people's same key is another row."""
        return fingerprint(store, b"repeat", self.who.id.encode(), self.key.encode())

    def written(self, store: Store) -> bytes:
        """Recognise what the write says, without keeping it."""
        return fingerprint(store, b"repeated", self.content)


async def claim(writing: Writing, asked: Claim) -> Response | None:
    """Claim the key for this transaction; the first answer when it has been used."""
    store, session, row = writing.store, writing.session, asked.row(writing.store)
    over = KeptAnswer.kept_at <= writing.now - KEPT_FOR
    await session.execute(delete(KeptAnswer).where(KeptAnswer.key == row, over))
    claimed = await session.scalar(
        insert_into(session, KeptAnswer)
        .values(
            key=row,
            team=writing.team,
            user=asked.who.id,
            content=asked.written(store),
            kept_at=writing.now,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(KeptAnswer.key)
    )
    if claimed is not None:
        return None
    return await _again(writing, asked, await session.get_one(KeptAnswer, row))


async def keep(writing: Writing, asked: Claim, response: Response) -> None:
    """Keep the answer with the deed; one that is a refusal lets the key go."""
    await writing.session.flush()
    mine = KeptAnswer.key == asked.row(writing.store)
    if response.status_code >= 400:
        await writing.session.execute(delete(KeptAnswer).where(mine))
        return
    # What the deed itself has put out of their sight was theirs to be told of.
    now = await relations_now(writing, asked.who, writing.met)
    told = {
        "status": response.status_code,
        "headers": {name: response.headers[name] for name in HEADERS if name in response.headers},
        "body": bytes(response.body).decode(),
        "role": asked.who.role,
        "met": [[*thing, relation] for thing, relation in now.items() if relation is not None],
    }
    sealed = seal(
        await _secret(writing, asked), json.dumps(told).encode(), bound_to=_place(writing, asked)
    )
    await writing.session.execute(
        update(KeptAnswer)
        .where(mine)
        .values(content=asked.written(writing.store), answer=sealed)
        .execution_options(synchronize_session=False)
    )


async def forget_answers(writing: Writing) -> None:
    """Empty every kept answer, when somebody is deleted: that a write was done stays known."""
    await writing.session.execute(
        update(KeptAnswer)
        .values(content=None, answer=None)
        .execution_options(synchronize_session=False)
    )


async def forget_account(writing: Writing, user: str) -> None:
    """Let go of everything that is kept for an account."""
    await writing.session.execute(delete(KeptAnswer).where(KeptAnswer.user == user))


async def sweep(store: Store) -> None:
    """Let go of what has been kept long enough."""
    async with store.database.writing() as session:
        over = KeptAnswer.kept_at <= store.clock() - KEPT_FOR
        await session.execute(delete(KeptAnswer).where(over))


@asynccontextmanager
async def swept(store: Store) -> AsyncIterator[None]:
    """Sweep while the store serves: when it begins, and every hour."""

    async def hourly() -> None:
        while True:
            try:
                await sweep(store)
            except Exception as failure:
                log.error("sweep failed kind=%s", type(failure).__name__)
            await asyncio.sleep(EVERY)

    await sweep(store)
    task = asyncio.create_task(hourly())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again(writing: Writing, asked: Claim, row: KeptAnswer) -> Response:
    if row.answer is None or row.content is None:
        raise Problem(409, "answer-gone", "It was done; what was answered is not kept any longer.")
    if not hmac.compare_digest(row.content, asked.written(writing.store)):
        raise Problem(422, "idempotency-key-reused", "The key was used for another write.")
    secret = await _secret(writing, asked)
    told = json.loads(unseal(secret, row.answer, bound_to=_place(writing, asked)))
    was = {(kind, its_id): relation for kind, its_id, relation in told["met"]}
    now = await relations_now(writing, asked.who, was)
    if not may_hear_again(role=asked.who.role, was_role=told["role"], was=was, now=now):
        raise Problem(404, "not-found")
    return Response(told["body"], told["status"], told["headers"])


async def _secret(writing: Writing, asked: Claim) -> bytes:
    team = await owned_key(writing, TEAM)
    return hmac.digest(team, b"kept answer/" + asked.key.encode(), "sha256")


def _place(writing: Writing, asked: Claim) -> str:
    return f"kept_answers/{asked.row(writing.store).hex()}"
