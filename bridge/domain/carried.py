"""
What people carry for us, where a platform lets no program in.

Rule 1: nothing is called sent, or erased, before a person has said so; who said it is kept.
Rule 2: of the bot's own words people carry what has to be said in just those words. The rest
they say as people do, or leave out.
"""

from datetime import UTC, datetime
from typing import Final

from bridge.domain.capabilities import Capabilities
from bridge.domain.ids import Ref

IN_JUST_THOSE_WORDS: Final = frozenset(
    {"consent.journal", "consent.changed", "consent.yes", "consent.withdrawn", "crisis"}
)

FORM: Final = "%Y%m%dT%H%M%SZ"


def ref_of(at: datetime, key: str) -> Ref:
    """The platform numbers nothing for us: a copy goes by when it was said, and a key of ours."""
    return Ref(f"{at.astimezone(UTC).strftime(FORM)}/{key}")


def at_of(ref: Ref | None) -> datetime | None:
    """When that was said, which is how people find it; None where nobody has told."""
    try:
        return datetime.strptime((ref or "").partition("/")[0], FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def by_hand(can: Capabilities | None) -> bool:
    """Whether what is said on this channel ends in a person's hands; None: it is not set up."""
    return can is not None and can.carried.works


def is_put(phrase: str, can: Capabilities | None) -> bool:
    """Whether the bot's `phrase` is said to the youth at all on this channel."""
    return not by_hand(can) or phrase in IN_JUST_THOSE_WORDS
