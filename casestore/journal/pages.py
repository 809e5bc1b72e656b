"""The journal entry, its files, its case, and the list of entries that have none."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import select
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.audit.noting import note_read
from casestore.audit.tables import Read
from casestore.edge import ReadingNow, Writing, WritingNow
from casestore.ids import PathId
from casestore.journal.read_back import stored_document
from casestore.journal.rules import case_number, may_open
from casestore.journal.staged import opened
from casestore.journal.tables import Attachment, Entry
from casestore.journal.unassigned import unassigned
from casestore.keyring import Unreadable
from casestore.problems import Problem
from casestore.templating import page
from casestore.times import read_time
from casestore.transfers import chain, phrases
from casestore.transfers.tables import TransferCaseworker
from casestore.users.sessions import Visitor, VisitorNow, form_is_ours, same_site
from casestore.users.tables import User

router = APIRouter()

# What a browser shows as a picture and nothing more.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@router.get("/unassigned")
async def unassigned_page(request: Request, who: VisitorNow, reading: ReadingNow) -> HTMLResponse:
    """Show the entries that are not tied to a case."""
    entries = await unassigned(reading, who.asking)
    return page(request, "unassigned.html", who=who, entries=entries, phrases=phrases)


@router.get("/journal/{conversation}")
async def entry_page(
    request: Request, conversation: PathId, who: VisitorNow, writing: WritingNow
) -> HTMLResponse:
    """Show an entry, and note that it was read before it is shown."""
    return await _entry_page(request, who, await _own(writing, who, conversation), writing)


@router.get("/journal/{conversation}/attachments/{attachment_id}")
async def attachment(
    conversation: PathId, attachment_id: PathId, who: VisitorNow, writing: WritingNow
) -> Response:
    """Hand out a file, and note that it was read."""
    entry = await _own(writing, who, conversation)
    row = await writing.session.get(Attachment, (conversation, attachment_id))
    if row is None or row.entry is None:
        raise Problem(404, "not-found")
    try:
        document = await stored_document(writing, entry)
        file = await opened(writing, row, entry.thread)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    note_read(writing, user=who.id, what="attachment", conversation=conversation)
    lines = (line for message in document["messages"] for line in message["attachments"])
    told = next(line for line in lines if line["id"] == attachment_id)
    picture = told["type"] in PICTURES
    name = quote(str(told["name"])[:200], safe="")
    return Response(
        file,
        media_type=told["type"] if picture else "application/octet-stream",
        headers={
            "Content-Disposition": f"{'inline' if picture else 'attachment'}; "
            f"filename*=UTF-8''{name}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@router.post("/journal/{conversation}/case", dependencies=[Depends(same_site)])
async def tie(
    request: Request,
    conversation: PathId,
    who: VisitorNow,
    form_token: Annotated[str, Form(max_length=200)],
    case: Annotated[str, Form(max_length=40)],
    writing: WritingNow,
) -> Response:
    """Tie an entry of one's own to a case."""
    form_is_ours(who, form_token)
    await chain.hold(writing)
    entry = await _own(writing, who, conversation)
    number = case_number(case)
    if number is None:
        return await _entry_page(request, who, entry, writing, wrong_case=case)
    if entry.case_number != number:
        entry.case_number, entry.tied_at, entry.tied_by = number, writing.now, who.id
        event = {"kind": "tied", "conversation": conversation, "by": who.id}
        await chain.append(writing, event)
    return RedirectResponse(f"/journal/{conversation}", 303)


async def _own(writing: Writing, who: Visitor, conversation: str) -> Entry:
    entry = await writing.session.get(Entry, conversation)
    caseworkers = await writing.session.scalars(
        select(TransferCaseworker.caseworker).where(TransferCaseworker.conversation == conversation)
    )
    if entry is None or not may_open(who.asking, caseworkers):
        raise Problem(404, "not-found")
    return entry


async def _entry_page(
    request: Request, who: Visitor, entry: Entry, writing: Writing, *, wrong_case: str | None = None
) -> HTMLResponse:
    try:
        document = await stored_document(writing, entry)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    note_read(writing, user=who.id, what="entry", conversation=entry.conversation)
    people = await writing.session.execute(select(User.id, User.name))
    names = dict(people.all())
    reads = await writing.session.scalars(
        select(Read)
        .where(Read.conversation == entry.conversation)
        .order_by(Read.at.desc())
        .limit(20)
    )
    return page(
        request,
        "entry.html",
        status=200 if wrong_case is None else 422,
        who=who,
        entry=entry,
        document=document,
        people=names,
        reads=list(reads),
        wrong_case=wrong_case,
        pictures=PICTURES,
        read_time=read_time,
        phrases=phrases,
    )
