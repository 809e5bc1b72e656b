"""The files of what is to be filed, and which of them go together."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from bridge.domain.canonical import Document, Value
from bridge.domain.messages import Attachment

AT_ONCE: Final = 50
TOGETHER: Final = 4 * 1024 * 1024
"""Bytes of several files in one call; a larger one goes by itself."""


def groups(document: Document) -> Iterator[Sequence[Attachment]]:
    """Each file once, in the order they stand; of several, no more than may be in memory."""
    group: list[Attachment] = []
    size = 0
    for each in _attachments(document):
        if group and (len(group) == AT_ONCE or size + each.size > TOGETHER):
            yield group
            group, size = [], 0
        group.append(each)
        size += each.size
    if group:
        yield group


def _attachments(document: Document) -> Sequence[Attachment]:
    messages = cast("Sequence[Document]", document.get("messages") or ())
    listed = [cast("Sequence[Document]", message["attachments"]) for message in messages]
    each = (_attachment(one) for group in listed for one in group)
    return list({attachment.id: attachment for attachment in each}.values())


def _attachment(one: Document) -> Attachment:
    def text(value: Value) -> str:
        return str(value)

    return Attachment(
        id=text(one["id"]),
        name=text(one["name"]),
        type=text(one["type"]),
        size=cast("int", one["size"]),
        sha256=text(one["sha256"]),
    )
