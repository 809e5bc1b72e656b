"""Slack by signed HTTP, for a team that takes events at a public address."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typing_extensions import override

from bots.sandbox.server import serve
from bots.sandbox.slack import Room, SlackStandIn, User
from tests.sandbox.conftest import SECRET, StoppedClock

BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "go",
                "text": {"type": "plain_text", "text": "Ta saken"},
            }
        ],
    }
]


class StoppedForSlack(Clock):
    def __init__(self, clock: StoppedClock) -> None:
        super().__init__()
        self._clock = clock

    @override
    def now(self) -> float:
        return self._clock().timestamp()


@asynccontextmanager
async def receiver(
    answer: Callable[[Request], Response],
) -> AsyncIterator[tuple[str, list[tuple[Request, bytes]]]]:
    taken: list[tuple[Request, bytes]] = []

    async def take(request: Request) -> Response:
        taken.append((request, await request.body()))
        return answer(request)

    async with serve(Starlette(routes=[Route("/slack/events", take, methods=["POST"])])) as url:
        yield f"{url}/slack/events", taken


async def test_every_post_is_signed_over_its_bytes(
    slack: SlackStandIn,
    slack_url: str,
    web: AsyncWebClient,
    room: Room,
    turid: User,
    clock: StoppedClock,
) -> None:
    """An unsigned door would let anyone put words in a caseworker's mouth."""
    ts = (await web.chat_postMessage(channel=room.id, text="kort", blocks=BUTTONS))["ts"]
    await slack.delivery.settled()  # nobody listens yet
    async with receiver(lambda _: JSONResponse({"text": "tatt imot"})) as (url, taken):
        slack.http_mode(url)
        slack.posts(turid, room, "blåbærsyltetøy 😔")
        await slack.delivery.settled()
        press = await slack.presses(turid, room, ts, "Ta saken")
        command = await slack.slash(turid, room, "/utebru", "hei")

    verifier = SignatureVerifier(SECRET, clock=StoppedForSlack(clock))
    for request, body in taken:
        assert verifier.is_valid_request(body, dict(request.headers))
        assert not verifier.is_valid_request(body + b" ", dict(request.headers))
    assert press.acknowledged
    assert command.acknowledged
    assert "payload" in parse_qs(taken[1][1].decode())
    assert parse_qs(taken[2][1].decode())["command"] == ["/utebru"]
    assert slack.room(room, turid)[-1].words == "tatt imot"


async def test_what_is_not_taken_is_sent_again_and_says_so(
    slack: SlackStandIn, slack_url: str, room: Room, turid: User
) -> None:
    """The first delivery may be the one that the crash took."""
    answers = iter([500, 404])
    async with receiver(lambda _: Response(status_code=next(answers, 200))) as (url, taken):
        slack.http_mode(url)
        slack.posts(turid, room, "hei")
        await slack.delivery.settled()

    tries = [request.headers.get("x-slack-retry-num") for request, _ in taken]
    reasons = [request.headers.get("x-slack-retry-reason") for request, _ in taken]
    assert tries == [None, "1", "2"]
    assert reasons == [None, "http_error", "http_error"]
    assert len({body for _, body in taken}) == 1
    assert slack.delivery.lost == []


async def test_no_retry_is_obeyed(
    slack: SlackStandIn, slack_url: str, room: Room, turid: User
) -> None:
    """A receiver that knows it can never take an event may say so."""

    def never(_: Request) -> Response:
        return Response(status_code=500, headers={"X-Slack-No-Retry": "1"})

    async with receiver(never) as (url, taken):
        slack.http_mode(url)
        slack.posts(turid, room, "hei")
        await slack.delivery.settled()

    assert len(taken) == 1
    assert len(slack.delivery.lost) == 1


async def test_a_response_url_answers_five_times_within_half_an_hour(
    slack: SlackStandIn,
    slack_url: str,
    web: AsyncWebClient,
    room: Room,
    turid: User,
    clock: StoppedClock,
) -> None:
    """A private answer must reach the one who pressed, and nobody later."""
    ts = (await web.chat_postMessage(channel=room.id, text="kort", blocks=BUTTONS))["ts"]
    await slack.delivery.settled()  # nobody listens yet
    async with receiver(lambda _: Response()) as (url, taken):
        slack.http_mode(url)
        await slack.presses(turid, room, ts, "go")
        pressed = json.loads(parse_qs(taken[-1][1].decode())["payload"][0])

    hook = AsyncWebhookClient(pressed["response_url"])
    await hook.send(text="bare du")
    await hook.send(text="nytt kort", replace_original=True)
    shown = slack.room(room, turid)
    assert [(seen.text, seen.only_you) for seen in shown] == [
        ("nytt kort", False),
        ("bare du", True),
    ]
    for _ in range(3):
        assert (await hook.send(text="igjen")).status_code == 200
    assert (await hook.send(text="for mye")).status_code == 404
    clock.forward(minutes=31)
    assert (await hook.send(text="for sent")).body.endswith('"expired_url"}')
