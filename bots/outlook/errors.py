"""
What Graph's refusals mean, in the bridge's words. The first row that fits counts.

Graph, «Error responses and resource types»; Exchange's own codes begin with Error. Nothing of
Graph's text goes on: it quotes addresses.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from bots.outlook.graph import Refusal, TooMuch
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

ANY: Final = 0
ANYTHING: Final = ""

REFUSALS: Final[Sequence[tuple[int, str, Reason, bool]]] = (
    # The permission or the key: somebody in the municipality mends it, and the queue is kept.
    (401, ANYTHING, Reason.REVOKED, True),
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
    (429, ANYTHING, Reason.BUSY, True),
    (503, ANYTHING, Reason.BUSY, True),
    (509, ANYTHING, Reason.BUSY, True),
    (403, ANYTHING, Reason.REVOKED, True),
    (404, "ResourceNotFound", Reason.REVOKED, True),
    (404, ANYTHING, Reason.GONE, False),
    (413, ANYTHING, Reason.TOO_LARGE, False),
    # It may have been done.
    (500, ANYTHING, Reason.NO_ANSWER, False),
    (502, ANYTHING, Reason.NO_ANSWER, False),
    (504, ANYTHING, Reason.NO_ANSWER, False),
    (ANY, ANYTHING, Reason.REJECTED, False),
)

NOT_ERASED: Final[dict[Reason, Erasure]] = {
    Reason.GONE: Erasure.NOT_FOUND,
    Reason.BUSY: Erasure.BUSY,
    Reason.REJECTED: Erasure.REFUSED,
}
"""Whatever else: ask again later. A key that no longer opens may be replaced."""


def refused(refusal: Refusal) -> SendFailed:
    reason, retry = next(
        (reason, retry)
        for status, code, reason, retry in REFUSALS
        if status in (ANY, refusal.status) and code in (ANYTHING, refusal.code)
    )
    return SendFailed(reason, retry=retry, after=refusal.after if retry else None)


@contextmanager
def in_our_words() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise refused(refusal) from None
    except TooMuch:
        raise SendFailed(Reason.TOO_LARGE, retry=False) from None


@contextmanager
def before_it_is_sent() -> Iterator[None]:
    """Of what only makes ready, an answer that is lost has cost nobody anything: once more."""
    try:
        with in_our_words():
            yield
    except SendFailed as failed:
        if failed.reason is Reason.NO_ANSWER:
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        raise
