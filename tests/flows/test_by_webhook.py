"""Heard by webhook and signed events; whoever else knocks gets a clear no, and costs nothing."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bridge.demo.scenes import maya as day
from tests.conftest import NoEars
from tests.support.stage_web import Web, on_the_web

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "hei, dette må fram uansett"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_web(
    people_at_work: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Web]:
    async with on_the_web(tmp_path_factory.mktemp("web"), template=people_at_work) as web:
        yield web


@pytest.fixture
def web(shared_web: Web, ears: NoEars) -> Web:
    shared_web.stage.is_heard_by(ears)
    ears.listen_for(WORDS)
    return shared_web


async def test_the_days_main_story_is_the_same_by_webhook_and_signed_events(web: Web) -> None:
    """A municipality chooses its road in; no promise depends on it."""
    cast = web.stage.cast
    for scene in (day.writes, day.is_answered, day.says_yes, day.is_taken_care_of):
        await scene(cast)

    assert cast.tell.kept > 20


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "gjettet"}])
async def test_an_update_without_the_secret_is_nobodys_word(
    web: Web, headers: dict[str, str]
) -> None:
    """Anybody could write as any youth without it."""
    before = await _waiting(web)

    answer = await web.telegram(web.update(WORDS, number=9_001), headers=headers)

    _is_refused(answer, 401)
    assert await _waiting(web) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"not json", 400),
        (b'{"update_id": "\xff\xfe"}', 400),
        (b'{"message": {}}', 400),
        (b"[" * 5_000 + b"]" * 5_000, 400),
        (b'{"update_id": 1, "x": ' + b"[" * 70 + b"]" * 70 + b"}", 400),
        (b'{"update_id": -4}', 400),
        (b'{"update_id": 7, "x": "' + b"a" * 1_100_000 + b'"}', 413),
    ],
)
async def test_what_telegram_would_never_send_is_refused_with_a_4xx(
    web: Web, body: bytes, status: int
) -> None:
    """A 500 would be tried again for a day, and hold back what she writes next."""
    _is_refused(await web.telegram(body), status)


async def test_an_update_of_an_unknown_kind_is_taken_and_seen_by_a_person(web: Web) -> None:
    """Not understood is not the same as not wanted."""
    body = json.dumps({"update_id": 9_100, "hologram": {"chat": {"id": 1}}}).encode()

    assert (await web.telegram(body)).status_code == 200
    await web.stage.settles()

    assert "ikke lot seg lese" in web.stage.cast.alarms()


async def test_the_same_update_again_is_taken_and_said_once(web: Web) -> None:
    """Telegram tells again until it has heard our 200."""
    body = web.update(WORDS, number=9_200, chat=4_400_200)

    assert [(await web.telegram(body)).status_code for _ in range(3)] == [200, 200, 200]
    await web.stage.settles()

    assert web.stage.cast.amir.reads().count(WORDS) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=æøå"},
        {"X-Slack-Request-Timestamp": "i går"},
        {"X-Slack-Request-Timestamp": "9" * 40},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "-1"},
    ],
)
async def test_an_event_that_slack_has_not_signed_speaks_to_nobody(
    web: Web, change: dict[str, str]
) -> None:
    """Anybody could answer any youth without it."""
    before = await _waiting(web)

    _is_refused(await web.slack(_event(web), change=change), 401)
    assert await _waiting(web) == before


async def test_an_old_event_played_again_is_refused(web: Web) -> None:
    """What somebody has recorded of our traffic is worth nothing after five minutes."""
    for age in (301, 3_600, -400):
        _is_refused(await web.slack(_event(web), age=age), 401)


async def test_a_fresh_event_played_again_is_done_once(web: Web) -> None:
    """Slack says everything up to four times."""
    talk = await web.stage.meets()
    events = web.stage.town.sandbox.slack.delivery
    await talk.answers("Dette sies bare den ene gangen.")
    body = json.dumps(events.sent[-1]).encode()

    assert (await web.slack(body)).status_code == 200
    await web.stage.settles()

    assert talk.heard().count("bare den ene gangen") == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff\xfe\xfd", 400),
        (b"not json", 400),
        (b"", 400),
        (b"[" * 5_000 + b"]" * 5_000, 400),
        (b'{"type": "event_callback", "x": "' + b"a" * 1_100_000 + b'"}', 413),
    ],
)
async def test_what_slack_would_never_send_is_refused_with_a_4xx(
    web: Web, body: bytes, status: int
) -> None:
    """Signed nonsense is nonsense."""
    _is_refused(await web.slack(body), status)


async def test_after_all_of_it_the_next_youth_is_heard(web: Web) -> None:
    """Nothing that was thrown at the door stands in anybody's way."""
    talk = await web.stage.meets("er det åpent her nå, etter alt bråket?")

    assert "er det åpent her nå, etter alt bråket?" in talk.reads()
    assert (await web.http.get("/livez")).status_code == 200


def _event(web: Web) -> bytes:
    event = {
        "type": "message", "channel": web.stage.town.sandbox.room.id, "user": "U1",
        "text": "<@U07UTEBRUBOT> hei", "ts": "1795424400.000001", "event_ts": "1795424400.000001",
    }  # fmt: skip
    return json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()


def _is_refused(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def _waiting(web: Web) -> int:
    async with web.stage.town.bridge.vault.begin() as tx:
        return await tx.inbox.waiting()
