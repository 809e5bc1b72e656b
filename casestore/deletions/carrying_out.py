"""Step two: carrying out what was proposed, once, exactly as it was shown; and the certificate."""

import json
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select

from casestore.audit.chain import note
from casestore.deletions.erasing import erase
from casestore.deletions.extent import Extent
from casestore.deletions.proposing import held_decision, open_decision, standing
from casestore.deletions.reasons import Reason, put_reason, reason_of
from casestore.deletions.retention import Retention
from casestore.deletions.rules import VERSION
from casestore.deletions.subjects import Subject, get_subject
from casestore.deletions.tables import Decision
from casestore.edge import Writing
from casestore.people.tables import Person
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.threads.keys import TEAM, wrapping_now
from casestore.times import day_of, write_time
from casestore.transfers import chain
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor

CARRIED_OUT: Final = "deletion.carried_out"


async def carry_out(writing: Writing, who: Visitor, its_id: str, *, seen: str) -> Decision:
    """
    Carry a proposal out. What is carried out already is only given: a second click does nothing.

    Raises a 409 when something stands in the way, or when it is not what was shown.
    """
    await hold(writing)
    known = await held_decision(writing, its_id)
    if known.carried_out_at is not None:
        return known
    decision, subject = await open_decision(writing, its_id)
    await get_subject(writing, who, subject.kind, subject.id)
    await _lock(writing, subject)
    # Found again, now that nobody can add to it.
    subject = await get_subject(writing, who, subject.kind, subject.id)
    if subject.extent.digest != seen:
        raise Problem(409, "changed", "It is not what was shown any longer.")
    stand = await standing(writing, decision, subject)
    if stand.blocks:
        raise Problem(409, "blocked", "Something stands in the way.")
    return await _done(writing, who, decision, subject, stand.retention)


async def _done(
    writing: Writing, who: Visitor, decision: Decision, subject: Subject, retention: Retention
) -> Decision:
    extent, its_id = subject.extent, decision.id
    reason = await reason_of(writing, decision, subject.owner)
    digests, under = await _digests(writing, extent), await wrapping_now(writing)
    keys, told = await erase(writing, who, extent)
    decision = await held_decision(writing, its_id)
    if extent.persons:
        await put_reason(writing, decision, Reason(reference=reason.reference), TEAM)
    decision.carried_out_at, decision.carried_out_by = writing.now, who.id
    certificate = _certificate(writing, decision, extent) | {
        "digests": digests,
        "keys_destroyed": keys,
        "ring_key": under if keys else None,
        "bridge": told,
        "retention": retention.version,
        "own_decision": bool(reason.reference),
    }
    decision.certificate = json.dumps(certificate, ensure_ascii=False, sort_keys=True)
    await writing.session.flush()
    for conversation in extent.transfers:
        event = {"kind": "deleted", "conversation": conversation, "decision": its_id}
        await chain.append(writing, {**event, "what": decision.kind, "by": who.id})
    await note(
        writing,
        CARRIED_OUT,
        by=who.id,
        of=decision.target,
        decision=its_id,
        kind=decision.kind,
        basis=decision.basis,
        keys=len(keys),
    )
    return decision


async def _lock(writing: Writing, subject: Subject) -> None:
    """Whoever writes about these persons meanwhile is waited for, or waits."""
    await writing.session.execute(
        select(Person.id)
        .where(Person.id.in_(subject.extent.persons))
        .order_by(Person.id)
        .with_for_update()
    )


async def _digests(writing: Writing, extent: Extent) -> dict[str, str]:
    """The salted digests that the bridge once proved: they recognise, and tell nothing."""
    rows = await writing.session.execute(
        select(Transfer.conversation, Transfer.digest).where(
            Transfer.conversation.in_(extent.entries), Transfer.digest.is_not(None)
        )
    )
    return {conversation: digest for conversation, digest in rows if digest is not None}


def _certificate(writing: Writing, decision: Decision, extent: Extent) -> dict[str, Any]:
    """Ids, codes, counts, times; nothing of anybody."""
    until = day_of(writing.now + timedelta(days=writing.store.settings.backup_days))
    confirmed = decision.confirmed_at
    return {
        "v": 1,
        "decision": decision.id,
        "kind": decision.kind,
        "target_kind": decision.target_kind,
        "target": decision.target,
        "basis": decision.basis,
        "bases": VERSION,
        "proposed_by": decision.proposed_by,
        "proposed_at": write_time(decision.proposed_at),
        "confirmed_by": decision.confirmed_by,
        "confirmed_at": None if confirmed is None else write_time(confirmed),
        "carried_out_by": decision.carried_out_by,
        "carried_out_at": write_time(writing.now),
        "counts": extent.counts(),
        "ids": {
            "persons": list(extent.persons),
            "threads": list(extent.threads),
            "cases": list(extent.cases),
            "entries": list(extent.entries),
            "notes": list(extent.notes),
            "files": list(extent.files),
            "log": list(extent.transfers),
        },
        "kept": {"concerns": extent.concerns},
        "backups_until": until.isoformat(),
    }
