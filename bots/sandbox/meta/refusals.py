"""
How Graph says no: Messenger Platform, «Common Error Codes»; WhatsApp Business Platform, «WhatsApp
error codes»; Graph API, «Rate limits».
"""

import json
from typing import Final

from starlette.responses import JSONResponse, Response

BAD_TOKEN: Final = (401, 190, 463, "Error validating access token: Session has expired.")
BAD_PROOF: Final = (400, 100, 0, "Invalid appsecret_proof provided in the API argument")
NO_PERMISSION: Final = (
    403,
    200,
    2018028,
    "Requires pages_messaging permission to manage the object",
)
NOBODY: Final = (400, 100, 2018001, "No matching user found")
NOT_NOW: Final = (400, 551, 1545041, "This person isn't available right now.")
ALREADY_REPLIED: Final = (400, 10900, 0, "(#10900) Activity already replied to")
OUTSIDE: Final = (400, 10, 2018278, "This message is sent outside of allowed window.")
TOO_LONG: Final = (400, 100, 2018109, "Length of param message[text] must be at most 2000")
MALFORMED: Final = (400, 100, 0, "Invalid parameter")
NO_SUCH: Final = (400, 100, 33, "Unsupported request - method type: post")

NO_SUCH_MEDIA: Final = (400, 100, 33, "Unsupported get request. Object does not exist")
RE_ENGAGEMENT: Final = (400, 131047, 0, "(#131047) Re-engagement message")
UNDELIVERABLE: Final = (400, 131026, 0, "(#131026) Message undeliverable")
PAIR_RATE: Final = (
    400,
    131056,
    0,
    "(#131056) (Business Account, Consumer Account) pair rate limit",
)
BAD_PARAMETER: Final = (400, 131009, 0, "(#131009) Parameter value is not valid")
"""«WhatsApp error codes»."""


class Refused(Exception):
    def __init__(self, said: tuple[int, int, int, str]) -> None:
        super().__init__(said[3])
        self.said = said

    def answer(self) -> Response:
        status, code, subcode, message = self.said
        error = {"message": message, "type": "OAuthException", "code": code,
                 "fbtrace_id": "AbCdEfGhIjK"}  # fmt: skip
        if subcode:
            error["error_subcode"] = subcode
        return JSONResponse({"error": error}, status_code=status)


def too_many(seconds: int | None) -> Response:
    """Told in whole minutes, in a header; without one, nobody knows how long."""
    answer = Refused((400, 613, 0, "Calls to this api have exceeded the rate limit.")).answer()
    if seconds is not None:
        use = {"type": "messenger", "call_count": 100, "total_cputime": 25, "total_time": 25,
               "estimated_time_to_regain_access": -(-seconds // 60)}  # fmt: skip
        answer.headers["X-Business-Use-Case-Usage"] = json.dumps({"100200300": [use]})
    return answer
