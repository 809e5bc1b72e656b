"""The journal entry, its files, and the list of entries that have no case."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from casestore.access.asking import EntryRead
from casestore.access.rules import Action
from casestore.audit.chain import note
from casestore.edge import ReadingNow, WritingNow
from casestore.ids import PathId
from casestore.journal import showing
from casestore.journal.additions import get_entry
from casestore.journal.read_back import stored_document
from casestore.journal.staged import opened
from casestore.journal.tables import Attachment
from casestore.journal.unassigned import unassigned
from casestore.keyring import Unreadable
from casestore.places import LONGEST, Place
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import page
from casestore.transfers import phrases

router = APIRouter(route_class=Late)


@router.get("/unassigned")
async def unassigned_page(
    request: Request,
    who: EntryRead,
    reading: ReadingNow,
    after: Annotated[str, Query(max_length=LONGEST)] = "",
) -> HTMLResponse:
    """Show the entries that are not tied to a case, a page at a time."""
    place = Place.read(after)
    entries, newer = await unassigned(reading, who, after=place)
    return page(
        request,
        "unassigned.html",
        who=who,
        entries=entries,
        after=place,
        newer=newer,
        phrases=phrases,
    )


@router.get("/journal/{conversation}")
async def entry_page(
    request: Request,
    conversation: PathId,
    who: EntryRead,
    writing: WritingNow,
) -> HTMLResponse:
    """Show an entry, and note that it was read before it is shown."""
    entry = await get_entry(writing, who, conversation, Action.ENTRY_READ)
    return await showing.entry_page(request, who, entry, writing)


@router.get("/journal/{conversation}/attachments/{attachment_id}")
async def attachment(
    conversation: PathId,
    attachment_id: PathId,
    who: EntryRead,
    writing: WritingNow,
) -> Response:
    """Hand out a file, and note that it was read."""
    entry = await get_entry(writing, who, conversation, Action.ENTRY_READ)
    row = await writing.session.get(Attachment, (conversation, attachment_id))
    if row is None or row.entry is None:
        raise Problem(404, "not-found")
    try:
        document = await stored_document(writing, entry)
        file = await opened(writing, row, entry)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    await note(writing, "attachment.read", by=who.id, of=conversation)
    lines = (line for message in document["messages"] for line in message["attachments"])
    told = next(line for line in lines if line["id"] == attachment_id)
    picture = told["type"] in showing.PICTURES
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
