"""Filing a transcript: only on a valid consent, whole or not at all, and once."""

from sqlalchemy import select

from casestore.canonical import canonical, digest
from casestore.consents.rules import Given, Refusal, TakenBack, refusal
from casestore.consents.tables import Consent, Withdrawal
from casestore.edge import Writing
from casestore.journal.document import Transcript, apart, attachments
from casestore.journal.staged import file_under, forget_staged
from casestore.journal.tables import Attachment, Entry, EntryMessage
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.received import Received
from casestore.threads.keys import fingerprint
from casestore.times import read_time
from casestore.transfers import chain
from casestore.transfers.log import belongs_to, name_thread, settle
from casestore.transfers.tables import Transfer


async def consent_refusal(writing: Writing, said: Transcript) -> Refusal | None:
    """Ask the rules whether this transcript may be filed."""
    session = writing.session
    answers = [
        (
            row.id,
            Given(
                thread=row.thread,
                purpose=row.purpose,
                answer=row.answer,
                answered_at=row.answered_at,
            ),
        )
        for row in await session.scalars(select(Consent).where(Consent.thread == said.thread))
    ]
    withdrawals = [
        TakenBack(thread=row.thread, purpose=row.purpose, answered_at=row.answered_at)
        for row in await session.scalars(select(Withdrawal).where(Withdrawal.thread == said.thread))
    ]
    return refusal(
        thread=said.thread,
        consent=dict(answers).get(said.consent),
        answers=[given for _, given in answers],
        withdrawals=withdrawals,
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
        message_count=len(messages),
        attachment_count=len(files),
        filed_at=writing.now,
        case_number=said.case,
        tied_at=writing.now if said.case else None,
        tied_by=said.sealed_by if said.case else None,
    )
    writing.session.add(entry)
    await writing.session.flush()
    for position, message in enumerate(messages):
        words = seal(key, canonical(message), bound_to=f"journal_messages/{place}/{position}")
        writing.session.add(
            EntryMessage(conversation=place, position=position, team=writing.team, words=words)
        )
    for file in files:
        await file_under(writing, file, key)
    await writing.session.flush()
    await forget_staged(writing, place)
    _noted(row, said)
    row.digest, row.fingerprint = digest(body.document), fingerprint(writing.store, body.canonical)
    row.stored_at = writing.now
    writers = {m.author for m in said.messages if m.by == "caseworker" and m.author}
    await belongs_to(writing, place, writers | {said.sealed_by})
    await _linked(writing, row, said)
    await settle(writing, row)


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
