"""
«Min journal»: the youth's own reading, opened with a code. No employee is logged in here.

The cookie is the youth's alone and is sent nowhere but here. Every reading is noted as theirs.
"""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from casestore.audit.chain import note
from casestore.consents.paper import paper_file
from casestore.consents.standing import consents_of
from casestore.edge import Store, StoreNow, Writing, WritingNow
from casestore.ids import PathId
from casestore.journal.showing import PICTURES
from casestore.keyring import Unreadable
from casestore.own_journal import saying
from casestore.own_journal.codes import NotOpened, Reader, close, open_with, reader_now
from casestore.own_journal.files import files_of, opened_file
from casestore.own_journal.gathering import gathered
from casestore.own_journal.machine import as_json
from casestore.own_journal.makers import made_codes_here
from casestore.own_journal.paper import as_pdf
from casestore.own_journal.reading_list import by_day
from casestore.own_journal.rules import ANSWERS
from casestore.own_journal.whole import OwnJournal
from casestore.problems import Problem
from casestore.routing import Late
from casestore.templating import LANGUAGE_COOKIE, language_of, page
from casestore.texts.speaking import Language, known
from casestore.transfers.phrases import CHANNEL
from casestore.users.sessions import LogInFirst, arriving, same_site

router = APIRouter(prefix="/min-journal", route_class=Late)

COOKIE: Final = "utebru_journal"

# The addresses that no employee is logged in for. A code is guessed at most ten times in ten
# minutes (`casestore.links.rules`); all the others open nothing without the youth's own cookie.
PUBLIC: Final = (
    ("GET", "/min-journal"),
    ("POST", "/min-journal"),
    ("POST", "/min-journal/close"),
    ("GET", "/min-journal/journal.pdf"),
    ("GET", "/min-journal/journal.json"),
    ("GET", "/min-journal/files/{conversation}/{attachment_id}"),
    ("GET", "/min-journal/papers/{file_id}"),
)


async def _employee_here(request: Request, store: StoreNow) -> bool:
    """Say whether an employee is logged in on this screen, which a youth would then sit at."""
    try:
        await arriving(request, store)
    except LogInFirst:
        return False
    return True


# Asked before anything is written: to be seen here is a write of its own.
EmployeeHere = Annotated[bool, Depends(_employee_here)]


@router.get("")
async def journal_page(
    request: Request, writing: WritingNow, language: Annotated[str, Query(max_length=8)] = ""
) -> HTMLResponse:
    """Show the journal to who has opened it, and the form to everybody else."""
    chosen = known(language)
    request.state.language = chosen
    response = await _journal_page(request, writing)
    if chosen is not None:
        _remember(request, response, chosen)
    return response


async def _journal_page(request: Request, writing: Writing) -> HTMLResponse:
    reader = await reader_now(writing, request.cookies.get(COOKIE, ""))
    if reader is None:
        return _form(request)
    journal = await _read(writing, reader, "page")
    return page(
        request,
        "min_journal.html",
        j=journal,
        reader=reader,
        reads=by_day(journal.reads),
        answers=ANSWERS,
        channels=CHANNEL,
        pictures=PICTURES,
        s=saying,
    )


@router.post("", dependencies=[Depends(same_site)])
async def open_form(
    request: Request,
    employee: EmployeeHere,
    writing: WritingNow,
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """
    Open the journal with a code, once. What was wrong with one that is refused is not told.

    It is not opened, and the code not used, where an employee is logged in, or in the browser of
    who made it (`casestore.own_journal.makers`).
    """
    if employee:
        return _form(request, why="employee", status=409)
    secret = await open_with(writing, code, makers=made_codes_here(request))
    match secret:
        case NotOpened.MADE_HERE:
            return _form(request, why="made_here", status=409)
        case NotOpened.TOO_MANY:
            return _form(request, why="many", status=429)
        case NotOpened.UNKNOWN:
            return _form(request, why="unknown", status=422)
    response = RedirectResponse("/min-journal", 303)
    response.set_cookie(
        COOKIE,
        secret,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/min-journal",
    )
    return response


@router.post("/close", dependencies=[Depends(same_site)])
async def close_form(
    request: Request, form_token: Annotated[str, Form(max_length=200)], writing: WritingNow
) -> Response:
    """Close the journal at once: the code is used, so it opens nothing again."""
    reader = await reader_now(writing, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/min-journal", 303)
    if reader is not None:
        if not reader.sent(form_token):
            raise Problem(403, "form-token")
        await close(writing, reader)
    response.delete_cookie(COOKIE, path="/min-journal", httponly=True, samesite="strict")
    return response


@router.get("/journal.pdf")
async def journal_pdf(request: Request, store: StoreNow) -> Response:
    """Give the journal as PDF/A."""
    journal = await _taken(request, store, "pdf")
    return _handed_over(
        await as_pdf(journal, language_of(request)), "application/pdf", "min-journal.pdf"
    )


@router.get("/journal.json")
async def journal_json(request: Request, store: StoreNow) -> Response:
    """Give the journal as JSON, with every text as it is stored."""
    journal = await _taken(request, store, "json")
    told = await asyncio.to_thread(as_json, journal)
    return _handed_over(told, "application/json", "min-journal.json")


@router.get("/files/{conversation}/{attachment_id}")
async def journal_file(
    request: Request, conversation: PathId, attachment_id: PathId, writing: WritingNow
) -> Response:
    """Give a file of the youth's own journal; any other is not found."""
    reader = await _reader(request, writing)
    journal = await gathered(writing, reader.person)
    files = {(file.conversation, file.id): file for file in files_of(journal)}
    file = files.get((conversation, attachment_id))
    if file is None:
        raise Problem(404, "not-found")
    try:
        words = await opened_file(writing, file)
    except (Unreadable, LookupError):
        raise Problem(409, "unreadable") from None
    await note(writing, "own_journal.attachment", by=None, of=reader.person.id, part=conversation)
    picture = file.type in PICTURES
    kind = file.type if picture else "application/octet-stream"
    return _handed_over(words, kind, "vedlegg", shown=picture)


@router.get("/papers/{file_id}")
async def journal_paper(request: Request, file_id: PathId, writing: WritingNow) -> Response:
    """Give a paper that the youth has signed; any other is not found."""
    reader = await _reader(request, writing)
    consents = await consents_of(writing, reader.person)
    if file_id not in {consent.file for consent in consents}:
        raise Problem(404, "not-found")
    scan = await paper_file(writing, reader.person, file_id)
    await note(writing, "own_journal.attachment", by=None, of=reader.person.id, part=file_id)
    return _handed_over(scan.raw, scan.type, "papir", shown=True)


async def _taken(request: Request, store: Store, form: str) -> OwnJournal:
    # A transaction of its own: nobody else waits while the journal is being set on paper.
    async with store.database.writing() as session:
        writing = Writing(session=session, store=store, now=store.clock())
        return await _read(writing, await _reader(request, writing), form)


async def _read(writing: Writing, reader: Reader, form: str) -> OwnJournal:
    await note(writing, "own_journal.read", by=None, of=reader.person.id, form=form)
    return await gathered(writing, reader.person)


async def _reader(request: Request, writing: Writing) -> Reader:
    reader = await reader_now(writing, request.cookies.get(COOKIE, ""))
    if reader is None:
        raise Problem(404, "not-found")
    return reader


def _form(request: Request, *, why: str | None = None, status: int = 200) -> HTMLResponse:
    response = page(request, "min_journal_code.html", status=status, why=why)
    if request.cookies.get(COOKIE):
        response.delete_cookie(COOKIE, path="/min-journal", httponly=True, samesite="strict")
    return response


def _remember(request: Request, response: Response, language: Language) -> None:
    # It says which language and nothing else, for as long as the browser is open.
    response.set_cookie(
        LANGUAGE_COOKIE,
        language.value,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/min-journal",
    )


def _handed_over(content: bytes, kind: str, name: str, *, shown: bool = False) -> Response:
    how = "inline" if shown else "attachment"
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Disposition": f'{how}; filename="{name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
