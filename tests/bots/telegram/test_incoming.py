"""What the Bot API may bring, kind by kind, and what the bridge makes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram import types

from bots.telegram.contents import ENVELOPE, NOTICES
from bots.telegram.convert import Fact, read
from bridge.domain.ids import Ref
from bridge.domain.messages import Edited, File, Left, Nothing, Pressed, Returned, Said
from tests.bots.incoming import is_set_aside
from tests.bots.telegram import shapes
from tests.bots.telegram.shapes import WORDS, Json, edited, membership, message, said, stored

REF = Ref("70311")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One documented update, and what is to be understood."""

    label: str
    update: Json
    fact: Fact = field(repr=False)
    at: int = shapes.DATE


def words(text: str = WORDS, **more: Any) -> Said:
    return Said(ref=REF, text=text, **more)


def placeholder(kind: str, text: str = "") -> Said:
    return Said(ref=REF, text=text, placeholder=kind)


def file(number: int, name: str, mime: str, size: int | None = 900) -> Said:
    return words("", files=(File(ref=f"AgACAgQ-{number}", name=name, type=mime, size=size),))


def sized(number: int, width: int, height: int) -> Json:
    return stored(number, width=width, height=height, file_size=900)


FORWARDED = {"type": "hidden_user", "sender_user_name": "Noen", "date": shapes.DATE}
PLACE = {"latitude": 59.9139, "longitude": 10.7522}
STICKER = {"type": "regular", "width": 512, "height": 512, "emoji": "🙂", "file_size": 900}
POLL = {
    "id": "5404", "question": "Når?", "total_voter_count": 0, "is_closed": False,
    "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": False, "members_only": False,
    "options": [
        {"persistent_id": "0", "text": "I dag", "voter_count": 0},
        {"persistent_id": "1", "text": "I morgen", "voter_count": 0},
    ],
}  # fmt: skip

TABLE = [
    Incoming(label="words", update=said(text=WORDS), fact=words()),
    Incoming(label="emoji", update=said(text="👩‍👩‍👧‍👦 🇳🇴"), fact=words("👩‍👩‍👧‍👦 🇳🇴")),
    Incoming(label="right to left", update=said(text="\u202eمرحبا"), fact=words("\u202eمرحبا")),
    Incoming(label="start", update=said(text="/start"), fact=words("/start")),
    Incoming(label="deep link", update=said(text="/start plakat_12"), fact=words("/start")),
    Incoming(label="start, addressed", update=said(text="/start@u_bot x"), fact=words("/start")),
    Incoming(
        label="words after start are words",
        update=said(text=f"/start {WORDS}"),
        fact=words(f"/start {WORDS}"),
    ),
    Incoming(
        label="an answer to a message",
        update=said(text=WORDS, reply_to_message=message(70_300, text="Hei")),
        fact=words(answers=Ref("70300")),
    ),
    Incoming(
        label="an answer with a quote",
        update=said(
            text=WORDS,
            reply_to_message=message(70_300, text="Hei du"),
            quote={"text": "Hei", "position": 0},
        ),
        fact=words(answers=Ref("70300")),
    ),
    Incoming(
        label="forwarded",
        update=said(text=WORDS, forward_origin=FORWARDED),
        fact=words(forwarded=True),
    ),
    Incoming(
        label="spoiler",
        update=said(text=WORDS, entities=[{"type": "spoiler", "offset": 0, "length": 4}]),
        fact=words(),
    ),
    Incoming(label="new wording", update=edited(text=WORDS), at=shapes.LATER,
             fact=Edited(ref=REF, text=WORDS)),
    Incoming(
        label="new caption",
        update=edited(photo=[sized(1, 90, 60)], caption=WORDS),
        at=shapes.LATER,
        fact=Edited(ref=REF, text=WORDS),
    ),
    Incoming(
        label="a live location moves on",
        update=edited(location=PLACE | {"live_period": 900, "heading": 90}),
        at=shapes.LATER,
        fact=Nothing(),
    ),
    Incoming(
        label="a press",
        update=shapes.pressed(),
        fact=Pressed(ref=Ref("70300"), data="consent:yes:c_1:1", press="4382bfdwdsb323b2d9"),
    ),
    Incoming(
        label="a press under a message too old to be shown",
        update=shapes.pressed(message={"message_id": 70_300, "chat": shapes.PRIVATE, "date": 0}),
        at=0,
        fact=Pressed(ref=Ref("70300"), data="consent:yes:c_1:1", press="4382bfdwdsb323b2d9"),
    ),
    Incoming(label="blocked", update=membership("member", "kicked"), fact=Left()),
    Incoming(label="unblocked", update=membership("kicked", "member"), fact=Returned()),
    Incoming(label="still a member", update=membership("member", "member"), fact=Nothing()),
    Incoming(
        label="a photo in its largest size",
        update=said(photo=[sized(1, 90, 60), sized(3, 1280, 960), sized(2, 320, 240)]),
        fact=file(3, "photo.jpg", "image/jpeg"),
    ),
    Incoming(
        label="one of an album",
        update=said(photo=[sized(1, 90, 60)], media_group_id="13", caption=WORDS),
        fact=words(files=file(1, "photo.jpg", "image/jpeg").files),
    ),
    Incoming(
        label="a voice message",
        update=said(voice=stored(1, duration=4, mime_type="audio/ogg", file_size=900)),
        fact=file(1, "voice.oga", "audio/ogg"),
    ),
    Incoming(
        label="music",
        update=said(audio=stored(1, duration=4, file_name="sang.m4a", mime_type="audio/mp4",
                                 file_size=900)),
        fact=file(1, "sang.m4a", "audio/mp4"),
    ),
    Incoming(
        label="a video",
        update=said(video=sized(1, 640, 360) | {"duration": 5, "mime_type": "video/mp4"}),
        fact=file(1, "video.mp4", "video/mp4"),
    ),
    Incoming(
        label="a round video",
        update=said(video_note=stored(1, length=240, duration=5, file_size=900)),
        fact=file(1, "video_note.mp4", "video/mp4"),
    ),
    Incoming(
        label="a document that does not say how large it is",
        update=said(document=stored(1, file_name="brev.pdf", mime_type="application/pdf")),
        fact=file(1, "brev.pdf", "application/pdf", None),
    ),
    Incoming(
        label="a document with a disguised name",
        update=said(document=stored(1, file_name="../../etc/\u202egpj.exe\n", file_size=900)),
        fact=file(1, "gpj.exe", "application/octet-stream"),
    ),
    Incoming(
        label="a GIF, which is a document too",
        update=said(
            animation=sized(1, 320, 240) | {"duration": 2, "mime_type": "video/mp4"},
            document=stored(1, file_size=900),
        ),
        fact=file(1, "animation.mp4", "video/mp4"),
    ),
    Incoming(
        label="a live photo is a picture and a film",
        update=said(
            photo=[sized(1, 640, 480)],
            live_photo=sized(2, 640, 480) | {"duration": 2, "mime_type": "video/mp4"},
        ),
        fact=words(
            "",
            files=(
                *file(1, "photo.jpg", "image/jpeg").files,
                *file(2, "live_photo.mp4", "video/mp4").files,
            ),
        ),
    ),
    Incoming(
        label="a sticker",
        update=said(sticker=stored(1, is_animated=False, is_video=False) | STICKER),
        fact=words("🙂", files=file(1, "sticker.webp", "image/webp").files),
    ),
    Incoming(
        label="a sticker that moves",
        update=said(sticker=stored(1, is_animated=True, is_video=False) | STICKER),
        fact=words("🙂", files=file(1, "sticker.tgs", "application/x-tgsticker").files),
    ),
    Incoming(
        label="a place",
        update=said(location=PLACE),
        fact=placeholder("location", "59.9139, 10.7522"),
    ),
    Incoming(
        label="a live location begins",
        update=said(location=PLACE | {"live_period": 900}),
        fact=placeholder("location", "59.9139, 10.7522"),
    ),
    Incoming(
        label="a named place",
        update=said(venue={"location": PLACE, "title": "Torget", "address": "Torget 1"},
                    location=PLACE),
        fact=placeholder("venue", "Torget\nTorget 1\n59.9139, 10.7522"),
    ),
    Incoming(
        label="somebody else's number",
        update=said(contact={"phone_number": "+4700000000", "first_name": "Noen",
                             "vcard": "TEL:+4700000000"}),
        fact=placeholder("contact"),
    ),
    Incoming(label="a poll", update=said(poll=POLL),
             fact=placeholder("poll", "Når?\n– I dag\n– I morgen")),
    Incoming(label="a die", update=said(dice={"emoji": "🎲", "value": 4}),
             fact=placeholder("dice", "🎲")),
    Incoming(
        label="a game",
        update=said(game={"title": "Slange", "description": "", "photo": [sized(1, 90, 60)]}),
        fact=placeholder("game", "Slange"),
    ),
    Incoming(label="a story", update=said(story={"chat": shapes.GROUP, "id": 7}),
             fact=placeholder("story")),
    Incoming(label="a kind of tomorrow's", update=said(hologram={"layers": 3}),
             fact=placeholder("hologram")),
    Incoming(label="a kind of tomorrow's with words", update=said(hologram={}, caption=WORDS),
             fact=placeholder("hologram", WORDS)),
    Incoming(label="a kind with an odd name", update=said(**{"<!channel>": {}}),
             fact=placeholder("unknown")),
    Incoming(
        label="an update nobody asked for",
        update=shapes.update("business_message", message(text=WORDS)),
        fact=placeholder("business_message"),
    ),
    Incoming(label="the app pins something",
             update=said(pinned_message=message(70_300, text="Hei")), fact=Nothing()),
    Incoming(
        label="the app sets a timer",
        update=said(message_auto_delete_timer_changed={"message_auto_delete_time": 86_400}),
        fact=Nothing(),
    ),
    Incoming(label="a group", update=said(chat=shapes.GROUP, text=WORDS), fact=Nothing()),
    Incoming(
        label="a broadcast",
        update=shapes.update("channel_post", message(text=WORDS, chat=shapes.GROUP)),
        fact=Nothing(),
    ),
    Incoming(label="put into a group", update=membership("left", "member", shapes.GROUP),
             fact=Nothing()),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
def test_every_documented_kind_of_update_is_understood(case: Incoming) -> None:
    """What we do not understand a youth has said in vain."""
    types.Update.model_validate(case.update)

    inbound = read(json.dumps(case.update).encode())

    assert inbound.fact == case.fact
    assert inbound.at == datetime.fromtimestamp(case.at, tz=UTC)
    if not isinstance(case.fact, Nothing):
        assert inbound.address == shapes.CHAT
    assert not any(secret in repr(inbound) for secret in shapes.SECRETS)


UNSPOKEN = sorted(
    {field.alias or name for name, field in types.Message.model_fields.items()} - ENVELOPE - NOTICES
)


@pytest.mark.parametrize("kind", UNSPOKEN)
def test_nothing_a_message_may_hold_passes_in_silence(kind: str) -> None:
    """Each field another library knows of is an envelope, a notice, or seen by a person."""
    fact = read(json.dumps(said(**{kind: {"odd": True}})).encode()).fact

    assert fact == placeholder(kind)


ODD: list[tuple[str, Json]] = [
    ("entities of another type", said(text=WORDS, entities="bold")),
    ("an answer to nothing", said(text=WORDS, reply_to_message=[])),
    ("a quote that is a number", said(text=WORDS, quote=7)),
    ("a sender without a name", said(text=WORDS) | {"odd": None}),
    ("a keyboard that is text", said(text=WORDS, reply_markup="x")),
]


@pytest.mark.parametrize(("label", "update"), ODD, ids=[label for label, _ in ODD])
def test_an_odd_field_keeps_nobodys_words_back(label: str, update: Json) -> None:
    """The library's own parser gives up on these, and a youth would wait for an answer."""
    assert read(json.dumps(update).encode()).fact == words()


def test_half_a_character_can_still_be_stored() -> None:
    """A lone surrogate is legal JSON and illegal UTF-8: it would stop the disk, not the parser."""
    fact = read(b'{"update_id":1,"message":' + json.dumps(message(text="a\ud83db")).encode() + b"}")

    assert fact.fact == words("a\ufffdb")


UNREADABLE: list[tuple[str, bytes]] = [
    ("not UTF-8", b'{"update_id": 1, "message": "\xff"}'),
    ("half of it", json.dumps(said(text=WORDS)).encode()[:-9]),
    ("a list", b"[]"),
    ("no kind", b'{"update_id": 1}'),
    ("deep", b'{"update_id": 1, "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ("endless number", b'{"update_id": 1, "message": ' + b"9" * 9_999 + b"}"),
    ("no chat", json.dumps(shapes.update("message", {"message_id": 1, "text": WORDS})).encode()),
    ("no time", json.dumps(said(text=WORDS, date="i går")).encode()),
    ("after the end of time", json.dumps(said(text=WORDS, date=10**17)).encode()),
    ("no message id", json.dumps(said(text=WORDS, message_id=None)).encode()),
    ("a press without a message", json.dumps(shapes.pressed(message=None)).encode()),
    ("a press without an id", json.dumps(shapes.pressed(id=None)).encode()),
]


@pytest.mark.parametrize(("label", "body"), UNREADABLE, ids=[label for label, _ in UNREADABLE])
def test_what_cannot_be_understood_is_set_aside_without_its_words(label: str, body: bytes) -> None:
    """The reason ends in a log; the words must not."""
    is_set_aside(read, body, secrets=shapes.SECRETS)
