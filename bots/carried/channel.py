"""
A channel that people carry: what is said ends on a card, and what comes is written down.

Nothing here calls anybody. The bridge asks `carried` before it sends or erases, and hands it
to a person instead; whoever asks all the same is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from bots.carried import convert
from bots.pieces import pieces
from bridge.domain.capabilities import Capabilities
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.inline import inlined
from bridge.domain.messages import Inbound, Outbound
from bridge.ports import SendFailed


class CarriedChannel:
    def __init__(self, name: str, capabilities: Capabilities) -> None:
        self.name: Final = name
        self.capabilities: Final = capabilities

    def read(self, body: bytes) -> Inbound:
        return convert.read(body)

    def pieces(self, text: str) -> Sequence[str]:
        return pieces(text, self.capabilities.max_text)

    async def send(self, to: Address, what: Outbound) -> Ref:  # noqa: ARG002  (people do)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def edit(self, to: Address, ref: Ref, text: str) -> None:  # noqa: ARG002  (refused)
        raise SendFailed(Reason.NOT_ALLOWED, retry=False)

    async def erase(
        self,
        to: Address,  # noqa: ARG002  (people do)
        refs: Sequence[Ref],
    ) -> Mapping[Ref, Erasure]:
        return dict.fromkeys(refs, Erasure.BY_HAND)

    async def answer(self, press: str) -> None:
        """There are no buttons."""

    async def fetch(self, file: str, *, limit: int) -> bytes:
        """Nothing lies anywhere: what an export brings with it stands in its own reference."""
        try:
            body = inlined(file)
        except ValueError:
            raise SendFailed(Reason.GONE, retry=False) from None
        if len(body) > limit:
            raise SendFailed(Reason.TOO_LARGE, retry=False)
        return body
