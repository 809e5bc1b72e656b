"""Signed HTTP: what is not Slack's is refused plainly; what is, goes the same way as ever."""

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from urllib.parse import quote_plus, urlencode

import pytest

from bots.slack.app import build
from bots.slack.convert import read
from bots.slack.http import LARGEST, Http
from bridge.domain.speech import Command, Post, Submitted
from tests.bots.slack.payloads import (
    AT_BOT,
    ME,
    body,
    command,
    event,
    submission,
    words_in_form,
    written,
)
from tests.bots.slack.test_door import Disk, Shown
from tests.support.clock import StoppedClock

SECRET = "signeringshemmelighet"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Stage:
    def __init__(self) -> None:
        self.clock, self.disk, self.shown = StoppedClock(), Disk(), Shown()
        app = build(self.disk, forms=self.shown, screen=self.shown, clock=self.clock)
        self.http = Http(app, SECRET, clock=self.clock)

    def signed(self, raw: bytes, *, secret: str = SECRET, off: int = 0) -> dict[str, str]:
        stamp = str(int(self.clock.now().timestamp()) + off)
        base = b"v0:" + stamp.encode() + b":" + raw
        digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}

    async def says(self, raw: bytes, kind: dict[str, str] = JSON) -> tuple[int, bytes]:
        return await self.http.receive(raw, self.signed(raw) | kind)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_signed_event_is_stored_and_answered(stage: Stage) -> None:
    """The same words by the other road."""
    status, answer = await stage.says(body(event(written(f"{AT_BOT} hei æøå 🙂"))))

    (stored,) = stage.disk.held.values()
    found = read(stored, ME)
    assert (status, answer) == (200, b"")
    assert isinstance(found, Post)
    assert found.text == "hei æøå 🙂"


async def test_an_interaction_comes_in_a_form(stage: Stage) -> None:
    """Buttons and forms come as JSON inside a form's field."""
    payload = submission("reply", "c_1", words_in_form("hei & <ha det> + 100 %"))
    raw = f"payload={quote_plus(json.dumps(payload))}".encode()

    status, _ = await stage.says(raw, FORM)

    (stored,) = stage.disk.held.values()
    found = read(stored, ME)
    assert status == 200
    assert isinstance(found, Submitted)
    assert found.text == "hei & <ha det> + 100 %"


async def test_a_command_comes_as_a_form(stage: Stage) -> None:
    """Linking works by both roads."""
    status, _ = await stage.says(urlencode(command("koble payload")).encode(), FORM)

    (stored,) = stage.disk.held.values()
    found = read(stored, ME)
    assert status == 200
    assert isinstance(found, Command)
    assert found.words == "koble payload"


async def test_slack_is_told_that_the_address_is_ours(stage: Stage) -> None:
    """Without the answer Slack will not send anything."""
    asked = {"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"}

    status, answer = await stage.says(body(asked))

    assert (status, json.loads(answer)) == (200, {"challenge": "3eZbrw1a"})
    assert stage.disk.held == {}


RAW = body(event(written("hei")))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "nå"},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "٣٣٣"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Signature": "v0=ø"},
        {"X-Slack-Signature": "sha1=abc"},
    ],
)
async def test_what_is_not_signed_is_refused(stage: Stage, headers: dict[str, str]) -> None:
    """Anyone on the internet can reach this address, and none of them may speak to a youth."""
    given = (stage.signed(RAW) | headers) if headers else {}

    status, answer = await stage.http.receive(RAW, given | JSON)

    assert status == 401
    assert json.loads(answer)["status"] == 401
    assert stage.disk.held == {}


async def test_what_another_has_signed_or_signed_long_ago_is_refused(stage: Stage) -> None:
    """A body caught on its way must not be sent in again tomorrow."""
    assert (await stage.http.receive(RAW, stage.signed(RAW, secret="en annen")))[0] == 401
    for off in (-301, 301):
        assert (await stage.http.receive(RAW, stage.signed(RAW, off=off)))[0] == 401
    old = stage.signed(RAW)
    stage.clock.move(timedelta(minutes=6))
    assert (await stage.http.receive(RAW, old | JSON))[0] == 401
    assert stage.disk.held == {}


async def test_a_body_that_was_changed_is_refused(stage: Stage) -> None:
    """The signature is over the very bytes, æ and all."""
    raw = body(event(written("hei æ")))
    other = json.dumps(json.loads(raw), ensure_ascii=False).encode()

    assert (await stage.http.receive(other, stage.signed(raw) | JSON))[0] == 401


@pytest.mark.parametrize("off", [-299, 0, 299])
async def test_a_clock_that_is_a_little_off_is_forgiven(stage: Stage, off: int) -> None:
    """Slack allows five minutes; so do we."""
    assert (await stage.http.receive(RAW, stage.signed(RAW, off=off) | JSON))[0] == 200


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"\xff\xfe", JSON),
        (b"", JSON),
        (b"{", JSON),
        (b"[]", JSON),
        (b"7", JSON),
        (b"[" * 50_000, JSON),
        (b"payload=", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%FF%FE", FORM),
    ],
)
async def test_what_is_not_whole_is_refused_without_a_fall(
    stage: Stage, raw: bytes, kind: dict[str, str]
) -> None:
    """A 500 would be said again and again; a 400 is seen once, by whoever runs it."""
    status, answer = await stage.says(raw, kind)

    assert status == 400
    assert json.loads(answer)["title"] == "Bad Request"
    assert stage.disk.held == {}


async def test_what_is_too_large_is_refused_unread(stage: Stage) -> None:
    """Nobody may fill the memory of the bridge."""
    assert (await stage.says(b"{" + b" " * LARGEST))[0] == 413


async def test_poison_that_slack_has_signed_is_stored(stage: Stage) -> None:
    """It stands in the list of what is stuck, until a person has looked."""
    for odd in (event("?"), {}, {"type": "event_callback", "event": {"type": []}}):
        assert (await stage.says(body(odd)))[0] == 200

    assert len(stage.disk.held) == 3


async def test_a_full_disk_is_a_500_so_that_slack_says_it_again(stage: Stage) -> None:
    """An answer of 200 would be the last that anyone heard of it."""
    stage.disk.full = True
    assert (await stage.says(RAW))[0] == 500

    stage.disk.full = False
    assert (await stage.says(RAW))[0] == 200
    assert len(stage.disk.held) == 1


async def test_a_refusal_says_nothing_of_what_it_refused(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Also what strangers send may be somebody's words."""
    caplog.set_level(logging.DEBUG)

    await stage.http.receive(b"hemmelig", stage.signed(b"hemmelig") | JSON)
    await stage.http.receive(b"hemmelig", {"X-Slack-Signature": "v0=hemmelig"})

    assert "hemmelig" not in caplog.text
    assert SECRET not in caplog.text
