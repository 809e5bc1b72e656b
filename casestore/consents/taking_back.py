"""
A withdrawal made on paper or face to face: it closes the journal at once, as STOPP in a chat does.

It counts on every thread the youth has, also if one of them is untied from them later. What the
bridge has put and not yet told us it has proved stays: by now the bridge may have proved it and
forgotten its own copy, and only it knows. What has come stands until the team leader decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.consents.purposes import PURPOSES
from casestore.consents.rules import JOURNAL
from casestore.consents.standing import standing_of
from casestore.consents.tables import Withdrawal
from casestore.edge import Writing
from casestore.keyring import seal
from casestore.people.details import details_of
from casestore.people.finding import get_person, threads_of
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.tasks.open import open_task
from casestore.threads.keys import fingerprint, thread_key
from casestore.times import write_time
from casestore.transfers import chain
from casestore.users.sessions import Visitor

How = Literal["paper", "in_person"]
HOWS: Final = ("in_person", "paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBackSaid:
    """What was taken back, when (UTC), how, and the youth's words, as they were heard."""

    purposes: Sequence[str]
    at: datetime
    how: How
    words: str = field(repr=False)


async def take_back(
    writing: Writing, who: Visitor, person_id: str, *, its_id: str, said: TakenBackSaid
) -> list[Withdrawal]:
    """
    Keep the withdrawal on every thread, and give the team leader the task when it is the journal.

    Once for an id. Raises 409 `nothing-to-take-back` for a person without any thread, and 409
    `given-later` when a consent that holds was given after this: then nothing would be closed.
    """
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.CONSENT_REGISTER)
    threads = await threads_of(writing, person)
    if not threads:
        raise Problem(409, "nothing-to-take-back", "Nothing has been agreed to.")
    minute = f"{said.at:%Y-%m-%dT%H:%M}"
    told = (person.id, minute, said.how, said.words, *said.purposes)
    mark = fingerprint(writing.store, *(part.encode() for part in told))
    if await writing.session.get(Withdrawal, f"{its_id}_0_0"):
        return await _again(writing, its_id, mark, said, len(threads))
    await _closes(writing, person, said)
    rows = []
    for n, purpose in enumerate(p.code for p in PURPOSES if p.code in said.purposes):
        kept = [
            await _row(writing, who, thread, f"{its_id}_{n}_{m}", purpose, said, mark)
            for m, thread in enumerate(threads)
        ]
        if purpose == JOURNAL:
            await _task(writing, person, kept[0])
        rows += kept
    for row in rows:
        await _told(writing, who, row)
    return rows


async def _closes(writing: Writing, person: Person, said: TakenBackSaid) -> None:
    for standing in await standing_of(writing, person):
        consent = standing.consent
        if standing.purpose in said.purposes and consent and consent.answered_at > said.at:
            raise Problem(409, "given-later", "A consent was given after this.")


async def _again(
    writing: Writing, its_id: str, mark: bytes, said: TakenBackSaid, threads: int
) -> list[Withdrawal]:
    ids = (f"{its_id}_{n}_{m}" for n in range(len(said.purposes)) for m in range(threads))
    rows = [row for one in ids if (row := await writing.session.get(Withdrawal, one))]
    if any(row.fingerprint != mark for row in rows):
        raise Problem(409, "different-body", "Another withdrawal was kept from this form already.")
    return rows


async def _row(
    writing: Writing,
    who: Visitor,
    thread: str,
    its_id: str,
    purpose: str,
    said: TakenBackSaid,
    mark: bytes,
) -> Withdrawal:
    key = await thread_key(writing, thread)
    body = {
        "thread": thread,
        "channel": said.how,
        "purpose": purpose,
        "reply": said.words,
        "how": said.how,
        "answered_at": write_time(said.at),
        "registered_at": write_time(writing.now),
        "registered_by": who.id,
    }
    row = Withdrawal(
        id=its_id,
        team=writing.team,
        thread=thread,
        purpose=purpose,
        answered_at=said.at,
        channel=said.how,
        evidence=seal(key, canonical(body), bound_to=f"withdrawals/{its_id}"),
        fingerprint=mark,
        received_at=writing.now,
    )
    writing.session.add(row)
    await writing.session.flush()
    return row


async def _task(writing: Writing, person: Person, row: Withdrawal) -> None:
    details = await details_of(writing, person)
    await open_task(
        writing,
        kind="withdrawal",
        source=row.id,
        thread=row.thread,
        alias=details.alias,
        channel=row.channel,
        asked_at=row.answered_at,
    )


async def _told(writing: Writing, who: Visitor, row: Withdrawal) -> None:
    await chain.append(
        writing,
        {
            "kind": "withdrawal",
            "withdrawal": row.id,
            "purpose": row.purpose,
            "answered_at": write_time(row.answered_at),
            "by": who.id,
        },
    )
    await note(writing, "withdrawal.registered", by=who.id, of=row.id, purpose=row.purpose)
