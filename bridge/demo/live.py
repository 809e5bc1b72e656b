"""`utebru demo`: the town by the wall clock, with a page where you are everybody in it."""

import asyncio
import errno
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from bots.sandbox.world import Hook
from bridge.chance import WallClock
from bridge.demo.glance import Glance
from bridge.demo.town import CASEWORKERS, LEADER, PASSWORD, Town, town
from bridge.ports import Clock

TAKEN: Final = frozenset({errno.EADDRINUSE, errno.EACCES})

WELCOME: Final = """\
Utebru er i gang på denne maskinen. Bare plattformene er etterlignet; resten er ekte.

  Prøverommet       {page}/
  Journalsystemet   {store}/

  Skriv noe på Mayas telefon, i den appen du vil. Svar henne fra Slack: ta saken, og
  begynn meldingen i tråden med @utebru. Avslutt samtalen, og se i loggen hva som ble
  av den. Snapchat bæres for hånd: skriv /utebru snap i Slack-rommet.

  I journalsystemet logger du inn som {leader} (teamleder) eller {caseworkers}
  (saksbehandlere). Passordet er det samme for alle: {password}

  Ctrl-C avslutter, og alt som er skrevet her, blir borte."""


async def live(port: int) -> None:
    """Until Ctrl-C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with tempfile.TemporaryDirectory(prefix="utebru-") as place:
        try:
            async with awake(Path(place), WallClock(), port=port) as here:
                print(_welcome(here), flush=True)
                await stop.wait()
        except OSError as error:
            if error.errno not in TAKEN:
                raise
            raise SystemExit(
                f"Port {port} er i bruk, eller er ikke fri å ta. Velg en annen: "
                f"utebru demo --port {port + 1}"
            ) from None


class Switches:
    """What the page can break and look at; the page is up before the town is."""

    def __init__(self) -> None:
        self.here: Town | None = None
        self.glance: Glance | None = None
        self._turn = asyncio.Lock()

    def hooks(self) -> Mapping[str, Hook]:
        return {
            "casestore_off": self._switch(lambda here: here.store.down()),
            "casestore_on": self._switch(lambda here: here.store.up()),
            "bridge_off": self._switch(lambda here: here.bridge_down()),
            "bridge_on": self._switch(lambda here: here.bridge_up()),
        }

    async def log(self) -> list[dict[str, Any]]:
        return await self.glance.rows() if self.glance is not None else []

    async def close(self) -> None:
        if self.glance is not None:
            await self.glance.close()

    def _switch(self, act: Callable[[Town], Awaitable[None]]) -> Hook:
        async def acted() -> None:
            # Whoever presses twice must not start two bridges.
            async with self._turn:
                if self.here is not None:
                    await act(self.here)

        return acted


@asynccontextmanager
async def awake(
    place: Path, clock: Clock, *, port: int = 0, env: Mapping[str, str] | None = None
) -> AsyncIterator[Town]:
    """A town where everybody is linked and the bridge goes on by itself."""
    switches = Switches()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(switches.close)
        here = await stack.enter_async_context(
            town(
                place,
                clock,
                port=port,
                env=env,
                log_source=switches.log,
                hooks=switches.hooks(),
                more_apps=True,
            )
        )
        switches.here = here
        switches.glance = Glance(here.store.url, login=LEADER, password=PASSWORD)
        await _everybody_linked(here)
        # Only now, or the first look at the room would find strangers in it.
        await here.bridge_down()
        here.alive = True
        await here.bridge_up()
        yield here


async def _everybody_linked(here: Town) -> None:
    await here.people()
    slack, room = here.sandbox.slack, here.sandbox.room
    await slack.sockets.connected.wait()
    for login, user in here.slack_users().items():
        await slack.slash(user, room, "/utebru", f"koble {await here.code(login)}")
        while await here.bridge.round():
            pass


def _welcome(here: Town) -> str:
    return WELCOME.format(
        page=here.page,
        store=here.store.url,
        leader=LEADER,
        caseworkers=" eller ".join(CASEWORKERS),
        password=PASSWORD,
    )
