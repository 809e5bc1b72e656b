"""
What a youth has agreed to, said no to and taken back, on every thread that is theirs.

Threads of persons who were merged into this one count too; so does a withdrawal on any of them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casestore.consents.purposes import PURPOSES, purpose_name
from casestore.consents.rules import JOURNAL, Refusal, refusal
from casestore.consents.tables import Consent, Withdrawal
from casestore.consents.told import Told, told_on
from casestore.edge import Reading, Writing
from casestore.keyring import Unreadable, unseal
from casestore.people.details import UNREADABLE
from casestore.people.finding import threads_of
from casestore.people.tables import Person
from casestore.threads.keys import known_key

Asking = Reading | Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """
    One answer, or one withdrawal, with its evidence opened.

    `answer` is `yes`, `no`, `dont_know` or `withdrawn`. `holds` is whether it can be stood on now.
    `evidence` is the whole body that was kept; `file` is the id of the scanned paper, if any.
    """

    id: str
    thread: str
    purpose: str
    answer: str
    at: datetime
    received_at: datetime
    channel: str
    text_id: str | None
    text_version: str | None
    language: str | None
    text: str | None = field(repr=False)
    reply: str = field(repr=False)
    how: str
    holds: bool
    file: str | None
    evidence: Mapping[str, Any] = field(repr=False)

    @property
    def purpose_name(self) -> str:
        """The purpose in words."""
        return purpose_name(self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    How things stand for one purpose: what can be stood on, or when it was last refused.

    `named` is whom the consent that holds is about, where that was to be named.
    """

    purpose: str
    name: str
    named: str | None = field(repr=False)
    consent: Consent | None
    refused: Refusal | None
    since: datetime | None


async def consents_of(asking: Asking, person: Person) -> list[ConsentLine]:
    """Give every answer and withdrawal of a person, newest first."""
    threads = await threads_of(asking, person)
    told = await told_on(asking, threads)
    lines = [await _answer_line(asking, row, told, threads) for row in told.consents]
    # One that was said to us lies on every thread, and is one withdrawal all the same.
    said = {(row.fingerprint, row.purpose): row for row in reversed(told.withdrawals)}
    lines += [await _withdrawal_line(asking, row) for row in said.values()]
    return sorted(lines, key=lambda line: (line.at, line.received_at, line.id), reverse=True)


async def journal_consent(asking: Asking, person: Person) -> Consent | None:
    """Give the newest consent that a journal entry about this person can stand on, if any."""
    threads = await threads_of(asking, person)
    return _valid(await told_on(asking, threads), threads, JOURNAL)


async def standing_of(asking: Asking, person: Person) -> list[Standing]:
    """Say for each purpose what can be stood on now."""
    threads = await threads_of(asking, person)
    told = await told_on(asking, threads)
    known = [purpose.code for purpose in PURPOSES]
    others = sorted({row.purpose for row in told.consents} - set(known))
    return [await _standing(asking, told, threads, purpose) for purpose in (*known, *others)]


async def _standing(asking: Asking, told: Told, threads: Sequence[str], purpose: str) -> Standing:
    consent = _valid(told, threads, purpose)
    answers = [row for row in told.consents if row.purpose == purpose]
    why = None
    if consent is None and answers:
        yes = [row for row in answers if row.answer == "yes"]
        why = _refused(told, threads, yes[-1] if yes else answers[-1])
    backs = [row.answered_at for row in told.withdrawals if row.purpose == purpose]
    since = consent.answered_at if consent else None
    if why is Refusal.WITHDRAWN:
        since = max(backs)
    elif why is Refusal.NO_CONSENT:
        since = answers[-1].answered_at
    return Standing(
        purpose=purpose,
        name=purpose_name(purpose),
        named=(await _opened(asking, consent, "consents")).get("named") if consent else None,
        consent=consent,
        refused=why,
        since=since,
    )


def _valid(told: Told, threads: Sequence[str], purpose: str) -> Consent | None:
    return next(
        (
            row
            for row in reversed(told.consents)
            if row.purpose == purpose and _refused(told, threads, row) is None
        ),
        None,
    )


def _refused(told: Told, threads: Sequence[str], row: Consent) -> Refusal | None:
    return refusal(
        thread=row.thread,
        consent=told.given(row.id),
        answers=told.answers(),
        withdrawals=told.taken_back(),
        youth=threads,
        purpose=row.purpose,
    )


async def _answer_line(
    asking: Asking, row: Consent, told: Told, threads: Sequence[str]
) -> ConsentLine:
    body = await _opened(asking, row, "consents")
    return ConsentLine(
        id=row.id,
        thread=row.thread,
        purpose=row.purpose,
        answer=row.answer,
        at=row.answered_at,
        received_at=row.received_at,
        channel=row.channel,
        text_id=row.text_id,
        text_version=row.text_version,
        language=row.language,
        text=str(body.get("text", UNREADABLE)),
        reply=str(body.get("reply", UNREADABLE)),
        how=str(body.get("how", "")),
        holds=_refused(told, threads, row) is None,
        file=body.get("file"),
        evidence=body,
    )


async def _withdrawal_line(asking: Asking, row: Withdrawal) -> ConsentLine:
    body = await _opened(asking, row, "withdrawals")
    return ConsentLine(
        id=row.id,
        thread=row.thread,
        purpose=row.purpose,
        answer="withdrawn",
        at=row.answered_at,
        received_at=row.received_at,
        channel=row.channel,
        text_id=None,
        text_version=None,
        language=None,
        text=None,
        reply=str(body.get("reply", UNREADABLE)),
        how=str(body.get("how", "")),
        holds=False,
        file=None,
        evidence=body,
    )


async def _opened(asking: Asking, row: Consent | Withdrawal, table: str) -> Mapping[str, Any]:
    """Open the evidence; one that cannot be read is shown as that, beside what is known."""
    try:
        key = await known_key(asking, f"thread:{row.thread}")
        body = json.loads(unseal(key, row.evidence, bound_to=f"{table}/{row.id}"))
    except Unreadable:
        return {}
    return body if isinstance(body, dict) else {}
