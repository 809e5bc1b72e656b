"""
Calling Slack's Web API, and what its refusals mean in the bridge's words.

A refusal that Slack states was not carried out may be tried again or not, by `MEANS`. An
answer that does not state it (a 500, half a body, silence) leaves a post unknown, and a
question merely unanswered. Retrying is the bridge's own; the SDK's would post twice.
"""

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bots.calling import connector
from bots.slack.payload import Json, text_at
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

API: Final = "https://slack.com/api/"
TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
AT_ONCE: Final = 100

Verdict = tuple[Reason, bool]

_LOST_ACCESS: Final = (Reason.REVOKED, True)
_SHUT_OUT: Final = (Reason.NOT_ALLOWED, True)  # kept until somebody lets us in again
_REFUSED: Final = (Reason.REJECTED, False)

MEANS: Final[Mapping[str, Verdict]] = {
    "ratelimited": (Reason.BUSY, True),
    "rate_limited": (Reason.BUSY, True),
    "message_limit_exceeded": (Reason.BUSY, True),
    "token_revoked": _LOST_ACCESS,
    "token_expired": _LOST_ACCESS,
    "invalid_auth": _LOST_ACCESS,
    "not_authed": _LOST_ACCESS,
    "account_inactive": _LOST_ACCESS,
    "missing_scope": _LOST_ACCESS,
    "not_allowed_token_type": _LOST_ACCESS,
    "no_permission": _LOST_ACCESS,
    "org_login_required": _LOST_ACCESS,
    "ekm_access_denied": _LOST_ACCESS,
    "access_denied": _LOST_ACCESS,
    "team_access_not_granted": _LOST_ACCESS,
    "channel_not_found": _SHUT_OUT,
    "not_in_channel": _SHUT_OUT,
    "is_archived": _SHUT_OUT,
    "restricted_action": _SHUT_OUT,
    "restricted_action_read_only_channel": _SHUT_OUT,
    "restricted_action_thread_only_channel": _SHUT_OUT,
    "restricted_action_non_threadable_channel": _SHUT_OUT,
    "restricted_action_thread_locked": _SHUT_OUT,
    "thread_locked": _SHUT_OUT,
    "team_added_to_org": (Reason.UNREACHABLE, True),
    "request_timeout": (Reason.UNREACHABLE, True),  # «the POST data was missing or truncated»
    "message_not_found": (Reason.GONE, False),
    "thread_not_found": (Reason.GONE, False),
    "cant_update_message": (Reason.NOT_ALLOWED, False),
    "user_not_in_channel": (Reason.NOT_ALLOWED, False),
    "user_not_found": (Reason.GONE, False),
    "edit_window_closed": (Reason.TOO_LATE, False),
    "expired_trigger_id": (Reason.TOO_LATE, False),
    "exchanged_trigger_id": (Reason.TOO_LATE, False),
    "invalid_trigger_id": (Reason.TOO_LATE, False),
    "not_found": (Reason.GONE, False),
    "msg_too_long": (Reason.TOO_LONG, False),
    "msg_blocks_too_long": (Reason.TOO_LONG, False),
    "view_too_large": (Reason.TOO_LONG, False),
    "file_upload_size_restricted": (Reason.TOO_LARGE, False),
    "storage_limit_reached": (Reason.TOO_LARGE, False),
}

UNKNOWN: Final = frozenset({"internal_error", "fatal_error", "service_unavailable"})
"""«Some aspect of the operation may have succeeded before the error was raised.»"""


class Refused(SendFailed):
    """Slack said no, and `error` is its word for it."""

    def __init__(
        self, reason: Reason, *, retry: bool, error: str, after: timedelta | None = None
    ) -> None:
        super().__init__(reason, retry=retry, after=after)
        self.error = error


def hush() -> logging.Logger:
    """A logger outside the tree that says nothing: the SDK's own prints words at DEBUG."""
    logger = logging.Logger("slack")
    logger.disabled = True
    logger.setLevel(logging.CRITICAL + 1)
    logger.addHandler(logging.NullHandler())
    return logger


def session() -> aiohttp.ClientSession:
    """What calls go over; must be made on a running loop, and closed."""
    return aiohttp.ClientSession(timeout=TIMEOUT, connector=connector(at_once=AT_ONCE))


def client(token: str | None, api: str | None, session: aiohttp.ClientSession) -> AsyncWebClient:
    made = AsyncWebClient(
        token=token, base_url=api or API, session=session, retry_handlers=[], logger=hush()
    )
    if api is not None:
        made.proxy = None  # an address of one's own is reached directly
    return made


async def ask(call: Callable[..., Awaitable[AsyncSlackResponse]], **values: object) -> Json:
    """A call that changes nothing, or nothing anybody sees: unanswered is merely unreached."""
    return await _made(call, values, unknown=(Reason.UNREACHABLE, True))


async def do(call: Callable[..., Awaitable[AsyncSlackResponse]], **values: object) -> Json:
    """A call after which one must know whether it was done. Raises `SendFailed`."""
    return await _made(call, values, unknown=(Reason.NO_ANSWER, False))


async def pages(
    call: Callable[..., Awaitable[AsyncSlackResponse]], **values: object
) -> AsyncIterator[Json]:
    """Every page of what a reading method has. Raises `SendFailed`."""
    cursor: str | None = None
    while True:
        page = await ask(call, **values, **({"cursor": cursor} if cursor else {}))
        yield page
        following = text_at(page, "response_metadata", "next_cursor")
        if following is None or following == cursor:
            return
        cursor = following


async def _made(
    call: Callable[..., Awaitable[AsyncSlackResponse]],
    values: Mapping[str, object],
    *,
    unknown: Verdict,
) -> Json:
    try:
        answer = await call(**values)
    except SlackApiError as error:
        raise _failure(error, unknown) from None
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise SendFailed(Reason.UNREACHABLE, retry=True) from None
    except (
        aiohttp.ClientError, TimeoutError, OSError, SlackClientError, AttributeError, ValueError,
    ):  # fmt: skip
        # A body of the wrong kind makes the SDK stumble over it in several ways.
        raise SendFailed(unknown[0], retry=unknown[1]) from None
    data = answer.data
    return data if isinstance(data, dict) else {}


def _failure(error: SlackApiError, unknown: Verdict) -> SendFailed:
    # Where the body was not JSON, `response` is aiohttp's own, of another shape.
    response: object = error.response
    status = _status(response)
    after = retry_after(getattr(response, "headers", None))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Refused(Reason.BUSY, retry=True, after=after, error="ratelimited")
    said = text_at(getattr(response, "data", None), "error")
    if said is None or said in UNKNOWN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return SendFailed(unknown[0], retry=unknown[1])
    reason, retry = MEANS.get(said, _REFUSED)
    pause = after if reason is Reason.BUSY else None
    return Refused(reason, retry=retry, after=pause, error=said)


def _status(response: object) -> int:
    for name in ("status_code", "status"):
        status: object = getattr(response, name, None)
        if isinstance(status, int):
            return status
    return 0


def retry_after(headers: object) -> timedelta | None:
    """Whole seconds, as Slack documents it; anything else (a date, nothing) is our own pace."""
    if not isinstance(headers, Mapping):
        return None
    given = [str(value).strip() for name, value in headers.items() if name.lower() == "retry-after"]
    if not given or not re.fullmatch("[0-9]{1,6}", given[0]):
        return None
    return timedelta(seconds=min(int(given[0]), 3600))


def error_of(failed: SendFailed) -> str | None:
    return failed.error if isinstance(failed, Refused) else None
