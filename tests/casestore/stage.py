"""The case store on a stage: the bridge on one side, people with browsers on the other."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import rfc8785
from argon2 import PasswordHasher
from fastapi import FastAPI

from casestore.edge import Reading, Store, Writing
from casestore.ids import new_id
from casestore.oidc.settings import OidcSettings
from casestore.settings import Settings
from casestore.times import day_of, write_time
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.support.clock import StoppedClock
from tests.support.record_app import record_app

TOKEN = "a-service-credential-for-tests"
PASSWORD = "korrekt hest batteri"
SITE = "http://store.test"
# A hash says by itself how dear it is to check. How ours are made is tested with the accounts.
QUICKLY_CHECKED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Bridge:
    """The bridge's side: it carries the service credential."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def put(self, path: str, body: object) -> httpx.Response:
        return await self.http.put(f"/api/bridge/{path}", json=body)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/api/bridge/{path}")

    async def put_file(self, conversation: str, its_id: str, file: bytes) -> httpx.Response:
        return await self.http.put(
            f"/api/bridge/transcripts/{conversation}/attachments/{its_id}",
            content=file,
            headers={"Content-Type": "image/png", "X-Sha256": sha256(file)},
        )

    async def put_files(self, conversation: str, body: bytes) -> httpx.Response:
        return await self.http.put(
            f"/api/bridge/transcripts/{conversation}/attachments",
            content=body,
            headers={"Content-Type": "application/octet-stream"},
        )

    async def tells(self, conversation: str, event_id: str, event: object) -> httpx.Response:
        return await self.put(f"transfers/{conversation}/events/{event_id}", event)


@dataclass(slots=True, kw_only=True)
class Person:
    """An employee with a browser."""

    id: str
    login: str
    http: httpx.AsyncClient = field(repr=False)

    async def sees(self, path: str) -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.text

    async def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', await self.sees("/slack"))
        assert found is not None
        return found[1]

    async def sends(self, path: str, **fields: str) -> httpx.Response:
        """Send one of our own forms, as a browser does."""
        fields.setdefault("form_token", await self.form_token())
        return await self.http.post(path, data=fields)

    async def logs_in(self, password: str = PASSWORD) -> httpx.Response:
        return await self.http.post("/login", data={"login": self.login, "password": password})


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything on the stage."""

    app: FastAPI
    bridge: Bridge
    settings: Settings
    clock: StoppedClock
    stack: AsyncExitStack = field(repr=False)

    @property
    def store(self) -> Store:
        store = self.app.state.store
        assert isinstance(store, Store)
        return store

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        async with self.store.database.reading() as session:
            yield Reading(session=session, store=self.store, now=self.clock.now())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        async with self.store.database.writing() as session:
            yield Writing(session=session, store=self.store, now=self.clock.now())

    async def browser(self) -> httpx.AsyncClient:
        return await self.stack.enter_async_context(
            client(self.app, {"Origin": SITE, "Sec-Fetch-Site": "same-origin"})
        )

    async def person(self, login: str, role: Role = Role.CASEWORKER) -> Person:
        its_id = new_id("e")
        async with self.writing() as writing:
            writing.session.add(
                User(
                    id=its_id,
                    team=writing.team,
                    login=login,
                    name=login.title(),
                    role=role,
                    password=QUICKLY_CHECKED,
                    password_temporary=False,
                    active=True,
                    failures=0,
                    totp_step=0,
                    employed_from=day_of(writing.now),
                    created_at=writing.now,
                )
            )
        person = Person(id=its_id, login=login, http=await self.browser())
        assert (await person.logs_in()).status_code == 303
        return person

    async def leader(self) -> Person:
        return await self.person("tove", Role.TEAM_LEADER)

    def at(self, seconds: float = 0) -> str:
        return write_time(self.clock.now() + timedelta(seconds=seconds))

    async def agreed(self, thread: str = "t_rev", consent: str = "s_1", **changed: Any) -> str:
        """The youth of `thread` has said yes to a journal."""
        body = {**consent_body(self, thread), **changed}
        assert (await self.bridge.put(f"consents/{consent}", body)).status_code == 201
        return consent


@asynccontextmanager
async def staged(
    url: str,
    tmp_path: Path,
    clock: StoppedClock,
    *,
    second_factor: str = "optional",
    oidc: OidcSettings | None = None,
) -> AsyncIterator[Stage]:
    """Set the stage."""
    settings = Settings(
        token=TOKEN,
        database_url=url,
        keyring=tmp_path / "keys" / "casestore.keys",
        team="oslo",
        second_factor=second_factor,
        oidc=oidc,
    )
    app = record_app(settings, clock.now)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(client(app, {"Authorization": f"Bearer {TOKEN}"}))
        yield Stage(app=app, bridge=Bridge(http), settings=settings, clock=clock, stack=stack)


def client(app: FastAPI, headers: dict[str, str]) -> httpx.AsyncClient:
    """A client that speaks to the app without a network."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url=SITE, headers=headers)


def consent_body(stage: Stage, thread: str = "t_rev", answer: str = "yes") -> dict[str, Any]:
    text, reply = "Er det greit at vi skriver ned det vi snakker om?", "JA"
    return {
        "thread": thread,
        "alias": "Blå rev",
        "channel": "telegram",
        "purpose": "journal",
        "answer": answer,
        "text_id": "consent.journal",
        "text_version": "2026-11-1",
        "language": "nb",
        "text": text,
        "text_sha256": sha256(text.encode()),
        "reply": reply,
        "reply_sha256": sha256(reply.encode()),
        "how": "button",
        "question_ref": "4711",
        "reply_ref": "4712",
        "asked_at": stage.at(-30),
        "shown_at": stage.at(-29),
        "answered_at": stage.at(-20),
        "asked_by": "bot",
        "conversation": "c_1",
    }


def withdrawal_body(stage: Stage, thread: str = "t_rev", seconds: float = 0) -> dict[str, Any]:
    return {
        "thread": thread,
        "alias": "Blå rev",
        "channel": "telegram",
        "purpose": "journal",
        "reply": "STOPP",
        "reply_sha256": sha256(b"STOPP"),
        "reply_ref": "4720",
        "answered_at": stage.at(seconds),
        "conversation": "c_1",
    }


def message(seq: int, text: str, *, author: str | None = None, **changed: Any) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": "2026-11-03T11:59:00.000Z",
        "by": "caseworker" if author else "youth",
        "author": author,
        "kind": "said",
        "text": text,
        "of": None,
        "state": "sent" if author else None,
        "attachments": [],
    } | changed


def transcript_body(
    stage: Stage,
    conversation: str = "c_1",
    *,
    thread: str = "t_rev",
    consent: str = "s_1",
    author: str = "e_berit",
    messages: list[dict[str, Any]] | None = None,
    **changed: Any,
) -> dict[str, Any]:
    said = messages or [
        message(1, "hei, er det noen der?"),
        message(2, "Hei! Ja, jeg er her. Hva tenker du på?", author=author),
    ]
    return {
        "v": 1,
        "conversation": conversation,
        "thread": thread,
        "alias": "Blå rev",
        "channel": "telegram",
        "team": "oslo",
        "opened_at": stage.at(-600),
        "sealed_at": stage.at(-5),
        "sealed_by": author,
        "salt": "5a" * 32,
        "case": None,
        "topics": ["school"],
        "consent": consent,
        "messages": said,
    } | changed


def contact_body(
    stage: Stage, conversation: str = "c_9", *, by: str = "e_berit", **changed: Any
) -> dict[str, Any]:
    return {
        "v": 1,
        "conversation": conversation,
        "thread": "t_ola",
        "alias": "Stille elv",
        "channel": "telegram",
        "team": "oslo",
        "opened_at": stage.at(-1800),
        "sealed_at": stage.at(-5),
        "sealed_by": by,
        "count_youth": 3,
        "count_caseworker": 2,
        "count_attachments": 0,
        "topics": ["family"],
        "salt": "a5" * 32,
    } | changed


def copy_event(stage: Stage, copy: str, verdict: str, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "copy",
        "at": stage.at(),
        "copy": copy,
        "place": "slack",
        "whose": "bot",
        "verdict": verdict,
        "evidence": None,
        "until": None,
        "link": None,
    } | changed


def copies_event(stage: Stage, *copies: str) -> dict[str, Any]:
    told = [copy_event(stage, copy, "pending") for copy in copies]
    known = [{k: v for k, v in one.items() if k not in ("kind", "at")} for one in told]
    return {"kind": "copies", "at": stage.at(), "copies": known}


def file_part(its_id: str, raw: bytes, **otherwise: object) -> bytes:
    """A file as it stands among several, with a line before it that may say otherwise."""
    said = {"id": its_id, "type": "image/png", "size": len(raw), "sha256": sha256(raw)}
    return json.dumps(said | otherwise).encode() + b"\n" + raw


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def digest_of(document: Any) -> str:
    """The digest by somebody else's canonical JSON, so that ours is checked too."""
    return sha256(rfc8785.dumps(document))
