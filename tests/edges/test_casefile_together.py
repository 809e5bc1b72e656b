"""
The bridge's client against the real case store: what goes in one call.

One that is refused takes no other along.
"""

import asyncio
from dataclasses import replace
from hashlib import sha256
from typing import cast

import httpx
import pytest

from bridge.domain.canonical import Document, Value, digest
from bridge.domain.ids import ConversationId
from bridge.domain.messages import Attachment
from bridge.ports import (
    RecordRefused,
    RecordUnreachable,
    Refusal,
)
from tests.conftest import NoEars
from tests.edges.zone import (
    CHAT,
    CONTACT,
    FILE,
    PHOTO,
    Zone,
    consent,
    refused,
    transcript,
)


def ended(n: int) -> Document:
    return {**CONTACT, "conversation": f"c_{n}"}


async def test_contacts_that_end_together_are_each_read_back(zone: Zone) -> None:
    """Seven talks end while the first is filed: two calls, and each is proved to be there."""
    asked: list[str] = []

    async def told(request: httpx.Request) -> None:
        asked.append(request.url.path)

    zone.http.event_hooks["request"].append(told)

    await asyncio.gather(*(zone.record.put(f"contacts/c_{n}", ended(n)) for n in range(8)))
    chats = [ConversationId(f"c_{n}") for n in range(8)]
    found = await asyncio.gather(*(zone.record.digest("contacts", chat) for chat in chats))

    assert found == [digest(ended(n)) for n in range(8)]
    assert len(asked) == 4


async def test_a_contact_that_is_refused_or_not_there_takes_no_other_along(zone: Zone) -> None:
    """One youth's talk is not kept waiting because of another's."""
    await zone.record.put("contacts/c_2", ended(2))
    refused_ = {**ended(2), "count_youth": 7}
    bodies = [ended(0), ended(1), refused_, ended(3)]

    put = await asyncio.gather(
        *(zone.record.put(f"contacts/c_{n}", body) for n, body in enumerate(bodies)),
        return_exceptions=True,
    )
    chats = [ConversationId(f"c_{n}") for n in (0, 1, 9, 3)]
    found = await asyncio.gather(
        *(zone.record.digest("contacts", chat) for chat in chats), return_exceptions=True
    )

    assert [type(each) for each in put] == [type(None), type(None), RecordRefused, type(None)]
    assert [found[0], found[1], found[3]] == [digest(ended(n)) for n in (0, 1, 3)]
    assert isinstance(found[2], RecordRefused)
    assert found[2].refusal is Refusal.NOT_THERE


def numbered(n: int) -> tuple[Attachment, bytes]:
    """Among its bytes some that look like a line that tells of a file; some end in white space."""
    body = PHOTO + b'\n{"id":"a_0"}\n' + bytes([n])
    sum_ = sha256(body).hexdigest()
    return replace(FILE, id=f"a_{n}", size=len(body), sha256=sum_), body


def with_files(*files: tuple[Attachment, bytes]) -> Document:
    said = transcript()
    (message,) = cast("list[Document]", said["messages"])
    lines: list[Value] = [
        {"id": a.id, "name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
        for a, _ in files
    ]
    return {**said, "messages": [{**message, "attachments": lines}]}


async def test_files_that_go_together_are_each_read_back(zone: Zone, no_ears: NoEars) -> None:
    """One call for all of them; what is read back proves each byte of each of them."""
    no_ears.listen_for(FILE.name)
    files, asked = [numbered(n) for n in range(8, 13)], list[str]()

    async def told(request: httpx.Request) -> None:
        asked.append(request.url.path)

    zone.http.event_hooks["request"].append(told)
    await zone.record.put("consents/k_1", consent())
    for _ in range(2):
        await zone.record.put_attachments(CHAT, files)
    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(*files))
    assert len(asked) == 5


async def test_a_file_that_is_refused_takes_no_other_along(zone: Zone) -> None:
    """The others need not be sent again when somebody has mended that one."""
    one, two, three = (numbered(n) for n in range(3))
    await zone.record.put("consents/k_1", consent())

    async with refused(Refusal.MALFORMED):
        await zone.record.put_attachments(CHAT, [one, (two[0], b"torn"), three])

    await zone.record.put(f"transcripts/{CHAT}", with_files(one, three))
    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(one, three))


async def test_more_files_than_one_call_takes_go_each_by_itself(zone: Zone) -> None:
    """Where the two disagree on how many that is, a transcript is slower and not held up."""
    files = [numbered(n) for n in range(60)]
    await zone.record.put("consents/k_1", consent())

    await zone.record.put_attachments(CHAT, files)

    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))


async def test_after_a_crash_among_the_files_all_are_put_once_more(zone: Zone) -> None:
    """Some of them were there and the document was not: nothing is doubled, nothing is lost."""
    files = [numbered(n) for n in range(4)]
    await zone.record.put("consents/k_1", consent())
    await zone.record.put_attachments(CHAT, files[:2])
    with pytest.raises(RecordUnreachable, match=r"^attachment-missing$"):
        await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    await zone.record.put_attachments(CHAT, files)
    await zone.record.put(f"transcripts/{CHAT}", with_files(*files))

    assert await zone.record.digest("transcripts", CHAT) == digest(with_files(*files))
    await zone.record.put_attachments(CHAT, files)
