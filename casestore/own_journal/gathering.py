"""
Gathering everything there is about a youth, from everywhere in the case store, in one place.

A restricted person's journal is gathered like any other: to be restricted is to be kept from
daily use, not from the youth. Reports of concern lie outside the journal and are not in it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from casestore.cases.parties import parties_of
from casestore.cases.tables import Case, Share
from casestore.cases.words import title_of
from casestore.consents.standing import ConsentLine, consents_of
from casestore.disclosures.reading import disclosures_of
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry
from casestore.own_journal.chapters import Names, Omitted, marked, notes, transcripts, without
from casestore.own_journal.rules import REASONS
from casestore.own_journal.tables import Omission
from casestore.own_journal.traces import joinings_of, reads_of, requests_of, wiped_of
from casestore.own_journal.whole import (
    CaseTold,
    ConsentTold,
    LeftOut,
    OwnJournal,
    Party,
    Told,
)
from casestore.people.details import details_of
from casestore.people.finding import entries_of, parts_of, threads_of
from casestore.people.tables import Person
from casestore.times import day_of, read_time
from casestore.users.tables import User

Asking = Reading | Writing


async def gathered(asking: Asking, person: Person, *, deciding: bool = False) -> OwnJournal:
    """
    Put the whole journal together, without the words that are left out for a third person.

    `deciding` keeps those words and only marks them: for the employee who decides, never for the
    youth. Nothing is noted here: who shows it notes that it was read.
    """
    parts = await parts_of(asking, person)
    threads = await threads_of(asking, person)
    names = dict((await asking.session.execute(select(User.id, User.name))).all())
    omitted = await omitted_of(asking, parts, names)
    noted, drafts = await notes(asking, parts, names)
    chapters = [*await transcripts(asking, parts, names), *noted]
    chapters.sort(key=lambda chapter: (chapter.at, chapter.id), reverse=True)
    hide = marked if deciding else without
    cases = await _cases(asking, parts, names, omitted, deciding=deciding)
    told = await _told(asking, person, omitted, deciding=deciding)
    consents = tuple(_consent(line) for line in await consents_of(asking, person))
    ids = [
        *parts,
        *(chapter.id for chapter in chapters),
        *(case.id for case in cases),
        *(line.id for line in told),
        *(consent.id for consent in consents),
    ]
    return OwnJournal(
        person=person.id,
        team=person.team,
        made_at=asking.now,
        about=await details_of(asking, person),
        cases=cases,
        chapters=tuple(hide(chapter, omitted) for chapter in chapters),
        drafts=drafts,
        consents=consents,
        told=told,
        reads=await reads_of(asking, ids),
        wiped=await wiped_of(asking, parts),
        requests=await requests_of(asking, threads),
        joinings=await joinings_of(asking, threads),
    )


async def omitted_of(asking: Asking, parts: Sequence[str], names: Names) -> Omitted:
    """Give what is left out now, by what it is and its place there."""
    rows = await asking.session.scalars(
        select(Omission)
        .where(Omission.person.in_(parts), Omission.ended_at.is_(None))
        .order_by(Omission.made_at, Omission.id)
    )
    return {
        (row.of, row.position): LeftOut(
            id=row.id,
            reason=row.reason,
            said=REASONS.get(row.reason, row.reason),
            by=names.get(row.made_by, row.made_by),
            at=row.made_at,
        )
        for row in rows
    }


async def is_theirs(asking: Asking, person: Person, conversation: str) -> Entry | None:
    """Give a transcript when it is this person's."""
    parts = await parts_of(asking, person)
    return await asking.session.scalar(
        select(Entry).where(Entry.conversation == conversation, entries_of(parts))
    )


async def _cases(
    asking: Asking, parts: Sequence[str], names: Names, omitted: Omitted, *, deciding: bool
) -> tuple[CaseTold, ...]:
    rows = await asking.session.scalars(
        select(Case).where(Case.person.in_(parts)).order_by(Case.opened_at.desc(), Case.id)
    )
    return tuple(
        [
            CaseTold(
                id=case.id,
                number=case.number,
                title=await title_of(asking, case),
                status=case.status,
                opened_at=case.opened_at,
                closed_at=case.closed_at,
                responsible=names.get(case.responsible, case.responsible),
                parties=await _parties(asking, case, omitted, deciding=deciding),
                shared=await _shared(asking, case, names),
            )
            for case in rows.all()
        ]
    )


async def _parties(
    asking: Asking, case: Case, omitted: Omitted, *, deciding: bool
) -> tuple[Party, ...]:
    parties = []
    for line in await parties_of(asking, case):
        why = omitted.get((line.id, None))
        hidden = why is not None and not deciding
        parties.append(
            Party(
                id=line.id,
                name="" if hidden else line.told.name,
                role="" if hidden else line.role,
                left_out=why,
            )
        )
    return tuple(parties)


async def _shared(asking: Asking, case: Case, names: Names) -> tuple[str, ...]:
    today = day_of(asking.now)
    rows = await asking.session.scalars(
        select(Share.user).where(
            Share.case == case.id,
            Share.ended_at.is_(None),
            Share.from_day <= today,
            Share.until_day >= today,
        )
    )
    return tuple(sorted({names.get(user, user) for user in rows}))


async def _told(
    asking: Asking, person: Person, omitted: Omitted, *, deciding: bool
) -> tuple[Told, ...]:
    told = []
    for line in await disclosures_of(asking, person):
        why = omitted.get((line.id, None))
        one = Told(
            id=line.id,
            at=line.at,
            to=line.words.to,
            what=line.words.what,
            why=line.words.why,
            basis=line.basis_said,
            by=line.by,
            left_out=why,
        )
        hidden = why is not None and not deciding
        told.append(replace(one, to="", what="", why="") if hidden else one)
    return tuple(told)


def _consent(line: ConsentLine) -> ConsentTold:
    return ConsentTold(
        id=line.id,
        purpose=line.purpose_name,
        named=_words(line.evidence.get("named")),
        answer=line.answer,
        at=line.at,
        shown_at=_moment(line.evidence.get("shown_at")),
        channel=line.channel,
        text_version=line.text_version,
        text=line.text,
        reply=line.reply,
        judged=_words(line.evidence.get("maturity")),
        paper=line.file,
        holds=line.holds,
    )


def _moment(told: object) -> datetime | None:
    try:
        return read_time(str(told))
    except ValueError:
        return None


def _words(told: object) -> str | None:
    return told if isinstance(told, str) and told else None
