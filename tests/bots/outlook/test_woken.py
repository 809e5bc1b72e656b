"""Graph calls us: whether it is Graph, how long it will, and that we ask whatever it forgets."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bots.outlook import notifications
from bots.outlook.account import PATH
from bots.outlook.listening import EVERY, UNCALLED, Listening
from bots.outlook.mailbox import Trouble
from bots.outlook.subscription import LIFETIME, Subscription
from bots.sandbox.outlook.subscriptions import TOKEN
from bots.sandbox.server import serve
from bridge.ports import Call, Reply
from tests.bots.outlook.shapes import MAILBOX, SECRET, WORDS, Json
from tests.bots.outlook.tenant import Tenant, tenant

STATE = notifications.state(SECRET, MAILBOX)


def call(*told: object, body: bytes | None = None, **query: str) -> Call:
    sent = json.dumps({"value": list(told)}).encode() if body is None else body
    return Call(method="POST", query=query, headers={}, body=sent)


def change(**about: str) -> Json:
    return {"subscriptionId": "1", "clientState": STATE, "changeType": "created"} | about


def received(asked: Call, state: str = STATE) -> tuple[Reply, list[str]]:
    told: list[str] = []
    return notifications.receive(asked, state=state, told=told.append), told


def test_graph_is_answered_when_it_asks_whether_we_are_here() -> None:
    reply, told = received(call(body=b"", validationToken=TOKEN))

    assert (reply.status, reply.body.decode(), reply.type) == (200, TOKEN, "text/plain")
    assert told == []


@pytest.mark.parametrize("token", ["", "a\nb", "a\x00", "a" * 2049])
def test_what_graph_would_never_ask_is_not_sent_back(token: str) -> None:
    assert received(call(body=b"", validationToken=token))[0] == Reply(status=400)


def test_graph_is_thanked_and_what_it_tells_is_told_once() -> None:
    """«missed» must not be lost among a hundred changes."""
    reply, told = received(
        call(change(), change(), change(lifecycleEvent="missed"), {"clientState": "x"})
    )

    assert (reply.status, sorted(told)) == (202, ["", "missed"])


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (call(change(clientState="gjettet")), 401),
        (call(change(clientState="")), 401),
        (call(change(clientState="æ")), 401),
        (call({"changeType": "created"}), 401),
        (call("x", None, 1), 401),
        (call(), 401),
        (call(body=b""), 400),
        (call(body=b"\xff"), 400),
        (call(body=b"[]"), 400),
        (call(body=b'{"value": ' + b"[" * 100_000), 400),
    ],
)
def test_whoever_is_not_graph_wakes_nobody(asked: Call, status: int) -> None:
    """Anybody could keep us asking, and Graph would shut us out for it."""
    assert received(asked) == (Reply(status=status), [])


def test_without_a_secret_nobody_is_graph() -> None:
    assert received(call(change(clientState="")), state="")[0].status == 401


def test_the_secret_is_not_what_is_sent() -> None:
    assert SECRET not in STATE
    assert len(STATE) <= 128
    assert STATE == notifications.state(SECRET, MAILBOX) != notifications.state(SECRET, "b@c.no")


class Ward:
    """The mailbox with its ears, and where Graph finds us."""

    def __init__(self, there: Tenant, url: str) -> None:
        self.there, self.reported = there, list[str | None]()
        self.mailbox = there.opened()
        self.subscription = Subscription(
            there.graph, there.channel, url=f"{url}{PATH}", state=STATE, clock=there.clock
        )
        self.heard = Listening(self.mailbox, self.subscription, report=self._report)
        self.rested: list[timedelta] = []

    async def _report(self, trouble: str | None) -> None:
        self.reported.append(trouble)

    async def called(self, request: Request) -> Response:
        asked = Call(
            method="POST", query=request.query_params, headers=request.headers,
            body=await request.body(),
        )  # fmt: skip
        reply = notifications.receive(asked, state=STATE, told=self.heard.told)
        return Response(reply.body, reply.status, media_type=reply.type)

    @property
    def standing(self) -> list[str]:
        return list(self.there.standin.subscriptions.standing)


@pytest.fixture
async def ward() -> AsyncIterator[Ward]:
    there_now: list[Ward] = []

    async def called(request: Request) -> Response:
        return await there_now[0].called(request)

    app = Starlette(routes=[Route(PATH, called, methods=["POST"])])
    async with serve(app) as url, tenant() as there:
        there_now.append(Ward(there, url))
        yield there_now[0]


async def test_there_is_one_subscription_and_it_is_renewed_at_half_its_life(ward: Ward) -> None:
    """It lives a week; one that nobody renews leaves us to the clock."""
    assert await ward.heard.turn() == EVERY
    (made,) = ward.standing
    first = ward.there.standin.subscriptions.standing[made].until
    ward.there.clock.move(LIFETIME / 2 - timedelta(minutes=1))
    await ward.heard.turn()
    assert ward.there.standin.subscriptions.standing[made].until == first

    ward.there.clock.move(timedelta(minutes=1))
    await ward.heard.turn()

    assert ward.standing == [made]
    assert ward.there.standin.subscriptions.standing[made].until > first


async def test_a_restart_leaves_no_second_subscription_behind(ward: Ward) -> None:
    """Each would call us for every mail, for a week."""
    await ward.heard.turn()
    before = ward.standing
    again = Subscription(
        ward.there.graph, ward.there.channel, url=ward.subscription._url, state=STATE,
        clock=ward.there.clock,
    )  # fmt: skip

    assert await again.tend() is True
    assert len(ward.standing) == 1
    assert ward.standing != before


@pytest.mark.parametrize("event", ["subscriptionRemoved", "reauthorizationRequired", "missed"])
async def test_what_graph_says_of_the_subscription_is_seen_to(ward: Ward, event: str) -> None:
    """After any of them the next mail would come late, or not be told of at all."""
    await ward.heard.turn()
    ward.there.clock.move(timedelta(hours=1))
    ward.there.standin.subscriptions.happens(event)
    assert await ward.there.standin.subscriptions.call() == 202
    ward.there.writes(WORDS)

    assert await ward.heard.turn() == EVERY

    assert len(ward.standing) == 1
    assert ward.there.disk.texts() == [WORDS]
    if event == "reauthorizationRequired":
        (subscription,) = ward.there.standin.subscriptions.standing.values()
        assert subscription.until - ward.there.clock.now() == LIFETIME


async def test_one_that_has_lapsed_while_we_were_away_is_made_anew(ward: Ward) -> None:
    await ward.heard.turn()
    ward.there.clock.move(LIFETIME + timedelta(days=1))

    assert await ward.heard.turn() == EVERY
    assert len(ward.standing) == 1


async def test_where_graph_does_not_reach_us_we_ask_more_often(ward: Ward) -> None:
    """A closed port must not be what a youth waits for."""
    ward.there.standin.subscriptions.where = lambda _: "http://127.0.0.1:1/"
    ward.there.writes(WORDS)

    assert await ward.heard.turn() == UNCALLED
    assert ward.there.disk.texts() == [WORDS]
    assert ward.reported == []


async def test_a_trouble_is_reported_when_it_begins_and_when_it_is_over(ward: Ward) -> None:
    ward.there.standin.permitted = False
    pauses = [await ward.heard.turn() for _ in range(3)]
    ward.there.standin.permitted = True
    await ward.heard.turn()

    assert ward.reported == [Trouble.REVOKED, None]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(minutes=1)


async def test_a_call_wakes_and_a_stop_ends(ward: Ward) -> None:
    """She need not wait for five minutes to be over, and neither need whoever shuts down."""
    heard = Listening(ward.mailbox, None, report=ward._report)
    standin = ward.there.standin
    running = asyncio.create_task(heard.run())
    await standin.changes.until(lambda: len(standin.asked) == 2)
    ward.there.writes(WORDS)
    heard.told("")
    await standin.changes.until(lambda: len(standin.asked) == 5)
    heard.stop()

    await asyncio.wait_for(running, 10)

    assert ward.there.disk.texts() == [WORDS]
