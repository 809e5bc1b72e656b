"""Whatever a youth sends, a person sees it or sees that something came."""

import asyncio
import io

import pytest
from PIL import Image

from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _sticker() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGBA", (8, 8), "blue").save(drawn, "WEBP", lossless=True)
    return drawn.getvalue()


def _picture() -> bytes:
    """A small photo that tells where it was taken."""
    exif = Image.Exif()
    exif[0x010E] = "hjemme hos Maya"
    taken = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(taken, "JPEG", exif=exif)
    return taken.getvalue()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("photo", _picture()),
        ("voice", b"OggS voice"),
        ("document", b"%PDF-1.4 vedtak"),
        ("sticker", _sticker()),
        ("video", b"ftyp video"),
    ],
)
async def test_a_file_is_in_the_thread_and_in_the_record(
    stage: Stage, kind: str, body: bytes
) -> None:
    """She sent it because it says what she cannot."""
    maya = await stage.consents()

    maya.youth.phone.sends_file(kind, body, "vedtak-maya.pdf")
    await _arrives(stage)

    files = [file for seen in maya.amir.thread(maya.root) for file in seen.files]
    assert len(files) == 1
    assert "maya" not in str(files[0]).casefold()
    await maya.ends()
    assert await stage.record.file(maya.conversation) == body
    await stage.minutes(5)
    assert {copy["verdict"] for copy in await maya.verdicts("slack_file")} == {"recoverable"}


async def _arrives(stage: Stage) -> None:
    """Slack shares a file a moment after it is uploaded."""
    await stage.settles()
    slack = stage.town.sandbox.slack
    await asyncio.wait_for(slack.changes.until(lambda: _all_shared(stage)), 5)
    await stage.settles()


def _all_shared(stage: Stage) -> bool:
    files = stage.town.sandbox.slack.workspace.files.values()
    return all(file.shares for file in files if file.complete and not file.deleted)


async def test_where_a_picture_was_taken_is_not_shown_to_slack(stage: Stage) -> None:
    """A home address hides in a photo of a cat; the record keeps what she sent."""
    maya = await stage.meets()

    maya.youth.phone.sends_file("photo", _picture())
    await _arrives(stage)

    held = [file.data or b"" for file in stage.town.sandbox.slack.workspace.files.values()]
    assert all(b"hjemme hos Maya" not in data for data in held)


async def test_a_picture_that_cannot_be_cleaned_is_not_silence(stage: Stage) -> None:
    """It may tell where she lives, so Slack is not shown it; that it came is shown."""
    maya = await stage.consents()

    maya.youth.phone.sends_file("photo", b"neither a picture nor anything else")
    await _arrives(stage)

    assert "kan ikke vises her" in maya.reads() or "En fil fra ungdommen" in maya.reads()
    await maya.ends()
    assert await stage.record.file(maya.conversation) == b"neither a picture nor anything else"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("location", "Posisjon"),
        ("contact", "Kontaktkort"),
        ("dice", "Terning"),
        ("poll", "Avstemning"),
        ("story", "Story"),
        ("hologram", "Noe av en ukjent type"),
    ],
)
async def test_what_is_neither_words_nor_a_file_is_a_visible_placeholder(
    stage: Stage, kind: str, shown: str
) -> None:
    """Telegram invents new kinds; none of them may be silence."""
    maya = await stage.meets()

    await maya.youth.sends(kind)

    assert f"{shown} – kan ikke vises her" in maya.reads()


async def test_a_file_too_large_to_fetch_is_said_to_both_of_them(stage: Stage) -> None:
    """She learns that it did not come, instead of waiting for what we say to it."""
    maya = await stage.meets()

    maya.youth.phone.sends_file("video", b"x", announced_size=21 * 1024 * 1024)
    await stage.settles()

    assert "for stor til at vi fikk den" in maya.heard()
    assert "for stor til å hentes" in maya.reads()


async def test_an_album_is_every_picture_of_it(stage: Stage) -> None:
    """The second picture is not a duplicate of the first."""
    maya = await stage.meets()

    for _ in range(3):
        maya.youth.phone.sends_file("photo", _picture(), media_group="42")
    await _arrives(stage)

    files = [file for seen in maya.amir.thread(maya.root) for file in seen.files]
    assert len(files) == 3


async def test_a_caption_comes_with_its_picture(stage: Stage) -> None:
    """What she wrote beneath is half of what she meant."""
    maya = await stage.meets()
    stage.listens_for("dette er arret mitt")

    maya.youth.phone.sends_file("photo", _picture(), caption="dette er arret mitt")
    await _arrives(stage)

    assert "dette er arret mitt" in maya.reads()


async def test_an_edit_shows_as_an_edit_and_the_original_is_kept(stage: Stage) -> None:
    """What she first said may be what matters; what she meant is there too."""
    maya = await stage.consents("jeg ble slått ned i går")
    first = maya.youth.sees()[0].message_id

    await maya.youth.edits(first, "jeg falt i trappa i går")
    await maya.ends()

    said = await stage.record.said(maya.conversation)
    assert {"jeg ble slått ned i går", "jeg falt i trappa i går"} <= set(said)


async def test_a_change_that_nobody_can_see_is_no_edit(stage: Stage) -> None:
    """Telegram tells of edits when a link was previewed."""
    maya = await stage.meets("se på denne siden da")
    before = maya.reads()

    await maya.youth.edits(maya.youth.sees()[0].message_id, "se på denne siden da")

    assert "Redigert" not in maya.reads()
    assert before.count("se på denne siden") == maya.reads().count("se på denne siden")


async def test_an_edit_after_the_end_belongs_to_the_next_conversation(stage: Stage) -> None:
    """What was sealed is never altered."""
    maya = await stage.consents("dette var det jeg sa først")
    first = maya.youth.sees()[0].message_id
    await maya.answers("Da skriver vi det ned slik.")
    await maya.ends()

    await maya.youth.edits(first, "nei, det var ikke slik likevel")

    later = await maya.next()
    assert later.conversation != maya.conversation
    assert "nei, det var ikke slik likevel" in later.reads()
    assert "nei, det var ikke slik likevel" not in await stage.record.said(maya.conversation)


async def test_one_poisonous_update_is_set_aside_and_harms_nobody(own_stage: Stage) -> None:
    """One bad message must not stop five thousand others."""
    telegram = own_stage.town.sandbox.telegram
    own_stage.listens_for("gift som ingen kan lese her")
    telegram.push_update(
        {"update_id": telegram.updates.next_id, "message": {"text": "gift som ingen kan lese her"}}
    )
    telegram.updates.next_id += 1

    ola = await own_stage.meets("jeg skrev rett etter den rare")

    assert "jeg skrev rett etter den rare" in ola.reads()
    assert "ikke lot seg lese" in own_stage.cast.alarms()
    assert await own_stage.record.stuck("poison_update") == 1
    async with own_stage.town.bridge.vault.begin() as tx:
        assert [reason for _, _, reason in await tx.inbox.stuck()] == ["unreadable"]
    assert b"gift som ingen" not in own_stage.cast.at_rest()


async def test_what_comes_twice_is_said_once(stage: Stage) -> None:
    """Both platforms tell again when in doubt."""
    maya = await stage.meets()
    telegram = stage.town.sandbox.telegram
    maya.youth.phone.says("dette ble fortalt to ganger")
    telegram.push_update(telegram.updates.pending[-1].json)
    await stage.settles()

    events = stage.town.sandbox.slack.delivery
    events.hold()
    await maya.answers("Dette svaret også, to ganger.", settle=False)
    events.release(lambda held: [*held, *held])
    await stage.settles()

    assert maya.reads().count("dette ble fortalt to ganger") == 1
    assert maya.heard().count("Dette svaret også") == 1


async def test_what_comes_out_of_order_is_neither_lost_nor_sent_by_mistake(stage: Stage) -> None:
    """An edit may overtake what it edits."""
    maya = await stage.meets()
    slack, room, amir = stage.town.sandbox.slack, stage.town.sandbox.room, maya.amir.user
    slack.delivery.hold()
    ts = slack.posts(amir, room, "@utebru det første ordvalget", thread_ts=maya.root)
    slack.edits(amir, room, ts, "@utebru det andre ordvalget")
    slack.delivery.release(lambda held: list(reversed(held)))

    await stage.settles()

    assert "ordvalget" not in maya.heard()
    assert "Dette ble *ikke* sendt til ungdommen" in maya.amir.hints()


async def test_numbers_that_begin_anew_lower_are_still_heard(stage: Stage) -> None:
    """After a quiet week Telegram counts from somewhere else."""
    maya = await stage.meets()
    stage.town.sandbox.telegram.updates.next_id = 1_000

    await maya.says("numrene gikk nedover nå")

    assert "numrene gikk nedover nå" in maya.reads()


async def test_words_before_the_thread_is_up_come_after_its_head(stage: Stage) -> None:
    """Five quick messages are one thread, in order."""
    youth = stage.stranger()
    for number in range(5):
        youth.phone.says(f"kort melding nummer {number}")
    await stage.settles()

    talk = await stage.talk(youth)
    shown = [number for number in range(5) if f"melding nummer {number}" in talk.reads()]
    assert shown == [0, 1, 2, 3, 4]
    places = [talk.reads().index(f"melding nummer {number}") for number in range(5)]
    assert places == sorted(places)
