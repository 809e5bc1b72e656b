"""
WhatsApp as a channel: a number that a youth writes to, over Meta's Cloud API.

The Cloud API deletes no message, ours or theirs, so nothing is ever called erased here; a file
that was sent to us is, as soon as we have it. Templates, which may be sent at any time, are not
used: a day after the youth's last word we are silent, and say so to the team.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from bots.calling import nothing_changed
from bots.meta import whatsapp_convert
from bots.meta.convert import MARK
from bots.meta.errors import ON_WHATSAPP, in_our_words
from bots.meta.graph import Graph, Refusal
from bots.meta.media import fetched
from bots.meta.whatsapp_choices import said
from bots.pieces import pieces, units
from bots.values import held, listed, number
from bots.values import said as told
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import SendFailed

CAPABILITIES: Final = Capabilities(
    max_text=4096,  # «Text messages», body
    max_file=100 * 1024 * 1024,  # «Media», documents
    buttons=Support.FALLBACK,  # «Interactive reply buttons»: a tap is a message of her own
    edit_ours=Support.REFUSED,
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,  # «Revoke messages»: only for a number that is in the app too
    reads=Support.FULL,
    answer_within=timedelta(hours=24),  # «Send messages», customer service windows
    answer_late=None,
    keeps_for=timedelta(days=7),  # «Set up webhooks», webhook delivery failure
    per_chat=timedelta(seconds=6),  # «Throughput», pair rate limits
    per_second=20,  # the same: 80, and 20 for a number that is in the app too
)

log = logging.getLogger(__name__)


class WhatsAppChannel:
    """`number` is the id of ours at Meta, and `account` of the account that it belongs to."""

    name: Final = "whatsapp"
    capabilities: Final = CAPABILITIES

    def __init__(self, graph: Graph, *, number: str, account: str) -> None:
        self._graph, self._number, self._account = graph, number, account

    def read(self, body: bytes) -> Inbound:
        return whatsapp_convert.read(body)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, CAPABILITIES.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:
        if units(what.text) > CAPABILITIES.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        asked: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            # «Business-scoped user IDs»: a number goes as `to`, such an id as `recipient`.
            ("to" if to.isdecimal() else "recipient"): to,
            **said(what),
        }
        if what.delivery is not None:
            asked["biz_opaque_callback_data"] = f"{MARK}{what.delivery}"
        with in_our_words(ON_WHATSAPP):
            answer = await self._graph.post(f"{self._number}/messages", asked)
        ref = next((told(each, "id") for each in listed(answer, "messages")), "")
        if not ref:
            # It was taken, and we were not told as what.
            raise SendFailed(Reason.NO_ANSWER, retry=False)
        log.debug("sent units=%d buttons=%d", units(what.text), len(what.buttons))
        return Ref(ref)

    async def edit(self, to: Address, ref: Ref, text: str) -> None:  # noqa: ARG002  (refused)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(
        self,
        to: Address,  # noqa: ARG002  (refused)
        refs: Sequence[Ref],
    ) -> Mapping[Ref, Erasure]:
        return dict.fromkeys(refs, Erasure.NO_CALL)

    async def answer(self, press: str) -> None:
        """Nothing spins: a choice is posted as a message."""

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """«Media»: the id gives an address that holds for five minutes, and asks for the token."""
        most = min(limit, CAPABILITIES.max_file)
        if not _is_id(file):
            raise SendFailed(Reason.GONE, retry=False)
        with nothing_changed(), in_our_words(ON_WHATSAPP):
            try:
                about = await self._graph.get(file, phone_number_id=self._number)
            except Refusal as refusal:
                if refusal.code == UNKNOWN:
                    raise SendFailed(Reason.GONE, retry=False) from None
                raise
        if (number(about, "file_size") or 0) > most:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        url = told(about, "url")
        return await fetched(self._graph, url, limit=most, headers=self._graph.bearer)

    async def release(self, file: str) -> None:
        """«Media», delete; what is not deleted so goes by itself after thirty days."""
        if not _is_id(file):
            return
        try:
            with in_our_words(ON_WHATSAPP):
                await self._graph.delete(file, phone_number_id=self._number)
        except SendFailed as failed:
            log.warning("a file was left at the platform reason=%s", failed.reason)

    async def alive(self) -> None:
        """Whether Graph answers and knows our token, for our number. Raises `SendFailed`."""
        with in_our_words(ON_WHATSAPP):
            answer = await self._graph.get(self._number, fields="id")
        if told(answer, "id") != self._number:
            raise SendFailed(Reason.REVOKED, retry=True)

    async def subscribed(self) -> bool:
        """Whether Meta calls an app for our account. Raises `SendFailed`."""
        with in_our_words(ON_WHATSAPP):
            answer = await self._graph.get(f"{self._account}/subscribed_apps")
        apps = (held(app, "whatsapp_business_api_data") for app in listed(answer, "data"))
        return any(app is not None for app in apps)

    async def subscribe(self) -> None:
        """«Subscribe to a WhatsApp Business Account»; the fields are chosen for the app."""
        with in_our_words(ON_WHATSAPP):
            await self._graph.post(f"{self._account}/subscribed_apps", {})


UNKNOWN: Final = 100
"""«Unsupported get request: object with this id does not exist» (subcode 33), and the like."""


def _is_id(file: str) -> bool:
    return file.isascii() and file.isdecimal() and len(file) < 65
