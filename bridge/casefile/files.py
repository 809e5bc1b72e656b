"""
Files on their way to the case record: several small ones in one call, or each by itself.

Of several, each is one line of JSON that tells of it, `\\n`, and its bytes.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from bridge.casefile.together import in_one
from bridge.casefile.told import Said
from bridge.domain.canonical import canonical
from bridge.domain.ids import ConversationId
from bridge.domain.messages import Attachment
from bridge.ports import RecordRefused

Call = Callable[[str, str, bytes, Mapping[str, str]], Awaitable[Said]]
"""Method, path, body and headers; raises `RecordRefused` or `RecordUnreachable`."""
Files = Sequence[tuple[Attachment, bytes]]

_MIME: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", re.IGNORECASE)
_ANY: Final = "application/octet-stream"


async def put(call: Call, conversation: ConversationId, files: Files) -> None:
    """One that is refused takes no other along; it is raised when all have been put."""
    path = f"transcripts/{conversation}/attachments"
    if len(files) > 1:
        together = call("PUT", path, _written(files), {"Content-Type": _ANY})
        if await in_one(together) is not None:
            return
    refused: RecordRefused | None = None
    for attachment, body in files:
        headers = {"Content-Type": _type(attachment), "X-Sha256": attachment.sha256}
        try:
            await call("PUT", f"{path}/{attachment.id}", body, headers)
        except RecordRefused as no:
            refused = refused or no
    if refused is not None:
        raise refused


def _written(files: Files) -> bytes:
    return b"".join(part for each in files for part in (_line(*each), b"\n", each[1]))


def _line(attachment: Attachment, body: bytes) -> bytes:
    return canonical(
        {
            "id": attachment.id,
            "type": _type(attachment),
            "size": len(body),
            "sha256": attachment.sha256,
        }
    )


def _type(attachment: Attachment) -> str:
    """The type was named by somebody's phone; what is no type would break the request."""
    return attachment.type if _MIME.fullmatch(attachment.type) else _ANY
