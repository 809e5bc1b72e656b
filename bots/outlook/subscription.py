"""
Graph calls us when something has come: one subscription, made, renewed and made anew.

What it tells is only that it is time to ask; whatever it fails to tell is found by asking anyway.
Graph, «subscription», «Reduce missing subscriptions and change notifications».
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from bots.outlook.boxes import Box
from bots.outlook.channel import OutlookChannel
from bots.outlook.errors import in_our_words
from bots.outlook.graph import Graph
from bots.values import listed, said
from bridge.domain.delivery import Reason
from bridge.ports import Clock, SendFailed

LIFETIME: Final = timedelta(minutes=10_000)
"""Graph gives 10 080 minutes for a message at the most; what it answers is what counts."""

log = logging.getLogger(__name__)


class Subscription:
    """`url`: where Graph is to call; `state`: by which we know that it is Graph."""

    def __init__(
        self,
        graph: Graph,
        channel: OutlookChannel,
        *,
        url: str,
        state: str,
        clock: Clock,
        box: Box | None = None,
    ) -> None:
        """`box`: one employee's; None: the team's."""
        self._graph, self._clock = graph, clock
        mailbox = (box or channel.box).mailbox
        self._resource = f"/users/{mailbox}/mailFolders('inbox')/messages"
        self._url, self._state = url, state
        self._id: str | None = None
        self._renew_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self._id is not None

    def lost(self) -> None:
        """Graph has removed it."""
        self._id = None

    def expire(self) -> None:
        """Graph wants to see that we still may («reauthorizationRequired»): renewing shows it."""
        self._renew_at = self._clock.now()

    async def tend(self) -> bool:
        """Make it, or renew it when half its life is over; True: it is new. Raises `SendFailed`."""
        with in_our_words():
            if self._id is None:
                await self._remove_older()
                await self._make()
                return True
            if self._renew_at is None or self._clock.now() >= self._renew_at:
                return await self._renew(self._id)
        return False

    async def _make(self) -> None:
        asked = {
            "changeType": "created",
            "notificationUrl": self._url,
            "lifecycleNotificationUrl": self._url,
            "resource": self._resource,
            "expirationDateTime": _told(self._clock.now() + LIFETIME),
            "clientState": self._state,
        }
        made = await self._graph.call("POST", "subscriptions", asked)
        self._id = said(made, "id") or None
        self._noted(said(made, "expirationDateTime"))
        log.info("subscribed")

    async def _renew(self, known: str) -> bool:
        asked = {"expirationDateTime": _told(self._clock.now() + LIFETIME)}
        try:
            with in_our_words():
                answer = await self._graph.call("PATCH", f"subscriptions/{known}", asked)
        except SendFailed as failed:
            # It has lapsed: Graph says that there is no such thing (404, ResourceNotFound).
            if failed.reason not in {Reason.GONE, Reason.REVOKED}:
                raise
            self._id = None
            await self._make()
            return True
        self._noted(said(answer, "expirationDateTime"))
        return False

    async def _remove_older(self) -> None:
        """Those that an earlier run has made: each of them would call us, too."""
        answer = await self._graph.call("GET", "subscriptions")
        for each in listed(answer, "value"):
            ours = said(each, "notificationUrl") == self._url
            # Another mailbox's has the same address, and is its own to see to.
            same = said(each, "resource").strip("/").lower() == self._resource.strip("/").lower()
            if ours and same and said(each, "id"):
                await self._graph.call("DELETE", f"subscriptions/{said(each, 'id')}")

    def _noted(self, until: str) -> None:
        now = self._clock.now()
        try:
            ends = datetime.fromisoformat(until)
        except ValueError:
            ends = now + LIFETIME
        self._renew_at = now + (ends - now) / 2


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
