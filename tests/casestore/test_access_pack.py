"""The subject access pack: everything about a youth in one file that can be handed over."""

import asyncio
import io
import json
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.own_journal.packing import NoSuchPerson, access_pack
from casestore.people.tables import Person as Youngster
from tests.casestore.own_journal import PNG, SECRET, full_journal, leaves_out
from tests.casestore.stage import Stage
from tests.support.pdf_text import pdf_text


async def packed(stage: Stage, person: str, to: Path) -> zipfile.ZipFile:
    path = await access_pack(stage.settings, person, to=to, clock=stage.clock.now)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = await asyncio.to_thread(path.read_bytes)
    return zipfile.ZipFile(io.BytesIO(raw))


async def test_the_pack_holds_everything_under_neutral_names(stage: Stage, tmp_path: Path) -> None:
    """A file name can tell as much as a letter; on a stick nobody should read it in passing."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    await full_journal(stage, berit, tag="2", alias="Stille elv")

    pack = await packed(stage, maja.person, tmp_path)

    assert pack.testzip() is None
    names = ["LES MEG.txt", "journal.pdf", "journal.json", "vedlegg/vedlegg-001.png"]
    assert pack.namelist() == names
    assert pack.read("vedlegg/vedlegg-001.png") == PNG
    told = json.loads(pack.read("journal.json"))
    assert {chapter["id"] for chapter in told["chapters"]} == {maja.conversation, maja.note}
    paper = pdf_text(pack.read("journal.pdf"))
    letter = pack.read("LES MEG.txt").decode("utf-8-sig")
    assert maja.words[0] in paper
    assert "vedlegg/vedlegg-001.png: skolen <3.png" in letter
    for text in (paper, letter, json.dumps(told, ensure_ascii=False)):
        assert "Stille elv" not in text
        assert "gikk en tur 2" not in text


async def test_what_is_left_out_is_not_in_the_pack_either(stage: Stage, tmp_path: Path) -> None:
    """The third person's secret must not leave by the back door."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    for position in (0, 2):
        await leaves_out(berit, maja, maja.conversation, position)

    pack = await packed(stage, maja.person, tmp_path)

    whole = b"".join(pack.read(name) for name in pack.namelist())
    assert pack.namelist() == ["LES MEG.txt", "journal.pdf", "journal.json"]
    assert SECRET.encode() not in whole
    assert SECRET not in pdf_text(pack.read("journal.pdf"))
    assert b"skolen <3" not in whole
    assert "Her er noe utelatt." in pdf_text(pack.read("journal.pdf"))


async def test_the_pack_is_noted_and_never_written_over(stage: Stage, tmp_path: Path) -> None:
    """Who has taken a whole journal out must be found afterwards, also at the command line."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)

    pack = await packed(stage, maja.person, tmp_path)
    with pytest.raises(FileExistsError):
        await packed(stage, maja.person, tmp_path)

    assert "LES MEG.txt" in pack.namelist()
    async with stage.reading() as asking:
        noted = await asking.session.scalars(
            select(AuditEvent).where(AuditEvent.what == "own_journal.pack")
        )
        assert {(event.user, event.of) for event in noted} == {(None, maja.person)}


async def test_of_a_deleted_youth_there_is_no_pack(stage: Stage, tmp_path: Path) -> None:
    """What is deleted is gone; a file that says otherwise would frighten for nothing."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    async with stage.writing() as writing:
        person = await writing.session.get_one(Youngster, maja.person)
        person.deleted_at = writing.now

    folder = tmp_path / "pakker"
    folder.mkdir()
    for its_id in (maja.person, "p_none"):
        with pytest.raises(NoSuchPerson):
            await packed(stage, its_id, folder)
    folder.rmdir()  # which it could not, if there were anything in it
