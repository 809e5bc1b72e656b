"""
Messenger as a channel: a page that a youth writes to, over Meta's Send API.

Words go as plain text. Meta offers nobody a way to delete what has been sent, so nothing is ever
called erased here: the youth's own app is the only place where it can be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bots.meta import comments as comments_under
from bots.meta import convert
from bots.meta.errors import in_our_words
from bots.meta.graph import Graph
from bots.meta.media import fetched
from bots.meta.send_api import said
from bots.pieces import pieces, units
from bots.values import listed
from bridge.domain.capabilities import Capabilities, Support
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import SendFailed

CAPABILITIES: Final = Capabilities(
    max_text=2000,  # «Send Messages», text
    max_file=25 * 1024 * 1024,  # «Send Messages», attachments
    buttons=Support.FALLBACK,  # «Quick replies»: the title is posted as her own message
    edit_ours=Support.REFUSED,
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,  # «Webhook events»: no field for it, on Messenger
    reads=Support.FULL,
    answer_within=timedelta(hours=24),  # «Messaging policy», standard messaging window
    answer_late=timedelta(days=7),  # the same, Human Agent
    keeps_for=timedelta(hours=36),  # «Webhooks», getting started, event notifications
    per_chat=timedelta(seconds=1),
    per_second=100,  # «Rate limits»: 300 a second for a page; we are not alone on it
)


class MessengerChannel:
    """
    `human_agent`: Meta has granted the Human Agent permission, so a person may answer late.
    `comments`: those under the page's posts are told to us, and answered once in private.
    """

    name: Final = "messenger"

    def __init__(
        self, graph: Graph, *, page: str, human_agent: bool, comments: bool = False
    ) -> None:
        self._graph, self._page = graph, page
        self._fields = (*convert.FIELDS, comments_under.FIELD) if comments else convert.FIELDS
        late = CAPABILITIES.answer_late if human_agent else None
        self.capabilities: Final = replace(CAPABILITIES, answer_late=late)

    def read(self, body: bytes) -> Inbound:
        return convert.read(body)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, CAPABILITIES.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:
        if units(what.text) > CAPABILITIES.max_text:
            raise SendFailed(Reason.TOO_LONG, retry=False)
        mark = {} if what.delivery is None else {"metadata": f"{convert.MARK}{what.delivery}"}
        return await said(self._graph, self._page, to, what, **mark)

    async def edit(self, to: Address, ref: Ref, text: str) -> None:  # noqa: ARG002  (refused)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(
        self,
        to: Address,  # noqa: ARG002  (refused)
        refs: Sequence[Ref],
    ) -> Mapping[Ref, Erasure]:
        return dict.fromkeys(refs, Erasure.NO_CALL)

    async def invite(self, comment: str, text: str) -> None:
        await comments_under.answer(self._graph, self._page, comment, text)

    async def answer(self, press: str) -> None:
        """Nothing spins: the buttons are gone as soon as one is chosen."""

    async def fetch(self, file: str, *, limit: int) -> bytes:
        return await fetched(self._graph, file, limit=min(limit, CAPABILITIES.max_file))

    async def alive(self) -> None:
        """Whether Graph answers and knows our token, as our page. Raises `SendFailed`."""
        with in_our_words():
            answer = await self._graph.get("me", fields="id")
        if answer.get("id") != self._page:
            raise SendFailed(Reason.REVOKED, retry=True)

    async def subscribed(self) -> bool:
        """Whether Meta calls our app for all that we listen for. Raises `SendFailed`."""
        with in_our_words():
            answer = await self._graph.get(f"{self._page}/subscribed_apps")
        told = {
            field
            for app in listed(answer, "data")
            for field in listed(app, "subscribed_fields")
            if isinstance(field, str)
        }
        return told >= set(self._fields)

    async def subscribe(self) -> None:
        """
        Have Meta call our app for this page, and put «Kom i gang» where she begins.

        Page, «Subscribed Apps»; Messenger Profile, «Get Started». Raises `SendFailed`.
        """
        fields = {"subscribed_fields": ",".join(self._fields)}
        profile = {"get_started": {"payload": convert.START}}
        with in_our_words():
            await self._graph.post(f"{self._page}/subscribed_apps", fields)
            await self._graph.post(f"{self._page}/messenger_profile", profile)
