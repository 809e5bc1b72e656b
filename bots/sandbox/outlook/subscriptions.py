"""
What Graph tells of by itself: subscriptions, and calls to whoever has made them.

«Receive change notifications through webhooks», «Reduce missing subscriptions and change
notifications»: the address must prove that it listens before there is a subscription; a call
tells that something has changed, and nothing of what.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx

from bots.sandbox.outlook import refusals
from bots.sandbox.outlook.refusals import Refused

Json = dict[str, Any]

LONGEST: Final = timedelta(minutes=10_080)
PATIENCE: Final = 10.0
TOKEN: Final = (
    "Validation: Testing client application reachability for subscription Request-Id: æ+&/"
)
OWN: Final = {"missed", "subscriptionRemoved", "reauthorizationRequired"}


@dataclass(slots=True, kw_only=True)
class Subscription:
    id: str
    resource: str
    url: str
    lifecycle_url: str | None
    state: str = field(repr=False)
    until: datetime

    def told(self) -> Json:
        return {
            "id": self.id, "resource": self.resource, "changeType": "created",
            "notificationUrl": self.url, "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": self.until.strftime("%Y-%m-%dT%H:%M:%S.0000000Z"),
            "clientState": None, "applicationId": "2b1c5b9e",
        }  # fmt: skip


class Subscriptions:
    """`waiting`: calls not made yet; they are made by hand, or by themselves once `calls` is on."""

    def __init__(self, tenant: str, clock: Callable[[], datetime], *, first_pause: float) -> None:
        self._tenant, self._clock, self._first_pause = tenant, clock, first_pause
        self.standing: dict[str, Subscription] = {}
        self.waiting: list[tuple[str, Json]] = []
        self.calls = True
        self.where: Callable[[str], str] = lambda url: url
        """Where an address really is, for whoever is known by another in public."""
        self._made = 0
        self._worker: asyncio.Task[None] | None = None

    async def make(self, asked: Json) -> Json:
        url, state = str(asked.get("notificationUrl")), str(asked.get("clientState", ""))
        until, lifecycle = _time(asked), asked.get("lifecycleNotificationUrl")
        if not url.startswith(("https://", "http://127.0.0.1:")) or len(state) > 128:
            raise Refused(refusals.MALFORMED)
        if not self._clock() < until <= self._clock() + LONGEST:
            raise Refused(refusals.TOO_FAR)
        for each in filter(None, (url, lifecycle)):
            await self._prove(str(each))
        self._made += 1
        made = Subscription(
            id=str(UUID(int=self._made)), resource=str(asked["resource"]), url=url,
            lifecycle_url=lifecycle, state=state, until=until,
        )  # fmt: skip
        self.standing[made.id] = made
        return made.told()

    def renew(self, known: str, asked: Json) -> Json:
        subscription, until = self._found(known), _time(asked)
        if not self._clock() < until <= self._clock() + LONGEST:
            raise Refused(refusals.TOO_FAR)
        subscription.until = until
        return subscription.told()

    def remove(self, known: str) -> None:
        found = self._found(known)
        del self.standing[found.id]

    def listed(self) -> list[Json]:
        self._lapse()
        return [each.told() for each in self.standing.values()]

    def changed(self, folder: str, item: str, *, mailbox: str) -> None:
        """Something new lies in a folder of a mailbox: whoever has asked is told."""
        self._lapse()
        for each in self.standing.values():
            resource = each.resource.lower()
            if folder.lower() in resource and f"/{mailbox}/" in resource:
                data = {"@odata.type": "#Microsoft.Graph.Message", "id": item}
                about = {"changeType": "created", "resource": each.resource, "resourceData": data}
                self._tell(each, each.url, about)

    def happens(self, event: str) -> None:
        """`missed`, `subscriptionRemoved` or `reauthorizationRequired`, to every subscription."""
        for each in list(self.standing.values()):
            self._tell(each, each.lifecycle_url or each.url, {"lifecycleEvent": event})
            if event == "subscriptionRemoved":
                del self.standing[each.id]

    async def call(self) -> int:
        """Make the next call, by hand; what it was answered with."""
        url, told = self.waiting.pop(0)
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            return (await client.post(self.where(url), json=told)).status_code

    async def close(self) -> None:
        self.calls = False
        if self._worker is not None:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker

    def _tell(self, to: Subscription, url: str, about: Json) -> None:
        told = {
            "subscriptionId": to.id, "clientState": to.state, "tenantId": self._tenant,
            "subscriptionExpirationDateTime": to.told()["expirationDateTime"], **about,
        }  # fmt: skip
        self.waiting.append((url, {"value": [told]}))
        if self.calls and (self._worker is None or self._worker.done()):
            self._worker = asyncio.create_task(self._deliver())

    async def _deliver(self) -> None:
        while self.waiting and self.calls:
            before = self.waiting[0]
            with suppress(httpx.HTTPError):
                if await self.call() // 100 == 2:
                    continue
            self.waiting.insert(0, before)
            await asyncio.sleep(self._first_pause)

    async def _prove(self, url: str) -> None:
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            try:
                answer = await client.post(
                    self.where(url), params={"validationToken": TOKEN}, headers=plain
                )
            except httpx.HTTPError:
                raise Refused(refusals.UNREACHED) from None
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if (answer.status_code, kind, answer.text) != (200, "text/plain", TOKEN):
            raise Refused(refusals.UNREACHED)

    def _found(self, known: str) -> Subscription:
        self._lapse()
        if known not in self.standing:
            raise Refused(refusals.NO_SUBSCRIPTION)
        return self.standing[known]

    def _lapse(self) -> None:
        now = self._clock()
        self.standing = {k: each for k, each in self.standing.items() if each.until > now}


def _time(asked: Json) -> datetime:
    try:
        return datetime.fromisoformat(str(asked.get("expirationDateTime")))
    except ValueError:
        raise Refused(refusals.MALFORMED) from None
