"""
Files that a youth has sent, fetched from where Meta keeps them.

The address comes in from outside, so only Meta's own hosts are asked, over https, and whatever
leads elsewhere is not followed. Our token goes along only to an address that Graph has told.
"""

from typing import Final
from urllib.parse import urljoin, urlsplit

from bots.calling import nothing_changed, whole_body
from bots.meta.graph import Graph
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

HOSTS: Final = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")
LEAPS: Final = 3
"""Redirects between Meta's hosts, at most."""
DOWNLOAD: Final = 120.0
"""Seconds for a whole file."""
STALLED: Final = 20.0
"""Seconds without a byte."""


async def fetched(
    graph: Graph, url: str, *, limit: int, headers: dict[str, str] | None = None
) -> bytes:
    """At most `limit` bytes. `headers` go to `url` and no further. Raises `SendFailed`."""
    for _ in range(LEAPS + 1):
        if not _is_metas(url, graph.url):
            raise SendFailed(Reason.GONE, retry=False)
        with nothing_changed():
            found = await _one(graph, url, limit, headers)
        if isinstance(found, bytes):
            return found
        url, headers = urljoin(url, found), None
    raise SendFailed(Reason.GONE, retry=False)


async def _one(graph: Graph, url: str, limit: int, headers: dict[str, str] | None) -> bytes | str:
    """The file, or where it is now."""
    asked = graph.file(url, within=DOWNLOAD, stalled=STALLED, headers=headers)
    async with asked as response:
        if response.status in {301, 302, 303, 307, 308}:
            return response.headers.get("Location", "")
        # The address is signed and runs out; after that it is refused, not missing.
        if response.status in {400, 401, 403, 404, 410}:
            raise SendFailed(Reason.GONE, retry=False)
        if response.status != 200:
            raise SendFailed(Reason.UNREACHABLE, retry=True)
        return await whole_body(response, limit)


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
