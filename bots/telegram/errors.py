"""
What Telegram's refusals mean, in the bridge's words: one table for sending, one for erasing.

The Bot API tells refusals apart by their text only (tdlib/telegram-bot-api, Client.cpp), so
the tables match fragments of it; the first row that fits counts. Nothing of the text goes on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bots.telegram.request import FileGone, NotSent, TooLarge, TooMany
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

Fragment = str

REFUSALS: Final[Sequence[tuple[type[TelegramError], Fragment, Reason, bool]]] = (
    (NotSent, "", Reason.UNREACHABLE, True),
    (TooMany, "", Reason.BUSY, True),
    (InvalidToken, "", Reason.REVOKED, True),
    (TooLarge, "", Reason.TOO_LARGE, False),
    (FileGone, "", Reason.GONE, False),
    (ChatMigrated, "", Reason.GONE, False),
    (Forbidden, "blocked by the user", Reason.BLOCKED, False),
    (Forbidden, "deactivated", Reason.GONE, False),
    (Forbidden, "", Reason.NOT_ALLOWED, False),
    (BadRequest, "chat not found", Reason.GONE, False),
    (BadRequest, "user not found", Reason.GONE, False),
    (BadRequest, "peer_id_invalid", Reason.GONE, False),
    (BadRequest, "too long", Reason.TOO_LONG, False),
    (BadRequest, "message_too_long", Reason.TOO_LONG, False),
    (BadRequest, "file is too big", Reason.TOO_LARGE, False),
    (BadRequest, "wrong file_id", Reason.GONE, False),
    (BadRequest, "message to edit not found", Reason.GONE, False),
    (BadRequest, "message_id_invalid", Reason.GONE, False),
    (BadRequest, "can't be edited", Reason.NOT_ALLOWED, False),
    (BadRequest, "not enough rights", Reason.NOT_ALLOWED, False),
    (BadRequest, "have no rights", Reason.NOT_ALLOWED, False),
    (BadRequest, "", Reason.REJECTED, False),
    # Timeouts, resets, pages of HTML, half an answer, server errors: nobody knows.
    (TelegramError, "", Reason.NO_ANSWER, False),
)

NOT_ERASED: Final[Sequence[tuple[type[TelegramError], Fragment, Erasure]]] = (
    (TooMany, "", Erasure.BUSY),
    (BadRequest, "message to delete not found", Erasure.NOT_FOUND),
    (BadRequest, "message_id_invalid", Erasure.NOT_FOUND),
    (BadRequest, "message identifier", Erasure.NOT_FOUND),
    # tdlib: older than 48 hours.
    (BadRequest, "can't be deleted for everyone", Erasure.TOO_LATE),
    (BadRequest, "", Erasure.REFUSED),
    (Forbidden, "", Erasure.REFUSED),
    (ChatMigrated, "", Erasure.REFUSED),
    # Whatever else: ask again later. A token that no longer works may be replaced.
    (TelegramError, "", Erasure.UNREACHABLE),
)


def refusal(error: TelegramError) -> SendFailed:
    said = str(error).casefold()
    reason, retry = next(
        (reason, retry)
        for kind, fragment, reason, retry in REFUSALS
        if isinstance(error, kind) and fragment in said
    )
    return SendFailed(
        reason, retry=retry, after=error.after if isinstance(error, TooMany) else None
    )


def not_erased(error: TelegramError) -> Erasure:
    said = str(error).casefold()
    return next(
        erasure
        for kind, fragment, erasure in NOT_ERASED
        if isinstance(error, kind) and fragment in said
    )


@contextmanager
def in_our_words() -> Iterator[None]:
    """
    Turn what goes wrong inside into `SendFailed`, without a cause that holds the words.

    An answer that python-telegram-bot cannot make sense of came after the thing was done.
    """
    try:
        yield
    except TelegramError as error:
        raise refusal(error) from None
    except (LookupError, TypeError, ValueError, AttributeError):
        raise SendFailed(Reason.NO_ANSWER, retry=False) from None
