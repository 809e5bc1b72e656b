"""
What Graph's refusals mean, in the bridge's words. The first row that fits counts.

Graph, «Error responses and resource types»; Exchange's own codes begin with Error. Nothing of
Graph's text goes on: it quotes addresses.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bots.calling import ANY, Row, meant, nothing_changed
from bots.outlook.graph import Refusal
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

REFUSALS: Final[Sequence[Row]] = (
    # The permission or the key: somebody in the municipality mends it, and the queue is kept.
    (401, ANY, Reason.REVOKED, True),
    (ANY, "ErrorAccessDenied", Reason.REVOKED, True),
    (ANY, "ErrorSendAsDenied", Reason.REVOKED, True),
    (ANY, "ErrorInvalidUser", Reason.REVOKED, True),
    (ANY, "MailboxNotEnabledForRESTAPI", Reason.REVOKED, True),
    (ANY, "MailboxNotHostedInExchangeOnline", Reason.REVOKED, True),
    (ANY, "ErrorInvalidRecipients", Reason.GONE, False),
    (ANY, "ErrorItemNotFound", Reason.GONE, False),
    (ANY, "ErrorInvalidIdMalformed", Reason.GONE, False),
    (ANY, "ErrorMessageSizeExceeded", Reason.TOO_LONG, False),
    (ANY, "ErrorExceededMessageLimit", Reason.BUSY, True),
    (ANY, "ErrorMessageSubmissionBlocked", Reason.BUSY, True),
    (429, ANY, Reason.BUSY, True),
    (503, ANY, Reason.BUSY, True),
    (509, ANY, Reason.BUSY, True),
    (403, ANY, Reason.REVOKED, True),
    (404, "ResourceNotFound", Reason.REVOKED, True),
    (404, ANY, Reason.GONE, False),
    (413, ANY, Reason.TOO_LARGE, False),
    # It may have been done.
    (500, ANY, Reason.NO_ANSWER, False),
    (502, ANY, Reason.NO_ANSWER, False),
    (504, ANY, Reason.NO_ANSWER, False),
    (ANY, ANY, Reason.REJECTED, False),
)

NOT_ERASED: Final[dict[Reason, Erasure]] = {
    Reason.GONE: Erasure.NOT_FOUND,
    Reason.BUSY: Erasure.BUSY,
    Reason.REJECTED: Erasure.REFUSED,
}
"""Whatever else: ask again later. A key that no longer opens may be replaced."""


def refused(refusal: Refusal) -> SendFailed:
    return meant(REFUSALS, refusal.status, refusal.code, after=refusal.after)


@contextmanager
def in_our_words() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise refused(refusal) from None


@contextmanager
def before_it_is_sent() -> Iterator[None]:
    with nothing_changed(), in_our_words():
        yield
