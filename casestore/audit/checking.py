"""Checking both chains: from the beginning, against their anchors, and against one on paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from casestore.audit.chain import AUDIT
from casestore.audit.phrases import CHAIN, WHY
from casestore.chained import Chained
from casestore.edge import Reading, Writing
from casestore.hashchain import Anchored, ChainVerdict, Head
from casestore.transfers.chain import TRANSFERS

CHAINS: Final = (AUDIT, TRANSFERS)
HASH: Final = re.compile(r"[0-9a-f]{64}")
NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a chain stands, and its anchors, the newest first."""

    name: str
    verdict: ChainVerdict
    anchors: Sequence[Anchored]

    @property
    def title(self) -> str:
        """What the chain is called by people."""
        return CHAIN[self.name]

    @property
    def wrong(self) -> str | None:
        """Say where it is broken, and how; none when it holds."""
        told = self.verdict
        return None if told.why is None else WHY[told.why].format(n=told.broken_at)


async def check_chains(asking: Reading | Writing) -> list[Standing]:
    """Follow both chains from the beginning."""
    return [
        Standing(
            name=chain.name,
            verdict=await chain.verify(asking),
            anchors=await chain.anchors(asking.session),
        )
        for chain in CHAINS
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """An anchor as it was typed from paper."""

    chain: Chained
    head: Head


def typed(chain: str, n: str, hash_: str) -> Printed | None:
    """Read an anchor from paper; its digits may be grouped. None when it is no anchor."""
    found = {each.name: each for each in CHAINS}.get(chain)
    digits = "".join(hash_.split()).lower()
    if found is None or not NUMBER.fullmatch(n.strip()) or not HASH.fullmatch(digits):
        return None
    return Printed(chain=found, head=Head(n=int(n), hash=digits))


async def agrees(asking: Reading | Writing, printed: Printed) -> bool:
    """Say whether the chain is whole up to the printed anchor, and stood there as it says."""
    return await printed.chain.stood(asking, printed.head)


def grouped(hash_: str) -> str:
    """Write a hash so that it can be read aloud and typed: eight and eight."""
    return " ".join(hash_[place : place + 8] for place in range(0, len(hash_), 8))
