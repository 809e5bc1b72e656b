"""What must hold when a bridge that was killed has been started again and come to rest."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import cast

from bridge.domain.canonical import Document
from bridge.domain.cards import AlarmCard, SeveralCard, WordsCard
from bridge.domain.copies import Place, Whose
from bridge.domain.delivery import State
from bridge.domain.lifecycle import Filing, Stage
from bridge.domain.messages import By, Kind
from bridge.domain.threads import Conversation, Thread
from bridge.ports import Transaction
from tests.support.crash_checks_there import told_there
from tests.support.crash_world import MAYA, ROOM, THERE, Life, World
from tests.support.phones import Bubble

COUNTED = "(counted)"


def in_flight(home: Path) -> int:
    """How many deliveries were being sent when the process died."""
    with closing(sqlite3.connect(home / "data" / "vault.db")) as disk:
        return int(
            disk.execute("SELECT count(*) FROM deliveries WHERE state='sending'").fetchone()[0]
        )


async def violations(life: Life, home: Path, *, sending: int) -> list[str]:
    """Every promise that does not hold, in words without any youth's words."""
    world = life.world
    async with life.bridge.vault.begin() as tx:
        thread = await tx.threads.of("telegram", MAYA)
        if world.record.deleted:
            return [*_forgotten_for_good(home, world, thread), *_at_rest(home)]
        talks = await tx.threads.conversations(thread.id) if thread else []
        kept = [word for talk in talks for word in await _youths_words(tx, world, talk)]
        found = [
            *_nothing_lost(world, kept),
            *_nothing_doubled(world),
            *[line for talk in talks for line in _nothing_left(home, world, talk)],
            *[line async for line in _copies_known(tx, world)],
            *[line async for line in _files_kept(tx, world, talks)],
            *_read_in_one_room(world, thread),
            *[line async for line in _read_at_all(tx, world, talks)],
            *[line async for line in told_there(tx, world, talks)],
        ]
    return [*found, *_doubt_is_bounded(home, sending + world.lost), *_at_rest(home)]


async def _youths_words(tx: Transaction, world: World, talk: Conversation) -> Sequence[str]:
    """What is left of a conversation, wherever it now lies: one line for each thing Maya said."""
    if talk.stage is Stage.OPEN:
        entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
        return [e.text for e in entries if e.by is By.YOUTH and e.kind is Kind.SAID]
    kind = "transcripts" if talk.filing is Filing.JOURNAL else "contacts"
    document = world.record.under(kind).get(talk.id)
    if document is None:
        if talk.stage in (Stage.TRANSFERRED, Stage.FORGOTTEN):
            return ["(forgotten without being in the record)"]
        document = await tx.words.document(talk.id)
    if talk.filing is Filing.CONTACT:
        return [COUNTED] * cast("int", document["count_youth"])
    messages = cast("Sequence[Document]", document["messages"])
    return [str(m["text"]) for m in messages if (m["by"], m["kind"]) == ("youth", "said")]


def _nothing_lost(world: World, kept: Sequence[str]) -> Iterator[str]:
    if len(kept) != len(world.said):
        yield f"Maya said {len(world.said)} things, and {len(kept)} are kept"
    elif any(k not in (COUNTED, said) for k, said in zip(kept, world.said, strict=True)):
        yield "what Maya said is kept in another order, or as something else"


def _nothing_doubled(world: World) -> Iterator[str]:
    if world.record.refusals:
        yield f"the record refused {[(p.split('/')[0], str(r)) for p, r in world.record.refusals]}"
    for document in world.record.under("transcripts").values():
        messages = cast("Sequence[Document]", document["messages"])
        numbers = [cast("int", message["seq"]) for message in messages]
        if numbers != sorted(set(numbers)):
            yield "a transcript has a line twice or out of order"
    heard = Counter(b.text for b in _everywhere(world) if b.ours)
    for text in world.replies:
        if heard[text] > 1:
            yield "a caseworker's words were said twice"
        if text in world.undone and heard[text]:
            yield "a reply that was undone was said all the same"


def _everywhere(world: World) -> list[Bubble]:
    """What Maya's phones show, on every channel."""
    there = [bubble for other in world.others for bubble in other.sees(THERE)]
    return [*world.channel.sees(MAYA), *there]


def _nothing_left(home: Path, world: World, talk: Conversation) -> Iterator[str]:
    if talk.stage is not Stage.FORGOTTEN:
        return
    with closing(sqlite3.connect(home / "data" / "vault.db")) as disk:
        for table, column in (
            ("entries", "conversation"),
            ("documents", "conversation"),
            ("attachments", "conversation"),
            ("data_keys", "owner"),
            ("deliveries", "words_key"),
        ):
            (left,) = disk.execute(
                f"SELECT count(*) FROM {table} WHERE {column} = ?",  # noqa: S608  (names of ours)
                (talk.id,),
            ).fetchone()
            if left:
                yield f"{left} rows of {table} are left of what was forgotten"
    if talk.root is not None and world.workspace.thread(talk.root):
        yield "something stands in the room thread of what was forgotten"


async def _copies_known(tx: Transaction, world: World) -> AsyncIterator[str]:
    """Every message at a platform has a row, though a row may not yet know which."""
    unknown = 0
    for bubble in _everywhere(world):
        if not await tx.copies.by_ref(bubble.ref):
            unknown += 1
            if not bubble.ours:
                yield "a message of Maya's has no copy row"
    for posted in world.workspace.posts.values():
        if isinstance(posted.card, AlarmCard) or (posted.root is None and posted.user):
            continue
        if not await tx.copies.by_ref(posted.ref):
            yield f"a message in {ROOM} has no copy row: {type(posted.card).__name__}"
    threads = [await tx.threads.of("telegram", MAYA), await tx.threads.of("messenger", THERE)]
    rows = [
        copy
        for thread in threads
        for talk in (await tx.threads.conversations(thread.id) if thread else ())
        for copy in await tx.copies.of(talk.id)
    ]
    nameless = [c for c in rows if (c.place, c.whose, c.ref) == (Place.CHANNEL, Whose.BOT, None)]
    if unknown > len(nameless):
        yield f"{unknown} messages of ours with Maya, and {len(nameless)} rows for them"


async def _files_kept(
    tx: Transaction, world: World, talks: Sequence[Conversation]
) -> AsyncIterator[str]:
    """Each file is kept once, shown once while the talk is open, and nowhere when it is wiped."""
    kept: list[str] = []
    for talk in talks:
        if talk.stage is Stage.OPEN:
            entries = await tx.words.upto(talk.id, talk.ledger.last_seq)
            kept += [a.sha256 for e in entries for a in e.attachments]
        elif talk.filing is Filing.JOURNAL:
            kept += [sha256(body).hexdigest() for body in world.record.files.values()]
    told = [sha256(body).hexdigest() for body in world.sent]
    if any(t.stage is Stage.OPEN or t.filing is Filing.JOURNAL for t in talks) and kept != told:
        yield f"{len(told)} files were sent, and {len(kept)} are kept"
    shown = len(world.workspace.files)
    if shown != (len(told) if any(t.stage is Stage.OPEN for t in talks) else 0):
        yield f"{shown} of {len(told)} files stand in the room"


def _read_in_one_room(world: World, thread: Thread | None) -> Iterator[str]:
    """What came to one person is in their room, or where they have handed it on to; and once."""
    if thread is None:
        return
    room = thread.room or ROOM
    standing = [p for p in world.workspace.posts.values() if not isinstance(p.card, AlarmCard)]
    if any(posted.room != room for posted in standing):
        yield "something stands in a room that it is not read in"
    shown = Counter((c.conversation, c.seq) for p in standing for c in said_in(p.card))
    if any(many > 1 for many in shown.values()):
        yield "something that Maya said stands in the room twice"


async def _read_at_all(
    tx: Transaction, world: World, talks: Sequence[Conversation]
) -> AsyncIterator[str]:
    """What Maya has said stands in the room for as long as the talk is open."""
    posts = world.workspace.posts.values()
    shown = {(c.conversation, c.seq) for posted in posts for c in said_in(posted.card)}
    for talk in (talk for talk in talks if talk.stage is Stage.OPEN):
        for entry in await tx.words.upto(talk.id, talk.ledger.last_seq):
            said = (entry.by, entry.kind) == (By.YOUTH, Kind.SAID) and entry.text
            if said and (talk.id, entry.seq) not in shown:
                yield "something that Maya said stands nowhere in the room"


def said_in(card: object) -> Sequence[WordsCard]:
    """What one post says; where the room has fallen behind, several messages."""
    match card:
        case WordsCard():
            return [card]
        case SeveralCard():
            return card.said
        case _:
            return []


def _forgotten_for_good(home: Path, world: World, thread: Thread | None) -> Iterator[str]:
    """What the team has deleted in the record, and has been told is deleted here too."""
    if [told.id for told in world.record.deleted] != world.record.confirmed:
        yield f"{len(world.record.confirmed)} deletions were confirmed"
    if thread is not None:
        yield "Maya is still known"
    with closing(sqlite3.connect(home / "data" / "vault.db")) as disk:
        for table in ("entries", "documents", "attachments", "data_keys"):
            (left,) = disk.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            if left:
                yield f"{left} rows of {table} are left of what was deleted"


def _doubt_is_bounded(home: Path, sending: int) -> Iterator[str]:
    with closing(sqlite3.connect(home / "data" / "vault.db")) as disk:
        query = "SELECT count(*) FROM deliveries WHERE state = ?"
        (doubtful,) = disk.execute(query, (State.UNCERTAIN.value,)).fetchone()
    if doubtful > sending:
        yield f"{doubtful} are uncertain, and only {sending} were being sent"


def _at_rest(home: Path) -> Iterator[str]:
    with closing(sqlite3.connect(home / "data" / "vault.db")) as disk:
        (new,) = disk.execute("SELECT count(*) FROM inbox WHERE state <> 'done'").fetchone()
        underway = disk.execute(
            "SELECT what, state FROM deliveries WHERE state IN ('held', 'queued', 'sending')"
            " OR (state = 'uncertain' AND what <> 'reply')"
        ).fetchall()
    if new:
        yield f"{new} events were never worked on, or were set aside"
    if underway:
        yield f"not at rest: {underway}"
