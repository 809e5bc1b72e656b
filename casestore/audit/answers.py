"""How the chains stand, as JSON tells it."""

from pydantic import RootModel

from casestore.answers import Told


class ChainTold(Told):
    """One chain: whether it holds, and where it does not."""

    chain: str
    holds: bool
    count: int
    head: str
    broken_at: int | None
    why: str | None
    anchors: int


class Chains(RootModel[list[ChainTold]]):
    """Both chains."""


class Compared(Told):
    """Whether the chain is whole up to the printed anchor, and stood there as it says."""

    agrees: bool
