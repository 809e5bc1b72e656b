"""
Drafts of ours that never went: told from everybody else's, and permanently deleted.

Whoever is killed between a draft's words and its sending leaves them in the mailbox, where no
delivery knows of them. So every draft of ours says from the beginning that it is ours, and since
when («Outlook extended properties overview», «Get singleValueLegacyExtendedProperty», filter).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bots.outlook.boxes import Box
from bots.outlook.graph import Graph
from bots.values import listed, said

MARK: Final = "String {00020329-0000-0000-C000-000000000046} Name utebru-draft"
BEGINS: Final = "utebru "
"""What its value begins with; the rest is when we began, by our own clock."""

LEFT: Final = timedelta(minutes=10)
"""
From when on no send can be under way. As long as what was sent may be on its way to Sent Items
(`channel.LAG`): a send that nobody answered for has then left Drafts, if it was one.
"""

SAME: Final = timedelta(minutes=2)
"""
So far apart may our clock and Graph's be. A mail that somebody makes out of ours, as by
forwarding it, may bear our mark; but it was made at another time.
"""

LISTED: Final = 100
AT_MOST: Final = 10
"""In a round; the rest in the next, so that nobody who writes waits for it."""


def mark(now: datetime) -> Mapping[str, str]:
    return {"id": MARK, "value": f"{BEGINS}{now:%Y-%m-%dT%H:%M:%SZ}"}


def is_left(draft: object, now: datetime) -> bool:
    """Whether it is ours, and no send of ours can be about to take it."""
    made, created = _made(draft), _moment(said(draft, "createdDateTime"))
    is_draft = isinstance(draft, Mapping) and draft.get("isDraft") is True
    if not is_draft or made is None or created is None:
        return False
    return abs(created - made) <= SAME and now - made >= LEFT


async def left(graph: Graph, box: Box, now: datetime) -> Sequence[str]:
    """Graph's ids of what no send will take any more. Raises as `Graph.call`."""
    asked = {
        "$filter": f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}'"
        f" and startswith(ep/value, '{BEGINS}'))",
        "$select": "id,isDraft,createdDateTime", "$top": str(LISTED),
        "$expand": f"singleValueExtendedProperties($filter=id eq '{MARK}')",
    }  # fmt: skip
    answer = await graph.call("GET", f"{box.root}/mailFolders/drafts/messages", query=asked)
    ours = [said(each, "id") for each in listed(answer, "value") if is_left(each, now)]
    return ours[:AT_MOST]


def _made(draft: object) -> datetime | None:
    for each in listed(draft, "singleValueExtendedProperties"):
        value = said(each, "value")
        if said(each, "id").lower() == MARK.lower() and value.startswith(BEGINS):
            return _moment(value.removeprefix(BEGINS))
    return None


def _moment(told: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return None
    return at if at.tzinfo else None
