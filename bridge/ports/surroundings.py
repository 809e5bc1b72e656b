"""Everything a service works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.domain.capabilities import Capabilities
from bridge.domain.practice import Practice
from bridge.ports.chance import Clock, Mint
from bridge.ports.channel import Channel
from bridge.ports.record import CaseRecord
from bridge.ports.vault import Vault
from bridge.ports.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything a service works with, chosen once in `wiring`."""

    vault: Vault
    channels: Mapping[str, Channel]
    workspace: Workspace
    record: CaseRecord
    clock: Clock
    mint: Mint
    practice: Practice

    def can(self, channel: str) -> Capabilities | None:
        """What a channel can do; None where it is not set up any longer."""
        found = self.channels.get(channel)
        return None if found is None else found.capabilities
