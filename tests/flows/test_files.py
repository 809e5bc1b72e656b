"""What a youth sends that is not words: shown without what it tells besides, never in silence."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from bots.sandbox.faults import Fault
from bots.sandbox.slack.values import File
from bridge.domain.lifecycle import Stage as At
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPLETE = "files.completeUploadExternal"
HOME = "Kanarihaugen 7"


def photo() -> bytes:
    """As a phone takes it: with the place where it was taken."""
    exif = Image.Exif()
    exif[Base.Make] = "KanariTelefon"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSAreaInformation] = HOME
    into = BytesIO()
    Image.new("RGB", (16, 16), "red").save(into, "JPEG", exif=exif)
    return into.getvalue()


def seen(stage: Stage, talk: Talk) -> list[File]:
    """The files that stand in the room thread."""
    files = stage.town.sandbox.slack.workspace.files
    ids = [each["id"] for shown in talk.amir.thread(talk.root) for each in shown.files]
    return [files[file] for file in ids if not files[file].deleted]


async def test_a_photo_is_shown_without_its_place_and_filed_with_it(stage: Stage) -> None:
    """The team sees the bruise and not the address; the record is what was sent."""
    maya = await stage.consents()
    body = photo()
    assert HOME.encode() in body

    await maya.youth.sends("document", body, "Maya Hansen.jpg")

    (shown,) = seen(stage, maya)
    assert shown.data is not None
    assert HOME.encode() not in shown.data
    assert b"KanariTelefon" not in shown.data
    with Image.open(BytesIO(shown.data)) as picture:
        assert picture.size == (16, 16)
    async with stage.town.bridge.vault.begin() as tx:
        (entry,) = [e for e in await tx.words.upto(maya.conversation, 99) if e.attachments]
        assert await tx.words.body(entry.attachments[0].id) == body


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_an_upload_nobody_answered_for_stands_there_once_and_goes(
    stage: Stage, fault: Fault
) -> None:
    """A picture that stands there twice is wiped once."""
    maya = await stage.meets()
    stage.town.sandbox.slack.faults.next(fault, method=COMPLETE)

    await maya.youth.sends("photo", photo())
    await stage.town.sandbox.slack.files_shared()
    await stage.settles(timedelta(minutes=5))

    assert len(seen(stage, maya)) == 1
    await maya.answers("Takk for bildet.")
    await maya.ends()
    await stage.minutes(10)
    files = await maya.verdicts("slack_file")
    assert [each["evidence"] for each in files] == ["reread"]
    assert seen(stage, maya) == []
    assert not [s for s in maya.amir.thread(maya.root) if not s.tombstone]
    assert "unknown" not in {each["verdict"] for each in await maya.verdicts("slack")}


async def test_a_message_that_came_later_than_its_file_is_wiped_too(stage: Stage) -> None:
    """Slack makes it when it likes; forgotten by us, it would stand there for good."""
    maya = await stage.meets()
    stage.town.sandbox.slack.faults.next(Fault.SERVER_ERROR, method="files.info")

    await maya.youth.sends("photo", photo())

    async with stage.town.bridge.vault.begin() as tx:
        copies = await tx.copies.of(maya.conversation)
    assert [c.place.value for c in copies if c.ref is None and c.place.value != "bridge"] == [
        "slack"
    ]
    await maya.answers("Takk for bildet.")
    await maya.ends()
    await stage.minutes(10)
    assert {each["evidence"] for each in await maya.verdicts("slack")} == {"reread"}
    assert not [s for s in maya.amir.thread(maya.root) if not s.tombstone]


async def test_a_file_that_is_too_large_is_said_to_everybody(stage: Stage) -> None:
    """A film nobody got must not look like a film nobody answered."""
    maya = await stage.meets()

    maya.youth.phone.sends_file("video", b"film", announced_size=21 * 1024 * 1024)
    await stage.settles()

    assert "for stor" in maya.last()
    assert "for stor til å hentes" in maya.reads()
    async with stage.town.bridge.vault.begin() as tx:
        lines = await tx.words.upto(maya.conversation, 99)
    assert [(e.by, e.phrase) for e in lines if e.kind == "placeholder"] == [
        ("service", "file_too_large")
    ]


async def test_a_file_that_is_gone_is_said_to_everybody(stage: Stage) -> None:
    """Telegram keeps files as long as it likes; the youth can send it again if told."""
    maya = await stage.meets()

    maya.youth.phone.sends_file("voice", b"lyd")
    stage.town.sandbox.telegram.chats.files.clear()
    await stage.settles()

    assert "fikk vi ikke tak i" in maya.last()
    assert "lot seg ikke hente" in maya.reads()


async def test_a_picture_that_cannot_be_cleaned_is_kept_and_said_to_be_there(stage: Stage) -> None:
    """A caseworker who knows that a picture came can ask about it."""
    maya = await stage.consents()
    heic = b"\0\0\0\x18ftypheic" + HOME.encode()

    await maya.youth.sends("document", heic, "IMG_0007.heic")

    assert seen(stage, maya) == []
    assert "kan ikke vises her" in maya.reads()
    async with stage.town.bridge.vault.begin() as tx:
        (entry,) = [e for e in await tx.words.upto(maya.conversation, 99) if e.attachments]
        assert await tx.words.body(entry.attachments[0].id) == heic


async def test_a_file_with_nothing_in_it_is_no_silence(stage: Stage) -> None:
    """Slack takes no empty file; that she tried to send something is said all the same."""
    maya = await stage.consents()

    await maya.youth.sends("document", b"", "tomt.pdf")
    await stage.minutes(5)

    assert seen(stage, maya) == []
    assert "En fil fra ungdommen kan ikke vises her." in maya.reads()
    await maya.ends()
    await stage.minutes(5)
    assert (await maya.row()).stage is At.FORGOTTEN
