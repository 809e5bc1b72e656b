"""
Files that a youth has sent, fetched from where Meta keeps them.

The address comes in from outside, so only Meta's own hosts are asked, over https, and whatever
leads elsewhere is not followed. Our token goes along only to an address that Graph has told.
"""

from typing import Final
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientTimeout

from bots.meta.errors import reading
from bots.meta.graph import CONNECT, Graph
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

HOSTS: Final = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")
LEAPS: Final = 3
"""Redirects between Meta's hosts, at most."""
DOWNLOAD: Final = 120.0
"""Seconds for a whole file."""
CHUNK: Final = 64 * 1024


async def fetched(
    graph: Graph, url: str, *, limit: int, headers: dict[str, str] | None = None
) -> bytes:
    """At most `limit` bytes. `headers` go to `url` and no further. Raises `SendFailed`."""
    for _ in range(LEAPS + 1):
        if not _is_metas(url, graph.url):
            raise SendFailed(Reason.GONE, retry=False)
        with reading():
            found = await _one(graph, url, limit, headers)
        if isinstance(found, bytes):
            return found
        url, headers = urljoin(url, found), None
    raise SendFailed(Reason.GONE, retry=False)


async def _one(graph: Graph, url: str, limit: int, headers: dict[str, str] | None) -> bytes | str:
    """The file, or where it is now."""
    within = ClientTimeout(total=DOWNLOAD, connect=CONNECT, sock_connect=CONNECT, sock_read=20.0)
    body = bytearray()
    async with graph.asked("GET", url, within, headers=headers) as response:
        if response.status in {301, 302, 303, 307, 308}:
            return response.headers.get("Location", "")
        # The address is signed and runs out; after that it is refused, not missing.
        if response.status in {400, 401, 403, 404, 410}:
            raise SendFailed(Reason.GONE, retry=False)
        if response.status != 200:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        async for chunk in response.content.iter_chunked(CHUNK):
            body += chunk
            if len(body) > limit:
                raise SendFailed(Reason.TOO_LARGE, retry=False)
    return bytes(body)


def _is_metas(url: str, graph: str) -> bool:
    """Also where the Graph we talk with is: a stand-in serves its own files."""
    try:
        asked, ours = urlsplit(url), urlsplit(graph)
        host, same = (
            asked.hostname or "",
            (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc),
        )
    except ValueError:
        return False
    return same or (asked.scheme == "https" and f".{host}".endswith(HOSTS))
