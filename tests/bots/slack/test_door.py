"""What comes is on disk before it is answered, whatever it is."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bots.slack.app import SlackApp, build
from bots.slack.convert import read
from bridge.domain.cards import Form, FormKind, Note
from bridge.domain.delivery import Reason
from bridge.domain.registering import Registered, Registration, Standing
from bridge.domain.speech import Command, Submitted
from bridge.ports import SendFailed, Unreadable
from tests.bots.slack.payloads import (
    AT_BOT,
    ME,
    Json,
    click,
    command,
    deleted,
    event,
    submission,
    words_in_form,
    written,
)
from tests.support.clock import StoppedClock

HEMMELIG = "det ingen skal lese"
OLD = command("")["utebru_accepted_at"]


@dataclass(slots=True)
class Disk:
    """`Accept`, on a disk that can be full."""

    full: bool = False
    held: dict[str, bytes] = field(default_factory=dict)

    async def __call__(self, source: str, event: str, body: bytes) -> bool:
        if self.full:
            raise OSError(f"no space left for {HEMMELIG}")
        fresh = event not in self.held
        self.held.setdefault(event, body)
        assert source == "slack"
        return fresh


@dataclass(slots=True)
class Shown:
    """A screen, and a bridge that says what to show on it."""

    form_is: Form | Registration | Note | None = None
    kept_is: Form | None = None
    broken: bool = False
    slow: bool = False
    refuses: bool = False
    opened: list[str] = field(default_factory=list)
    filled: list[Form | Registration | Note | None] = field(default_factory=list)
    standing_is: Registration | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, trigger: str) -> str:
        if self.refuses:
            self.done.set()
            raise SendFailed(Reason.TOO_LATE, retry=False)
        self.opened.append(trigger)
        return "V1"

    async def fill(self, opened: str, form: Form | Registration | Note | None) -> None:
        assert opened == "V1"
        self.filled.append(form)
        self.done.set()

    async def form(self, action: str, value: str, user: str) -> Form | Registration | Note | None:
        if self.broken:
            raise RuntimeError(HEMMELIG)
        assert self.opened, "asked before the form was up"
        return self.form_is

    def drawn(self, form: Registration) -> Json:
        return {"drawn": [each.text for each in form.standing]}

    async def standing(self, registered: Registered) -> Registration | None:
        if self.broken:
            raise RuntimeError(HEMMELIG)
        if self.slow:
            await asyncio.Event().wait()
        return self.standing_is

    async def kept(self, about: str, text: str) -> Form | None:
        if self.broken:
            raise RuntimeError(HEMMELIG)
        if self.slow:
            await asyncio.Event().wait()
        return self.kept_is


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.fixture
async def app(disk: Disk, shown: Shown) -> AsyncIterator[SlackApp]:
    made = build(disk, forms=shown, screen=shown, clock=StoppedClock())
    yield made
    await made.close()


EVERYTHING = [
    event(written(f"{AT_BOT} {HEMMELIG}")),
    event(deleted()),
    event({"type": "never_heard_of"}),
    event("not even an object"),
    event(["nor", "this"]),
    event(written("hei"), authorizations="?", team_id=7),
    click("take"),
    click("take", actions="?", user=None, channel=[]),
    submission("end", "c_1", {}),
    {"type": "view_submission", "view": "?"},
    {"type": "block_suggestion"},
    {"type": "message_action", "callback_id": "x"},
    {"type": 7},
    {},
    command("koble AB12"),
]


@pytest.mark.parametrize("payload", EVERYTHING)
async def test_everything_is_stored_and_then_answered(
    app: SlackApp, disk: Disk, payload: Json
) -> None:
    """Unanswered three times, Slack gives an event up; unstored, so do we."""
    answer = await app.dispatch(payload)

    assert answer.status == 200
    (stored,) = disk.held.values()
    assert payload.items() <= (json.loads(stored) | {"utebru_accepted_at": OLD}).items()


@pytest.mark.parametrize("payload", EVERYTHING)
async def test_what_is_not_on_disk_is_not_answered(
    app: SlackApp, disk: Disk, payload: Json, caplog: pytest.LogCaptureFixture
) -> None:
    """Then Slack says it again; answered, it would be lost for good."""
    caplog.set_level(logging.DEBUG)
    disk.full = True

    assert (await app.dispatch(payload)).status == 500

    disk.full = False
    assert (await app.dispatch(payload)).status == 200
    assert len(disk.held) == 1
    assert HEMMELIG not in caplog.text


async def test_what_is_told_three_times_is_stored_once(app: SlackApp, disk: Disk) -> None:
    """A youth must not get the same reply three times."""
    for number in range(3):
        again = event(written("hei"), event_id=f"Ev{number}")
        assert (await app.dispatch(again)).status == 200

    assert len(disk.held) == 1


async def test_slacks_old_token_is_not_stored(app: SlackApp, disk: Disk) -> None:
    """What is not needed is not kept."""
    await app.dispatch(event(written("hei"), token="gammelt-kjennetegn"))

    assert b"gammelt-kjennetegn" not in b"".join(disk.held.values())


@pytest.mark.parametrize("action", ["reply", "end"])
async def test_a_form_is_up_before_anything_is_looked_up(
    app: SlackApp, disk: Disk, shown: Shown, action: str
) -> None:
    """The trigger lapses in three seconds; the case store may take longer."""
    shown.form_is = Form(kind=FormKind.REPLY, about="c_1", alias="Blå rev")

    answer = await app.dispatch(click(action))
    await asyncio.wait_for(shown.done.wait(), 5)

    assert (answer.status, answer.body) == (200, "")
    assert (shown.opened, shown.filled) == (["13.37.trig"], [shown.form_is])
    assert len(disk.held) == 1


@pytest.mark.parametrize("shows", [Note.NOT_LINKED, None])
async def test_a_form_that_may_not_be_opened_says_why(
    app: SlackApp, shown: Shown, shows: Note | None
) -> None:
    """«Vent litt …» must not stand for ever."""
    shown.form_is = shows

    await app.dispatch(click("reply"))
    await asyncio.wait_for(shown.done.wait(), 5)

    assert shown.filled == [shows]


async def test_a_bridge_that_fails_is_said_on_the_form(
    app: SlackApp, shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    """Someone is looking at it."""
    caplog.set_level(logging.DEBUG)
    shown.broken = True

    await app.dispatch(click("reply"))
    await asyncio.wait_for(shown.done.wait(), 5)

    assert shown.filled == [None]
    assert HEMMELIG not in caplog.text


async def test_a_form_slack_will_not_open_stops_nothing(app: SlackApp, shown: Shown) -> None:
    """The press is stored; the person presses again."""
    shown.refuses = True

    assert (await app.dispatch(click("reply"))).status == 200
    await asyncio.wait_for(shown.done.wait(), 5)

    assert shown.filled == []


@pytest.mark.parametrize("action", ["take", "undo", "postpone"])
async def test_other_buttons_open_nothing(app: SlackApp, shown: Shown, action: str) -> None:
    """They are worked out later, from the disk."""
    await app.dispatch(click(action))

    assert shown.opened == []


async def test_a_press_told_twice_opens_one_form(app: SlackApp, shown: Shown) -> None:
    """A trigger is good for one form."""
    for _ in range(2):
        await app.dispatch(click("reply"))
    await asyncio.wait_for(shown.done.wait(), 5)

    assert len(shown.opened) == 1


async def test_an_empty_reply_is_given_back_and_not_stored(app: SlackApp, disk: Disk) -> None:
    """Stored, it would make the next, real one look like something already told."""
    empty = submission("reply", "c_1", words_in_form("  \u200b"))
    answer = await app.dispatch(empty)
    assert json.loads(answer.body)["errors"] == {"words": "Skriv noe først."}

    await app.dispatch(submission("reply", "c_1", words_in_form("hei")))

    (stored,) = disk.held.values()
    found = read(stored, ME)
    assert isinstance(found, Submitted)
    assert found.text == "hei"


async def test_a_reply_in_time_closes_the_form(app: SlackApp, disk: Disk) -> None:
    """Nothing more to do: it is on disk."""
    answer = await app.dispatch(submission("reply", "c_1", words_in_form("hei")))

    assert (answer.status, answer.body) == (200, "")
    assert len(disk.held) == 1


async def test_a_reply_too_late_comes_back_with_its_words(app: SlackApp, shown: Shown) -> None:
    """What somebody has written with care is theirs to keep."""
    shown.kept_is = Form(kind=FormKind.ENDED, about="c_1", alias="Blå rev")

    answer = await app.dispatch(submission("reply", "c_1", words_in_form("omhyggelig skrevet")))

    said = json.loads(answer.body)
    assert said["response_action"] == "update"
    assert said["view"]["callback_id"] == "ended"
    assert "omhyggelig skrevet" in answer.body
    assert answer.headers["content-type"] == ["application/json"]


@pytest.mark.parametrize("trouble", ["broken", "slow"])
async def test_a_form_closes_though_the_bridge_cannot_say(
    app: SlackApp, shown: Shown, disk: Disk, trouble: str
) -> None:
    """It is on disk; Slack's three seconds are not to be spent on a question."""
    shown.broken, shown.slow = trouble == "broken", trouble == "slow"

    answer = await app.dispatch(submission("reply", "c_1", words_in_form("hei")))

    assert (answer.status, answer.body) == (200, "")
    assert len(disk.held) == 1


async def test_forms_and_commands_are_stamped_when_they_come(app: SlackApp, disk: Disk) -> None:
    """Slack does not say when; ten seconds of Angre are counted from something."""
    said = command("koble AB12")
    said.pop("utebru_accepted_at")

    await app.dispatch(said)

    (stored,) = disk.held.values()
    found = read(stored, ME)
    assert isinstance(found, Command)
    assert found.at == StoppedClock().now()


def written_down(text: str = HEMMELIG, *, again: bool = False, **more: object) -> Json:
    """«Registrer Snap», filled in and sent in."""
    values = {
        "whose": {"whose": {"type": "static_select", "selected_option": {"value": "new"}}},
        "when": {"when": {"type": "datetimepicker", "selected_date_time": 1_600_000_000}},
        "words": {"words": {"type": "plain_text_input", "value": text}},
    } | more
    form = "register_again" if again else "register"
    return submission(form, json.dumps({"channel": "snapchat"}), values)


@pytest.mark.parametrize(
    "asks",
    [
        {"type": "shortcut", "callback_id": "register:snapchat", "trigger_id": "1.2.t",
         "user": {"id": "U1KARI"}},
        command(" Snap "),
    ],
    ids=["shortcut", "command"],
)  # fmt: skip
async def test_whoever_wants_to_write_something_down_gets_a_form(
    app: SlackApp, disk: Disk, shown: Shown, asks: Json
) -> None:
    """It has three seconds, like every other."""
    shown.form_is = Registration(channel="snapchat", when=StoppedClock().now())

    answer = await app.dispatch(asks)
    await shown.done.wait()

    assert answer.status == 200
    assert shown.filled == [shown.form_is]
    assert len(disk.held) == 1


async def test_what_was_written_down_is_on_disk_before_it_is_answered(
    app: SlackApp, disk: Disk
) -> None:
    """Nobody looks in the telephone again for what they believe is registered."""
    disk.full = True
    assert (await app.dispatch(written_down())).status == 500

    disk.full = False
    assert (await app.dispatch(written_down())).status == 200
    assert (await app.dispatch(written_down())).status == 200
    (stored,) = disk.held.values()
    found = read(stored, ME)
    assert isinstance(found, Registered)
    assert (found.text, found.thread, found.insists) == (HEMMELIG, None, False)
    assert HEMMELIG not in repr(found)


async def test_the_form_stands_until_its_writer_has_seen_what_is_there(
    app: SlackApp, disk: Disk, shown: Shown
) -> None:
    """Nothing is stored by it: whoever cancels has registered nothing."""
    now = StoppedClock().now()
    there = Standing(alias="Blå rev", at=now, text="hei")
    shown.standing_is = Registration(channel="snapchat", when=now, standing=(there,))

    answer = await app.dispatch(written_down())

    assert json.loads(answer.body) == {"response_action": "update", "view": {"drawn": ["hei"]}}
    assert disk.held == {}


@pytest.mark.parametrize("trouble", ["slow", "broken"])
async def test_what_cannot_be_asked_is_taken_all_the_same(
    app: SlackApp, disk: Disk, shown: Shown, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Twice is better than not at all."""
    setattr(shown, trouble, True)

    answer = await app.dispatch(written_down())

    assert (answer.status, answer.body) == (200, "")
    assert len(disk.held) == 1
    assert HEMMELIG not in caplog.text


async def test_a_form_that_cannot_be_read_is_kept_for_a_person(app: SlackApp, disk: Disk) -> None:
    """Slack may change; the words must not go with it."""
    answer = await app.dispatch(written_down(when={"when": {"selected_date_time": "i dag"}}))

    assert answer.status == 200
    (stored,) = disk.held.values()
    assert HEMMELIG in json.loads(stored)["view"]["state"]["values"]["words"]["words"]["value"]
    with pytest.raises(Unreadable):
        read(stored, ME)


async def test_closing_ends_what_is_under_way(disk: Disk, shown: Shown) -> None:
    """A bridge that goes down leaves nothing hanging."""
    app = build(disk, forms=shown, screen=shown, clock=StoppedClock())
    await app.dispatch(click("reply"))

    await app.close()

    assert not [task for task in asyncio.all_tasks() if "_opened" in repr(task)]
