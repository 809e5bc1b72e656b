"""What the app may post, change, read and take back in Slack, as Slack documents it."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.web.async_client import AsyncWebClient

from bots.sandbox.slack import Room, SlackStandIn, User
from tests.sandbox.conftest import StoppedClock

CARD = [
    HeaderBlock(text="Blå rev"),
    ContextBlock(elements=[MarkdownTextObject(text="Telegram · samtykke: *ikke svart*")]),
    SectionBlock(text="hei"),
    ActionsBlock(elements=[ButtonElement(text="Svar", action_id="reply", value="t_1")]),
]


async def refused(call: Any) -> str:
    """The error code with which Slack says no."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_card_is_shown_and_the_push_has_only_the_text(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """What is in the blocks must not be read off a caseworker's lock screen."""
    sent = await web.chat_postMessage(
        channel=room.id, text="Ny melding fra Blå rev", blocks=CARD, unfurl_links=False
    )

    (seen,) = slack.room(room, turid)
    assert seen.ts == sent["ts"]
    assert seen.words == "Blå rev\nTelegram · samtykke: *ikke svart*\nhei\nSvar"
    assert seen.buttons == (("reply", "Svar"),)
    assert [alert.text for alert in slack.notifications(turid)] == ["Ny melding fra Blå rev"]
    assert slack.calls_of("chat.postMessage")[0]["unfurl_links"] is False


async def test_every_ts_is_later_than_the_one_before(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """Order in Slack is by ts alone; two alike would mix two youths' words."""
    stamps = [slack.posts(turid, room, "hei") for _ in range(50)]
    stamps.append((await web.chat_postMessage(channel=room.id, text="hei"))["ts"])

    assert stamps == sorted(set(stamps))
    assert all(len(ts.partition(".")[2]) == 6 for ts in stamps)


@pytest.mark.parametrize(
    ("blocks", "pointer"),
    [
        ([{"type": "divider"}] * 51, "/blocks]"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "a" * 3001}}], "/blocks/0/text/"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "a" * 151}}], "/blocks/0/text"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}], "/blocks/0/text/type"),
        ([{"type": "context", "elements": [{"type": "mrkdwn", "text": "a"}] * 11}], "/elements]"),
        ([{"type": "actions", "elements": []}], "/blocks/0/elements]"),
        ([{"type": "section"}], "/blocks/0]"),
        ([{"type": "noe_nytt"}], "/blocks/0/type"),
        ([{"type": "divider", "block_id": "a"}] * 2, "/blocks/1/block_id"),
    ],
)
async def test_blocks_beyond_the_documented_limits_are_refused(
    web: AsyncWebClient, room: Room, blocks: list[dict[str, Any]], pointer: str
) -> None:
    """A card that Slack refuses is a youth nobody sees; better here than on a Friday night."""
    with pytest.raises(SlackApiError) as caught:
        await web.chat_postMessage(channel=room.id, text="hei", blocks=blocks)

    assert caught.value.response["error"] == "invalid_blocks"
    assert pointer in caught.value.response["response_metadata"]["messages"][0]


@pytest.mark.parametrize(
    "button",
    [
        {"text": {"type": "plain_text", "text": "a" * 76}},
        {"text": {"type": "plain_text", "text": "a"}, "value": "v" * 2001},
        {"text": {"type": "plain_text", "text": "a"}, "action_id": "i" * 256},
        {"text": {"type": "plain_text", "text": "a"}, "style": "pink"},
    ],
)
async def test_buttons_beyond_the_documented_limits_are_refused(
    web: AsyncWebClient, room: Room, button: dict[str, Any]
) -> None:
    """A button Slack does not take is an answer nobody can send."""
    blocks = [{"type": "actions", "elements": [{"type": "button", **button}]}]

    assert await refused(web.chat_postMessage(channel=room.id, text="x", blocks=blocks)) == (
        "invalid_blocks"
    )


async def test_long_texts_are_cut_when_posted_and_refused_when_changed(
    web: AsyncWebClient, room: Room
) -> None:
    """Slack is not even-handed here, and whoever thinks so loses words."""
    whole = await web.chat_postMessage(channel=room.id, text="a" * 40_000)
    cut = await web.chat_postMessage(channel=room.id, text="a" * 40_001)

    assert "warning" not in whole.data
    assert cut["warning"] == "message_truncated"
    assert len(cut["message"]["text"]) == 40_000
    await web.chat_update(channel=room.id, ts=whole["ts"], text="a" * 4_000)
    assert await refused(web.chat_update(channel=room.id, ts=whole["ts"], text="a" * 4_001)) == (
        "msg_too_long"
    )


async def test_what_cannot_be_posted_is_refused_by_name(
    slack: SlackStandIn, web: AsyncWebClient, room: Room
) -> None:
    """Each of these needs another remedy, so each must be told from the others."""
    other = slack.add_room("ledergruppa")
    slack.workspace.change_room(other.id, members=())
    old = slack.add_room("nedlagt")
    slack.workspace.change_room(old.id, archived=True)
    root = await web.chat_postMessage(channel=room.id, text="hei")
    slack.workspace.change_room(room.id, locked=frozenset({root["ts"]}))

    assert await refused(web.chat_postMessage(channel="C0", text="a")) == "channel_not_found"
    assert await refused(web.chat_postMessage(channel=other.id, text="a")) == "channel_not_found"
    assert await refused(web.chat_postMessage(channel=old.id, text="a")) == "is_archived"
    empty = {"channel": room.id, "text": " "}
    assert await refused(web.api_call("chat.postMessage", json=empty)) == "no_text"
    assert await refused(web.chat_postMessage(channel=room.id, text="a", thread_ts=root["ts"])) == (
        "restricted_action_thread_locked"
    )
    assert await refused(web.chat_postMessage(channel=room.id, text="a", thread_ts="1.000001")) == (
        "thread_not_found"
    )


async def test_the_bot_takes_back_its_own_and_the_admin_what_people_wrote(
    slack: SlackStandIn, web: AsyncWebClient, admin: AsyncWebClient, room: Room, turid: User
) -> None:
    """A wipe that works here and not in Slack would leave a youth's story lying about."""
    own = await web.chat_postMessage(channel=room.id, text="min")
    hers = slack.posts(turid, room, "hennes")

    assert await refused(web.chat_delete(channel=room.id, ts=hers)) == "cant_delete_message"
    assert await refused(web.chat_update(channel=room.id, ts=hers, text="x")) == (
        "cant_update_message"
    )
    await web.chat_delete(channel=room.id, ts=own["ts"])
    await admin.chat_delete(channel=room.id, ts=hers)
    assert await refused(admin.chat_delete(channel=room.id, ts=hers)) == "message_not_found"
    assert slack.room(room, turid) == []


async def test_a_deleted_root_leaves_its_replies_and_a_tombstone(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """Whoever wipes the root first believes the thread is gone while every word still stands."""
    root = (await web.chat_postMessage(channel=room.id, text="rot"))["ts"]
    reply = (await web.chat_postMessage(channel=room.id, text="svar", thread_ts=root))["ts"]

    await web.chat_delete(channel=room.id, ts=root)

    shown = (await web.conversations_replies(channel=room.id, ts=root))["messages"]
    assert [(each.get("subtype"), each["text"]) for each in shown] == [
        ("tombstone", "This message was deleted."),
        (None, "svar"),
    ]
    assert [seen.tombstone for seen in slack.thread(room, root, turid)] == [True, False]
    assert await refused(web.chat_delete(channel=room.id, ts=root)) == "message_not_found"
    await web.chat_postMessage(channel=room.id, text="mer", thread_ts=root)
    for each in (reply, slack.workspace.replies(room.id, root)[-1].ts):
        await web.chat_delete(channel=room.id, ts=each)
    assert await refused(web.conversations_replies(channel=room.id, ts=root)) == "thread_not_found"


async def test_a_long_thread_is_read_page_by_page(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """A wipe that read only the first page would leave the rest."""
    event = {"event_type": "utebru", "event_payload": {"id": "d_1"}}
    root = (await web.chat_postMessage(channel=room.id, text="rot", metadata=event))["ts"]
    replies = [slack.posts(turid, room, str(n), thread_ts=root) for n in range(25)]

    read: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await web.conversations_replies(
            channel=room.id, ts=root, limit=10, cursor=cursor, include_all_metadata=True
        )
        assert page["messages"][0]["ts"] == root
        assert page["messages"][0]["metadata"] == event
        read += [each["ts"] for each in page["messages"][1:]]
        following: dict[str, str] = page.get("response_metadata", {})
        cursor = following.get("next_cursor", "")
    late = await web.conversations_replies(channel=room.id, ts=root, oldest=replies[-3])
    bare = await web.conversations_replies(channel=room.id, ts=root, limit=1)

    assert read == replies
    assert [each["ts"] for each in late["messages"][1:]] == replies[-2:]
    assert "metadata" not in bare["messages"][0]


async def test_the_room_shows_roots_newest_first(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """A gap is read from here; a reply hidden or a root missed is a youth forgotten."""
    roots = [slack.posts(turid, room, str(n)) for n in range(3)]
    slack.posts(turid, room, "svar", thread_ts=roots[0])
    wide = slack.posts(turid, room, "til alle", thread_ts=roots[0], broadcast=True)

    page = await web.conversations_history(channel=room.id, limit=3)
    since = await web.conversations_history(channel=room.id, oldest=roots[2], inclusive=True)

    assert [each["ts"] for each in page["messages"]] == [wide, *reversed(roots[1:])]
    assert page["has_more"]
    assert [each["ts"] for each in since["messages"]] == [wide, roots[2]]
    assert (await web.conversations_members(channel=room.id))["members"][-2] == turid.id
    assert (await web.conversations_info(channel=room.id))["channel"]["is_private"]
    assert (await web.users_info(user=turid.id))["user"]["is_bot"] is False


async def test_only_one_person_sees_a_whisper(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User, amir: User
) -> None:
    """A hint about a slip is for the one who slipped."""
    root = (await web.chat_postMessage(channel=room.id, text="rot"))["ts"]

    await web.chat_postEphemeral(channel=room.id, user=turid.id, text="bare du", thread_ts=root)

    assert [seen.words for seen in slack.thread(room, root, turid) if seen.only_you] == ["bare du"]
    assert len(slack.thread(room, root, amir)) == 1
    assert len((await web.conversations_replies(channel=room.id, ts=root))["messages"]) == 1
    assert await refused(web.chat_postEphemeral(channel=room.id, user="U0", text="a")) == (
        "user_not_in_channel"
    )


async def test_a_file_goes_up_is_shared_a_little_later_and_away_for_good(
    slack: SlackStandIn, web: AsyncWebClient, admin: AsyncWebClient, room: Room, turid: User
) -> None:
    """A youth's picture must be found again when it is to be wiped, wherever Slack put it."""
    root = (await web.chat_postMessage(channel=room.id, text="rot"))["ts"]
    sent = await web.files_upload_v2(
        channel=room.id, thread_ts=root, content=b"\x89PNG", filename="vedlegg-1.png", title="Bilde"
    )
    file_id = sent["files"][0]["id"]
    assert not sent["files"][0].get("shares")
    await slack.changes.until(lambda: bool(slack.workspace.files[file_id].shares))

    info = (await web.files_info(file=file_id))["file"]
    share = info["shares"]["private"][room.id][0]
    assert share["thread_ts"] == root
    assert slack.thread(room, root, turid)[-1].files[0]["name"] == "vedlegg-1.png"

    await web.chat_delete(channel=room.id, ts=share["ts"])
    assert (await web.files_info(file=file_id))["ok"]
    await web.files_delete(file=file_id)
    assert await refused(web.files_info(file=file_id)) == "file_deleted"
    hers = slack.uploads(turid, room, "notat.txt", b"hemmelig", thread_ts=root)
    her_file = slack.workspace.posts[room.id][hers].file_ids[0]
    assert await refused(web.files_delete(file=her_file)) == "cant_delete_file"
    await admin.files_delete(file=her_file)
    assert slack.thread(room, root, turid)[-1].files[0]["mode"] == "tombstone"


async def test_a_reaction_is_given_once(
    slack: SlackStandIn, web: AsyncWebClient, room: Room, turid: User
) -> None:
    """A receipt that is repeated after a crash must not fail the reply it belongs to."""
    ts = slack.posts(turid, room, "hei")

    await web.reactions_add(channel=room.id, timestamp=ts, name="eyes")

    assert slack.room(room, turid)[0].reactions == (("eyes", 1),)
    assert await refused(web.reactions_add(channel=room.id, timestamp=ts, name="eyes")) == (
        "already_reacted"
    )


async def test_each_token_opens_its_own_door(slack: SlackStandIn, slack_url: str) -> None:
    """A dead or misplaced token must be known for what it is, and cost no message."""
    base = f"{slack_url}/api/"
    assert await refused(AsyncWebClient("xoxb-x", base_url=base).auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=base).auth_test()) == "not_authed"
    assert await refused(AsyncWebClient(slack.app_token, base_url=base).auth_test()) == (
        "not_allowed_token_type"
    )
    me = await AsyncWebClient(slack.bot_token, base_url=base).auth_test()
    cleaner = await AsyncWebClient(slack.admin_token, base_url=base).auth_test()
    assert (me["user_id"], cleaner["user_id"]) == (slack.bot.id, slack.admin.id)
    slack.revoked[slack.bot_token] = "token_revoked"
    assert await refused(AsyncWebClient(slack.bot_token, base_url=base).auth_test()) == (
        "token_revoked"
    )


async def test_a_trigger_is_good_for_three_seconds_and_once(
    slack: SlackStandIn, web: AsyncWebClient, turid: User, clock: StoppedClock
) -> None:
    """A modal that is opened too late never comes, and the caseworker waits in vain."""
    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Svar"},
        "blocks": [{"type": "divider"}],
    }
    late, good = slack.modals.trigger(turid.id), ""
    clock.forward(seconds=3.1)
    good = slack.modals.trigger(turid.id)

    assert await refused(web.views_open(trigger_id=late, view=view)) == "expired_trigger_id"
    assert await refused(web.views_open(trigger_id="1.2.3", view=view)) == "invalid_trigger_id"
    opened = await web.views_open(trigger_id=good, view=view)
    assert await refused(web.views_open(trigger_id=good, view=view)) == "exchanged_trigger_id"
    assert await refused(
        web.views_update(view_id=opened["view"]["id"], hash="gammel", view=view)
    ) == ("hash_conflict")
    wrong = view | {"title": {"type": "plain_text", "text": "a" * 25}}
    assert await refused(web.views_update(view_id=opened["view"]["id"], view=wrong)) == (
        "invalid_arguments"
    )
    await web.views_publish(user_id=turid.id, view={"type": "home", "blocks": []})
    assert slack.modals.homes[turid.id]["type"] == "home"
