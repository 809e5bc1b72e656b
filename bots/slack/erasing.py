"""
Taking back what was posted, and looking afterwards whether it is gone.

Nothing counts as gone because Slack said yes: only because it was looked for and not
found. A tombstone is gone when no words are left in it. A bot may delete only what it
posted itself (chat.delete); the rest needs the token of an administrator, or its author.
"""

from collections.abc import Mapping
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import ask, do, error_of
from bots.slack.payload import Json, items_at, split, text_at
from bridge.domain.copies import Erasure, Whose
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref
from bridge.ports import SendFailed

TOMBSTONES: Final = frozenset({"", "This message was deleted."})
NO_SUCH: Final = frozenset({"message_not_found", "thread_not_found"})
NO_FILE: Final = frozenset({"file_not_found", "file_deleted"})
NOT_OURS: Final = frozenset({"cant_delete_message", "cant_delete_file"})

REFUSALS: Final[Mapping[str, Erasure]] = {
    "compliance_exports_prevent_deletion": Erasure.REFUSED,
    **dict.fromkeys(NOT_OURS, Erasure.NOT_OURS),
}
"""What is not here may be mended (a room archived, a token lost): it stays to be tried again."""


async def erase(
    ref: Ref, whose: Whose, bot: AsyncWebClient, admin: AsyncWebClient | None
) -> Erasure:
    """Never raises."""
    room, ts = split(ref)
    said: Erasure | None = Erasure.NOT_OURS
    for client in (admin,) if whose is Whose.CASEWORKER else (bot, admin):
        if client is not None and said is Erasure.NOT_OURS:
            said = await _deleted(client, room, ts)
    if said not in (None, Erasure.NOT_OURS):
        return said
    return await _seen(bot, room, ts, standing=said or Erasure.STILL_THERE)


async def erase_file(ref: Ref, bot: AsyncWebClient, admin: AsyncWebClient | None) -> Erasure:
    """Never raises."""
    _, file = split(ref)
    said: Erasure | None = Erasure.NOT_OURS
    for client in (bot, admin):
        if client is not None and said is Erasure.NOT_OURS:
            said = await _file_deleted(client, file)
    if said not in (None, Erasure.NOT_OURS):
        return said
    try:
        found = await ask(bot.files_info, file=file)
    except SendFailed as failed:
        return Erasure.REREAD if error_of(failed) in NO_FILE else _refusal(failed)
    if text_at(found, "file", "mode") == "tombstone":
        return Erasure.REREAD
    return said or Erasure.STILL_THERE


def stands(message: object) -> bool:
    """Whether any words, or anything else of its author's, are left of it."""
    if text_at(message, "subtype") != "tombstone":
        return True
    return (text_at(message, "text") or "") not in TOMBSTONES or any(
        items_at(message, part) for part in ("blocks", "attachments", "files")
    )


async def _deleted(client: AsyncWebClient, room: str, ts: str) -> Erasure | None:
    """None where Slack says that it is gone."""
    try:
        await do(client.chat_delete, channel=room, ts=ts)
    except SendFailed as failed:
        return None if error_of(failed) in NO_SUCH else _refusal(failed)
    return None


async def _file_deleted(client: AsyncWebClient, file: str) -> Erasure | None:
    """None where Slack says that it is gone."""
    try:
        await do(client.files_delete, file=file)
    except SendFailed as failed:
        return None if error_of(failed) in NO_FILE else _refusal(failed)
    return None


async def _seen(client: AsyncWebClient, room: str, ts: str, *, standing: Erasure) -> Erasure:
    """`standing` if it is still there, words and all."""
    try:
        found = await ask(
            client.conversations_replies,
            channel=room, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=10,
        )  # fmt: skip
    except SendFailed as failed:
        return Erasure.REREAD if error_of(failed) in NO_SUCH else _refusal(failed)
    left = [each for each in messages(found) if each.get("ts") == ts and stands(each)]
    return standing if left else Erasure.REREAD


def _refusal(failed: SendFailed) -> Erasure:
    if failed.reason is Reason.BUSY:
        return Erasure.BUSY
    return REFUSALS.get(error_of(failed) or "", Erasure.UNREACHABLE)


def messages(page: Json) -> list[Json]:
    return [each for each in items_at(page, "messages") if isinstance(each, dict)]
