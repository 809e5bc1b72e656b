"""
Instagram as a channel: an account that a youth writes to, over the page it belongs to.

Nobody but the youth can delete anything there. What she takes back herself we are told of, and
what we send comes back as an echo without a mark of ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.meta import convert
from bots.meta.errors import in_our_words
from bots.meta.graph import Graph
from bots.meta.media import fetched
from bots.meta.send_api import said
from bots.pieces import octets, pieces
from bots.values import listed
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import SendFailed

MAX_BYTES: Final = 1000
"""«Send a Message»: text in UTF-8, where an æ is two of them and a heart six."""

CAPABILITIES: Final = Capabilities(
    max_text=MAX_BYTES,  # at the most: it is counted in bytes
    max_file=25 * 1024 * 1024,  # «Send a Message», media types
    buttons=Support.FALLBACK,  # «Quick Replies»: the title is posted as her own message
    edit_ours=Support.REFUSED,
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.FULL,  # «Webhooks», messages: is_deleted
    reads=Support.FULL,  # the same, messaging_seen
    answer_within=timedelta(hours=24),  # «Messaging policy», standard messaging window
    answer_late=timedelta(days=7),  # the same, Human Agent
    keeps_for=timedelta(hours=36),  # «Webhooks», getting started, event notifications
    per_chat=timedelta(seconds=1),
    per_second=100,  # «Rate limits»: 300 a second for an account; we are not alone on it
)

FIELDS: Final = (
    "messages", "message_edit", "message_reactions", "messaging_postbacks", "messaging_seen",
)  # fmt: skip
"""What is to be ticked for the app, by Meta's names («Webhooks for Instagram Messaging»)."""


class InstagramChannel:
    """`human_agent`: Meta has granted the Human Agent permission, so a person may answer late."""

    name: Final = "instagram"

    def __init__(self, graph: Graph, *, page: str, account: str, human_agent: bool) -> None:
        self._graph, self._page, self._account = graph, page, account
        late = CAPABILITIES.answer_late if human_agent else None
        self.capabilities: Final = replace(CAPABILITIES, answer_late=late)

    def read(self, body: bytes) -> Inbound:
        return convert.read(body, marked=False)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, MAX_BYTES, octets)

    async def send(self, to: Address, what: Outbound) -> Ref:
        if octets(what.text) > MAX_BYTES:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        return await said(self._graph, self._page, to, what)

    async def edit(self, to: Address, ref: Ref, text: str) -> None:  # noqa: ARG002  (refused)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(
        self,
        to: Address,  # noqa: ARG002  (refused)
        refs: Sequence[Ref],
    ) -> Mapping[Ref, Erasure]:
        return dict.fromkeys(refs, Erasure.NO_CALL)

    async def answer(self, press: str) -> None:
        """Nothing spins: the buttons are gone as soon as one is chosen."""

    async def fetch(self, file: str, *, limit: int) -> bytes:
        return await fetched(self._graph, file, limit=min(limit, CAPABILITIES.max_file))

    async def alive(self) -> None:
        """Whether Graph answers and knows our token, for our account. Raises `SendFailed`."""
        with in_our_words():
            answer = await self._graph.get(self._account, fields="id")
        if answer.get("id") != self._account:
            raise SendFailed(Reason.REVOKED, retry=True)

    async def subscribed(self) -> bool:
        """Whether Meta calls our app for the page that the account belongs to."""
        with in_our_words():
            answer = await self._graph.get(f"{self._page}/subscribed_apps")
        return any(listed(app, "subscribed_fields") for app in listed(answer, "data"))

    async def subscribe(self) -> None:
        """
        The page's subscription carries the account's events too («Webhooks», set up).

        A new one takes the place of the old: what Messenger asks for besides must stand.
        """
        if await self.subscribed():
            return
        fields = {"subscribed_fields": ",".join(convert.FIELDS)}
        with in_our_words():
            await self._graph.post(f"{self._page}/subscribed_apps", fields)
