"""Who we are at Microsoft, as the environment says, and Outlook as one line of the registry."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit

from bots.outlook import notifications
from bots.outlook.boxes import Box
from bots.outlook.channel import OutlookChannel
from bots.outlook.graph import PUBLIC, Graph
from bots.outlook.listening import Listening
from bots.outlook.mailbox import Mailbox
from bots.outlook.subscription import Subscription
from bots.outlook.tokens import AUTHORITY, CERTIFICATE, KEY, App
from bridge.domain.ids import Room
from bridge.ports import Asked, Call, Clock, Ears, Hooks, Opened, Platform, Reply

PATH: Final = "/outlook/notifications"
LEAVE: Final = 20
"""Seconds that the last round may take to end."""

WHY: Final = "something else for Outlook is set"
PEM: Final = r"[\x20-\x7e\r\n]+"
GUID: Final = r"[0-9a-fA-F-]{36}"
TENANT: Final = rf"{GUID}|[a-z0-9-]+(?:\.[a-z0-9-]+)+"
ROOM: Final = r"[CG][A-Z0-9]{1,40}"
ADDRESS: Final = r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookAccount:
    app: App
    mailbox: str
    since: datetime
    """Mails that came before are left to whoever has read them."""
    graph_url: str = PUBLIC
    own: tuple[Box, ...] = ()
    """Mailboxes of single employees, each with the room that its owner reads."""
    shelf: Room | None = None
    """Where what comes to the shared mailbox is read first; None: in the team's room."""
    hook: str | None = None
    """Where Graph is to call; None: it is only asked."""

    @asynccontextmanager
    async def channel(self, clock: Clock) -> AsyncIterator[OutlookChannel]:
        """The mailbox, without ears."""
        async with Graph(self.app, url=self.graph_url) as graph:
            yield self._speaking(graph, clock)

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:
        state = notifications.state(self.app.certificate or self.app.secret or "", self.mailbox)
        async with Graph(self.app, url=self.graph_url) as graph:
            channel = self._speaking(graph, ears.clock)
            first, *others = (
                self._heard(graph, channel, box, ears, state) for box in (channel.box, *self.own)
            )
            heard = Listening(*first, report=ears.report, others=others)
            yield Opened(
                channels=(channel,),
                hooks={} if self.hook is None else _hooks(heard, state),
                listening=lambda: _listening(heard),
                ask=heard.turn,
                last_event_at=heard.last_event_at,
                rooms=tuple(box.room for box in self.own if box.room is not None),
            )

    def _speaking(self, graph: Graph, clock: Clock) -> OutlookChannel:
        return OutlookChannel(
            graph, mailbox=self.mailbox, clock=clock, own=self.own, shelf=self.shelf
        )

    def _heard(
        self, graph: Graph, channel: OutlookChannel, box: Box, ears: Ears, state: str
    ) -> tuple[Mailbox, Subscription | None]:
        mailbox = Mailbox(
            graph, channel, accept=ears.accept, clock=ears.clock, since=self.since, box=box
        )
        if self.hook is None:
            return mailbox, None
        return mailbox, Subscription(
            graph, channel, url=self.hook, state=state, clock=ears.clock, box=box
        )


def _hooks(heard: Listening, state: str) -> Hooks:
    async def called(call: Call) -> Reply:
        return notifications.receive(call, state=state, told=heard.told)

    return {("POST", PATH): called}


@asynccontextmanager
async def _listening(heard: Listening) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        asking = asyncio.create_task(heard.run())
        stack.push_async_callback(asyncio.wait_for, asking, LEAVE)
        stack.callback(heard.stop)
        yield


def read(e: Asked) -> OutlookAccount | None:
    secret = e.secret("OUTLOOK__CLIENT_SECRET")
    certificate = e.secret("OUTLOOK__CERTIFICATE", like=PEM)
    if secret is None and certificate is None and not e.any("OUTLOOK__"):
        return None
    public = e.text("PUBLIC_URL")
    if certificate is None:
        secret = e.needed("OUTLOOK__CLIENT_SECRET", secret, f"or a certificate; {WHY}")
    elif secret is not None:
        e.wrong("OUTLOOK__CLIENT_SECRET", "and UTEBRU_OUTLOOK__CERTIFICATE are both set")
    elif not _is_pair(certificate):
        e.wrong("OUTLOOK__CERTIFICATE", "must hold a private key and its certificate, as PEM")
    return OutlookAccount(
        app=App(
            tenant=_like(
                e, "OUTLOOK__TENANT_ID", e.text("OUTLOOK__TENANT_ID"), TENANT, "an id or a domain"
            ),
            client=_like(
                e, "OUTLOOK__CLIENT_ID", e.text("OUTLOOK__CLIENT_ID"), GUID, "the application's id"
            ),
            secret=secret,
            certificate=certificate,
            authority=_over_tls(e, "OUTLOOK__AUTHORITY", e.url("OUTLOOK__AUTHORITY", AUTHORITY)),
        ),
        mailbox=_like(
            e, "OUTLOOK__MAILBOX", e.text("OUTLOOK__MAILBOX"), ADDRESS, "the mailbox's address"
        ),
        own=_own(e),
        shelf=_shelf(e),
        since=_since(e),
        graph_url=_over_tls(e, "OUTLOOK__GRAPH_URL", e.url("OUTLOOK__GRAPH_URL", PUBLIC)),
        hook=None if public is None else f"{public.rstrip('/')}{PATH}",
    )


def _is_pair(pem: str) -> bool:
    """Whether the certificate is that of the key; of another it would be refused every time."""
    key, certificate = KEY.search(pem), CERTIFICATE.search(pem)
    if key is None or certificate is None:
        return False
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        private = load_pem_private_key(key[0].encode(), None)
        told = load_pem_x509_certificate(certificate[0].encode())
    except (ValueError, TypeError):
        return False
    return told.public_key() == private.public_key()


def _like(e: Asked, name: str, told: str | None, pattern: str, what: str) -> str:
    found = e.needed(name, told, WHY).lower()
    if found and not re.fullmatch(pattern, found):
        e.wrong(name, f"must be {what}")
    return found


def _own(e: Asked) -> tuple[Box, ...]:
    """`anna@kommunen.no=C0123,…`. One room for two people would show each the other's mail."""
    told = (e.text("OUTLOOK__MAILBOXES") or "").split(",")
    pairs = [each.strip().split("=") for each in told if each.strip()]
    if not all(
        len(p) == 2
        and re.fullmatch(ADDRESS, p[0].strip().lower())
        and re.fullmatch(ROOM, p[1].strip())
        for p in pairs
    ):
        e.wrong("OUTLOOK__MAILBOXES", "must be addresses with rooms, like: anna@kommunen.no=C0123")
        return ()
    own = tuple(
        Box(mailbox=address.strip().lower(), room=Room(room.strip())) for address, room in pairs
    )
    mailboxes = [(e.text("OUTLOOK__MAILBOX") or "").lower(), *(box.mailbox for box in own)]
    rooms = [e.text("SLACK__ROOM"), e.text("SLACK__LEADER_ROOM"), *(box.room for box in own)]
    rooms = [room for room in rooms if room]
    if len({*mailboxes}) < len(mailboxes):
        e.wrong("OUTLOOK__MAILBOXES", "names a mailbox twice, or the shared one")
    if len({*rooms}) < len(rooms):
        e.wrong("OUTLOOK__MAILBOXES", "gives a room twice, or one that others read")
    return own


def _shelf(e: Asked) -> Room | None:
    """R4: post to the service is laid on the team leader's shelf, where a team works so."""
    leader = e.text("SLACK__LEADER_ROOM")
    if e.one_of("OUTLOOK__SHELF", ("team", "leader"), "team") == "team":
        return None
    if not leader:
        e.wrong("OUTLOOK__SHELF", "is the leader's, and UTEBRU_SLACK__LEADER_ROOM is missing")
    return Room(leader) if leader else None


def _since(e: Asked) -> datetime:
    """Without it every mail of the last days would become a thread on the first day."""
    told = e.needed("OUTLOOK__SINCE", e.text("OUTLOOK__SINCE"), "the day Utebru takes over")
    try:
        day = date.fromisoformat(told)
    except ValueError:
        if told:
            e.wrong("OUTLOOK__SINCE", "must be a date, such as 2026-11-01")
        day = date.max
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _over_tls(e: Asked, name: str, told: str | None) -> str:
    """Our key goes there: in the clear on this machine alone."""
    found = (told or "").rstrip("/")
    parts = urlsplit(found)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        e.wrong(name, "must begin with https://")
    return found


OUTLOOK: Final = Platform(
    name="outlook",
    secrets=("OUTLOOK__CLIENT_SECRET", "OUTLOOK__CERTIFICATE"),
    read=read,
)
