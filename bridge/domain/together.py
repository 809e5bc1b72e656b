"""
Which of a youth's messages are said in one post, where their room has fallen behind.

After an outage, or where many write to a room that takes one post a second, the team reads one
post instead of ten, and what was said last is there as many seconds sooner. As long as nothing
waits, everything stands by itself, as it was written.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate, takewhile
from typing import Final

from bridge.domain.cards import WordsCard
from bridge.domain.delivery import Delivery, What
from bridge.domain.messages import Kind

BEHIND: Final = timedelta(seconds=5)
"""What has waited longer takes along what waits behind it."""

MOST: Final = 10
"""Messages in one post: it is to be read on a telephone, and Slack takes fifty blocks."""

LENGTH: Final = 3000
"""Characters of all words in one post; a longer message stands by itself."""


def takes_along(lead: Delivery, now: datetime) -> bool:
    return lead.what is What.WORDS and now - lead.made_at > BEHIND


def together(said: Sequence[WordsCard]) -> int:
    """How many of these, in order from the first, go in one post."""
    plain = list(takewhile(_says_no_more, said[:MOST]))
    short = takewhile(lambda length: length <= LENGTH, accumulate(len(c.text) for c in plain))
    return max(1, len(list(short)))


def _says_no_more(card: WordsCard) -> bool:
    """A crisis is seen by itself; what somebody can act on, or what is about another, too."""
    by_hand = card.written_by is not None or card.unlinked is not None
    # Without words it is the head of a file, which is to be found under it.
    plain = card.kind is Kind.SAID and card.placeholder is None and bool(card.text.strip())
    return plain and not (card.crisis or by_hand or card.there is not None)
