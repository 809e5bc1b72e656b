"""
What Graph's refusals mean, in the bridge's words. The first row that fits counts.

Messenger Platform, «Common Error Codes» (18 March 2026); WhatsApp Business Platform, «WhatsApp
error codes» (18 June 2026), whose codes are told of a sent message too. Nothing of Graph's own
text goes on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bots.calling import ANY, Row, meant
from bots.meta.graph import NO_CODE, Refusal
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

REFUSALS: Final[Sequence[Row]] = (
    # The token: expired, revoked, or of a password that was changed. Somebody renews it.
    (190, ANY, Reason.REVOKED, True),
    (102, ANY, Reason.REVOKED, True),
    # The window is closed (10: «outside of allowed window»).
    (10, 2018278, Reason.CLOSED, False),
    (10, 2018065, Reason.CLOSED, False),
    (10, 2534022, Reason.CLOSED, False),
    # The person does not take messages from us just now, or any more.
    (10, 2018108, Reason.BLOCKED, False),
    (200, 1545041, Reason.BLOCKED, False),
    (551, ANY, Reason.BLOCKED, False),
    (2018108, ANY, Reason.BLOCKED, False),
    (100, 2018001, Reason.GONE, False),
    (100, 2534014, Reason.GONE, False),  # the same, on Instagram
    (100, 2018110, Reason.TOO_LARGE, False),
    (100, 2018109, Reason.TOO_LONG, False),
    # Our app has lost, or never had, the permission: the queue is kept until it is given.
    (10, ANY, Reason.REVOKED, True),
    (200, ANY, Reason.REVOKED, True),
    (230, ANY, Reason.REVOKED, True),
    # Too many calls, by app, page, person or kind of use.
    (4, ANY, Reason.BUSY, True),
    (17, ANY, Reason.BUSY, True),
    (32, ANY, Reason.BUSY, True),
    (613, ANY, Reason.BUSY, True),
    (80002, ANY, Reason.BUSY, True),
    (80006, ANY, Reason.BUSY, True),
    (1200, ANY, Reason.BUSY, True),  # «temporary send message failure, try again later»
    (368, ANY, Reason.NOT_ALLOWED, False),  # for policies, for now
    # «An unexpected error»: it may have been sent.
    (1, ANY, Reason.NO_ANSWER, False),
    (2, ANY, Reason.NO_ANSWER, False),
    (0, ANY, Reason.NO_ANSWER, False),
    (NO_CODE, ANY, Reason.NO_ANSWER, False),
    (ANY, ANY, Reason.REJECTED, False),
)


ON_WHATSAPP: Final[Sequence[Row]] = (
    # «AuthException», and what our app or number may not do until somebody sees to it.
    (0, ANY, Reason.REVOKED, True),
    (3, ANY, Reason.REVOKED, True),
    (131005, ANY, Reason.REVOKED, True),
    (133010, ANY, Reason.REVOKED, True),  # «phone number not registered»
    # «Re-engagement message»: more than 24 hours since the youth's last word.
    (131047, ANY, Reason.CLOSED, False),
    # «Message undeliverable»: no account there, or one that cannot take it.
    (131026, ANY, Reason.GONE, False),
    (80007, ANY, Reason.BUSY, True),
    (130429, ANY, Reason.BUSY, True),
    (131056, ANY, Reason.BUSY, True),  # «pair rate limit»
    (131016, ANY, Reason.BUSY, True),
    (131057, ANY, Reason.BUSY, True),  # «account in maintenance mode»
    # Restrictions, payment and approval: trying again mends nothing.
    (130497, ANY, Reason.NOT_ALLOWED, False),
    (131030, ANY, Reason.NOT_ALLOWED, False),
    (131031, ANY, Reason.NOT_ALLOWED, False),
    (131037, ANY, Reason.NOT_ALLOWED, False),
    (131042, ANY, Reason.NOT_ALLOWED, False),
    (131045, ANY, Reason.NOT_ALLOWED, False),
    (131048, ANY, Reason.NOT_ALLOWED, False),  # «spam rate limit»
    (131000, ANY, Reason.NO_ANSWER, False),  # «something went wrong»
    *REFUSALS,
)


def refused(refusal: Refusal, table: Sequence[Row] = REFUSALS) -> SendFailed:
    return meant(table, refusal.code, refusal.subcode, after=refusal.after)


@contextmanager
def in_our_words(table: Sequence[Row] = REFUSALS) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise refused(refusal, table) from None
