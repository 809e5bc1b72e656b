"""Consents and withdrawals, as the bridge hands them over: at once, and each only once."""

import hashlib
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.answers import ById, JsonRoute, Kept
from casestore.consents.tables import Consent, Withdrawal
from casestore.edge import WritingNow, bridge_only
from casestore.ids import Id, PathId
from casestore.journal.withdrawn import discard_unproved
from casestore.keyring import seal
from casestore.problems import Problem
from casestore.received import Agreed, Alias, Code, Hex64, Received, Time, received
from casestore.tasks.open import open_task
from casestore.threads.keys import fingerprint, thread_key
from casestore.times import read_time
from casestore.transfers import chain

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)


class ConsentGiven(Agreed):
    """An answer, with the evidence for it."""

    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    purpose: Code
    answer: Literal["yes", "no", "dont_know"]
    text_id: Code
    text_version: Code
    language: Code
    text: str = Field(repr=False)
    text_sha256: Hex64
    reply: str = Field(repr=False)
    reply_sha256: Hex64
    how: Literal["button", "typed", "platform_reply", "written_down"]
    written_by: Id | None = None
    """Who wrote the answer down, where no program may read it."""
    question_ref: str = Field(repr=False, max_length=200)
    reply_ref: str = Field(repr=False, max_length=200)
    asked_at: Time
    shown_at: Time
    answered_at: Time
    asked_by: Id
    conversation: Id


class ConsentTakenBack(Agreed):
    """A withdrawal, with the evidence for it."""

    thread: Id
    alias: Alias = Field(repr=False)
    channel: Code
    purpose: Code
    reply: str = Field(repr=False)
    reply_sha256: Hex64
    reply_ref: str = Field(repr=False, max_length=200)
    answered_at: Time
    conversation: Id


@router.put("/consents/{consent_id}")
async def put_consent(
    consent_id: PathId,
    body: Annotated[Received[ConsentGiven], Depends(received(ConsentGiven))],
    writing: WritingNow,
) -> Kept[ById]:
    """Keep an answer and its evidence."""
    said = body.said
    _same(said.text, said.text_sha256)
    _same(said.reply, said.reply_sha256)
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    if known := await writing.session.get(Consent, consent_id):
        return _again(known.fingerprint, mark, consent_id)
    key = await thread_key(writing, said.thread)
    writing.session.add(
        Consent(
            id=consent_id,
            team=writing.team,
            thread=said.thread,
            purpose=said.purpose,
            answer=said.answer,
            answered_at=read_time(said.answered_at),
            channel=said.channel,
            text_id=said.text_id,
            text_version=said.text_version,
            language=said.language,
            evidence=seal(key, body.canonical, bound_to=f"consents/{consent_id}"),
            fingerprint=mark,
            received_at=writing.now,
        )
    )
    await chain.append(
        writing,
        {
            "kind": "consent",
            "consent": consent_id,
            "conversation": said.conversation,
            "purpose": said.purpose,
            "answer": said.answer,
            "text_id": said.text_id,
            "text_version": said.text_version,
            "answered_at": said.answered_at,
        },
    )
    return Kept(ById(id=consent_id), new=True)


@router.put("/withdrawals/{withdrawal_id}")
async def put_withdrawal(
    withdrawal_id: PathId,
    body: Annotated[Received[ConsentTakenBack], Depends(received(ConsentTakenBack))],
    writing: WritingNow,
) -> Kept[ById]:
    """Close the journal of the thread for what is new, and give the team leader the task."""
    said = body.said
    _same(said.reply, said.reply_sha256)
    await chain.hold(writing)
    mark = fingerprint(writing.store, body.canonical)
    if known := await writing.session.get(Withdrawal, withdrawal_id):
        return _again(known.fingerprint, mark, withdrawal_id)
    key = await thread_key(writing, said.thread)
    writing.session.add(
        Withdrawal(
            id=withdrawal_id,
            team=writing.team,
            thread=said.thread,
            purpose=said.purpose,
            answered_at=read_time(said.answered_at),
            channel=said.channel,
            evidence=seal(key, body.canonical, bound_to=f"withdrawals/{withdrawal_id}"),
            fingerprint=mark,
            received_at=writing.now,
        )
    )
    await open_task(
        writing,
        kind="withdrawal",
        source=withdrawal_id,
        thread=said.thread,
        alias=said.alias,
        channel=said.channel,
        asked_at=read_time(said.answered_at),
    )
    await chain.append(
        writing,
        {
            "kind": "withdrawal",
            "withdrawal": withdrawal_id,
            "conversation": said.conversation,
            "purpose": said.purpose,
            "answered_at": said.answered_at,
        },
    )
    await discard_unproved(writing, said.thread)
    return Kept(ById(id=withdrawal_id), new=True)


def _same(words: str, told: str) -> None:
    if hashlib.sha256(words.encode()).hexdigest() != told:
        raise Problem(422, "digest-mismatch")


def _again(before: bytes, now: bytes, its_id: str) -> Kept[ById]:
    if before != now:
        raise Problem(409, "different-body")
    return Kept(ById(id=its_id), new=False)
