"""
What the platforms send, in the documented shapes (Bot API, Update; Slack, Events API).

Every message carries its number in words, by which it is found again where it arrives.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.load import Request, post

TELEGRAM_SECRET: Final = "a-secret-for-the-benchmark-only"
SLACK_SECRET: Final = "another-secret-for-the-benchmark"
TELEGRAM_TOKEN: Final = "100:for-the-benchmark-only"
SLACK_TOKEN: Final = "xoxb-for-the-benchmark-only"
SLACK_ADMIN: Final = "xoxp-for-the-benchmark-only"
TELEGRAM_PATH: Final = "/telegram/webhook"
SLACK_PATH: Final = "/slack/events"
BOT: Final = "U0BOT"
"""Whom a caseworker speaks to when the youth is to hear it."""
FIRST_YOUTH: Final = 5_000_000
WORDS: Final = "Hei, jeg vet ikke helt hvem jeg skal snakke med, men det er litt vondt hjemme nå."


def number(text: str) -> int | None:
    """Which message it was; None: none of these."""
    head, _, tail = text.rpartition("#")
    return int(tail) if head and tail.isdecimal() else None


def updates(count: int, *, youths: int, start: int = 0) -> list[Request]:
    """`count` messages from so many youths in turn."""
    return said_by([n % youths for n in range(count)], start=start)


def said_by(youths: Sequence[int], *, start: int) -> list[Request]:
    """One message of each."""
    return [_update(start + n, youth) for n, youth in enumerate(youths)]


def _update(about: int, youth: int) -> Request:
    body = json.dumps(
        {
            "update_id": 700_000_000 + about,
            "message": {
                "message_id": 10 + about,
                "from": {
                    "id": FIRST_YOUTH + youth,
                    "is_bot": False,
                    "first_name": "Kim",
                    "language_code": "nb",
                },
                "chat": {"id": FIRST_YOUTH + youth, "first_name": "Kim", "type": "private"},
                "date": int(time.time()),
                "text": f"{WORDS} #{about}",
            },
        },
        ensure_ascii=False,
    ).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("X-Telegram-Bot-Api-Secret-Token", TELEGRAM_SECRET),
    ]
    return Request(about=about, youth=youth, raw=post(TELEGRAM_PATH, body, headers))


def replies(
    threads: list[tuple[str, str]], *, count: int, start: int = 0, user: str
) -> Iterator[Request]:
    """A caseworker's answers in the threads (room and its root) in turn, signed as Slack signs."""
    for n in range(count):
        room, root = threads[n % len(threads)]
        yield _reply(start + n, n % len(threads), room, root, user)


def _reply(about: int, youth: int, room: str, root: str, user: str) -> Request:
    now = time.time()
    # In a room no two messages are of the same moment: the stand-in's own are the first half.
    ts = f"{int(now)}.{500_000 + about % 500_000:06d}"
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0BENCH",
            "api_app_id": "A0BENCH",
            "event_id": f"Ev{about:012d}",
            "event_time": int(now),
            "event": {
                "type": "message",
                "user": user,
                "text": f"<@{BOT}> Jeg er her. Vil du fortelle? #{about}",
                "ts": ts,
                "thread_ts": root,
                "channel": room,
                "channel_type": "group",
                "event_ts": ts,
            },
        }
    ).encode()
    stamp = str(int(now))
    signed = hmac.new(SLACK_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    headers = [
        ("Content-Type", "application/json"),
        ("X-Slack-Request-Timestamp", stamp),
        ("X-Slack-Signature", f"v0={signed.hexdigest()}"),
    ]
    return Request(about=about, youth=youth, raw=post(SLACK_PATH, body, headers))
