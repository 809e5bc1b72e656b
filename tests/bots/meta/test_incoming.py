"""What Messenger may bring, kind by kind, and what the bridge makes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.meta.convert import read
from bridge.domain.ids import DeliveryId, Ref
from bridge.domain.messages import (
    Commented,
    Echoed,
    Edited,
    Fact,
    File,
    Nothing,
    Pressed,
    Reacted,
    Receipt,
    Said,
    Seen,
    Unsent,
)
from tests.bots.incoming import ANYTHING, is_set_aside, read_or_set_aside
from tests.bots.meta import shapes
from tests.bots.meta.shapes import ASKED, CDN, MID, WORDS, Json, attached, echo, event, said

REF = Ref(MID)
WHEN = datetime.fromtimestamp(shapes.AT / 1000, tz=UTC)
THUMB = 369239263222822


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One documented event, and what is to be understood."""

    label: str
    event: Json
    fact: Fact = field(repr=False)


def words(text: str = WORDS, **more: Any) -> Said:
    return Said(ref=REF, text=text, **more)


def file(name: str, mime: str, url: str = CDN) -> Said:
    return words("", files=(File(ref=url, name=name, type=mime, size=None),))


def placeholder(kind: str, text: str = "") -> Said:
    return Said(ref=REF, text=text, placeholder=kind)


TABLE = [
    Incoming(label="words", event=said(text=WORDS), fact=words()),
    Incoming(label="emoji", event=said(text="👩‍👩‍👧‍👦 🇳🇴"), fact=words("👩‍👩‍👧‍👦 🇳🇴")),
    Incoming(label="half a character", event=said(text="a\ud83db"), fact=words("a\ufffdb")),
    Incoming(
        label="an answer to a message",
        event=said(text=WORDS, reply_to={"mid": ASKED, "is_self_reply": False}),
        fact=words(answers=Ref(ASKED)),
    ),
    Incoming(
        label="a chosen quick reply",
        event=said(text="Ja", quick_reply={"payload": "consent:yes:q_1:1"}),
        fact=Pressed(ref=REF, data="consent:yes:q_1:1", press=MID),
    ),
    Incoming(
        label="a picture", event=attached("image", url=CDN), fact=file("456_n.png", "image/png")
    ),
    Incoming(
        label="a picture whose address says nothing",
        event=attached("image", url="https://cdn.fbsbx.com/v/x"),
        fact=file("bilde.jpg", "image/jpeg", "https://cdn.fbsbx.com/v/x"),
    ),
    Incoming(
        label="a film",
        event=attached("video", url="https://video.xx.fbcdn.net/v/a.mp4?oh=1"),
        fact=file("a.mp4", "video/mp4", "https://video.xx.fbcdn.net/v/a.mp4?oh=1"),
    ),
    Incoming(
        label="a voice",
        event=attached("audio", url="https://cdn.fbsbx.com/v/audioclip-1"),
        fact=file("lyd.mp4", "audio/mp4", "https://cdn.fbsbx.com/v/audioclip-1"),
    ),
    Incoming(
        label="a document",
        event=attached("file", url="https://cdn.fbsbx.com/v/t59/mitt%20brev.pdf?oh=1"),
        fact=file("mitt brev.pdf", "application/pdf",
                  "https://cdn.fbsbx.com/v/t59/mitt%20brev.pdf?oh=1"),
    ),
    Incoming(
        label="a name that would go elsewhere",
        event=attached("file", url="https://cdn.fbsbx.com/v/..%2f..%2fetc%2fpasswd.txt"),
        fact=file("passwd.txt", "text/plain", "https://cdn.fbsbx.com/v/..%2f..%2fetc%2fpasswd.txt"),
    ),
    Incoming(
        label="several at once",
        event=said(text=WORDS, attachments=[
            {"type": "image", "payload": {"url": CDN}}, {"type": "image", "payload": {"url": CDN}},
        ]),
        fact=words(files=(File(ref=CDN, name="456_n.png", type="image/png", size=None),) * 2),
    ),
    Incoming(
        label="a sticker, told as an image too",
        event=said(attachments=[
            {"type": "image", "payload": {"url": CDN, "sticker_id": 1530358}},
            {"type": "sticker", "payload": {"url": CDN, "sticker_id": 1530358}},
        ]),
        fact=file("456_n.png", "image/png"),
    ),
    Incoming(
        label="the thumb", event=attached("sticker", url=CDN, sticker_id=THUMB),
        fact=placeholder("sticker", "👍"),
    ),
    Incoming(
        label="the thumb, as it was told before",
        event=attached("image", url=CDN, sticker_id=THUMB),
        fact=placeholder("image", "👍"),
    ),
    Incoming(
        label="where she is",
        event=attached("location", coordinates={"lat": 59.9139, "long": 10.7522}),
        fact=placeholder("location", "59.9139, 10.7522"),
    ),
    Incoming(
        label="a link that unfolds",
        event=said(text="se her https://eksempel.no", attachments=[
            {"type": "fallback", "title": "Eksempel", "url": "https://eksempel.no/",
             "payload": None},
        ]),
        fact=words("se her https://eksempel.no\nEksempel\nhttps://eksempel.no/"),
    ),
    Incoming(label="something that cannot be shared with a page",
             event=said(attachments=[{"type": "fallback", "payload": None}]),
             fact=placeholder("fallback")),
    Incoming(
        label="a reel",
        event=attached("reel", url="https://www.facebook.com/reel/1", title="Hei"),
        fact=placeholder("reel", "Hei\nhttps://www.facebook.com/reel/1"),
    ),
    Incoming(label="a template", event=attached("template", template_type="generic", elements=[]),
             fact=placeholder("template")),
    Incoming(label="a kind of tomorrow", event=attached("hologram", beam=1),
             fact=placeholder("hologram")),
    Incoming(label="a kind that is no name", event=attached("<b>", url="x"),
             fact=placeholder("unknown", "x")),
    Incoming(label="said to be unsupported", event=said(is_unsupported=True),
             fact=placeholder("unsupported")),
    Incoming(label="nothing in it", event=said(), fact=placeholder("unknown")),
    Incoming(label="a new wording",
             event=event(message_edit={"mid": MID, "text": WORDS, "num_edit": 1}),
             fact=Edited(ref=REF, text=WORDS)),
    Incoming(label="taken back", event=said(is_deleted=True), fact=Unsent(ref=REF)),
    Incoming(
        label="a heart",
        event=event(reaction={"reaction": "love", "emoji": "❤️", "action": "react", "mid": MID}),
        fact=Reacted(ref=REF, emoji="❤️"),
    ),
    Incoming(label="a heart without its picture",
             event=event(reaction={"reaction": "love", "action": "react", "mid": MID}),
             fact=Reacted(ref=REF, emoji="❤️")),
    Incoming(label="a heart taken away", event=event(reaction={"action": "unreact", "mid": MID}),
             fact=Reacted(ref=REF, emoji=None)),
    Incoming(label="read", event=event(read={"watermark": shapes.AT}),
             fact=Seen(how=Receipt.READ, upto=WHEN)),
    Incoming(label="delivered", event=event(delivery={"mids": [MID], "watermark": shapes.AT}),
             fact=Seen(how=Receipt.DELIVERED, refs=(REF,), upto=WHEN)),
    Incoming(label="delivered, which is not said",
             event=event(delivery={"watermark": shapes.AT}),
             fact=Seen(how=Receipt.DELIVERED, upto=WHEN)),
    Incoming(
        label="get started",
        event=event(postback={"mid": MID, "title": "Kom i gang", "payload": "START"}),
        fact=words("/start"),
    ),
    Incoming(label="a menu", event=event(postback={"mid": MID, "title": "Åpent?", "payload": "X"}),
             fact=words("Åpent?")),
    Incoming(label="a button without a title", event=event(postback={"mid": MID, "payload": "X"}),
             fact=placeholder("postback")),
    Incoming(label="ours, echoed", event=echo(text="Hei", metadata="utebru:d_17"),
             fact=Echoed(ref=REF, text="Hei", delivery=DeliveryId("d_17"))),
    Incoming(label="a colleague's, in the inbox", event=echo(text=WORDS),
             fact=Echoed(ref=REF, text=WORDS)),
    Incoming(label="another app's", event=echo(text=WORDS, metadata="andre:1"),
             fact=Echoed(ref=REF, text=WORDS)),
    Incoming(
        label="a colleague's picture",
        event=echo(attachments=[{"type": "image", "payload": {"url": CDN}}]),
        fact=Echoed(
            ref=REF, text="", files=(File(ref=CDN, name="456_n.png", type="image/png", size=None),)
        ),
    ),
    Incoming(label="a colleague's template",
             event=echo(attachments=[{"type": "template", "payload": {}}]),
             fact=Echoed(ref=REF, text="[template]")),
    Incoming(label="our answer to a comment, echoed",
             event=echo(text="Hei", metadata="utebru-invited"), fact=Nothing()),
    Incoming(label="an advertisement led her here",
             event=event(referral={"source": "ADS", "type": "OPEN_THREAD"}), fact=Nothing()),
    Incoming(label="another app has the word",
             event=event(pass_thread_control={"new_owner_app_id": 1}), fact=Nothing()),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
def test_every_documented_event_is_understood(case: Incoming) -> None:
    """What she meant must not be lost because it came in a form we had not thought of."""
    inbound = read(shapes.kept(case.event))

    assert inbound.fact == case.fact
    assert inbound.address == shapes.MAYA
    assert inbound.at == WHEN
    assert WORDS not in repr(inbound)


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 25


def test_a_comment_is_a_reference_and_no_word() -> None:
    """It was said in public, and is not ours to keep."""
    told = {"page": shapes.PAGE, "comment": {"id": "1_2_3", "timestamp": shapes.AT}}

    inbound = read(json.dumps(told).encode())

    assert (inbound.address, inbound.at) == ("", WHEN)
    assert inbound.fact == Commented(comment="1_2_3")
    assert "1_2_3" not in repr(inbound)


def test_a_time_in_seconds_is_understood_too() -> None:
    """Some of the documentation's own examples are."""
    told = said(text=WORDS) | {"timestamp": shapes.AT // 1000}

    assert read(shapes.kept(told)).at == WHEN.replace(microsecond=0)


UNREADABLE: list[tuple[str, bytes]] = [
    ("no event", json.dumps({"page": shapes.PAGE}).encode()),
    ("no page", json.dumps({"event": said(text=WORDS)}).encode()),
    ("not a word of whom", shapes.kept({"message": {"mid": MID, "text": WORDS}})),
    ("ourselves", shapes.kept(said(text=WORDS) | {"sender": {"id": shapes.PAGE}})),
    ("no comment", json.dumps({"page": shapes.PAGE, "comment": {"timestamp": 1}}).encode()),
    ("no mid", shapes.kept(event(message={"text": WORDS}))),
    ("no time", shapes.kept(said(text=WORDS) | {"timestamp": "i går"})),
    ("after the end of time", shapes.kept(said(text=WORDS) | {"timestamp": 10**18})),
    ("a kind of tomorrow", shapes.kept(event(hologram={"mid": MID}))),
    ("a list", shapes.kept([WORDS])),
    ("deep", b'{"page": "1", "event": ' + b"[" * 100_000),
]


@pytest.mark.parametrize(("label", "body"), UNREADABLE, ids=[label for label, _ in UNREADABLE])
def test_what_cannot_be_understood_is_set_aside_without_its_words(label: str, body: bytes) -> None:
    """The reason ends in a log; the words must not."""
    is_set_aside(read, body, secrets=shapes.SECRETS)


keys = st.sampled_from(
    ["text", "mid", "attachments", "quick_reply", "reply_to", "is_echo", "metadata", "is_deleted",
     "emoji", "action", "watermark", "mids", "payload", "title"]
)  # fmt: skip
odd_events = st.builds(
    lambda kind, about: event(**{kind: {"mid": MID} | about}),
    st.sampled_from(["message", "message_edit", "postback", "reaction", "read", "delivery", "odd"]),
    st.dictionaries(keys, ANYTHING, max_size=5),
)


@given(ANYTHING | odd_events)
def test_any_json_is_understood_or_set_aside(value: object) -> None:
    """What is understood can also be stored: no half characters."""
    read_or_set_aside(read, shapes.kept(value))
