"""Filing a transcript: only on a valid consent, whole or not at all, and once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.cases.tables import Case
from casestore.consents.rules import Refusal, refusal
from casestore.consents.told import told_on
from casestore.deletions.void import is_void
from casestore.edge import Writing
from casestore.journal.document import Transcript, apart, attachments, channels
from casestore.journal.staged import file_under, forget_staged
from casestore.journal.tables import Attachment, Entry, EntryMessage
from casestore.keyring import seal
from casestore.people.finding import parts_of, person_of_thread, threads_of
from casestore.problems import Problem
from casestore.received import Received
from casestore.search.marking import mark_transcript
from casestore.threads.keys import fingerprint
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.log import BY_THE_CLOCK, belongs_to, name_thread, settle
from casestore.transfers.tables import Transfer


async def consent_refusal(writing: Writing, said: Transcript) -> Refusal | None:
    """Ask the rules whether this transcript may be filed."""
    if await is_void(writing, thread=said.thread, consent=said.consent):
        return Refusal.WITHDRAWN
    person = await person_of_thread(writing, said.thread)
    youth = [] if person is None else await threads_of(writing, person)
    told = await told_on(writing, {said.thread, *youth})
    return refusal(
        thread=said.thread,
        consent=told.given(said.consent),
        answers=told.answers(),
        withdrawals=told.taken_back(),
        youth=youth,
    )


async def note_refusal(writing: Writing, row: Transfer, why: Refusal) -> None:
    """Keep nothing of the words, and let the log say why; a repeated refusal is one link."""
    await forget_staged(writing, row.conversation)
    if row.refused != why:
        row.refused = why
        event = {"kind": "refused", "conversation": row.conversation, "reason": str(why)}
        await chain.append(writing, event)
    await settle(writing, row)


async def file_transcript(writing: Writing, row: Transfer, body: Received[Transcript]) -> None:
    """Store the transcript, encrypted message by message, with its files."""
    said = body.said
    files = await _staged(writing, said)
    key = await name_thread(writing, row, thread=said.thread, alias=said.alias)
    header, messages = apart(body.document)
    place = row.conversation
    entry = Entry(
        conversation=place,
        team=writing.team,
        thread=said.thread,
        consent=said.consent,
        consent_purpose="journal",
        consent_answer="yes",
        header=seal(key, canonical(header), bound_to=f"journal_entries/{place}"),
        also_on=" ".join(channels(said)) or None,
        message_count=len(messages),
        attachment_count=len(files),
        filed_at=writing.now,
        case_number=said.case,
        key_owner=f"thread:{said.thread}",
    )
    writing.session.add(entry)
    case = await _tie_to_said(writing, entry, said)
    await writing.session.flush()
    await _keep_messages(writing, place, key, messages)
    for file in files:
        await file_under(writing, file, key)
    await writing.session.flush()
    await mark_transcript(writing, entry, body.document)
    await forget_staged(writing, place)
    _noted(row, said)
    row.digest = hashlib.sha256(body.canonical).hexdigest()
    row.fingerprint = fingerprint(writing.store, body.canonical)
    row.stored_at = writing.now
    writers = {m.author for m in said.messages if m.by == "caseworker" and m.author}
    await belongs_to(writing, row, writers | {said.sealed_by})
    await _linked(writing, row, said)
    await settle(writing, row)
    if case is not None:
        of, by = entry.conversation, entry.tied_by
        await note(writing, "entry.tied", by=by, of=of, case=case.id, person=case.person)


async def _keep_messages(
    writing: Writing, place: str, key: bytes, messages: Sequence[Mapping[str, Any]]
) -> None:
    rows = [
        {
            "conversation": place,
            "position": position,
            "team": writing.team,
            "words": seal(key, canonical(message), bound_to=f"journal_messages/{place}/{position}"),
        }
        for position, message in enumerate(messages)
    ]
    if rows:
        await writing.session.execute(insert(EntryMessage), rows)


async def _tie_to_said(writing: Writing, entry: Entry, said: Transcript) -> Case | None:
    """
    Tie to the case that the caseworker confirmed, if it is an open one of the thread's person's.

    Any other number stays as what was said, and the transcript is *ufordelt*: a person looks.
    """
    person = await person_of_thread(writing, said.thread)
    if said.case is None or person is None:
        return None
    case: Case | None = await writing.session.scalar(
        select(Case).where(
            Case.team == writing.team,
            Case.number == said.case,
            Case.status == "open",
            Case.person.in_(await parts_of(writing, person)),
        )
    )
    if case is not None:
        by = None if said.sealed_by == BY_THE_CLOCK else said.sealed_by
        entry.case, entry.tied_at, entry.tied_by = case.id, writing.now, by
    return case


async def _staged(writing: Writing, said: Transcript) -> list[Attachment]:
    found = []
    for line in attachments(said).values():
        row = await writing.session.get(Attachment, (said.conversation, line.id))
        mark = fingerprint(writing.store, line.sha256.encode())
        if row is None or row.fingerprint != mark:
            raise Problem(422, "attachment-missing", "An attachment listed has not been put.")
        found.append(row)
    return found


def _noted(row: Transfer, said: Transcript) -> None:
    row.filing, row.channel, row.consent = "journal", said.channel, said.consent
    row.opened_at, row.sealed_at = read_time(said.opened_at), read_time(said.sealed_at)
    row.sealed_by = said.sealed_by
    row.count_youth = sum(message.by == "youth" for message in said.messages)
    row.count_caseworker = sum(message.by == "caseworker" for message in said.messages)
    row.count_attachments = len(attachments(said))


async def _linked(writing: Writing, row: Transfer, said: Transcript) -> None:
    await chain.append(
        writing,
        {
            "kind": "transcript_stored",
            "conversation": row.conversation,
            "channel": said.channel,
            "sealed_at": said.sealed_at,
            "by": said.sealed_by,
            "consent": said.consent,
            "messages": len(said.messages),
            "attachments": row.count_attachments,
            "digest": row.digest,
        },
    )
