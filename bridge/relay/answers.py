"""What the youth answered about the journal, done as the consent table says."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from bridge.domain.canonical import Document, digest
from bridge.domain.cards import Notice
from bridge.domain.consent import AFTER, Act, Heard, Question, Standing, act_on
from bridge.domain.ids import EmployeeId, Ref
from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.lifecycle import Withdrawn
from bridge.domain.phrases import say, version
from bridge.domain.threads import Thread
from bridge.domain.transcript import as_contact, moment
from bridge.relay.desk import CONSENT, Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """
    The exact answer, and how it was given: `button`, `typed`, `platform_reply`, `written_down`,
    `unsaid`.
    """

    text: str = field(repr=False)
    how: str
    ref: Ref
    by: EmployeeId | None = None
    """Who in the team wrote it down, where somebody did."""


def stands(question: Question) -> bool:
    """Whether the text it was put in is still the text we use."""
    return version(question.text_id, question.language) == question.version


async def answer(desk: Desk, heard: Heard, reply: Reply) -> Act:
    act = act_on(heard, desk.thread.standing)
    question = desk.thread.question
    if act in AFTER and act is not Act.SHOW_AGAIN:
        desk.thread = replace(desk.thread, standing=AFTER[act])
    match act:
        case Act.RECORD_YES if question is not None:
            await _record_yes(desk, question, reply)
        case Act.SHOW_AGAIN:
            if question is not None and not stands(question):
                await desk.say("consent.changed")
            await desk.ask_consent()
        case Act.ASK_MEANT:
            await _ask_meant(desk, question)
        case Act.NOTE_REFUSAL:
            unsure = heard is Heard.UNSURE_ANSWER
            desk.thread = replace(desk.thread, cooling_until=desk.now + desk.practice.cooling_off)
            await desk.say("consent.unsure" if unsure else "consent.no")
            await desk.tell(Notice.CONSENT_UNSURE if unsure else Notice.CONSENT_REFUSED)
        case Act.WITHDRAW:
            await _withdraw(desk, reply)
        case _:
            return Act.JUST_WORDS
    await desk.refresh()
    return act


UNSAID: Final = "[tok tilbake meldingen med ja]"
"""Stands for the words of whoever takes a yes back without any."""


async def unsay(desk: Desk, ref: Ref, *, now_reads: str = UNSAID) -> bool:
    """
    Whether a message of the youth's was the yes itself, and what that does is done.

    What was filed under it stays, as after a stop, until the team leader has decided; that
    is not asked for twice.
    """
    if not any(_said_yes(desk, thread, ref) for thread in (desk.thread, desk.line)):
        return False
    reply = Reply(text=now_reads, how="unsaid", ref=ref)
    return await answer(desk, Heard.YES_UNSAID, reply) is Act.WITHDRAW


def _said_yes(desk: Desk, thread: Thread, ref: Ref) -> bool:
    """A platform numbers messages within a chat: it was said on the line it was asked on."""
    question = thread.question
    if thread.standing is not Standing.YES or question is None:
        return False
    return question.yes == ref and question.on in (None, desk.line.id)


async def _ask_meant(desk: Desk, question: Question | None) -> None:
    if question is None or question.meant_asked:
        return
    desk.thread = replace(
        desk.thread, question=replace(question, meant_asked=True, on=desk.line.id)
    )
    await desk.say("consent.meant", about=question.id)


async def _record_yes(desk: Desk, question: Question, reply: Reply) -> None:
    desk.thread = replace(
        desk.thread, consent=question.id, question=replace(question, yes=reply.ref)
    )
    asked = say(
        CONSENT,
        question.language,
        hours=desk.practice.hours,
        numbers=desk.practice.numbers,
        now=desk.now,
    )
    conversation = await desk.latest()
    document: Document = {
        **_who(desk),
        "purpose": "journal",
        "answer": "yes",
        "text_id": question.text_id,
        "text_version": question.version,
        "language": question.language,
        "text": asked.text,
        "text_sha256": asked.sha256,
        "reply": reply.text,
        "reply_sha256": _sha256(reply.text),
        "how": reply.how,
        **({} if reply.by is None else {"written_by": reply.by}),
        "question_ref": question.ref or reply.ref,
        "reply_ref": reply.ref,
        "asked_at": moment(question.asked_at),
        "shown_at": moment(question.shown_at or question.asked_at),
        "answered_at": moment(desk.now),
        "asked_by": question.asked_by,
        "conversation": conversation.id if conversation else None,
    }
    await desk.record(f"consents/{question.id}", document)
    await desk.say("consent.yes")
    await desk.tell(Notice.CONSENT_GIVEN)


async def _withdraw(desk: Desk, reply: Reply) -> None:
    """At once here, whatever the case store is doing; and there before any transfer."""
    desk.thread = replace(
        desk.thread, consent=None, cooling_until=desk.now + desk.practice.cooling_off
    )
    await _withdraw_from(desk, desk.thread, reply)
    for line in await desk.tx.threads.lines(desk.thread.id):
        # A stop is a stop everywhere, and stays one if they are taken apart again.
        if line.standing is Standing.YES:
            await _withdraw_from(desk, line, reply)
        stopped = replace(
            desk.line if line.id == desk.line.id else line,
            standing=Standing.WITHDRAWN,
            consent=None,
            cooling_until=desk.thread.cooling_until,
        )
        if line.id == desk.line.id:
            desk.line = stopped
        else:
            await desk.tx.threads.save(stopped)
    await desk.say("consent.withdrawn", urgent=True)
    await desk.tell(Notice.CONSENT_WITHDRAWN)


async def _withdraw_from(desk: Desk, thread: Thread, reply: Reply) -> None:
    conversations = await desk.tx.threads.conversations(thread.id)
    for conversation in conversations:
        if TREATMENT[Fact.STOP, conversation.stage] is Treatment.TO_CONTACT:
            left = as_contact(await desk.tx.words.document(conversation.id))
            await desk.tx.words.move(
                conversation.ledger, Withdrawn(digest=digest(left)), document=left
            )
    document: Document = {
        "thread": thread.id,
        "alias": thread.alias,
        "channel": desk.line.channel,
        "purpose": "journal",
        "reply": reply.text,
        "reply_sha256": _sha256(reply.text),
        "reply_ref": reply.ref,
        "answered_at": moment(desk.now),
        "conversation": conversations[-1].id if conversations else None,
    }
    errands = desk.errands.on(thread.id)
    await desk.tx.outbox.add(errands.record(f"withdrawals/{errands.new('w')}", document))


def _who(desk: Desk) -> dict[str, str]:
    return {
        "thread": desk.thread.id,
        "alias": desk.thread.alias,
        "channel": desk.line.channel,
    }


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
