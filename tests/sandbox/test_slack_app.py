"""A real Bolt app on Socket Mode: what people do reaches it, and what it answers is seen."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bots.sandbox.slack import Room, SlackStandIn, User
from tests.sandbox.conftest import APP_TOKEN

SVAR = {
    "type": "modal",
    "callback_id": "svar",
    "private_metadata": "c_1",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "Svar"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Svar"},
            "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "topics",
            "optional": True,
            "label": {"type": "plain_text", "text": "Tema"},
            "element": {
                "type": "checkboxes",
                "action_id": "topics",
                "options": [
                    {"text": {"type": "plain_text", "text": "Skole"}, "value": "school"},
                    {"text": {"type": "plain_text", "text": "Hjem"}, "value": "home"},
                ],
            },
        },
    ],
}
BUTTONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "svar", "text": {"type": "plain_text", "text": "Svar"}},
            {"type": "button", "action_id": "treg", "text": {"type": "plain_text", "text": "Treg"}},
        ],
    }
]


class Listener:
    """A Bolt app that remembers all it is told."""

    def __init__(self, web: AsyncWebClient) -> None:
        self.heard: list[dict[str, Any]] = []
        self.bodies: list[dict[str, Any]] = []
        self.app = AsyncApp(client=web, ignoring_self_events_enabled=False)
        self.app.event({"type": "message"})(self._event)
        self.app.event({"type": "file_shared"})(self._event)
        self.app.action("svar")(self._open)
        self.app.view("svar")(self._submitted)
        self.app.view_closed("svar")(self._closed)
        self.app.command("/utebru")(self._command)

    async def _event(self, event: dict[str, Any], body: dict[str, Any]) -> None:
        self.heard.append(event)
        self.bodies.append(body)

    async def _open(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        self.bodies.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=SVAR)

    async def _submitted(self, ack: Any, view: dict[str, Any]) -> None:
        self.bodies.append(view)
        if view["state"]["values"]["words"]["text"]["value"] == "nei":
            await ack(response_action="errors", errors={"words": "Ikke det"})
        else:
            await ack()

    async def _closed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self.bodies.append(body)

    async def _command(self, ack: Any, command: dict[str, Any]) -> None:
        await ack(f"Du skrev {command['text']}")


@pytest.fixture
async def listener(
    slack: SlackStandIn, slack_url: str, web: AsyncWebClient
) -> AsyncIterator[Listener]:
    listener = Listener(web)
    socket: Any = AsyncSocketModeHandler(
        listener.app,
        APP_TOKEN,
        ping_interval=0.05,
        web_client=AsyncWebClient(APP_TOKEN, base_url=f"{slack_url}/api/"),
    )
    await socket.connect_async()
    yield listener
    await slack.delivery.settled()
    await socket.close_async()
    # slack_sdk cancels its tasks in close() and leaves the waiting for them to the loop
    await asyncio.gather(
        *(each for each in asyncio.all_tasks() if "SocketModeClient" in repr(each.get_coro())),
        return_exceptions=True,
    )


async def test_a_message_arrives_as_documented(
    slack: SlackStandIn, listener: Listener, room: Room, turid: User
) -> None:
    """The rules about what is sent to a youth read these very fields."""
    root = slack.posts(turid, room, "@utebru hei <du> & @Amir")
    slack.posts(turid, room, "til alle", thread_ts=root, broadcast=True)
    slack.posts_as_bot(room, "vaktliste", thread_ts=root)
    slack.uploads(turid, room, "notat.txt", b"x", thread_ts=root)
    await slack.delivery.settled()

    first, wide, robot, file, shared = listener.heard
    assert first["text"] == f"<@{slack.bot.id}> hei &lt;du&gt; &amp; <@{amir_id(slack)}>"
    assert first["client_msg_id"]
    assert first["channel_type"] == "group"
    assert first["blocks"][0]["elements"][0]["elements"][0] == {
        "type": "user",
        "user_id": slack.bot.id,
    }
    assert (wide["subtype"], wide["thread_ts"], wide["root"]["ts"]) == (
        "thread_broadcast",
        root,
        root,
    )
    assert (robot["subtype"], "user" in robot) == ("bot_message", False)
    assert (file["subtype"], file["files"][0]["name"]) == ("file_share", "notat.txt")
    assert shared["file_id"] == file["files"][0]["id"]
    body = listener.bodies[0]
    assert body["event_id"].startswith("Ev")
    assert body["authorizations"][0]["user_id"] == slack.bot.id


async def test_edits_and_deletions_are_told_also_the_bots_own(
    slack: SlackStandIn, listener: Listener, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """What is changed in Slack must change at the youth's end."""
    hers = slack.posts(turid, room, "før")
    slack.edits(turid, room, hers, "etter")
    slack.deletes(turid, room, hers)
    own = (await web.chat_postMessage(channel=room.id, text="kort"))["ts"]
    slack.deletes(slack.admin, room, own)
    await slack.delivery.settled()

    told = {(event.get("subtype"), event["ts"]): event for event in listener.heard}
    changed, deleted, taken = (event for (kind, _), event in sorted(told.items(), key=ts) if kind)
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "etter")
    assert changed["previous_message"]["text"] == "før"
    assert changed["message"]["edited"]["user"] == turid.id
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", hers)
    assert taken["deleted_ts"] == own
    assert taken["previous_message"]["bot_id"] == told[None, own]["bot_id"]


async def test_a_button_opens_a_modal_and_the_modal_is_answered(
    slack: SlackStandIn, listener: Listener, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """This is how a caseworker answers a youth; every step must be as in Slack."""
    ts = (await web.chat_postMessage(channel=room.id, text="kort", blocks=BUTTONS))["ts"]

    press = await slack.presses(turid, room, ts, "Svar", modal_within=3)
    empty = await slack.submits(turid, {})
    wrong = await slack.submits(turid, {"text": "nei"})
    right = await slack.submits(turid, {"text": "ja", "topics": ["Skole", "home"]})

    assert press.modal is not None
    assert press.modal.json["private_metadata"] == "c_1"
    assert set(empty.errors) == {"words"}
    assert wrong.errors == {"words": "Ikke det"}
    assert right.acknowledged
    assert slack.modal(turid) is None
    action = next(body for body in listener.bodies if body.get("type") == "block_actions")
    assert action["container"]["message_ts"] == ts
    assert action["message"]["text"] == "kort"
    values = listener.bodies[-1]["state"]["values"]
    assert [each["value"] for each in values["topics"]["topics"]["selected_options"]] == [
        "school",
        "home",
    ]


async def test_a_closed_modal_and_a_command_are_told(
    slack: SlackStandIn, listener: Listener, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """Half an answer that was dropped, and a code typed to link an account, both matter."""
    ts = (await web.chat_postMessage(channel=room.id, text="kort", blocks=BUTTONS))["ts"]
    await slack.presses(turid, room, ts, "svar", modal_within=3)

    closed = await slack.closes(turid)
    command = await slack.slash(turid, room, "/utebru", "koble 12345678")

    assert closed
    assert listener.bodies[-1]["type"] == "view_closed"
    assert command.acknowledged
    assert slack.room(room, turid)[-1].words == "Du skrev koble 12345678"
    assert slack.room(room, turid)[-1].only_you


async def test_a_press_nobody_takes_is_seen_as_such(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """A caseworker must not believe that an answer was sent when the bridge is down."""
    ts = (await web.chat_postMessage(channel=room.id, text="kort", blocks=BUTTONS))["ts"]

    press = await slack.presses(turid, room, ts, "Treg")

    assert not press.acknowledged
    with pytest.raises(LookupError):
        await slack.presses(turid, room, ts, "Finnes ikke")


async def test_a_refreshed_and_a_lost_connection_are_made_anew(
    slack: SlackStandIn, listener: Listener, room: Room, turid: User
) -> None:
    """Slack moves its sockets about all day; words written meanwhile must arrive."""
    await slack.sockets.warn()
    await slack.sockets.refresh()
    slack.posts(turid, room, "etter fornyelse")
    await slack.delivery.settled()
    await slack.sockets.drop()
    await slack.sockets.connected.wait()
    slack.posts(turid, room, "etter brudd")
    await slack.delivery.settled()

    assert [event["text"] for event in listener.heard] == ["etter fornyelse", "etter brudd"]


async def test_events_can_be_held_shuffled_and_repeated(
    slack: SlackStandIn, listener: Listener, room: Room, turid: User
) -> None:
    """Slack promises neither order nor once; a test must be able to take it at its word."""
    slack.delivery.hold()
    for word in ("en", "to"):
        slack.posts(turid, room, word)

    slack.delivery.release(lambda held: [*reversed(held), held[0]])
    await slack.delivery.settled()

    assert [event["text"] for event in listener.heard] == ["to", "en", "en"]


async def test_what_nobody_takes_is_lost_after_the_retries(
    slack: SlackStandIn, room: Room, turid: User
) -> None:
    """A bridge that has been down must read the room, for Slack will not tell it again."""
    slack.posts(turid, room, "til ingen")
    await slack.delivery.settled()

    assert slack.delivery.lost == [slack.delivery.sent[0]["event_id"]]


def ts(item: tuple[tuple[str | None, str], dict[str, Any]]) -> str:
    return item[0][1]


def amir_id(slack: SlackStandIn) -> str:
    return next(user.id for user in slack.workspace.people() if user.name == "Amir")
