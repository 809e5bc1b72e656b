"""
The case record over HTTP: one direction, one opening, our own ids, nothing taken on trust.

Only what the case store is known to say means yes or no. Everything else, a proxy's page, a
torn answer, a wrong credential, means that it was not reached: nothing is lost, all of it
is tried again, and the exception's text says which (a `Trouble`), for the alarm.
"""

import asyncio
import json
import re
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx

from bridge.casefile import files, several, told
from bridge.casefile.several import CONTACT, CONTACTS, DIGESTS, LINE, LINES, Put
from bridge.casefile.together import Together
from bridge.casefile.told import Trouble
from bridge.domain.canonical import Document, canonical
from bridge.domain.ids import ConversationId, ThreadId
from bridge.domain.messages import Attachment
from bridge.ports import (
    Deletion,
    Employee,
    Join,
    Lapse,
    NotTaken,
    Picture,
    RecordRefused,
    RecordUnreachable,
    Refusal,
    Waiting,
    WrittenDown,
)

REFUSED: Final[Mapping[tuple[int, str], Refusal]] = {
    (409, "no-consent"): Refusal.NO_CONSENT,
    (409, "consent-withdrawn"): Refusal.WITHDRAWN,
    (409, "different-body"): Refusal.DIFFERENT,
    (409, "unreadable"): Refusal.UNREADABLE,
    # What was deleted in the record is not to be filed again: as if the consent were taken back.
    (410, "deleted"): Refusal.WITHDRAWN,
    (404, "not-found"): Refusal.NOT_THERE,
    (404, "unknown-code"): Refusal.UNKNOWN_CODE,
    (409, "already-linked"): Refusal.ALREADY_LINKED,
    (400, "malformed"): Refusal.MALFORMED,
    (413, "too-large"): Refusal.MALFORMED,
    (422, "digest-mismatch"): Refusal.MALFORMED,
    (422, "malformed"): Refusal.MALFORMED,
}
"""
What the case store means for good, by status and problem type (wire format, "Errors").

`attachment-missing` is not here: the attachments are put again before every new try.
"""


TROUBLE: Final[Mapping[int, Trouble]] = {
    401: Trouble.CREDENTIAL,
    403: Trouble.CREDENTIAL,
    429: Trouble.BUSY,
}

JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
WHOLE: Final = frozenset(
    {"employees", "links", "topics", "deletions", "joins", "registrations", CONTACTS}
)
KEPT: Final = 4.0
"""
Seconds a connection may lie still before we let it go: a listener may close it after five, and
what goes out in that instant would read as a case store that is down.
"""
_LARGEST: Final = 4 * 1024 * 1024
_PATH: Final = re.compile(r"[a-z]+(/[A-Za-z0-9_-]{1,64})+")
_PROBLEM: Final = "urn:utebru:"


@asynccontextmanager
async def open_case_record(
    url: str, token: str, *, ca: Path | None = None
) -> AsyncIterator["HttpCaseRecord"]:
    """
    A case record at `url`, with a bounded pool and patience that ends.

    `ca`: who vouches for its certificate, when not the system's own list. Proxies named in
    the environment are not used: there is one opening, and it is this one.
    """
    async with httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=httpx.Timeout(30, connect=5, pool=30),
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=KEPT),
        verify=trusting(url, ca),
        follow_redirects=False,
        trust_env=False,
    ) as http:
        yield HttpCaseRecord(http)


def trusting(url: str, ca: Path | None) -> ssl.SSLContext:
    """Whom we believe; in the clear there is nobody to believe, and the list of all is long."""
    if httpx.URL(url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.create_default_context(cafile=ca)


class HttpCaseRecord:
    """A `bridge.ports.CaseRecord`; `http` carries address, credential, pool and timeouts."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        turn = asyncio.Lock()
        self._lines = Together(self._put, self._put_lines, _size, turn=turn)
        self._contacts = Together(self._put, self._put_contacts, _size, turn=turn)
        self._digests = Together(self._contact, self._contacts_digests, len, turn=turn)

    async def put(self, path: str, document: Document) -> None:
        put = Put(path=path, document=document, written=_written(document))
        if LINE.fullmatch(path):
            await self._lines.ask(put)
        elif CONTACT.fullmatch(path):
            await self._contacts.ask(put)
        else:
            await self._put(put)

    async def _put(self, put: Put) -> None:
        await self._call("PUT", put.path, put.written, JSON)

    async def _put_lines(self, puts: Sequence[Put]) -> Sequence[None]:
        await self._call("PUT", LINES, _written(several.lines(puts)), JSON)
        return [None] * len(puts)

    async def _put_contacts(self, puts: Sequence[Put]) -> Sequence[None]:
        await self._call("PUT", CONTACTS, _written(several.contacts(puts)), JSON)
        return [None] * len(puts)

    async def put_attachments(
        self, conversation: ConversationId, those: Sequence[tuple[Attachment, bytes]]
    ) -> None:
        await files.put(self._call, conversation, those)

    async def digest(self, kind: str, conversation: ConversationId) -> str:
        if kind == CONTACTS:
            return await self._digests.ask(conversation)
        return await self._digest(kind, conversation)

    async def _digest(self, kind: str, conversation: ConversationId) -> str:
        said = await self._call("GET", f"{kind}/{conversation}/digest")
        if said.get("conversation") != conversation:
            raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
        return told.digest(said)

    async def _contact(self, conversation: ConversationId) -> str:
        return await self._digest(CONTACTS, conversation)

    async def _contacts_digests(self, asked: Sequence[ConversationId]) -> Sequence[str]:
        said = await self._call("GET", DIGESTS, params={"of": ",".join(asked)})
        return several.digests(said, asked)

    async def employees(self) -> Sequence[Employee]:
        said = await self._call("GET", "employees")
        return [told.employee(each) for each in told.objects(said, "employees")]

    async def link(self, code: str, user: str) -> Employee:
        body = _written({"code": code, "slack_user": user})
        said = await self._call("POST", "links", body, JSON)
        return Employee(
            id=told.text(said, "employee"), role=told.text(said, "role"), active=True, user=user
        )

    async def cases(self, thread: ThreadId) -> Sequence[str]:
        said = (await self._call("GET", f"threads/{thread}/cases")).get("cases")
        if not isinstance(said, list) or not all(isinstance(case, str) for case in said):
            raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
        return said

    async def topics(self) -> Sequence[tuple[str, str]]:
        said = await self._call("GET", "topics")
        return [
            (told.text(each, "code"), told.text(each, "label"))
            for each in told.objects(said, "topics")
        ]

    async def deletions(self) -> Sequence[Deletion]:
        said = await self._call("GET", "deletions")
        return [told.deletion(each) for each in told.objects(said, "deletions")]

    async def confirm_deletion(self, its_id: str) -> None:
        await self._call("PUT", f"deletions/{its_id}/confirmed", _written({}), JSON)

    async def joins(self) -> Sequence[Join]:
        said = await self._call("GET", "joins")
        return [told.join(each) for each in told.objects(said, "joins")]

    async def confirm_join(self, its_id: str) -> None:
        await self._call("PUT", f"joins/{its_id}/confirmed", _written({}), JSON)

    async def lapse_join(self, its_id: str, why: Lapse) -> None:
        await self._call("PUT", f"joins/{its_id}/lapsed", _written({"why": why.value}), JSON)

    async def written_down(self) -> Sequence[Waiting]:
        said = await self._call("GET", "registrations")
        return [told.waiting(each) for each in told.objects(said, "registrations")]

    async def ask_for(self, its_id: str) -> WrittenDown:
        path = f"registrations/{its_id}/asked"
        found = told.written_down(await self._call("PUT", path, _written({}), JSON))
        if found.id != its_id:
            raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
        return found

    async def picture(self, its_id: str, picture: Picture) -> bytes:
        path = f"registrations/{its_id}/pictures/{picture.id}"
        # In base64, with room for what stands around it.
        said = await self._call("GET", path, at_most=picture.size * 2 + 10_000)
        return told.picture(said, picture)

    async def confirm_taken(self, its_id: str) -> None:
        await self._call("PUT", f"registrations/{its_id}/taken", _written({}), JSON)

    async def not_taken(self, its_id: str, why: NotTaken) -> None:
        body = _written({"why": why.value})
        await self._call("PUT", f"registrations/{its_id}/refused", body, JSON)

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        at_most: int = _LARGEST,
    ) -> Mapping[str, object]:
        if not _PATH.fullmatch(path) and path not in WHOLE:
            raise ValueError("not a path of the case store")
        try:
            async with self._http.stream(
                method, f"/api/bridge/{path}", params=params, content=body, headers=headers
            ) as answer:
                return _understood(answer, await _read(answer, at_most))
        except httpx.HTTPError:
            # Not chained: httpx's own text may name the address.
            raise RecordUnreachable(Trouble.NO_ANSWER) from None


def _size(put: Put) -> int:
    return put.size


def _written(document: Document) -> bytes:
    try:
        return canonical(document)
    except ValueError:
        # A lone surrogate; the error itself would carry the words.
        raise RecordRefused(Refusal.MALFORMED) from None


async def _read(answer: httpx.Response, at_most: int) -> bytes:
    taken = bytearray()
    async for chunk in answer.aiter_bytes():
        taken += chunk
        if len(taken) > at_most:
            raise RecordUnreachable(Trouble.NOT_UNDERSTOOD)
    return bytes(taken)


def _understood(answer: httpx.Response, body: bytes) -> Mapping[str, object]:
    """What was said, if it was a yes; raises what it was otherwise."""
    status = answer.status_code
    mime = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    said = _object(body) if mime in {"application/json", "application/problem+json"} else None
    if said is not None and status in {200, 201} and mime == "application/json":
        return said
    code = str((said or {}).get("type", "")).removeprefix(_PROBLEM)
    if mime == "application/problem+json" and (refusal := REFUSED.get((status, code))):
        raise RecordRefused(refusal)
    if (status, code) == (422, Trouble.ATTACHMENT_MISSING):
        raise RecordUnreachable(Trouble.ATTACHMENT_MISSING)
    otherwise = Trouble.FAILING if status >= 500 else Trouble.NOT_UNDERSTOOD
    raise RecordUnreachable(TROUBLE.get(status, otherwise))


def _object(body: bytes) -> Mapping[str, object] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


__all__ = ["HttpCaseRecord", "Trouble", "open_case_record"]
