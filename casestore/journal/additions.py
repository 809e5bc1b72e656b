"""
What is added to what is finished: a correction with a reason, or the youth's own statement.

What it is added to is never changed. After a withdrawal only the youth's own statement can be
added, since a correction would be more of the caseworker's words.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select

from casestore.access.gate import permit
from casestore.access.relations import entry_relation
from casestore.access.rules import Action
from casestore.audit.chain import note as noted
from casestore.cases.tables import Case
from casestore.cases.words import seal_words, words_of
from casestore.consents.standing import journal_consent
from casestore.edge import Reading, Writing
from casestore.journal.notes import NO_CONSENT, get_note
from casestore.journal.notes_rules import WHY, WORDS, text_mistake
from casestore.journal.tables import Addition, Entry, Note
from casestore.keyring import Unreadable, seal, unseal
from casestore.people.details import UNREADABLE, key_owner
from casestore.people.finding import parts_of, person_of_case, person_of_entry
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.search.marking import mark
from casestore.texts.phrases import _
from casestore.threads.keys import known_key, owned_key
from casestore.users.sessions import Visitor
from casestore.users.tables import User

Asking = Reading | Writing
Kind = Literal["correction", "statement"]

ASKS: Final = {"correction": Action.CASE_WRITE, "statement": Action.STATEMENT_ADD}


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionSaid:
    """What is added; `why` is the reason for a correction, and empty for a statement."""

    kind: Kind
    words: str = field(repr=False)
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionLine:
    """One addition as it is shown; `by` is the name of who added it."""

    id: str
    kind: str
    at: datetime
    by: str
    words: str = field(repr=False)
    why: str = field(repr=False)


def addition_mistakes(said: AdditionSaid) -> dict[str, str]:
    """Say what is wrong with each field, in bokmål."""
    missing = {
        "correction": _("Skriv hva som er riktig."),
        "statement": _("Skriv det ungdommen sier."),
    }
    wrong = {"words": text_mistake(said.words, WORDS, missing[said.kind])}
    if said.kind == "correction":
        wrong["why"] = text_mistake(said.why, WHY, _("Skriv kort hvorfor det rettes."))
    return {place: what for place, what in wrong.items() if what}


async def add_to_note(
    writing: Writing, who: Visitor, note_id: str, *, its_id: str, said: AdditionSaid
) -> Addition:
    """Add to a finished note; a draft is a 409 `not-finished`, and see `no-consent` above."""
    await hold(writing)
    row, case = await get_note(writing, who, note_id, ASKS[said.kind])
    if row.finished_at is None:
        raise Problem(409, "not-finished", "A draft is changed, not added to.")
    if known := await _known(writing, who, its_id, row.id):
        lines = await additions_of_note(writing, row, case)
        return _again(known, lines, said)
    if said.kind == "correction":
        person = await person_of_case(writing, case)
        if await journal_consent(writing, person) is None:
            raise Problem(409, "no-consent", NO_CONSENT)
    sealed = await seal_words(writing, case, _written(said), _place(its_id))
    await mark(writing, its_id, key_owner(case.person), _searched(said.words, said.why))
    return await _add(writing, who, row.id, its_id, said, sealed)


async def add_to_entry(
    writing: Writing, who: Visitor, conversation: str, *, its_id: str, words: str
) -> Addition:
    """Add the youth's own statement to a transcript."""
    await hold(writing)
    entry = await get_entry(writing, who, conversation, Action.STATEMENT_ADD)
    said = AdditionSaid(kind="statement", words=words)
    if known := await _known(writing, who, its_id, conversation):
        return _again(known, await additions_of_entry(writing, entry), said)
    key = await owned_key(writing, entry.key_owner)
    sealed = seal(key, _written(said).encode(), bound_to=_place(its_id))
    await mark(writing, its_id, entry.key_owner, _searched(words, ""))
    return await _add(writing, who, conversation, its_id, said, sealed)


async def get_entry(asking: Asking, who: Visitor, conversation: str, action: Action) -> Entry:
    """Give a transcript, or the refusal of the access table."""
    entry = await asking.session.get(Entry, conversation)
    if entry is None:
        raise Problem(404, "not-found")
    permit(who, action, await entry_relation(asking, who, entry))
    return entry


async def additions_of_note(asking: Asking, row: Note, case: Case) -> list[AdditionLine]:
    """Give what was added to a note, oldest first."""
    lines = []
    for added, by in await _rows(asking, row.id):
        try:
            told = await words_of(asking, case, added.words, _place(added.id))
        except Unreadable:
            told = ""
        lines.append(_line(added, by, told))
    return lines


async def additions_of_entry(asking: Asking, entry: Entry) -> list[AdditionLine]:
    """Give the youth's own statements on a transcript, oldest first."""
    owners = await _owners(asking, entry)
    return [
        _line(added, by, await _opened(asking, added, owners))
        for added, by in await _rows(asking, entry.conversation)
    ]


async def move_additions(writing: Writing, conversation: str, *, to: str, tried: list[str]) -> None:
    """Encrypt a transcript's additions anew under `to` when its own key owner becomes another."""
    for added, _name in await _rows(writing, conversation):
        _of, told = await _found(writing, added, tried)
        if told:
            key = await owned_key(writing, to)
            added.words = seal(key, told.encode(), bound_to=_place(added.id))
            await _mark(writing, added, to, told)


async def mark_addition(writing: Writing, added: Addition) -> bool:
    """Mark an addition as it lies, for what was added before they were; False if unreadable."""
    entry = await writing.session.get(Entry, added.of)
    if entry is not None:
        owners = await _owners(writing, entry)
    elif (row := await writing.session.get(Note, added.of)) is None:
        return False
    else:
        case = await writing.session.get_one(Case, row.case)
        root = await person_of_case(writing, case)
        owners = [key_owner(case.person), key_owner(root.id)]
    owner, told = await _found(writing, added, owners)
    if told:
        await _mark(writing, added, owner, told)
    return bool(told)


async def _mark(writing: Writing, added: Addition, owner: str, told: str) -> None:
    said = json.loads(told)
    await mark(writing, added.id, owner, _searched(said["words"], said["why"]))


async def _owners(asking: Asking, entry: Entry) -> list[str]:
    person = await person_of_entry(asking, entry)
    theirs = [key_owner(part) for part in await parts_of(asking, person)] if person else []
    return list(dict.fromkeys([entry.key_owner, f"thread:{entry.thread}", *theirs]))


async def _opened(asking: Asking, added: Addition, owners: list[str]) -> str:
    return (await _found(asking, added, owners))[1]


async def _found(asking: Asking, added: Addition, owners: list[str]) -> tuple[str, str]:
    """Give whose key it lies under, and what it says; both empty if nobody's opens it."""
    for owner in owners:
        try:
            key = await known_key(asking, owner)
            return owner, unseal(key, added.words, bound_to=_place(added.id)).decode()
        except Unreadable:
            continue
    return "", ""


async def _rows(asking: Asking, of: str) -> Sequence[tuple[Addition, str]]:
    found = await asking.session.execute(
        select(Addition, User.name)
        .join(User, User.id == Addition.added_by)
        .where(Addition.of == of)
        .order_by(Addition.added_at, Addition.id)
    )
    return [(added, name) for added, name in found]


async def _known(writing: Writing, who: Visitor, its_id: str, of: str) -> Addition | None:
    known = await writing.session.get(Addition, its_id)
    if known is not None and (known.of, known.added_by) != (of, who.id):
        raise Problem(409, "id-taken")
    return known


def _again(known: Addition, lines: list[AdditionLine], said: AdditionSaid) -> Addition:
    """Give back what was sent twice; other words under the same id are not lost silently."""
    kept = next(line for line in lines if line.id == known.id)
    if (kept.kind, kept.words, kept.why) != (said.kind, said.words, said.why):
        raise Problem(409, "different-body", "Something else was kept from this form already.")
    return known


async def _add(
    writing: Writing, who: Visitor, of: str, its_id: str, said: AdditionSaid, sealed: bytes
) -> Addition:
    added = Addition(
        id=its_id,
        team=writing.team,
        of=of,
        kind=said.kind,
        words=sealed,
        added_at=writing.now,
        added_by=who.id,
    )
    writing.session.add(added)
    await writing.session.flush()
    await noted(writing, f"{said.kind}.added", by=who.id, of=of, addition=its_id)
    return added


def _written(said: AdditionSaid) -> str:
    return json.dumps({"words": said.words, "why": said.why}, ensure_ascii=False)


def _searched(words: str, why: str) -> str:
    return f"{words}\n{why}"


def _line(added: Addition, by: str, told: str) -> AdditionLine:
    said = json.loads(told) if told else {"words": UNREADABLE, "why": ""}
    return AdditionLine(
        id=added.id,
        kind=added.kind,
        at=added.added_at,
        by=by,
        words=said["words"],
        why=said["why"],
    )


def _place(its_id: str) -> str:
    return f"journal_additions/{its_id}"
