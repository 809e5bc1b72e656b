"""
A conversation as long as nobody has ever had, put in at once: what was said, the files, the copies.

Each word and each reference is encrypted as the product encrypts it; only the way in is shorter.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import update

from benchmarks.bodies import WORDS
from bridge.domain.copies import Place, Verdict, Whose
from bridge.domain.ids import ConversationId, Ref
from bridge.domain.messages import Attachment, By, Kind
from bridge.domain.threads import Conversation, Ending
from bridge.vault.entries import write_about
from bridge.vault.keys import DataKey
from bridge.vault.several import insert_all
from bridge.vault.sql import SqlVault
from bridge.vault.tables import attachments, conversations, copies, entries
from bridge.vault.work import Work

FILE: Final = bytes(range(256)) * 400
"""As large as a picture from a phone is when an app has made it smaller: 100 kB."""
CASEWORKER: Final = "e_bench"


async def lengthen(vault: SqlVault, talk: Conversation, *, messages: int, files: int) -> None:
    """So many more messages, the last of the youth's answered, so many of them with a file."""
    first = talk.ledger.last_seq + 1
    async with vault.work() as work:
        theirs, ours = await work.keys.get(talk.thread), await work.keys.get(talk.id)
        seqs = range(first, first + messages)
        await insert_all(work.connection, entries, [_entry(work, talk, s, ours) for s in seqs])
        some = seqs[:: max(1, messages // files)][:files] if files else ()
        await insert_all(work.connection, attachments, [_file(work, talk, s, ours) for s in some])
        each = [copy for s in seqs for copy in _copies(work, talk, s, theirs)]
        await insert_all(work.connection, copies, each)
        await work.run(
            update(conversations)
            .where(work.ours(conversations), conversations.c.id == talk.id)
            .values(last_seq=seqs[-1], handled=seqs[-1])
        )


async def end(vault: SqlVault, conversation: ConversationId) -> None:
    """As a caseworker who has seen all of it asks for it."""
    async with vault.begin() as tx:
        talk = await tx.threads.conversation(conversation)
        ending = Ending(by=None, at=talk.last_at, seen=talk.ledger.last_seq)
        await tx.threads.amend(replace(talk, ending=ending))


def _entry(work: Work, talk: Conversation, seq: int, key: DataKey) -> dict[str, Any]:
    by = By.CASEWORKER if seq % 2 else By.YOUTH
    return {
        "team": work.team, "conversation": talk.id, "seq": seq, "by": by.value,
        "kind": Kind.SAID.value, "at": talk.last_at, "of": None, "phrase": None,
        "author": CASEWORKER if by is By.CASEWORKER else None,
        "text": key.write(f"{WORDS} #{seq}", number=seq, column="text"),
    }  # fmt: skip


def _file(work: Work, talk: Conversation, seq: int, key: DataKey) -> dict[str, Any]:
    its_id = f"f_{talk.id}_{seq}"
    about = Attachment(
        id=its_id,
        name=f"bilde {seq}.jpg",
        type="image/jpeg",
        size=len(FILE),
        sha256=hashlib.sha256(FILE).hexdigest(),
    )
    return {
        "team": work.team, "id": its_id, "conversation": talk.id, "seq": seq,
        "about": write_about(key, seq, about),
        "body": key.encrypt(FILE, number=seq, column=f"body/{its_id}"),
    }  # fmt: skip


def _copies(work: Work, talk: Conversation, seq: int, key: DataKey) -> Iterator[Mapping[str, Any]]:
    for place in ("telegram", Place.WORKSPACE.value):
        its_id, ref = f"c_{talk.id}_{place}_{seq}", Ref(f"C0LONG/{talk.id}.{place}.{seq}")
        yield {
            "team": work.team, "id": its_id, "thread": talk.thread, "conversation": talk.id,
            "seq": seq, "place": place, "whose": Whose.BOT.value, "keep": False,
            "ref_mark": work.mark("ref", ref), "ref": key.write(ref, number=its_id, column="ref"),
            "verdict": Verdict.PENDING.value, "attempts": 0, "looks": 0,
        }  # fmt: skip
