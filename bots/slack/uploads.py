"""
Files in a room thread: three calls, and the file's id is known before anybody sees it.

The name says nothing about whose it is or what it was called. The key stands in the file
name that Slack keeps, so that a file can be looked for like a card; people see the title.
"""

import asyncio
from typing import Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import TIMEOUT, ask, do, error_of
from bots.slack.erasing import NO_FILE
from bots.slack.payload import items_at, need, ref_of, split, text_at
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref, Room
from bridge.ports import SendFailed, Unreadable, Uploaded

ENDING: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}

LOOKS: Final = (0.1, 0.4, 1.0)
"""Seconds between looks for the message that shows a file; Slack makes it a little later."""


def title(mime: str) -> str:
    return f"fil{ENDING.get(mime.partition(';')[0].strip().lower(), '')}"


def file_name(mime: str, key: str) -> str:
    return title(mime).replace("fil", f"fil-{key}", 1)


def held(message: object, key: str) -> str | None:
    """The id of the file in it that was uploaded with `key`."""
    for each in items_at(message, "files"):
        if (text_at(each, "name") or "").partition(".")[0] == f"fil-{key}":
            return text_at(each, "id")
    return None


async def upload(
    client: AsyncWebClient,
    room: Room,
    root: Ref | None,
    mime: str,
    body: bytes,
    *,
    key: str,
    drawing: asyncio.Lock,
) -> Uploaded:
    """
    Raises `SendFailed`; only the last call can leave it unknown.

    `drawing`: one picture at a time is drawn anew, for each takes much memory; so does what
    draws, which is therefore first brought in here.
    """
    from bots.slack.images import CannotClean, harmless

    try:
        async with drawing:
            shown = await asyncio.to_thread(harmless, mime, body)
    except CannotClean:
        raise SendFailed(Reason.REJECTED, retry=False) from None
    name, length = file_name(shown.mime, key), len(shown.body)
    place = await ask(client.files_getUploadURLExternal, filename=name, length=length)
    try:
        file, url = need(place, "file_id"), need(place, "upload_url")
    except Unreadable:
        raise SendFailed(Reason.UNREACHABLE, retry=True) from None
    await _put(client, url, shown.body)
    await do(
        client.files_completeUploadExternal,
        files=[{"id": file, "title": title(shown.mime)}],
        channel_id=room,
        **({"thread_ts": split(root)[1]} if root else {}),
    )
    return Uploaded(file=ref_of(room, file), message=await _message(client, room, file))


async def _put(client: AsyncWebClient, url: str, body: bytes) -> None:
    session = client.session
    if session is None:
        raise SendFailed(Reason.UNREACHABLE, retry=True)
    try:
        async with session.post(url, data=body, proxy=client.proxy, timeout=TIMEOUT) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise SendFailed(Reason.UNREACHABLE, retry=True) from None
    if status == 413:
        raise SendFailed(Reason.TOO_LARGE, retry=False)
    if status != 200:
        raise SendFailed(Reason.BUSY if status == 429 else Reason.UNREACHABLE, retry=True)


async def _message(client: AsyncWebClient, room: Room, file: str) -> Ref | None:
    """The message that shows it, if Slack has made it by now. Never raises."""
    for pause in LOOKS:
        await asyncio.sleep(pause)
        try:
            if shown := await shown_by(client, ref_of(room, file)):
                return shown
        except SendFailed:
            return None
    return None


async def shown_by(client: AsyncWebClient, ref: Ref) -> Ref | None:
    """The message that shows a file in its room. Raises `SendFailed`."""
    room, file = split(ref)
    try:
        found = await ask(client.files_info, file=file)
    except SendFailed as failed:
        if error_of(failed) in NO_FILE:
            return None
        raise
    for kind in ("private", "public"):
        for share in items_at(found, "file", "shares", kind, room):
            if ts := text_at(share, "ts"):
                return ref_of(room, ts)
    return None
