"""The page of a transcript: what was said, whose it is, and where it can be put."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request
from sqlalchemy import select
from starlette.responses import HTMLResponse

from casestore.access.gate import may
from casestore.access.relations import case_relation, entry_relation, person_relation
from casestore.access.rules import Action, Relation
from casestore.audit.chain import note
from casestore.audit.tables import AuditEvent
from casestore.cases.tables import Case
from casestore.edge import Writing
from casestore.ids import new_id
from casestore.journal.moving import MoveLine, moves_of
from casestore.journal.read_back import stored_document
from casestore.journal.tables import Entry
from casestore.journal.tying import Choice, choices
from casestore.keyring import Unreadable
from casestore.people.details import Details, details_of
from casestore.people.finding import person_of_entry
from casestore.people.keeping import person_id
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.templating import page
from casestore.times import read_time
from casestore.transfers import phrases
from casestore.transfers.view import names
from casestore.users.sessions import Visitor

# What a browser shows as a picture and nothing more.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed in one of the page's forms, and what is wrong with it, by field."""

    form: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    wrong: Mapping[str, str] = field(default_factory=dict)

    def kept(self, form: str, place: str, otherwise: str = "") -> str:
        """What was typed in a field of this form, or what it begins with."""
        return self.fields.get(place, otherwise) if form == self.form else otherwise

    def mistake(self, form: str, place: str) -> str | None:
        """What is wrong with a field of this form."""
        return self.wrong.get(place) if form == self.form else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """Whose a transcript is, as far as the reader may know, and where they may put it."""

    person: str | None
    details: Details | None = field(repr=False)
    case: Case | None
    by_leader: bool
    """It has a person that the reader cannot tie to: somebody who can must do it."""
    ties: list[Choice]
    owned: bool
    moves: list[Choice]
    moved: list[MoveLine]


async def entry_page(
    request: Request, who: Visitor, entry: Entry, writing: Writing, *, typed: Typed | None = None
) -> HTMLResponse:
    """Render the page, and note that the transcript was read before it is shown."""
    try:
        document = await stored_document(writing, entry)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    relation = await entry_relation(writing, who, entry)
    placing = await _placing(writing, who, entry, relation)
    await note(writing, "entry.read", by=who.id, of=entry.conversation)
    told: dict[str, Any] = {
        "entry": entry,
        "document": document,
        "people": await names(writing),
        "reads": await _reads(writing, entry.conversation),
        "placing": placing,
        "relation": relation,
        "typed": typed or Typed(),
        "ids": (person_id(), new_id("case")),
    }
    status = 422 if typed else 200
    return page(
        request,
        "entry.html",
        status=status,
        who=who,
        pictures=PICTURES,
        read_time=read_time,
        phrases=phrases,
        **told,
    )


async def _placing(writing: Writing, who: Visitor, entry: Entry, relation: Relation) -> Placing:
    owner = await person_of_entry(writing, entry)
    known = owner is not None and await _may(writing, who, owner, Action.PERSON_READ)
    mine = owner is None or await _may(writing, who, owner, Action.THREAD_TIE)
    ties: list[Choice] = []
    if mine and may(who, Action.ENTRY_TIE, relation):
        ties = await choices(writing, who, Action.THREAD_TIE, only=owner)
    moves: list[Choice] = []
    if owner is not None and may(who, Action.ENTRY_MOVE, relation):
        moves = [
            choice
            for choice in await choices(writing, who, Action.PERSON_EDIT)
            if choice.person != owner.id
        ]
    return Placing(
        person=owner.id if known and owner else None,
        details=await details_of(writing, owner) if known and owner else None,
        case=await _case(writing, who, entry),
        by_leader=not mine,
        ties=ties,
        owned=owner is not None,
        moves=moves,
        moved=list(await moves_of(writing, entry)),
    )


async def _may(writing: Writing, who: Visitor, person: Person, action: Action) -> bool:
    return may(who, action, await person_relation(writing, who, person))


async def _case(writing: Writing, who: Visitor, entry: Entry) -> Case | None:
    case = None if entry.case is None else await writing.session.get(Case, entry.case)
    if case is None:
        return None
    relation = await case_relation(writing, who, case)
    return case if may(who, Action.CASE_READ, relation) else None


async def _reads(writing: Writing, conversation: str) -> list[AuditEvent]:
    found = await writing.session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.of == conversation,
            AuditEvent.what.in_(("entry.read", "attachment.read", "search.read")),
        )
        .order_by(AuditEvent.n.desc())
        .limit(20)
    )
    return list(found)
