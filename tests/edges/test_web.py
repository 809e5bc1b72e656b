"""The public listener: what it lets in, what it says about itself, what it keeps to itself."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.types import Message

from bridge.domain.backlog import Backlog, Step
from bridge.health import Health
from bridge.metering import Meter
from bridge.ports import Call, Hooks, Reply
from bridge.web import HEADERS, LARGEST, create_web
from tests.support.metrics import ours

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def waits(step: Step, of: str, count: int, *, seconds: float) -> Backlog:
    return Backlog(step=step, of=of, count=count, since=NOW - timedelta(seconds=seconds))


WELL = Health(
    at=NOW,
    ready=True,
    last_event={"telegram": timedelta(seconds=90), "slack": None},
    backlog=[
        waits(Step.TAKEN_IN, "telegram", 2, seconds=2),
        waits(Step.QUEUED, "slack", 4, seconds=60),
        waits(Step.ASKED, "telegram", 1, seconds=4000),
        waits(Step.SEALED, "journal", 2, seconds=90),
        waits(Step.TRANSFERRED, "contact", 1, seconds=5),
        waits(Step.SET_ASIDE, "telegram", 1, seconds=600),
    ],
    record_reachable=True,
    record_since=NOW - timedelta(hours=1),
)


class Platforms:
    """What stands behind the listener: it keeps what it got, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[bytes, Mapping[str, str]]] = []
        self.status, self.body = 200, b""
        self.health = WELL
        self.fails: Exception | None = None

    async def take(self, call: Call) -> Reply:
        self._take(call.body, call.headers)
        return Reply(status=self.status, body=self.body)

    @property
    def hooks(self) -> Hooks:
        return {
            ("POST", "/telegram/webhook"): self.take,
            ("POST", "/slack/events"): self.take,
            ("GET", "/meta/webhook"): self.challenged,
        }

    async def challenged(self, call: Call) -> Reply:
        """As Meta verifies an address: what it sends in the query comes back as text."""
        return Reply(status=200, body=call.query["hub.challenge"].encode(), type="text/plain")

    async def how(self) -> Health:
        if self.fails:
            raise self.fails
        return self.health

    def _take(self, body: bytes, headers: Mapping[str, str]) -> None:
        if self.fails:
            raise self.fails
        self.got.append((body, headers))


@pytest.fixture
def behind() -> Platforms:
    return Platforms()


@pytest.fixture
async def web(behind: Platforms) -> AsyncIterator[httpx.AsyncClient]:
    app = create_web(health=behind.how, hooks=behind.hooks)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as client:
        yield client


def is_a_problem(answer: httpx.Response, status: int) -> bool:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    return bool(re.fullmatch(r"urn:utebru:[a-z-]+", answer.json()["type"]))


async def test_the_very_bytes_reach_whoever_checks_the_signature(
    web: httpx.AsyncClient, behind: Platforms
) -> None:
    """A signature is over raw bytes; a body parsed and written again is a message refused."""
    raw = b'{"update_id" :  1}\r\n\xff'

    told = await web.post("/telegram/webhook", content=raw, headers={"X-Secret": "s"})
    events = await web.post("/slack/events", content=raw, headers={"X-Secret": "s"})

    assert (told.status_code, events.status_code) == (200, 200)
    assert [body for body, _ in behind.got] == [raw, raw]
    assert {headers["x-secret"] for _, headers in behind.got} == {"s"}


async def test_slack_gets_the_answer_it_waits_for(
    web: httpx.AsyncClient, behind: Platforms
) -> None:
    """The challenge and a form's errors travel in the body of the acknowledgement."""
    behind.body = b'{"challenge":"x"}'

    answer = await web.post("/slack/events", content=b"{}")

    assert answer.json() == {"challenge": "x"}
    assert answer.headers["content-type"] == "application/json"


async def test_a_platform_that_asks_with_a_get_is_answered_in_plain_text(
    web: httpx.AsyncClient,
) -> None:
    """Meta and Microsoft verify an address by having their own words said back to them."""
    answer = await web.get("/meta/webhook", params={"hub.challenge": "17"})

    assert (answer.status_code, answer.text) == (200, "17")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/telegram/webhook", "/slack/events"])
async def test_what_is_refused_is_refused_with_a_problem(
    web: httpx.AsyncClient, behind: Platforms, path: str
) -> None:
    """A wrong secret gets a clear 401 and no word about why."""
    behind.status, behind.body = 401, b"hemmelig"

    answer = await web.post(path, content=b"hemmelig")

    assert is_a_problem(answer, 401)
    assert "hemmelig" not in answer.text


@pytest.mark.parametrize("path", ["/telegram/webhook", "/slack/events"])
async def test_when_it_cannot_be_stored_the_platform_is_told_to_come_again(
    web: httpx.AsyncClient, behind: Platforms, path: str
) -> None:
    """A 200 here would lose a youth's message for good."""
    behind.fails = OSError("hemmelig")

    answer = await web.post(path, content=b"{}")

    assert is_a_problem(answer, 503)
    assert answer.headers["retry-after"] == "5"
    assert "hemmelig" not in answer.text


@pytest.mark.parametrize("path", ["/telegram/webhook", "/slack/events"])
async def test_a_body_too_large_is_stopped_on_the_way_in(
    web: httpx.AsyncClient, behind: Platforms, path: str
) -> None:
    """Anybody can post here: nobody may fill the memory, whatever length they claim."""
    sent = 0

    async def unannounced() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(40):
            sent += 1
            yield b"x" * 65536

    claimed = await web.post(path, content=b"x" * (LARGEST + 1))
    streamed = await web.post(path, content=unannounced())
    fits = await web.post(path, content=b"x" * LARGEST)

    assert is_a_problem(claimed, 413)
    assert is_a_problem(streamed, 413)
    assert sent * 65536 <= LARGEST + 2 * 65536
    assert fits.status_code == 200
    assert len(behind.got) == 1


async def test_a_body_that_comes_in_pieces_is_one_message(
    web: httpx.AsyncClient, behind: Platforms
) -> None:
    """Over a slow line each piece is told to us by itself, and her message is all of them."""

    async def slowly() -> AsyncIterator[bytes]:
        for piece in (b'{"upd', b"", b'ate_id": ', b"17}"):
            yield piece

    answer = await web.post("/telegram/webhook", content=slowly())

    assert answer.status_code == 200
    assert [body for body, _ in behind.got] == [b'{"update_id": 17}']


async def test_a_call_that_breaks_off_is_nobodys_message(behind: Platforms) -> None:
    """Half of what she wrote, with a 200, would be all that anybody ever saw of it."""
    meter, said = Meter(), []
    app = create_web(health=behind.how, hooks=behind.hooks, meter=meter)
    comes: Iterator[Message] = iter([
        {"type": "http.request", "body": b'{"update_id": 1, "mess', "more_body": True},
        {"type": "http.disconnect"},
    ])  # fmt: skip

    async def receive() -> Message:
        return next(comes)

    async def send(message: Message) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/telegram/webhook", "headers": []}
    await app({**scope, "query_string": b""}, receive, send)

    assert behind.got == []
    assert said[0]["status"] == 400
    assert ours(meter.exposition(WELL).decode())["utebru_refused_total 400"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/telegram/webhook", 405),
        ("PUT", "/telegram/webhook", 405),
        ("POST", "/telegram/webhook/deeper", 404),
        ("POST", "/telegram", 404),
        ("POST", "/livez", 405),
        ("GET", "/docs", 404),
        ("GET", "/redoc", 404),
        ("GET", "/openapi.json", 404),
        ("GET", "/api/bridge/employees", 404),
        ("GET", "/transfers/export", 404),
        ("POST", "/telegram/webhook/", 404),
        ("GET", "/../../etc/passwd", 404),
    ],
)
async def test_there_is_nothing_else_here(
    web: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """The case store's pages and this program's own description stay off the internet."""
    assert is_a_problem(await web.request(method, path), status)


async def test_a_platform_that_is_off_has_no_door(behind: Platforms) -> None:
    """A door nobody uses is a door nobody watches."""
    app = create_web(health=behind.how)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://bridge"
    ) as web:
        assert is_a_problem(await web.post("/telegram/webhook"), 404)
        assert is_a_problem(await web.post("/slack/events"), 404)


async def test_every_answer_forbids_what_a_browser_might_do_with_it(
    web: httpx.AsyncClient, behind: Platforms
) -> None:
    """Nothing here is a page, and no browser is to treat it as one, errors included."""
    behind.body = b"{}"
    answers = [await web.get(path) for path in ("/livez", "/readyz", "/health", "/metrics", "/no")]
    answers += [await web.post(path) for path in ("/slack/events", "/telegram/webhook", "/livez")]
    behind.fails = OSError()
    answers += [await web.get("/health"), await web.post("/slack/events")]

    for answer in answers:
        assert HEADERS.items() <= {name: answer.headers.get(name) for name in HEADERS}.items()
        assert "server" not in answer.headers


async def test_health_says_what_a_person_on_call_asks_first(web: httpx.AsyncClient) -> None:
    """How old is the last message, what waits, what is stuck, is the record there?"""
    answer = await web.get("/health")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "at": "2026-11-03T12:00:00+00:00",
        "ready": True,
        "alarms": [],
        "channels": {
            "telegram": {"last_event_age_seconds": 90},
            "slack": {"last_event_age_seconds": None},
        },
        "inbox_waiting": 2,
        "oldest_unsent_seconds": 60,
        "untransferred": 3,
        "stuck": 1,
        "case_store": {"reachable": True, "since": "2026-11-03T11:00:00+00:00"},
    }


Ill = Callable[[Health], Health]


@pytest.mark.parametrize(
    ("ill", "livez", "readyz", "health"),
    [
        (lambda h: h, 200, 200, 200),
        (lambda h: replace(h, alarms=("telegram-silent",)), 200, 200, 503),
        (lambda h: replace(h, ready=False), 200, 503, 503),
    ],
)
async def test_the_three_questions_have_three_answers(
    web: httpx.AsyncClient, behind: Platforms, ill: Ill, livez: int, readyz: int, health: int
) -> None:
    """A silent channel needs a person, not a restart that would break every open conversation."""
    behind.health = ill(WELL)

    assert [(await web.get(f"/{path}")).status_code for path in ("livez", "readyz", "health")] == [
        livez,
        readyz,
        health,
    ]


async def test_without_a_database_it_lives_but_is_not_ready(
    web: httpx.AsyncClient, behind: Platforms
) -> None:
    """A process that waits for its database must not be killed for it."""
    behind.fails = OSError("no route to the database")

    assert (await web.get("/livez")).status_code == 200
    for path in ("/readyz", "/health", "/metrics"):
        answer = await web.get(path)
        assert is_a_problem(answer, 503)
        assert "route" not in answer.text


async def test_metrics_are_what_prometheus_reads(web: httpx.AsyncClient) -> None:
    """An alarm that cannot be parsed rings nowhere."""
    answer = await web.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert ours(answer.text) == {
        "utebru_ready": 1,
        "utebru_alarms": 0,
        "utebru_last_event_age_seconds telegram": 90,
        "utebru_waiting taken_in telegram": 2,
        "utebru_waiting queued slack": 4,
        "utebru_waiting asked telegram": 1,
        "utebru_waiting sealed journal": 2,
        "utebru_waiting transferred contact": 1,
        "utebru_waiting set_aside telegram": 1,
        "utebru_waiting_oldest_seconds taken_in telegram": 2,
        "utebru_waiting_oldest_seconds queued slack": 60,
        "utebru_waiting_oldest_seconds asked telegram": 4000,
        "utebru_waiting_oldest_seconds sealed journal": 90,
        "utebru_waiting_oldest_seconds transferred contact": 5,
        "utebru_waiting_oldest_seconds set_aside telegram": 600,
        "utebru_case_store_reachable": 1,
        "utebru_case_store_since_seconds": (NOW - timedelta(hours=1)).timestamp(),
    }


async def test_what_is_refused_is_counted(web: httpx.AsyncClient) -> None:
    """A wrong secret after a change looks like a quiet day, unless somebody counts."""
    before = ours((await web.get("/metrics")).text)
    await web.post("/telegram/webhook", content=b"x" * (2 * 1024 * 1024))
    await web.get("/nowhere")

    counted = ours((await web.get("/metrics")).text)

    assert not [name for name in before if name.startswith("utebru_refused")]
    assert counted["utebru_refused_total 413"] == 1
    assert counted["utebru_refused_total 404"] == 1


async def test_what_is_counted_elsewhere_is_told_here(behind: Platforms) -> None:
    """The bridge counts what it carries; whoever looks asks at one address."""
    meter = Meter()
    meter.accepted("telegram", fresh=True)
    transport = httpx.ASGITransport(create_web(health=behind.how, meter=meter))
    async with httpx.AsyncClient(transport=transport, base_url="http://bridge") as web:
        assert ours((await web.get("/metrics")).text)["utebru_accepted_total telegram new"] == 1
