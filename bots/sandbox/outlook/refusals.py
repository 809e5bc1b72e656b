"""How Graph says no: «Error responses and resource types», «Throttling guidance»."""

from typing import Final

from starlette.responses import JSONResponse, Response

NO_TOKEN: Final = (401, "InvalidAuthenticationToken", "Lifetime validation failed.")
DENIED: Final = (403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
NO_MAILBOX: Final = (404, "ErrorInvalidUser", "The requested user is invalid.")
NO_ITEM: Final = (404, "ErrorItemNotFound", "The specified object was not found in the store.")
MALFORMED: Final = (400, "RequestBodyRead", "The property is not valid.")
BAD_QUERY: Final = (400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.")
IN_EFFICIENT: Final = (400, "InefficientFilter", "The restriction or sort order is too complex.")
NO_RECIPIENT: Final = (400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
NOT_A_DRAFT: Final = (400, "ErrorItemNotSavable", "The item cannot be saved.")
SYNC_LOST: Final = (410, "SyncStateNotFound", "The sync state generation is not found.")
NO_VALUE: Final = (405, "ErrorInvalidRequest", "The attachment has no raw contents.")
AT_ONCE: Final = (
    429,
    "ApplicationThrottled",
    "Application is over its MailboxConcurrency limit.",
)
UNREACHED: Final = (
    400,
    "ValidationError",
    "Subscription validation request failed. Notification endpoint must respond with 200 OK.",
)
TOO_FAR: Final = (
    400,
    "InvalidRequest",
    "Subscription expiration can only be 10080 minutes in the future.",
)
NO_SUBSCRIPTION: Final = (404, "ResourceNotFound", "The object was not found.")


class Refused(Exception):
    def __init__(self, said: tuple[int, str, str]) -> None:
        super().__init__(said[1])
        self.said = said

    def answer(self) -> Response:
        status, code, message = self.said
        about = {"date": "2026-11-23T09:00:00", "request-id": "0a", "client-request-id": "0a"}
        error = {"code": code, "message": message, "innerError": about}
        headers = {"Retry-After": "1"} if status == 429 else {}
        return JSONResponse({"error": error}, status_code=status, headers=headers)


def too_many(seconds: int | None) -> Response:
    answer = Refused((429, "TooManyRequests", "Too many requests.")).answer()
    del answer.headers["Retry-After"]
    if seconds is not None:
        answer.headers["Retry-After"] = str(seconds)
    return answer
