"""
Files that a colleague has put in a form, fetched from where Slack keeps them.

Only Slack itself is asked, with our token: an address elsewhere is refused, and whatever leads
elsewhere (the page on which one logs in) is not followed.
"""

from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bots.slack.calls import ask, error_of
from bots.slack.erasing import NO_FILE
from bots.slack.payload import need, split
from bridge.domain.delivery import Reason
from bridge.domain.ids import Ref
from bridge.ports import SendFailed, Unreadable

HOST: Final = "files.slack.com"
TIMEOUT: Final = aiohttp.ClientTimeout(total=120, connect=10, sock_read=20)
CHUNK: Final = 64 * 1024


async def fetched(client: AsyncWebClient, ref: Ref, *, limit: int) -> bytes:
    """At most `limit` bytes. Raises `SendFailed`."""
    try:
        told = await ask(client.files_info, file=split(ref)[1])
        url = need(told, "file", "url_private")
    except Unreadable:
        raise _gone() from None
    except SendFailed as failed:
        raise _gone() if error_of(failed) in NO_FILE else failed from None
    if not _is_slacks(url, client.base_url):
        raise _gone()
    return await _body(client, url, limit)


async def _body(client: AsyncWebClient, url: str, limit: int) -> bytes:
    session, body = client.session, bytearray()
    if session is None:
        raise _later()
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        async with session.get(
            url, headers=headers, proxy=client.proxy, timeout=TIMEOUT, allow_redirects=False
        ) as answer:
            if answer.status in {404, 410}:
                raise _gone()
            if answer.status != 200:
                raise _later()
            async for chunk in answer.content.iter_chunked(CHUNK):
                body += chunk
                if len(body) > limit:
                    raise SendFailed(Reason.TOO_LARGE, retry=False)
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise _later() from None
    return bytes(body)


def _gone() -> SendFailed:
    return SendFailed(Reason.GONE, retry=False)


def _later() -> SendFailed:
    return SendFailed(Reason.UNREACHABLE, retry=True)


def _is_slacks(url: str, api: str) -> bool:
    """Also where the Slack that we talk with is: a stand-in serves its own files."""
    try:
        asked, ours = urlsplit(url), urlsplit(api)
        same = (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)
        return same or (asked.scheme == "https" and asked.hostname == HOST)
    except ValueError:
        return False
