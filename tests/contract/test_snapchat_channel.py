"""Snapchat keeps what a channel that people carry promises."""

from dataclasses import dataclass, field

import pytest

from bots.carried import convert
from bots.carried.channel import CarriedChannel
from bots.carried.snapchat import CAPABILITIES, NAME
from bridge.domain.messages import Inbound, Said
from tests.contract.carried_contract import CarriedContract


@dataclass(slots=True)
class Snapchat:
    channel: CarriedChannel = field(default_factory=lambda: CarriedChannel(NAME, CAPABILITIES))

    def written(self, inbound: Inbound, fact: Said) -> bytes:
        return convert.written(inbound, fact)


class TestSnapchat(CarriedContract):
    @pytest.fixture
    def rig(self) -> Snapchat:
        return Snapchat()
