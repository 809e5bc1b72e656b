"""Who we are at Meta, as the environment says, and Meta as one line of the registry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from bots.meta import webhook
from bots.meta.graph import PUBLIC, Graph
from bots.meta.messenger import MessengerChannel
from bridge.ports import Asked, Call, Ears, Opened, Platform, Reply

PATH: Final = "/meta/webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAccount:
    page: str
    page_token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    human_agent: bool = False
    graph_url: str = PUBLIC
    hook: str | None = None
    """Where Meta is to send what comes."""

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[MessengerChannel]:
        """Messenger alone, without ears."""
        async with Graph(self.page_token, app_secret=self.app_secret, url=self.graph_url) as graph:
            yield MessengerChannel(graph, page=self.page, human_agent=self.human_agent)

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:
        async def challenge(call: Call) -> Reply:
            return webhook.challenged(call.query, self.verify_token)

        async def events(call: Call) -> Reply:
            status = await webhook.receive(
                call.body, call.headers, secret=self.app_secret, page=self.page,
                accept=ears.accept,
            )  # fmt: skip
            return Reply(status=status)

        async with self.channel() as channel:
            hooks = {("GET", PATH): challenge, ("POST", PATH): events}
            yield Opened(channels=(channel,), hooks=hooks)


def read(e: Asked) -> MetaAccount | None:
    secrets = {name: e.secret(name) for name in META.secrets}
    if not any(secrets.values()) and not e.any("META__"):
        return None
    public, page = e.text("PUBLIC_URL"), e.text("META__PAGE_ID")
    e.needed("PUBLIC_URL", public, "Meta must be told where to write")
    if page is not None and not page.isdecimal():
        e.wrong("META__PAGE_ID", "must be the page's number")
    why = "something else for Meta is set"
    return MetaAccount(
        page=e.needed("META__PAGE_ID", page, why),
        page_token=e.needed("META__PAGE_TOKEN", secrets["META__PAGE_TOKEN"], why),
        app_secret=e.needed(
            "META__APP_SECRET", secrets["META__APP_SECRET"],
            "anybody could write as any youth without it",
        ),
        verify_token=e.needed("META__VERIFY_TOKEN", secrets["META__VERIFY_TOKEN"], why),
        human_agent=e.one_of("META__HUMAN_AGENT", ("on", "off"), "off") == "on",
        graph_url=(e.url("META__GRAPH_URL") or PUBLIC).rstrip("/"),
        hook=None if public is None else f"{public.rstrip('/')}{PATH}",
    )  # fmt: skip


META: Final = Platform(
    name="meta",
    secrets=("META__PAGE_TOKEN", "META__APP_SECRET", "META__VERIFY_TOKEN"),
    read=read,
)
