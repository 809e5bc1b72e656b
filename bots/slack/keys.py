"""
The keys by which a post of ours is found again.

They stand in its metadata, which Slack shows to nobody and gives back with the post.
"""

from collections.abc import Sequence
from typing import Final

from bots.slack.payload import text_at

ONE: Final = "id"
OTHERS: Final = "also"


def keyed(key: str, also: Sequence[str]) -> dict[str, str]:
    return {ONE: key} | ({OTHERS: " ".join(also)} if also else {})


def keys(metadata: object) -> frozenset[str]:
    """Those of a post's metadata; none where it is not ours."""
    told = (text_at(metadata, "event_payload", name) or "" for name in (ONE, OTHERS))
    return frozenset(" ".join(told).split())
