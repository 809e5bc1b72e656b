"""What the transfer log answers the bridge."""

from pydantic import Field

from casestore.answers import Told


class TakenIn(Told):
    """How many are here now."""

    count: int = Field(ge=1)
