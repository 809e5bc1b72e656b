"""
A consent signed on paper: kept as those from the chat are, with the scan beside it.

It lies on a thread of the person's own for paper, never on a chat's: should a chat turn out to
be somebody else's and be untied, what was signed by hand must not go with it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from sqlalchemy import select

from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.canonical import canonical
from casestore.consents.paper_rules import PaperSaid
from casestore.consents.policy import below_age, policy_on
from casestore.consents.tables import Consent
from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import details_of, key_owner
from casestore.people.finding import get_person, parts_of
from casestore.people.tables import Person, PersonFile, Tie
from casestore.people.tying import TIED, hold
from casestore.problems import Problem
from casestore.tasks.open import open_task
from casestore.texts.phrases import _
from casestore.threads.keys import fingerprint, known_keys, owned_key, thread_key
from casestore.threads.tables import Thread
from casestore.times import write_time
from casestore.transfers import chain
from casestore.uploads import Scan
from casestore.users.sessions import Visitor

PAPER: Final = "paper"
THREADS: Final = "t_paper_"
WHY_TIED: Final = _("Samtykke på papir")


async def register_paper(
    writing: Writing, who: Visitor, person_id: str, *, its_id: str, said: PaperSaid, scan: Scan
) -> list[Consent]:
    """
    Keep a row for each purpose that was signed for, with the scan; once for an id.

    Below the policy's age it is kept all the same, and the team leader gets a task. Another
    paper under the same id is a 409 `different-body`.
    """
    await hold(writing)
    person = await get_person(writing, who, person_id, Action.CONSENT_REGISTER)
    told = (person.id, str(asdict(said)))
    mark = fingerprint(writing.store, *(part.encode() for part in told), scan.raw)
    if known := await _known(writing, its_id, mark):
        return known
    thread = await paper_thread(writing, who, person)
    file = await _keep(writing, who, person, scan, of=its_id)
    rows = []
    for n, purpose in enumerate(said.purposes):
        body = _body(writing, who, thread, purpose, said) | {
            "file": file.id,
            "file_sha256": hashlib.sha256(scan.raw).hexdigest(),
        }
        rows.append(await _row(writing, thread, f"{its_id}_{n}", purpose, said, body, mark))
    policy = policy_on(said.signed_on)
    if below_age(policy, said.age, said.band):
        details = await details_of(writing, person)
        await open_task(
            writing,
            kind="age",
            source=rows[0].id,
            thread=thread,
            alias=details.alias,
            channel=PAPER,
            asked_at=writing.now,
        )
    for row in rows:
        await _told(writing, who, row)
    return rows


async def paper_thread(writing: Writing, who: Visitor, person: Person) -> str:
    """Give the person's thread for paper; it is made and tied the first time."""
    # Not one of somebody who was merged into them: that thread leaves again if it was a mistake.
    mine = await writing.session.scalar(
        select(Thread.id).where(
            Thread.person == person.id, Thread.id.startswith(THREADS, autoescape=True)
        )
    )
    if mine is not None:
        return mine
    its_id, tie = new_id(THREADS.rstrip("_")), new_id("tie")
    await thread_key(writing, its_id)
    thread = await writing.session.get_one(Thread, its_id)
    key = await owned_key(writing, key_owner(person.id))
    writing.session.add(
        Tie(
            id=tie,
            team=writing.team,
            thread=its_id,
            person=person.id,
            made_at=writing.now,
            made_by=who.id,
            reason=seal(key, WHY_TIED.encode(), bound_to=f"thread_ties/{tie}/reason"),
        )
    )
    thread.person = person.id
    await writing.session.flush()
    await note(writing, TIED, by=who.id, of=person.id, thread=its_id)
    return its_id


async def paper_file(asking: Reading | Writing, person: Person, file_id: str) -> Scan:
    """Open a person's scanned paper; one that is not theirs is a 404."""
    row = await asking.session.get(PersonFile, file_id)
    parts = await parts_of(asking, person)
    if row is None or row.person not in parts:
        raise Problem(404, "not-found")
    for key in (await known_keys(asking, [key_owner(part) for part in parts])).values():
        try:
            about = json.loads(unseal(key, row.about, bound_to=f"person_files/{row.id}/about"))
            raw = unseal(key, row.words, bound_to=f"person_files/{row.id}/words")
        except Unreadable:
            continue
        return Scan(name=str(about["name"]), type=str(about["type"]), raw=raw)
    raise Problem(409, "unreadable")


async def _known(writing: Writing, its_id: str, mark: bytes) -> list[Consent]:
    file = await writing.session.scalar(select(PersonFile).where(PersonFile.of == its_id))
    if file is None:
        return []
    found = await writing.session.scalars(
        select(Consent).where(Consent.fingerprint == mark).order_by(Consent.id)
    )
    rows = [row for row in found if row.id.startswith(f"{its_id}_")]
    if not rows:
        raise Problem(409, "different-body", "Another paper was kept from this form already.")
    return rows


async def _keep(
    writing: Writing, who: Visitor, person: Person, scan: Scan, *, of: str
) -> PersonFile:
    its_id = new_id("pf")
    key = await owned_key(writing, key_owner(person.id))
    about = {"name": scan.name, "type": scan.type, "size": len(scan.raw)}
    row = PersonFile(
        id=its_id,
        team=writing.team,
        person=person.id,
        kind="consent",
        of=of,
        about=seal(key, canonical(about), bound_to=f"person_files/{its_id}/about"),
        words=seal(key, scan.raw, bound_to=f"person_files/{its_id}/words"),
        added_at=writing.now,
        added_by=who.id,
    )
    writing.session.add(row)
    return row


def _body(
    writing: Writing, who: Visitor, thread: str, purpose: str, said: PaperSaid
) -> dict[str, object]:
    """Put the evidence together: all that domain.md §2.6 asks for of a paper."""
    text = said.edition.text(purpose)
    if text is None:
        raise ValueError("a purpose that the paper does not ask about")
    policy = policy_on(said.signed_on)
    return {
        "thread": thread,
        "channel": PAPER,
        "purpose": purpose,
        "named": said.named.get(purpose),
        "answer": "yes",
        "text_id": text.id,
        "text_version": said.edition.version,
        "language": said.edition.language,
        "text": text.body,
        "text_sha256": text.sha256,
        "around_the_text": [said.edition.title, said.edition.before, said.edition.after],
        "reply": said.edition.signature,
        "how": PAPER,
        "signed_on": said.signed_on.isoformat(),
        "answered_at": write_time(said.signed),
        "registered_at": write_time(writing.now),
        "registered_by": who.id,
        "age": said.age,
        "age_band": said.band,
        "maturity": said.maturity,
        "maturity_judged_by": who.id,
        "guardian": {
            "needed": said.guardian_needed,
            "who": said.guardian_who,
            "how": said.guardian_how,
        },
        "policy": policy.version,
        "below_age": below_age(policy, said.age, said.band),
    }


async def _row(
    writing: Writing,
    thread: str,
    its_id: str,
    purpose: str,
    said: PaperSaid,
    body: Mapping[str, object],
    mark: bytes,
) -> Consent:
    key = await thread_key(writing, thread)
    row = Consent(
        id=its_id,
        team=writing.team,
        thread=thread,
        purpose=purpose,
        answer="yes",
        answered_at=said.signed,
        channel=PAPER,
        text_id=str(body["text_id"]),
        text_version=said.edition.version,
        language=said.edition.language,
        evidence=seal(key, canonical(body), bound_to=f"consents/{its_id}"),
        fingerprint=mark,
        received_at=writing.now,
    )
    writing.session.add(row)
    await writing.session.flush()
    return row


async def _told(writing: Writing, who: Visitor, row: Consent) -> None:
    await chain.append(
        writing,
        {
            "kind": "consent",
            "consent": row.id,
            "purpose": row.purpose,
            "answer": row.answer,
            "text_id": row.text_id,
            "text_version": row.text_version,
            "answered_at": write_time(row.answered_at),
            "by": who.id,
        },
    )
    await note(writing, "consent.registered", by=who.id, of=row.id, purpose=row.purpose)
