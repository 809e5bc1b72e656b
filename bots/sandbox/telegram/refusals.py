"""What the Bot API answers when it says no."""

from typing import Final, NoReturn

from starlette.responses import JSONResponse, Response


class Refused(Exception):
    """`{"ok": false}` with the error's code and Telegram's own words."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.retry_after = code, description, retry_after

    def answer(self) -> Response:
        body: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return JSONResponse(body, status_code=self.code)


def bad_request(why: str) -> NoReturn:
    raise Refused(400, f"Bad Request: {why}")


def too_many(retry_after: int | None) -> Response:
    """429 with `parameters.retry_after`, or, as has been seen, without."""
    if retry_after is None:
        return Refused(429, "Too Many Requests").answer()
    text = f"Too Many Requests: retry after {retry_after}"
    return Refused(429, text, retry_after=retry_after).answer()


BLOCKED: Final = (403, "Forbidden: bot was blocked by the user")
DEACTIVATED: Final = (403, "Forbidden: user is deactivated")
NEVER_WROTE: Final = (403, "Forbidden: bot can't initiate conversation with a user")
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TWO_POLLERS: Final = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
