"""
A youth's case record with canaries in it, kept and deleted over HTTP in the real case store.

The thread is one that the bridge knows nothing of: what it forgets of its own is `Story`'s.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from casestore.database import opened
from casestore.deletions.tables import Deletion
from casestore.users.tables import User
from tests.casestore.deleting import CANARIES, carries_out, everything, made, proposes
from tests.casestore.deleting_reasons import REASONS, follows_up, reasons
from tests.casestore.stage import Bridge, Person, Stage, sha256, withdrawal_body
from tests.casestore.test_paper_consents import pdf, registers
from tests.crash.town import TOKEN, Place
from tests.residue.scene import PATIENCE, NothingHappened
from tests.support.clock import StoppedClock

KEPT: Final = {"concern": "tør-ikke-gå-hjem-kanari"}
"""A report of concern outlives the youth's record: it is kept, under a key of its own."""
GONE: Final = {
    **CANARIES,
    **REASONS,
    "withdrawn": "STOPP-kanari",
    "scan": "skrev-under-kanari",
    "scan name": "papir-kanari.pdf",
    "maturity": "forsto-det-hele-kanari",
}
WORDS: Final = {**GONE, **KEPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    at: Place
    stage: Stage = field(repr=False)
    turid: Person
    siri: Person
    amir: Person

    @classmethod
    @asynccontextmanager
    async def of(cls, at: Place) -> AsyncIterator[Self]:
        """The case store must be up: the team logs in."""
        async with AsyncExitStack() as stack:
            bearer = {"Authorization": f"Bearer {TOKEN}"}
            url = at.town.store.url
            http = httpx.AsyncClient(base_url=url, headers=bearer, timeout=PATIENCE)
            stage = Stage(
                # Nobody asks this one: the store is a process of its own.
                app=FastAPI(),
                bridge=Bridge(await stack.enter_async_context(http)),
                settings=at.town.store_settings,
                clock=StoppedClock(datetime.now(UTC)),
                stack=stack,
            )
            logins = ("turid", "siri", "amir")
            turid, siri, amir = [await _person(at, stack, login) for login in logins]
            yield cls(at=at, stage=stage, turid=turid, siri=siri, amir=amir)

    async def is_kept(self) -> None:
        """One of everything, and the leader is about to delete it."""
        stage = self.stage
        person, case = await everything(stage, self.siri)
        await reasons(stage, self.turid, self.siri, self.amir, person, case)
        scan = pdf(f"<< /Type /Catalog /Said ({GONE['scan']}) >>".encode())
        maturity = {"maturity": GONE["maturity"], "purpose": "journal"}
        signed = await registers(self.siri, person, scan, GONE["scan name"], **maturity)
        if signed.status_code != 303:
            raise NothingHappened(signed.text)
        said = withdrawal_body(stage) | {
            "alias": CANARIES["alias"],
            "reply": GONE["withdrawn"],
            "reply_sha256": sha256(GONE["withdrawn"].encode()),
        }
        withdrawn = await stage.bridge.put("withdrawals/w_kanari", said)
        if withdrawn.status_code != 201:
            raise NothingHappened(withdrawn.text)
        await follows_up(self.turid)
        concern = {
            "id": "con_kanari",
            "person": person,
            "receiver": "child_welfare",
            "sent_at": stage.at(-60),
            "about": "Slik er det.",
            "what": KEPT["concern"],
            "told": True,
        }
        await made(self.siri, "/api/concerns", concern)
        held = {"id": "hold_kanari", "person": person, "reason": CANARIES["held"]}
        await made(self.turid, "/api/deletions/holds", held)
        await made(self.turid, "/api/deletions/holds/hold_kanari/lift", {}, 200)
        proposed = await proposes(self.turid, person)
        if proposed.status_code != 201:
            raise NothingHappened(proposed.text)

    async def is_deleted(self) -> None:
        """The second step; then the bridge asks what is deleted, and confirms it by itself."""
        done = await carries_out(self.turid)
        if done.status_code != 200:
            raise NothingHappened(done.text)
        until = time.monotonic() + 2 * PATIENCE
        while not await self._is_confirmed():
            if time.monotonic() > until:
                raise NothingHappened("the bridge's word that it has forgotten too")
            await asyncio.sleep(1)

    async def _is_confirmed(self) -> bool:
        async with opened(self.stage.settings.database_url) as database, database.reading() as it:
            told = (await it.scalars(select(Deletion.confirmed_at))).all()
        return bool(told) and None not in told


async def _person(at: Place, stack: AsyncExitStack, login: str) -> Person:
    async with opened(at.town.store_settings.database_url) as database, database.reading() as it:
        its_id = (await it.scalars(select(User.id).where(User.login == login))).one()
    http = await stack.enter_async_context(at.town.browser(login))
    http.timeout = httpx.Timeout(PATIENCE)
    return Person(id=its_id, login=login, http=http)
