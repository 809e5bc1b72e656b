"""Which channels the team carries, as the environment says, and each as a line of the registry."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bots.carried.channel import CarriedChannel
from bots.carried.snapchat import CAPABILITIES, NAME
from bridge.ports import Asked, Ears, Opened, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapchatAccount:
    name: str
    """What the team is called there, for those who carry."""

    @asynccontextmanager
    async def opened(self, ears: Ears) -> AsyncIterator[Opened]:  # noqa: ARG002  (nobody calls)
        yield Opened(channels=(CarriedChannel(NAME, CAPABILITIES),))


def read(e: Asked) -> SnapchatAccount | None:
    name = e.text("SNAPCHAT__NAME")
    return None if name is None else SnapchatAccount(name=name)


SNAPCHAT: Final = Platform(name=NAME, secrets=(), read=read)
