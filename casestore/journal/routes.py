"""Transcripts and their files from the bridge, and the digest that proves they are here."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header
from starlette.responses import JSONResponse

from casestore.answers import ById, Given, JsonRoute, Kept, also
from casestore.canonical import digest
from casestore.consents.rules import Refusal
from casestore.deletions.void import is_deleted
from casestore.edge import ReadingNow, Writing, WritingNow, bridge_only
from casestore.ids import PathId
from casestore.journal.answers import OpenCases, ReadBackTold
from casestore.journal.document import Transcript, check
from casestore.journal.files import LARGEST_FILE, LARGEST_TOGETHER, File, proved, taken_apart
from casestore.journal.filing import consent_refusal, file_transcript, note_refusal
from casestore.journal.proposing import proposed
from casestore.journal.read_back import check_files, stored_document
from casestore.journal.staged import Staged, forget_staged, stage
from casestore.journal.tables import Entry
from casestore.keyring import Unreadable
from casestore.problems import Problem, problem_response
from casestore.received import MEGABYTE, ReadsFile, Received, received
from casestore.threads.keys import fingerprint
from casestore.transfers import chain
from casestore.transfers.answers import TakenIn
from casestore.transfers.log import transfer_row

router = APIRouter(prefix="/api/bridge", dependencies=[Depends(bridge_only)], route_class=JsonRoute)

LARGEST_TRANSCRIPT: Final = 32 * MEGABYTE


@router.put("/transcripts/{conversation}/attachments/{attachment_id}", responses=also(415))
async def put_attachment(
    conversation: PathId,
    attachment_id: PathId,
    content_type: Annotated[str, Header()],
    x_sha256: Annotated[str, Header(pattern=r"^[0-9a-f]{64}$")],
    file: Annotated[bytes, Depends(ReadsFile(limit=LARGEST_FILE))],
    writing: WritingNow,
) -> Kept[ById]:
    """Keep a file, encrypted, until the transcript that it belongs to comes."""
    sent = proved(attachment_id, file, media_type=content_type, sha256=x_sha256)
    return Kept(ById(id=attachment_id), new=await _staged(writing, conversation, [sent]))


@router.put("/transcripts/{conversation}/attachments", responses=also(400, 415))
async def put_attachments(
    conversation: PathId,
    body: Annotated[bytes, Depends(ReadsFile(limit=LARGEST_TOGETHER))],
    writing: WritingNow,
) -> Kept[TakenIn]:
    """
    Keep several small files: all of them, or none.

    Before each stands a line of JSON with `id`, `type`, `size` and `sha256`, ended by one
    newline; then come as many bytes as it says.
    """
    sent = taken_apart(body)
    return Kept(TakenIn(count=len(sent)), new=await _staged(writing, conversation, sent))


async def _staged(writing: Writing, conversation: str, files: Sequence[File]) -> bool:
    """Say whether any of them is new, or refuse them all."""
    became = await stage(writing, conversation, files)
    if Staged.OTHER in became:
        raise Problem(409, "different-body")
    return Staged.NEW in became


@router.put("/transcripts/{conversation}")
async def put_transcript(
    conversation: PathId,
    body: Annotated[Received[Transcript], Depends(received(Transcript, limit=LARGEST_TRANSCRIPT))],
    writing: WritingNow,
) -> Kept[ById] | JSONResponse:
    """File a transcript, if the youth has agreed to it."""
    check(body.said, conversation=conversation)
    await chain.hold(writing)
    row = await transfer_row(writing, conversation)
    if await is_deleted(writing, conversation):
        await forget_staged(writing, conversation)
        return problem_response(409, Refusal.WITHDRAWN)
    if row.stored_at is not None:
        if row.fingerprint != fingerprint(writing.store, body.canonical):
            raise Problem(409, "different-body")
        return Kept(ById(id=conversation), new=False)
    if why := await consent_refusal(writing, body.said):
        await note_refusal(writing, row, why)
        return problem_response(409, why)
    await file_transcript(writing, row, body)
    return Kept(ById(id=conversation), new=True)


@router.get("/transcripts/{conversation}/digest", responses=also(404, 409, 410))
async def transcript_digest(conversation: PathId, reading: ReadingNow) -> Given[ReadBackTold]:
    """Read the transcript and its files back from storage; never an echo of what was put."""
    entry = await reading.session.get(Entry, conversation)
    if entry is None and await is_deleted(reading, conversation):
        raise Problem(410, "deleted", "It was here, and has been deleted by decision.")
    if entry is None:
        raise Problem(404, "not-found")
    try:
        document = await stored_document(reading, entry)
        files = await check_files(reading, entry, document)
    except Unreadable:
        raise Problem(409, "unreadable") from None
    return Given(
        ReadBackTold(
            conversation=conversation,
            digest=digest(document),
            messages=len(document["messages"]),
            attachments=files,
        )
    )


@router.get("/threads/{thread}/cases")
async def cases(thread: PathId, reading: ReadingNow) -> Given[OpenCases]:
    """Give the numbers of the open cases of the thread's person, and nothing else of them."""
    return Given(OpenCases(cases=list(await proposed(reading, thread))))
