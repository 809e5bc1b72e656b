"""The youth's own statement on a transcript: what has been added, and the form for one more."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.access.asking import EntryRead, StatementAdd
from casestore.access.gate import may
from casestore.access.relations import entry_relation
from casestore.access.rules import Action
from casestore.audit.chain import note as noted
from casestore.edge import Writing, WritingNow
from casestore.ids import PathId, new_id
from casestore.journal.additions import (
    AdditionSaid,
    add_to_entry,
    addition_mistakes,
    additions_of_entry,
    get_entry,
)
from casestore.journal.notes_rules import WORDS
from casestore.journal.tables import Entry
from casestore.people.tying import hold
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.texts.phrases import _
from casestore.typed import text_typed
from casestore.users.sessions import Visitor, form_is_ours, same_site

router = APIRouter(route_class=Late)


@router.get("/journal/{conversation}/additions")
async def additions_page(
    request: Request, conversation: PathId, who: EntryRead, writing: WritingNow
) -> HTMLResponse:
    """Show the statements, and note that they were read."""
    entry = await get_entry(writing, who, conversation, Action.ENTRY_READ)
    return await _page(request, who, writing, entry)


@router.post("/journal/{conversation}/additions", dependencies=[Depends(same_site)])
async def add_statement_form(
    request: Request,
    conversation: PathId,
    who: StatementAdd,
    writing: WritingNow,
    form_token: Annotated[str, Form(max_length=200)],
    its_id: Annotated[str, Form(alias="id", pattern=r"^[A-Za-z0-9_-]{1,64}$")],
    words: Annotated[str, Form(max_length=4 * WORDS)] = "",
) -> Response:
    """Add a statement."""
    form_is_ours(who, form_token)
    await hold(writing)
    said = AdditionSaid(kind="statement", words=text_typed(words))
    entry = await get_entry(writing, who, conversation, Action.STATEMENT_ADD)
    if wrong := addition_mistakes(said):
        return await _page(request, who, writing, entry, typed=words, wrong=wrong, its_id=its_id)
    try:
        await add_to_entry(writing, who, conversation, its_id=its_id, words=said.words)
    except Problem as problem:
        if problem.code != "different-body":
            raise
        wrong = {"form": _("Skjemaet er alt lagret med en annen tekst. Se lista over.")}
        return await _page(request, who, writing, entry, typed=words, wrong=wrong, status=409)
    return RedirectResponse(f"/journal/{conversation}/additions#{its_id}", 303)


async def _page(
    request: Request,
    who: Visitor,
    writing: Writing,
    entry: Entry,
    *,
    typed: str = "",
    wrong: dict[str, str] | None = None,
    its_id: str | None = None,
    status: int = 422,
) -> HTMLResponse:
    await noted(writing, "additions.read", by=who.id, of=entry.conversation)
    return page(
        request,
        "note_statements.html",
        status=status if wrong else 200,
        who=who,
        conversation=entry.conversation,
        additions=await additions_of_entry(writing, entry),
        adds=may(who, Action.STATEMENT_ADD, await entry_relation(writing, who, entry)),
        typed=typed,
        mistakes=wrong or {},
        its_id=its_id or new_id("add"),
        longest=WORDS,
    )
