"""Both roads from Slack, for real: a WebSocket, and signed HTTP, against the stand-in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bots.slack.http import Http
from bridge.domain.speech import Clicked, Command, Mention, Post, Submitted
from tests.bots.slack.stage import SECRET, Stage, WallClock, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


@pytest.fixture
async def apart() -> AsyncIterator[Stage]:
    """Not yet connected."""
    async with staged(connect=False) as made:
        yield made


@asynccontextmanager
async def by_http(stage: Stage) -> AsyncIterator[None]:
    """Slack calls us, as it would call the bridge's own listener."""
    door = Http(stage.app, SECRET, clock=WallClock())

    async def called(request: web.Request) -> web.Response:
        status, body = await door.receive(await request.read(), request.headers)
        return web.Response(status=status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/slack/events", called)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stage.slack.http_mode(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield
    finally:
        await runner.cleanup()


async def test_a_reply_comes_by_the_socket_and_is_answered(stage: Stage) -> None:
    """On disk before Slack is told that it came."""
    ts = await stage.head()
    stage.slack.posts(stage.kari, stage.room, "@utebru hei", thread_ts=ts)
    await stage.slack.delivery.settled()

    (post,) = stage.read()
    assert isinstance(post, Post)
    assert (post.mention, post.text) == (Mention.BEGINS, "hei")
    assert stage.slack.delivery.lost == []
    assert stage.socket.last_event_at is not None


async def test_what_could_not_be_stored_is_not_answered_and_comes_again(stage: Stage) -> None:
    """A full disk for a second must not cost a youth an answer."""
    stage.behind.fails = 2

    stage.slack.posts(stage.kari, stage.room, "hei")
    await stage.slack.delivery.settled()

    assert stage.behind.tries == 3
    assert len(stage.read()) == 1
    assert stage.slack.delivery.lost == []


async def test_a_socket_that_slack_cuts_is_opened_again_and_told_of(stage: Stage) -> None:
    """What was said in between is a gap, and has to be read."""
    await stage.slack.sockets.drop()
    await stage.behind.is_up()
    stage.slack.posts(stage.kari, stage.room, "etterpå")
    await stage.slack.delivery.settled()

    assert stage.socket.connected
    assert stage.behind.ups == 2
    assert len(stage.read()) == 1


async def test_a_socket_that_slack_wants_renewed_is_renewed(stage: Stage) -> None:
    """Slack does so every few hours."""
    await stage.slack.sockets.refresh(grace=0.1)
    await stage.behind.is_up()
    stage.slack.posts(stage.kari, stage.room, "etterpå")
    await stage.slack.delivery.settled()

    assert len(stage.read()) == 1


async def test_a_bridge_starts_though_slack_is_down(apart: Stage) -> None:
    """Youths write also when Slack is away; it is connected to when it is back."""
    apart.slack.sockets.refused = True
    await apart.socket.start()
    assert not apart.socket.connected

    apart.slack.sockets.refused = False
    await apart.behind.is_up()

    assert apart.socket.connected


async def test_stopping_leaves_nothing_open(stage: Stage) -> None:
    """A bridge that goes down must be able to come up again at once."""
    await stage.socket.stop()
    assert not stage.socket.connected

    await stage.socket.stop()
    await stage.socket.start()
    await stage.behind.is_up()

    assert stage.socket.connected


@pytest.mark.parametrize("road", ["socket", "http"])
async def test_svar_opens_a_form_and_its_words_come_back(apart: Stage, road: str) -> None:
    """By either road, before the trigger lapses."""
    async with by_http(apart):
        if road == "socket":
            await apart.socket.start()
            await apart.behind.is_up()
        ts = await apart.head()

        press = await apart.slack.presses(apart.kari, apart.room, ts, "Svar", modal_within=3)
        assert press.acknowledged
        await apart.slack.changes.until(lambda: _title(apart) == "Svar", 3)
        sent = await apart.slack.submits(apart.kari, {"words": "hei Blå rev"})
        await apart.slack.delivery.settled()

    assert sent.acknowledged
    assert sent.modal is None
    clicked, submitted = apart.read()
    assert isinstance(clicked, Clicked)
    assert isinstance(submitted, Submitted)
    assert (clicked.action, clicked.value) == ("reply", "c_1")
    assert (submitted.about, submitted.text) == ("c_1", "hei Blå rev")


async def test_avslutt_says_what_does_not_follow(stage: Stage) -> None:
    """«3 interne notater følger ikke med» is read before it is pressed."""
    ts = await stage.head()

    await stage.slack.presses(stage.kari, stage.room, ts, "Avslutt", modal_within=3)
    await stage.slack.changes.until(lambda: _title(stage) == "Avslutt samtalen", 3)

    modal = stage.slack.modal(stage.kari)
    assert modal is not None
    assert "3 interne notater følger ikke med" in str(modal.json)


async def test_words_sent_in_too_late_stay_on_the_screen(stage: Stage) -> None:
    """«Start ny samtale», with the text still there."""
    ts = await stage.head()
    await stage.slack.presses(stage.kari, stage.room, ts, "Svar", modal_within=3)
    await stage.slack.changes.until(lambda: _title(stage) == "Svar", 3)
    stage.behind.ended = True

    sent = await stage.slack.submits(stage.kari, {"words": "omhyggelig skrevet"})

    assert sent.modal is not None
    assert _title(stage) == "Samtalen er avsluttet"
    assert "omhyggelig skrevet" in str(sent.modal.json)

    again = await stage.slack.submits(stage.kari, {})
    last = stage.read()[-1]
    assert again.modal is None
    assert isinstance(last, Submitted)
    assert (last.form, last.text) == ("ended", "omhyggelig skrevet")


async def test_a_command_is_taken(stage: Stage) -> None:
    """Linking is the first thing a caseworker does."""
    press = await stage.slack.slash(stage.kari, stage.room, "/utebru", "koble AB12")

    (said,) = stage.read()
    assert press.acknowledged
    assert isinstance(said, Command)
    assert said.words == "koble AB12"


async def test_by_http_too_what_could_not_be_stored_comes_again(apart: Stage) -> None:
    """500, and Slack says it again."""
    apart.behind.fails = 2
    async with by_http(apart):
        apart.slack.posts(apart.kari, apart.room, "hei")
        await apart.slack.delivery.settled()

    assert apart.behind.tries == 3
    assert len(apart.read()) == 1
    assert apart.slack.delivery.lost == []


def _title(stage: Stage) -> str | None:
    modal = stage.slack.modal(stage.kari)
    return None if modal is None else str(modal.json["title"]["text"])
