"""A world in memory with every channel in it, each with what its adapter says that it can."""

from collections.abc import Mapping
from typing import Final

from bots.carried import snapchat
from bots.meta import instagram, messenger, whatsapp
from bots.outlook import channel as outlook
from bridge.domain.capabilities import Capabilities
from tests.support.crash_world import World
from tests.support.phones import MemoryChannel

ELSEWHERE: Final[Mapping[str, Capabilities]] = {
    "messenger": messenger.CAPABILITIES,
    "instagram": instagram.CAPABILITIES,
    "whatsapp": whatsapp.CAPABILITIES,
    "outlook": outlook.CAPABILITIES,
    "snapchat": snapchat.CAPABILITIES,
}


def everywhere() -> World:
    """Telegram first: what a youth is joined into."""
    world = World.new()
    world.others = tuple(
        MemoryChannel(world.clock, name=name, can=can) for name, can in ELSEWHERE.items()
    )
    return world
