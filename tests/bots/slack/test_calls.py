"""What Slack answers, and what may be believed of it."""

import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bots.slack.calls import MEANS
from bots.slack.workspace import SlackWorkspace
from bridge.domain.cards import Note, WordsCard
from bridge.domain.copies import Erasure, Whose
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref, Room
from bridge.domain.messages import Kind
from bridge.ports import SendFailed
from tests.bots.slack.scripted import Scripted, Told, no, scripted, yes

ROOM, REF = Room("C1"), Ref("C1/1700000000.000100")
WORDS = "jeg orker ikke mer"
CARD = WordsCard(alias="Blå rev", kind=Kind.SAID, at=datetime(2026, 11, 23, tzinfo=UTC), text=WORDS)
BOT_TOKEN, ADMIN_TOKEN = "xoxb-hemmelig-1", "xoxp-hemmelig-2"


@pytest.fixture
async def slack() -> AsyncIterator[Scripted]:
    async with scripted() as script:
        yield script


@pytest.fixture
async def workspace(slack: Scripted) -> AsyncIterator[SlackWorkspace]:
    async with SlackWorkspace(BOT_TOKEN, admin_token=ADMIN_TOKEN, api_url=slack.url) as made:
        yield made


async def failure(workspace: SlackWorkspace) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await workspace.show(ROOM, None, CARD, key="k_1")
    assert WORDS not in str(caught.value)
    assert caught.value.__suppress_context__
    return caught.value


@pytest.mark.parametrize(("error", "means"), MEANS.items())
async def test_a_refusal_that_slack_states_was_not_carried_out(
    slack: Scripted, workspace: SlackWorkspace, error: str, means: tuple[Reason, bool]
) -> None:
    """What is known not to have happened may be tried again; what will never work may not."""
    slack.answers["chat.postMessage"] = no(error)

    failed = await failure(workspace)

    assert (failed.reason, failed.retry) == means


async def test_a_refusal_we_do_not_know_is_not_tried_again(
    slack: Scripted, workspace: SlackWorkspace
) -> None:
    """The caseworker is told; a loop would tell nobody."""
    slack.answers["chat.postMessage"] = no("brand_new_error")

    failed = await failure(workspace)

    assert (failed.reason, failed.retry) == (Reason.REJECTED, False)


UNCERTAIN = [
    Told(status=500, body=b"<html>500</html>", type="text/html"),
    Told(status=502, body=b"bad gateway", type="text/plain"),
    Told(status=503, body=b'{"ok": false, "error": "service_unavailable"}'),
    Told(body=b'{"ok": false, "error": "internal_error"}'),
    Told(body=b'{"ok": false, "error": "fatal_error"}'),
    Told(body=b'{"ok": tr'),
    Told(body=b"\x1f\x8b\x08garbage"),
    Told(body=b"[1, 2]"),
    Told(body=b"null"),
    Told(body=b"ok", type="text/plain"),
    Told(body=b"<html>logg inn</html>", type="text/html"),
    Told(body=b'{"ok": true}'),
    Told(cut=True),
]


@pytest.mark.parametrize("told", UNCERTAIN)
async def test_an_answer_that_says_nothing_leaves_a_post_uncertain(
    slack: Scripted, workspace: SlackWorkspace, told: Told
) -> None:
    """Posted twice is two youths in the caseworker's eyes; not posted is a youth unread."""
    slack.answers["chat.postMessage"] = told

    failed = await failure(workspace)

    assert (failed.reason, failed.retry) == (Reason.NO_ANSWER, False)
    assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize("told", UNCERTAIN[:-2] + UNCERTAIN[-1:])
async def test_a_question_without_an_answer_is_simply_asked_again(
    slack: Scripted, workspace: SlackWorkspace, told: Told
) -> None:
    """Reading a thread changes nothing."""
    slack.answers["conversations.replies"] = told

    with pytest.raises(SendFailed) as caught:
        await workspace.standing(ROOM, REF)

    assert (caught.value.reason, caught.value.retry) == (Reason.UNREACHABLE, True)


@pytest.mark.parametrize(
    ("told", "after"),
    [
        (Told(status=429, headers={"Retry-After": "30"}), timedelta(seconds=30)),
        (Told(status=429, headers={"retry-after": " 7 "}), timedelta(seconds=7)),
        (Told(status=429), None),
        (Told(status=429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), None),
        (Told(status=429, headers={"Retry-After": "-5"}), None),
        (Told(status=429, headers={"Retry-After": "999999"}), timedelta(hours=1)),
        (Told(status=429, body=b"<html>", type="text/html"), None),
        (Told(status=429, body=b'{"ok', headers={"Retry-After": "3"}), timedelta(seconds=3)),
        (no("ratelimited"), None),
    ],
)
async def test_when_slack_is_busy_we_wait_as_long_as_it_says(
    slack: Scripted, workspace: SlackWorkspace, told: Told, after: timedelta | None
) -> None:
    """Whoever knocks harder is shut out longer, and every youth with them."""
    slack.answers["chat.postMessage"] = told

    failed = await failure(workspace)

    assert (failed.reason, failed.retry, failed.after) == (Reason.BUSY, True, after)
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_slack_that_is_not_there_has_done_nothing() -> None:
    """The bridge starts all the same, and tries again."""
    async with SlackWorkspace(BOT_TOKEN, admin_token=None, api_url="http://127.0.0.1:9/") as none:
        with pytest.raises(SendFailed) as caught:
            await none.show(ROOM, None, CARD, key="k_1")

    assert (caught.value.reason, caught.value.retry) == (Reason.UNREACHABLE, True)


async def test_every_post_is_without_unfurling_and_can_be_found_again(
    slack: Scripted, workspace: SlackWorkspace
) -> None:
    """Slack's crawler must never fetch a link that a youth has sent."""
    await workspace.show(ROOM, REF, CARD, key="k_1")

    sent = slack.called("chat.postMessage")[0]
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert sent["metadata"] == {"event_type": "utebru", "event_payload": {"id": "k_1"}}
    assert (sent["channel"], sent["thread_ts"]) == ("C1", "1700000000.000100")
    assert WORDS not in str(sent["text"])
    assert {"link_names", "parse", "username", "icon_url"}.isdisjoint(sent)


async def test_a_file_goes_under_a_name_that_says_nothing(
    slack: Scripted, workspace: SlackWorkspace
) -> None:
    """File names travel in query strings, and end in the logs of proxies."""
    slack.answers["files.getUploadURLExternal"] = no("invalid_arguments")

    with pytest.raises(SendFailed):
        await workspace.upload(ROOM, REF, "Maya Hansen.ogg", "audio/ogg", b"1", key="k_9")

    assert slack.called("files.getUploadURLExternal") == [
        {"filename": "fil-k_9.ogg", "length": "1"}
    ]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (no("ratelimited"), Erasure.BUSY),
        (Told(status=429), Erasure.BUSY),
        (no("compliance_exports_prevent_deletion"), Erasure.REFUSED),
        (no("token_revoked"), Erasure.UNREACHABLE),
        (no("is_archived"), Erasure.UNREACHABLE),
        (no("channel_not_found"), Erasure.UNREACHABLE),
        (Told(status=500), Erasure.UNREACHABLE),
        (Told(cut=True), Erasure.UNREACHABLE),
    ],
)
async def test_what_slack_did_not_delete_is_never_called_deleted(
    slack: Scripted, workspace: SlackWorkspace, told: Told, verdict: Erasure
) -> None:
    """The wipe tells the truth."""
    slack.answers |= {"chat.delete": told, "files.delete": told}

    assert await workspace.erase(REF, Whose.BOT) is verdict
    assert await workspace.erase_file(Ref("C1/F1")) is verdict


STANDING = {"ts": "1700000000.000100", "text": "hei", "user": "U0BOT"}
TOMBSTONE = STANDING | {"subtype": "tombstone", "text": "This message was deleted."}


@pytest.mark.parametrize(
    ("deleted", "left", "verdict"),
    [
        (yes(), yes(messages=[]), Erasure.REREAD),
        (yes(), no("thread_not_found"), Erasure.REREAD),
        (no("message_not_found"), no("message_not_found"), Erasure.REREAD),
        (yes(), yes(messages=[TOMBSTONE]), Erasure.REREAD),
        (yes(), yes(messages=[TOMBSTONE | {"text": "hei"}]), Erasure.STILL_THERE),
        (yes(), yes(messages=[TOMBSTONE | {"files": [{"id": "F1"}]}]), Erasure.STILL_THERE),
        (yes(), yes(messages=[STANDING]), Erasure.STILL_THERE),
        (no("message_not_found"), yes(messages=[STANDING]), Erasure.STILL_THERE),
        (no("cant_delete_message"), yes(messages=[STANDING]), Erasure.NOT_OURS),
        (no("cant_delete_message"), yes(messages=[]), Erasure.REREAD),
        (yes(), no("ratelimited"), Erasure.BUSY),
        (yes(), Told(status=500), Erasure.UNREACHABLE),
        (yes(), no("channel_not_found"), Erasure.UNREACHABLE),
        (yes(), yes(messages=[STANDING | {"ts": "1.000002"}]), Erasure.REREAD),
    ],
)
async def test_gone_means_looked_for_and_not_found(
    slack: Scripted, workspace: SlackWorkspace, deleted: Told, left: Told, verdict: Erasure
) -> None:
    """Slack's yes is not evidence; what is read afterwards is."""
    slack.answers |= {"chat.delete": deleted, "conversations.replies": left}

    assert await workspace.erase(REF, Whose.BOT) is verdict


@pytest.mark.parametrize(
    ("deleted", "left", "verdict"),
    [
        (yes(), no("file_not_found"), Erasure.REREAD),
        (no("file_deleted"), no("file_deleted"), Erasure.REREAD),
        (yes(), yes(file={"mode": "tombstone"}), Erasure.REREAD),
        (yes(), yes(file={"id": "F1", "mode": "hosted"}), Erasure.STILL_THERE),
        (no("cant_delete_file"), yes(file={"id": "F1"}), Erasure.NOT_OURS),
        (no("cant_delete_file"), no("file_not_found"), Erasure.REREAD),
        (yes(), Told(status=429), Erasure.BUSY),
    ],
)
async def test_a_file_is_gone_when_it_was_looked_for_and_not_found(
    slack: Scripted, workspace: SlackWorkspace, deleted: Told, left: Told, verdict: Erasure
) -> None:
    """Deleting a message does not delete its file."""
    slack.answers |= {"files.delete": deleted, "files.info": left}

    assert await workspace.erase_file(Ref("C1/F1")) is verdict


async def test_pages_end_even_if_slack_does_not_say_so(
    slack: Scripted, workspace: SlackWorkspace
) -> None:
    """A cursor that comes again would read one thread for ever."""
    page = yes(messages=[STANDING], response_metadata={"next_cursor": "same"})
    slack.answers["conversations.replies"] = page

    assert await workspace.standing(ROOM, REF) == frozenset({REF})
    assert len(slack.called("conversations.replies")) == 2


async def test_a_link_that_slack_will_not_give_is_none(
    slack: Scripted, workspace: SlackWorkspace
) -> None:
    """A missing link must not stop the ledger."""
    slack.answers["chat.getPermalink"] = no("message_not_found")

    assert await workspace.link(REF) is None


async def test_who_we_are_is_asked_again_until_slack_says_it(slack: Scripted) -> None:
    """Without it our own posts would be taken for a colleague's."""
    slack.answers["auth.test"] = no("service_unavailable")
    async with SlackWorkspace(BOT_TOKEN, admin_token=None, api_url=slack.url) as workspace:
        assert workspace.me.user is None
        del slack.answers["auth.test"]
        slack.answers["conversations.replies"] = yes(messages=[STANDING])

        assert await workspace.replies(ROOM, REF) == []
        assert workspace.me.user == "U0BOT"


async def test_no_words_and_no_token_reach_a_log(
    slack: Scripted, workspace: SlackWorkspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Also at DEBUG, also when it fails, also what the SDK itself would have said."""
    caplog.set_level(logging.DEBUG)
    for told in (yes(ts="1.000001"), no("invalid_blocks", detail=WORDS), *UNCERTAIN):
        slack.answers |= {"chat.postMessage": told, "chat.postEphemeral": told}
        with suppress(SendFailed):
            await workspace.show(ROOM, REF, CARD, key="k")
        with suppress(SendFailed):
            await workspace.whisper(ROOM, REF, "U1", Note.LINKED)

    for secret in (WORDS, BOT_TOKEN, ADMIN_TOKEN, "hemmelig"):
        assert secret not in caplog.text
