"""A running case store, the bridge's way into it, and what goes that way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import httpx
import pytest

from bridge.domain.canonical import Document, Value
from bridge.domain.ids import ConversationId
from bridge.domain.messages import Attachment
from bridge.ports import (
    CaseRecord,
    RecordRefused,
    Refusal,
)
from casestore.edge import Store
from casestore.links.tables import LinkCode
from casestore.threads.keys import fingerprint
from casestore.users.tables import User

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
AT = "2026-11-03T12:00:00.000Z"
TOKEN = "a-credential-for-tests-only"
CHAT = ConversationId("c_1")
PHOTO = b"\x89PNG not really \x00\xff"
FILE = Attachment(
    id="a_1", name="bilde.png", type="image/png", size=len(PHOTO), sha256=sha256(PHOTO).hexdigest()
)


def hexed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def consent(answer: str = "yes", text: str = "Kan vi skrive journal?") -> Document:
    return {
        "thread": "t_1", "alias": "Blå rev", "channel": "telegram", "purpose": "journal",
        "answer": answer, "text_id": "consent.journal", "text_version": "2026-11-1",
        "language": "nb", "text": text, "text_sha256": hexed(text), "reply": "JA",
        "reply_sha256": hexed("JA"), "how": "button", "question_ref": "1", "reply_ref": "2",
        "asked_at": AT, "shown_at": AT, "answered_at": AT, "asked_by": "bot",
        "conversation": CHAT,
    }  # fmt: skip


WITHDRAWAL: Document = {
    "thread": "t_1", "alias": "Blå rev", "channel": "telegram", "purpose": "journal",
    "reply": "STOPP", "reply_sha256": hexed("STOPP"), "reply_ref": "3", "answered_at": AT,
    "conversation": CHAT,
}  # fmt: skip

HEADER: Document = {
    "v": 1, "conversation": CHAT, "thread": "t_1", "alias": "Blå rev", "channel": "telegram",
    "team": "utekontakten", "opened_at": AT, "sealed_at": AT, "sealed_by": "clock",
    "topics": ["school"], "salt": "5a" * 32,
}  # fmt: skip


def transcript(text: str = "hei, er det noen der? 🦊", *, photo: bool = False) -> Document:
    attached: list[Value] = [
        {"id": FILE.id, "name": FILE.name, "type": FILE.type, "size": FILE.size,
         "sha256": FILE.sha256}
    ]  # fmt: skip
    message: Document = {
        "seq": 1, "at": AT, "by": "youth", "author": None, "kind": "said", "text": text,
        "of": None, "state": None, "attachments": attached if photo else [],
    }  # fmt: skip
    return {**HEADER, "case": None, "consent": "k_1", "messages": [message]}


CONTACT: Document = {
    **HEADER, "count_youth": 3, "count_caseworker": 2, "count_attachments": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A running case store, and the bridge's way into it."""

    store: Store
    http: httpx.AsyncClient
    record: CaseRecord

    async def hires(self, employee: str, role: str, code: str) -> None:
        """Give an employee an account, and a code to link it with."""
        async with self.store.database.writing() as session:
            session.add(
                User(
                    id=employee, team="utekontakten", login=employee, name="Kari Prøve",
                    role=role, password="-", active=True, failures=0, created_at=NOW,
                    totp_step=0, password_temporary=False,
                )
            )  # fmt: skip
            await session.flush()
            session.add(
                LinkCode(
                    code_hash=fingerprint(self.store, b"code", code.encode()),
                    team="utekontakten", user=employee, expires_at=NOW + timedelta(minutes=10),
                )
            )  # fmt: skip


@asynccontextmanager
async def refused(refusal: Refusal) -> AsyncIterator[None]:
    with pytest.raises(RecordRefused) as caught:
        yield
    assert caught.value.refusal is refusal
