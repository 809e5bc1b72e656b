"""Who we are at Meta, as the environment says, and Meta as one line of the registry."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from bots.meta.graph import PUBLIC, Graph
from bots.meta.hooks import DELETION, EVENTS, hooks
from bots.meta.instagram import InstagramChannel
from bots.meta.messenger import MessengerChannel
from bots.meta.webhook import Ours
from bots.meta.whatsapp import WhatsAppChannel
from bridge.ports import Asked, Channel, Ears, Opened, Platform


class MetaChannel(Channel, Protocol):
    """A channel of Meta's, and what can be asked about it. All raise `SendFailed`."""

    async def alive(self) -> None: ...
    async def subscribed(self) -> bool: ...
    async def subscribe(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAccount:
    """The page that youths write to."""

    id: str
    token: str = field(repr=False)
    instagram: str | None = None
    """The id of the account on Instagram that belongs to it."""
    human_agent: bool = False
    comments: bool = False
    """Whoever comments under the page's posts is invited to write to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppAccount:
    """The id of our number at Meta, and of the account that it belongs to."""

    number: str
    account: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAccount:
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    page: PageAccount | None = None
    whatsapp: WhatsAppAccount | None = None
    graph_url: str = PUBLIC
    public: str = ""
    """Where Meta reaches us, without a slash at the end."""

    @property
    def hook(self) -> str:
        """Where Meta is to send what comes."""
        return f"{self.public}{EVENTS}"

    @property
    def deletion(self) -> str:
        """Where Meta is to say that somebody wants something deleted."""
        return f"{self.public}{DELETION}"

    @property
    def ours(self) -> Ours:
        return Ours(
            page=None if self.page is None else self.page.id,
            instagram=None if self.page is None else self.page.instagram,
            comments=self.page is not None and self.page.comments,
            number=None if self.whatsapp is None else self.whatsapp.number,
        )

    @asynccontextmanager
    async def channels(self) -> AsyncIterator[Mapping[str, MetaChannel]]:
        """Those that are set, by name, without ears."""
        async with AsyncExitStack() as stack:
            found: list[MetaChannel] = []
            if (page := self.page) is not None:
                graph = await stack.enter_async_context(self._graph(page.token))
                found += _of_page(graph, page)
            if (ours := self.whatsapp) is not None:
                graph = await stack.enter_async_context(self._graph(ours.token))
                found.append(WhatsAppChannel(graph, number=ours.number, account=ours.account))
            yield {channel.name: channel for channel in found}

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:
        async with self.channels() as channels:
            calls = hooks(
                app_secret=self.app_secret, verify_token=self.verify_token, public=self.public,
                ours=self.ours, source=next(iter(channels)), accept=ears.accept,
            )  # fmt: skip
            yield Opened(channels=tuple(channels.values()), hooks=calls)

    def _graph(self, token: str) -> Graph:
        return Graph(token, app_secret=self.app_secret, url=self.graph_url)


def _of_page(graph: Graph, page: PageAccount) -> Sequence[MetaChannel]:
    messenger = MessengerChannel(
        graph, page=page.id, human_agent=page.human_agent, comments=page.comments
    )
    if page.instagram is None:
        return [messenger]
    instagram = InstagramChannel(
        graph, page=page.id, account=page.instagram, human_agent=page.human_agent
    )
    return [messenger, instagram]


def read(e: Asked) -> MetaAccount | None:
    secrets = {name: e.secret(name) for name in META.secrets}
    if not any(secrets.values()) and not e.any("META__"):
        return None
    public = e.text("PUBLIC_URL")
    e.needed("PUBLIC_URL", public, "Meta must be told where to write")
    whatsapp = _whatsapp(e, secrets)
    return MetaAccount(
        page=_page(e, secrets["META__PAGE_TOKEN"], alone=whatsapp is None),
        whatsapp=whatsapp,
        app_secret=e.needed(
            "META__APP_SECRET", secrets["META__APP_SECRET"],
            "anybody could write as any youth without it",
        ),
        verify_token=e.needed(
            "META__VERIFY_TOKEN", secrets["META__VERIFY_TOKEN"], "something else for Meta is set"
        ),
        graph_url=(e.url("META__GRAPH_URL") or PUBLIC).rstrip("/"),
        public=(public or "").rstrip("/"),
    )  # fmt: skip


def _page(e: Asked, token: str | None, *, alone: bool) -> PageAccount | None:
    """`alone`: nothing else of Meta's is set, so that it must be."""
    page, instagram = e.text("META__PAGE_ID"), e.text("META__INSTAGRAM_ID")
    human_agent = e.one_of("META__HUMAN_AGENT", ("on", "off"), "off") == "on"
    comments = e.one_of("META__COMMENTS", ("on", "off"), "off") == "on"
    if page is None and instagram is None and not (human_agent or comments) and not alone:
        return None  # the token may be WhatsApp's too
    _number(e, "META__PAGE_ID", page)
    _number(e, "META__INSTAGRAM_ID", instagram)
    why = "something else for Meta is set"
    return PageAccount(
        id=e.needed("META__PAGE_ID", page, why),
        token=e.needed("META__PAGE_TOKEN", token, why),
        instagram=instagram,
        human_agent=human_agent,
        comments=comments,
    )


def _whatsapp(e: Asked, secrets: Mapping[str, str | None]) -> WhatsAppAccount | None:
    number, account = e.text("META__WHATSAPP_NUMBER_ID"), e.text("META__WHATSAPP_ACCOUNT_ID")
    own = secrets["META__WHATSAPP_TOKEN"]
    if not (number or account or own):
        return None
    _number(e, "META__WHATSAPP_NUMBER_ID", number)
    _number(e, "META__WHATSAPP_ACCOUNT_ID", account)
    why = "something else for WhatsApp is set"
    shared = own or secrets["META__PAGE_TOKEN"]
    return WhatsAppAccount(
        number=e.needed("META__WHATSAPP_NUMBER_ID", number, why),
        account=e.needed("META__WHATSAPP_ACCOUNT_ID", account, why),
        token=e.needed("META__WHATSAPP_TOKEN", shared, f"and so is UTEBRU_META__PAGE_TOKEN; {why}"),
    )


def _number(e: Asked, name: str, told: str | None) -> None:
    if told is not None and not (told.isascii() and told.isdecimal()):
        e.wrong(name, "must be a number, as Meta shows it")


META: Final = Platform(
    name="meta",
    secrets=(
        "META__PAGE_TOKEN", "META__APP_SECRET", "META__VERIFY_TOKEN", "META__WHATSAPP_TOKEN",
    ),
    read=read,
)  # fmt: skip
