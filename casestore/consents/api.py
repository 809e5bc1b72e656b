"""Consents and withdrawals as JSON, for the team's own tools; the same decisions as the pages."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import Field

from casestore.access.asking import ConsentRegister, PersonRead
from casestore.access.rules import Action
from casestore.answers import Created, Given
from casestore.audit.chain import note
from casestore.consents.answers import Consents, ConsentTold, Ids
from casestore.consents.paper import register_paper
from casestore.consents.paper_rules import PaperTyped, paper_mistakes, paper_said
from casestore.consents.purposes import BY_CODE
from casestore.consents.standing import ConsentLine, consents_of, standing_of
from casestore.consents.tables import Consent, Withdrawal
from casestore.consents.taking_back import TakenBackSaid, take_back
from casestore.edge import WritingNow
from casestore.ids import PathId
from casestore.paging import After, page_of
from casestore.people.finding import get_person
from casestore.problems import Problem
from casestore.received import MEGABYTE, Agreed, Received, Time, received
from casestore.repeats.route import Once
from casestore.times import read_time, write_time
from casestore.typed import text_typed
from casestore.uploads import AT_MOST, NotTaken, taken
from casestore.users.sessions import same_site

router = APIRouter(prefix="/api/people", dependencies=[Depends(same_site)], route_class=Once)

FormId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,48}$")]
WITH_FILE: Final = AT_MOST * 4 // 3 + MEGABYTE


class Guardian(Agreed):
    """Whether a guardian had to be asked, who it was, and how they answered."""

    needed: bool
    who: str = Field(default="", repr=False)
    how: str = Field(default="", repr=False)


class Paper(Agreed):
    """A signed paper; `purposes` is by code, with whom it names or nothing."""

    id: FormId
    edition: str = Field(max_length=40)
    purposes: Mapping[str, str | None] = Field(repr=False)
    signed_on: str = Field(max_length=10)
    signed_at: str = Field(default="", max_length=5)
    age: int | None
    age_band: str | None = Field(max_length=20)
    maturity: str = Field(repr=False)
    guardian: Guardian
    file_name: str = Field(repr=False, max_length=500)
    file: str = Field(repr=False)


class TakenBackBody(Agreed):
    """What the youth has taken back."""

    id: FormId
    purposes: list[str] = Field(min_length=1, max_length=20)
    at: Time
    how: Literal["paper", "in_person"]
    words: str = Field(default="", repr=False, max_length=4000)


@router.get("/{person_id}/consents")
async def get_consents(
    person_id: PathId, who: PersonRead, writing: WritingNow, after: After = None
) -> Given[Consents]:
    """Give every answer and withdrawal with its evidence, and what holds now; it is noted."""
    person = await get_person(writing, who, person_id, Action.PERSON_READ)
    await note(writing, "consents.read", by=who.id, of=person.id)
    every = await consents_of(writing, person)
    shown, cursor = page_of(every, after, lambda line: line.id)
    lines = [_line(line) for line in shown]
    holds = {
        one.purpose: one.consent.id if one.consent else None
        for one in await standing_of(writing, person)
    }
    return Given(Consents(consents=lines, holds=holds, next=cursor))


@router.post("/{person_id}/consents")
async def post_consent(
    person_id: PathId,
    who: ConsentRegister,
    body: Annotated[Received[Paper], Depends(received(Paper, limit=WITH_FILE))],
    writing: WritingNow,
) -> Created[Ids]:
    """Register a signed paper; the scan is base64."""
    told = body.said
    typed = _typed(told)
    if wrong := paper_mistakes(typed, now=writing.now):
        raise Problem(422, "malformed", "Not as agreed: " + ", ".join(sorted(wrong)))
    try:
        raw = base64.b64decode(told.file, validate=True)
        scan = await taken(writing.store, name=told.file_name, raw=raw)
    except binascii.Error:
        raise Problem(422, "malformed", "Not as agreed: file") from None
    except NotTaken as refused:
        raise Problem(422, f"file-{refused.why}") from None
    rows = await register_paper(
        writing, who, person_id, its_id=told.id, said=paper_said(typed), scan=scan
    )
    return _ids(rows)


@router.post("/{person_id}/withdrawals")
async def post_withdrawal(
    person_id: PathId,
    who: ConsentRegister,
    body: Annotated[Received[TakenBackBody], Depends(received(TakenBackBody))],
    writing: WritingNow,
) -> Created[Ids]:
    """Take back what the youth no longer wants."""
    told, at = body.said, read_time(body.said.at)
    if at > writing.now or not all(code in BY_CODE for code in told.purposes):
        raise Problem(422, "malformed", "Not as agreed: at or purposes")
    said = TakenBackSaid(purposes=told.purposes, at=at, how=told.how, words=text_typed(told.words))
    return _ids(await take_back(writing, who, person_id, its_id=told.id, said=said))


def _typed(told: Paper) -> PaperTyped:
    if not all(code in BY_CODE for code in told.purposes):
        raise Problem(422, "malformed", "Not as agreed: purposes")
    return PaperTyped(
        edition=told.edition,
        purposes=tuple(told.purposes),
        named={code: named or "" for code, named in told.purposes.items()},
        signed_on=told.signed_on,
        signed_at=told.signed_at,
        age="" if told.age is None else str(told.age),
        band=told.age_band or "",
        maturity=told.maturity,
        guardian="yes" if told.guardian.needed else "no",
        guardian_who=told.guardian.who,
        guardian_how=told.guardian.how,
    )


def _line(line: ConsentLine) -> ConsentTold:
    return ConsentTold(
        id=line.id,
        thread=line.thread,
        purpose=line.purpose,
        answer=line.answer,
        at=write_time(line.at),
        received_at=write_time(line.received_at),
        channel=line.channel,
        holds=line.holds,
        evidence=dict(line.evidence),
    )


def _ids(rows: list[Consent] | list[Withdrawal]) -> Created[Ids]:
    return Created(Ids(ids=[row.id for row in rows]))
