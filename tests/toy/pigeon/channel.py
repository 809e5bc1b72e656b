"""Pigeons as a channel: what they can do first, and then the members of `Channel`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import aiohttp

from bots.pieces import pieces, units
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import SendFailed
from tests.toy.pigeon import convert

CAPABILITIES: Final = Capabilities(
    max_text=640,  # «Notes»
    max_file=1_000_000,  # «Boxes»
    buttons=Support.REFUSED,
    edit_ours=Support.REFUSED,
    erase_ours=Support.FULL,  # «Taking a note back»
    erase_theirs=Support.FULL,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=None,
    per_chat=timedelta(seconds=1),
    per_second=10,
)

REFUSALS: Final[Mapping[int, tuple[Reason, bool]]] = {
    401: (Reason.REVOKED, True),
    403: (Reason.BLOCKED, False),
    404: (Reason.GONE, False),
    413: (Reason.TOO_LONG, False),
    429: (Reason.BUSY, True),
}


class PigeonChannel:
    name = "pigeon"
    capabilities = CAPABILITIES

    def __init__(self, http: aiohttp.ClientSession, *, url: str) -> None:
        self._http, self._url = http, url

    def read(self, body: bytes) -> Inbound:
        return convert.inbound(body)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, CAPABILITIES.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:
        if what.buttons:
            raise SendFailed(Reason.NOT_ALLOWED, retry=False)
        if units(what.text) > CAPABILITIES.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        return convert.note(await self._call("POST", "notes", convert.outbound(to, what.text)))

    async def edit(self, to: Address, ref: Ref, text: str) -> None:
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(self, to: Address, refs: Sequence[Ref]) -> Mapping[Ref, Erasure]:
        return {ref: await self._erased(ref) for ref in refs}

    async def answer(self, press: str) -> None: ...

    async def fetch(self, file: str, *, limit: int) -> bytes:
        return await self._call("GET", f"boxes/{file}", limit=limit)

    async def _erased(self, ref: Ref) -> Erasure:
        try:
            await self._call("DELETE", f"notes/{ref}")
        except SendFailed as failed:
            gone = failed.reason is Reason.GONE
            return Erasure.NOT_FOUND if gone else Erasure.UNREACHABLE
        return Erasure.CONFIRMED

    async def _call(
        self, method: str, path: str, body: bytes | None = None, *, limit: int = 100_000
    ) -> bytes:
        try:
            async with self._http.request(method, f"{self._url}/{path}", data=body) as answer:
                if answer.status not in {200, 204}:
                    raise _refused(answer.status, answer.headers.get("Retry-After"))
                taken = await answer.content.read(limit + 1)
                while not answer.content.at_eof() and len(taken) <= limit:
                    taken += await answer.content.read(limit + 1 - len(taken))
        except aiohttp.ClientConnectorError:
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        except (aiohttp.ClientError, TimeoutError):
            raise SendFailed(Reason.NO_ANSWER, retry=False) from None
        if len(taken) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return taken


def _refused(status: int, after: str | None) -> SendFailed:
    # What is no refusal is no answer: it may have been done.
    reason, retry = REFUSALS.get(status, (Reason.NO_ANSWER, False))
    wait = timedelta(seconds=int(after)) if after and after.isdecimal() else None
    return SendFailed(reason, retry=retry, after=wait)
