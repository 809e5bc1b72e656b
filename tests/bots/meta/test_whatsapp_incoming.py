"""What WhatsApp may bring, kind by kind, and what the bridge makes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.meta import webhook
from bots.meta.whatsapp_convert import read
from bridge.domain.delivery import Reason
from bridge.domain.ids import DeliveryId, Ref
from bridge.domain.messages import (
    Bounced,
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
from tests.bots.meta import whatsapp_shapes as shapes
from tests.bots.meta.shapes import SECRET, WORDS, Json
from tests.bots.meta.whatsapp_shapes import (
    ASKED,
    MAYA,
    MEDIA,
    NUMBER,
    PHONE,
    WAMID,
    call,
    failed,
    kept,
    message,
    signed,
    status,
    text,
)

REF, OURS = Ref(WAMID), Ref(ASKED)
WHEN = datetime.fromtimestamp(shapes.AT, tz=UTC)
MARK = {"biz_opaque_callback_data": "utebru:d_17"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One documented message of hers, and what is to be understood."""

    label: str
    event: Json
    fact: Fact = field(repr=False)


def words(said: str = WORDS, **more: Any) -> Said:
    return Said(ref=REF, text=said, **more)


def file(name: str, mime: str, said: str = "") -> Said:
    return words(said, files=(File(ref=MEDIA, name=name, type=mime, size=None),))


def placeholder(kind: str, said: str = "") -> Said:
    return words(said, placeholder=kind)


def media(kind: str, mime: str, **more: Any) -> Json:
    return message(kind, {"id": MEDIA, "mime_type": mime, "sha256": "x", **more})


def choice(kind: str, data: str) -> Json:
    return message("interactive", {"type": kind, kind: {"id": data, "title": "Ja"}})


MESSAGES = [
    Incoming(label="words", event=text(), fact=words()),
    Incoming(label="emoji", event=text("👩‍👩‍👧‍👦 🇳🇴"), fact=words("👩‍👩‍👧‍👦 🇳🇴")),
    Incoming(label="half a character", event=text("a\ud83db"), fact=words("a\ufffdb")),
    Incoming(label="an answer to a message", event=text(context={"from": "47", "id": ASKED}),
             fact=words(answers=OURS)),
    Incoming(label="passed on", event=text(context={"forwarded": True}),
             fact=words(forwarded=True)),
    Incoming(label="passed on by many", event=text(context={"frequently_forwarded": True}),
             fact=words(forwarded=True)),
    Incoming(label="an advertisement led her here",
             event=text(referral={"source_url": "https://fb.me/x", "source_type": "ad"}),
             fact=words()),
    Incoming(label="no words in it", event=text(""), fact=placeholder("text")),
    Incoming(label="a reply button", event=choice("button_reply", "consent:yes:q_1:1"),
             fact=Pressed(ref=REF, data="consent:yes:q_1:1", press=WAMID)),
    Incoming(label="a row of a list", event=choice("list_reply", "consent:no:q_1:1"),
             fact=Pressed(ref=REF, data="consent:no:q_1:1", press=WAMID)),
    Incoming(label="a form", event=message("interactive", {"type": "nfm_reply", "nfm_reply": {}}),
             fact=placeholder("interactive")),
    Incoming(label="a template's button", event=message("button", {"payload": "x", "text": "Ja"}),
             fact=placeholder("button", "Ja")),
    Incoming(label="a picture", event=media("image", "image/jpeg"),
             fact=file("bilde.jpg", "image/jpeg")),
    Incoming(label="a picture with words", event=media("image", "image/png", caption=WORDS),
             fact=file("bilde.png", "image/png", WORDS)),
    Incoming(label="a film", event=media("video", "video/mp4"),
             fact=file("video.mp4", "video/mp4")),
    Incoming(label="a voice", event=media("audio", "audio/ogg; codecs=opus", voice=True),
             fact=file("lyd.ogg", "audio/ogg")),
    Incoming(label="a sound file", event=media("audio", "audio/mpeg"),
             fact=file("lyd.mp3", "audio/mpeg")),
    Incoming(label="a document", event=media("document", "application/pdf", filename="brev.pdf"),
             fact=file("brev.pdf", "application/pdf")),
    Incoming(label="a name that would go elsewhere",
             event=media("document", "text/plain", filename="../../etc/passwd.txt"),
             fact=file("passwd.txt", "text/plain")),
    Incoming(label="a name that is written backwards",
             event=media("document", "text/plain", filename="brev\u202efdp.exe"),
             fact=file("brevfdp.exe", "text/plain")),
    Incoming(label="a document without a name", event=media("document", "application/pdf"),
             fact=file("fil", "application/pdf")),
    Incoming(label="a sticker", event=media("sticker", "image/webp", animated=False),
             fact=file("klistremerke.webp", "image/webp")),
    Incoming(label="a picture that has no id", event=message("image", {"mime_type": "image/png"}),
             fact=placeholder("image")),
    Incoming(label="where she is",
             event=message("location", {"latitude": 59.9139, "longitude": 10.7522,
                                        "name": "Utekontakten", "address": "Storgata 1"}),
             fact=placeholder("location", "Utekontakten\nStorgata 1\n59.9139, 10.7522")),
    Incoming(label="somebody else's number",
             event=message("contacts", [{"name": {"formatted_name": "Ola"},
                                         "phones": [{"phone": "+4790000000"}]}]),
             fact=placeholder("contact")),
    Incoming(label="an order", event=message("order", {"catalog_id": "1", "product_items": []}),
             fact=placeholder("order")),
    Incoming(label="what the platform does not give us",
             event=message("unsupported", {"type": "poll_creation"},
                           errors=[{"code": 131051, "title": "Message type unknown"}]),
             fact=placeholder("poll_creation")),
    Incoming(label="what it does not say more about",
             event=message("unsupported", errors=[{"code": 131051}]),
             fact=placeholder("unsupported")),
    Incoming(label="a kind of tomorrow", event=message("hologram", {"beam": 1}),
             fact=placeholder("hologram")),
    Incoming(label="a kind that is no name", event=message("<b>"), fact=placeholder("unknown")),
    Incoming(label="a heart", event=message("reaction", {"message_id": ASKED, "emoji": "❤️"}),
             fact=Reacted(ref=OURS, emoji="❤️")),
    Incoming(label="a heart taken away", event=message("reaction", {"message_id": ASKED}),
             fact=Reacted(ref=OURS, emoji=None)),
    Incoming(label="a new wording",
             event=message("edit", {"original_message_id": ASKED,
                                    "message": {"type": "text", "text": {"body": WORDS}}}),
             fact=Edited(ref=OURS, text=WORDS)),
    Incoming(label="a new wording under a picture",
             event=message("edit", {"original_message_id": ASKED, "message": {
                 "type": "image", "image": {"id": MEDIA, "caption": WORDS}}}),
             fact=Edited(ref=OURS, text=WORDS)),
    Incoming(label="taken back", event=message("revoke", {"original_message_id": ASKED}),
             fact=Unsent(ref=OURS)),
    Incoming(label="a new number, which the text names",
             event=message("system", {"body": f"Maya changed to {PHONE}", "wa_id": PHONE,
                                      "type": "user_changed_number"}),
             fact=Nothing()),
]  # fmt: skip

STATUSES = [
    Incoming(label="sent", event=status("sent"), fact=Nothing()),
    Incoming(label="sent, with our mark", event=status("sent", **MARK),
             fact=Echoed(ref=OURS, text="", delivery=DeliveryId("d_17"))),
    Incoming(label="sent, with another's mark",
             event=status("sent", biz_opaque_callback_data="andre:1"), fact=Nothing()),
    Incoming(label="delivered", event=status("delivered", **MARK),
             fact=Seen(how=Receipt.DELIVERED, refs=(OURS,))),
    Incoming(label="read", event=status("read"), fact=Seen(how=Receipt.READ, refs=(OURS,))),
    Incoming(label="heard", event=status("played"), fact=Seen(how=Receipt.READ, refs=(OURS,))),
    Incoming(label="undeliverable", event=failed(131026, **MARK),
             fact=Bounced(ref=OURS, reason=Reason.GONE, delivery=DeliveryId("d_17"))),
    Incoming(label="outside the window", event=failed(131047),
             fact=Bounced(ref=OURS, reason=Reason.CLOSED)),
    Incoming(label="too often to one", event=failed(131056),
             fact=Bounced(ref=OURS, reason=Reason.REJECTED)),
    Incoming(label="for reasons that nobody knows", event=failed(131000),
             fact=Bounced(ref=OURS, reason=Reason.REJECTED)),
    Incoming(label="failed, which is all that is said", event=failed(),
             fact=Bounced(ref=OURS, reason=Reason.REJECTED)),
    Incoming(label="a status of tomorrow", event=status("warmed"), fact=Nothing()),
]  # fmt: skip


@pytest.mark.parametrize("case", MESSAGES, ids=[case.label for case in MESSAGES])
def test_every_documented_message_is_understood(case: Incoming) -> None:
    """What she meant must not be lost because it came in a form we had not thought of."""
    inbound = read(kept(message=case.event))

    assert inbound.fact == case.fact
    assert (inbound.address, inbound.at) == (MAYA, WHEN)
    assert not [secret for secret in (WORDS, WAMID, ASKED, MAYA, PHONE) if secret in repr(inbound)]


@pytest.mark.parametrize("case", STATUSES, ids=[case.label for case in STATUSES])
def test_how_far_our_words_have_come_is_understood(case: Incoming) -> None:
    """Whoever waits in the street for an answer stops wondering whether it came."""
    inbound = read(kept(status=case.event))

    assert inbound.fact == case.fact
    assert (inbound.address, inbound.at) == (MAYA, WHEN)
    assert not [secret for secret in (WORDS, ASKED, MAYA, PHONE) if secret in repr(inbound)]


def test_the_tables_are_as_long_as_the_documentation_asks() -> None:
    assert len(MESSAGES) + len(STATUSES) >= 25


@pytest.mark.parametrize(
    ("contact", "event", "who"),
    [
        ({"user_id": MAYA}, {"from": PHONE}, MAYA),
        ({"wa_id": PHONE}, {}, PHONE),
        ({}, {"from": PHONE}, PHONE),
        ({}, {"from": PHONE, "from_user_id": MAYA}, MAYA),
    ],
)
def test_she_is_known_by_the_id_that_is_ours_alone_where_there_is_one(
    contact: Json, event: Json, who: str
) -> None:
    """Her number is hers; and the day she hides it she must not be a stranger to us."""
    bare = {"id": WAMID, "timestamp": str(shapes.AT), "type": "text", "text": {"body": WORDS}}

    assert read(json.dumps({"contact": contact, "message": bare | event}).encode()).address == who


async def taken(body: bytes) -> dict[str, bytes]:
    kept_there: dict[str, bytes] = {}

    async def accept(source: str, event: str, body: bytes) -> bool:
        assert source == "whatsapp"
        new = event not in kept_there
        kept_there.setdefault(event, body)
        return new

    ours = webhook.Ours(number=NUMBER)
    assert await webhook.receive(body, signed(body), secret=SECRET, ours=ours, accept=accept) == 200
    return kept_there


async def test_every_message_and_every_status_is_taken_for_itself() -> None:
    """Under load Meta puts many youths into one call; the second is no less urgent."""
    told = await taken(call(text(), text(id=ASKED), statuses=(status("sent"), status("read"))))

    assert [type(read(body).fact) for body in told.values()] == [Said, Said, Nothing, Seen]


async def test_what_is_told_twice_is_kept_once() -> None:
    """Meta tells again for days until it has heard our 200."""
    assert len(await taken(call(text(), text(), statuses=(status("sent"),) * 2))) == 2


async def test_the_name_of_her_account_goes_no_further_and_no_id_holds_her_number() -> None:
    """We do not know who she is, and have no use for it."""
    told = await taken(call(text()))

    assert not any(b"Kanari" in body for body in told.values())
    assert not any(PHONE in event or "wamid" in event for event in told)


async def test_a_number_that_is_not_ours_is_not_heard() -> None:
    """Its youths are somebody else's, even when Meta signs for it."""
    assert await taken(call(text(), number="42")) == {}


UNREADABLE: list[tuple[str, bytes]] = [
    ("nothing in it", kept()),
    ("not a word of whom", json.dumps({"message": {"id": WAMID, "type": "text"}}).encode()),
    ("no id", kept(message=text(id=""))),
    ("no time", kept(message=text(timestamp="i går"))),
    ("after the end of time", kept(message=text(timestamp="9" * 15))),
    ("an edit of nothing", kept(message=message("edit", {"message": {}}))),
    ("a list", kept(message=[WORDS])),
    ("deep", b'{"message": ' + b"[" * 100_000),
]


@pytest.mark.parametrize(("label", "body"), UNREADABLE, ids=[label for label, _ in UNREADABLE])
def test_what_cannot_be_understood_is_set_aside_without_its_words(label: str, body: bytes) -> None:
    """The reason ends in a log; the words must not."""
    is_set_aside(read, body, secrets=shapes.SECRETS)


kinds = st.sampled_from(
    ["text", "image", "document", "location", "contacts", "interactive", "reaction", "edit",
     "revoke", "button", "unsupported", "system", "odd"]
)  # fmt: skip
keys = st.sampled_from(
    ["id", "body", "caption", "filename", "mime_type", "latitude", "longitude", "emoji",
     "message_id", "original_message_id", "button_reply", "message", "type", "text"]
)  # fmt: skip
odd_messages = st.builds(
    message, kinds, st.dictionaries(keys, ANYTHING, max_size=5) | ANYTHING, context=ANYTHING
)
odd_statuses = st.builds(
    lambda told, errors: status(told, errors=errors),
    st.sampled_from(["sent", "failed", "read", "odd"]),
    st.lists(st.dictionaries(st.just("code"), ANYTHING), max_size=3) | ANYTHING,
)


@given(
    odd_messages.map(lambda m: {"message": m})
    | odd_statuses.map(lambda s: {"status": s})
    | st.dictionaries(st.sampled_from(["message", "status", "contact"]), ANYTHING)
)
def test_any_json_is_understood_or_set_aside(event: Json) -> None:
    """What is understood can also be stored: no half characters."""
    read_or_set_aside(read, kept(**{k: v for k, v in event.items() if k != "contact"}))
