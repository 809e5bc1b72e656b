"""
The whole subject access pack (GDPR art. 15) as one zip: to be handed over, on paper or a stick.

Files have neutral names: what the youth called them is in the PDF and in the JSON.
"""

import asyncio
import io
import os
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from casestore.audit.chain import AUDIT, note
from casestore.consents.paper import paper_file
from casestore.edge import Writing
from casestore.keyring import Unreadable
from casestore.opening import opened_store
from casestore.own_journal.files import files_of, opened_file
from casestore.own_journal.gathering import gathered
from casestore.own_journal.machine import as_json
from casestore.own_journal.paper import as_pdf
from casestore.own_journal.whole import OwnJournal
from casestore.people.finding import root_of
from casestore.people.tables import Person
from casestore.problems import Problem
from casestore.settings import Settings
from casestore.texts.phrases import _
from casestore.times import OSLO, Clock, in_oslo, utc_now

READ_ME: Final = _("""Min journal

Laget {made}, og bare for den det gjelder.

journal.pdf    Alt som står om deg, til å lese og skrive ut.
journal.json   Det samme, ord for ord, til å ta med til et annet system.
               Det du selv har gitt oss, står også for seg, under «given_by_you».
vedlegg/       Bilder, filer og papirer, med disse navnene i journalen:
{files}
Er noe utelatt, står det at det er utelatt, og hvorfor. Det gjøres bare av hensyn til
en annen person.

Er noe feil, si det til den du snakker med hos oss. Du kan også få inn din egen
forklaring. Er du ikke enig med oss, kan du klage til Datatilsynet.

Pass på denne fila. Den er ikke låst, og den som har den, kan lese alt.
""")


ENDINGS: Final = {
    "application/pdf": ".pdf",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "text/plain": ".txt",
    "video/mp4": ".mp4",
}
"""What a file may be called by its type; nothing that a machine would run."""


class NoSuchPerson(Exception):
    """There is nobody with that id, or they have been deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file of the pack: the name in it, what it was called, and what is in it."""

    name: str
    called: str = field(repr=False)
    raw: bytes | None = field(repr=False)


async def access_pack(
    settings: Settings, person_id: str, *, to: Path, clock: Clock = utc_now
) -> Path:
    """
    Write a person's pack in a directory and give its path; nothing there is written over.

    Raises `NoSuchPerson`, and `OSError` when the file cannot be made.
    """
    async with opened_store(settings, clock) as store:
        async with store.database.writing() as session:
            writing = Writing(session=session, store=store, now=clock())
            await AUDIT.hold(writing)
            person = await root_of(writing, person_id)
            if person is None or person.deleted_at is not None:
                raise NoSuchPerson
            journal = await gathered(writing, person)
            enclosed = [*await _files(writing, journal), *await _papers(writing, person, journal)]
            await note(writing, "own_journal.pack", by=None, of=person.id, count=len(enclosed))
        pdf = await as_pdf(journal)
    return await asyncio.to_thread(_written, to, journal, pdf, enclosed)


async def _files(writing: Writing, journal: OwnJournal) -> list[Enclosed]:
    enclosed = []
    for number, file in enumerate(files_of(journal), start=1):
        try:
            raw = await opened_file(writing, file)
        except (Unreadable, LookupError):
            raw = None
        name = f"vedlegg/vedlegg-{number:03}{ENDINGS.get(file.type, '.bin')}"
        enclosed.append(Enclosed(name=name, called=file.name, raw=raw))
    return enclosed


async def _papers(writing: Writing, person: Person, journal: OwnJournal) -> list[Enclosed]:
    enclosed = []
    papers = dict.fromkeys(consent.paper for consent in journal.consents if consent.paper)
    for number, paper in enumerate(papers, start=1):
        name = f"vedlegg/papir-{number:03}"
        called = _("Samtykke du har skrevet under på")
        try:
            scan = await paper_file(writing, person, paper)
        except Problem:
            enclosed.append(Enclosed(name=name, called=called, raw=None))
            continue
        ending = ENDINGS.get(scan.type, ".bin")
        enclosed.append(Enclosed(name=name + ending, called=called, raw=scan.raw))
    return enclosed


def _written(to: Path, journal: OwnJournal, pdf: bytes, enclosed: list[Enclosed]) -> Path:
    path = to / f"innsyn-{journal.made_at.astimezone(OSLO):%Y%m%d-%H%M%S}-{journal.person}.zip"
    packed = _packed(journal, pdf, enclosed)
    # For its owner only, and never in the place of another.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(packed)
    return path


def _packed(journal: OwnJournal, pdf: bytes, enclosed: list[Enclosed]) -> bytes:
    listed = "".join(f"  {each.name}: {_called(each)}\n" for each in enclosed)
    told = READ_ME.format(made=in_oslo(journal.made_at), files=listed or _("  (ingen)\n"))
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as pack:
        _put(pack, journal.made_at, "LES MEG.txt", told.encode("utf-8-sig"))
        _put(pack, journal.made_at, "journal.pdf", pdf)
        _put(pack, journal.made_at, "journal.json", as_json(journal))
        for each in enclosed:
            if each.raw is not None:
                _put(pack, journal.made_at, each.name, each.raw)
    return whole.getvalue()


def _put(pack: zipfile.ZipFile, made_at: datetime, name: str, raw: bytes) -> None:
    info = zipfile.ZipInfo(name, made_at.astimezone(OSLO).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    pack.writestr(info, raw)


def _called(each: Enclosed) -> str:
    called = " ".join(each.called.split())
    return called if each.raw is not None else f"{called} (lar seg ikke lese hos oss)"
