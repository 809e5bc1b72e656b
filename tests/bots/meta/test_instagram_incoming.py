"""What Instagram may bring, kind by kind, and what the bridge makes of it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from bots.meta import webhook
from bots.meta.graph import Graph
from bots.meta.instagram import InstagramChannel
from bridge.domain.ids import Ref
from bridge.domain.messages import (
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
from tests.bots.meta import shapes
from tests.bots.meta.shapes import ASKED, MAYA, MID, PAGE, SECRET, WORDS, Json, signed

ACCOUNT: Final = "17841400008460056"
IG: Final = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=17911&signature=AbS"
REEL: Final = "https://www.instagram.com/reel/1"
REF: Final = Ref(MID)
WHEN: Final = datetime.fromtimestamp(shapes.AT / 1000, tz=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One documented event, and what is to be understood."""

    label: str
    event: Json
    fact: Fact = field(repr=False)


def event(**about: Any) -> Json:
    return {"sender": {"id": MAYA}, "recipient": {"id": ACCOUNT}, "timestamp": shapes.AT} | about


def said(**message: Any) -> Json:
    return event(message={"mid": MID} | message)


def echo(**message: Any) -> Json:
    told = said(is_echo=True, **message)
    return told | {"sender": {"id": ACCOUNT}, "recipient": {"id": MAYA}}


def attached(kind: str, **payload: Any) -> Json:
    return said(attachments=[{"type": kind, "payload": payload}])


def words(text: str = WORDS, **more: Any) -> Said:
    return Said(ref=REF, text=text, **more)


def placeholder(kind: str, text: str = "") -> Said:
    return words(text, placeholder=kind)


def file(name: str, mime: str) -> tuple[File, ...]:
    return (File(ref=IG, name=name, type=mime, size=None),)


TABLE = [
    Incoming(label="words", event=said(text=WORDS), fact=words()),
    Incoming(label="emoji", event=said(text="👩‍👩‍👧‍👦"), fact=words("👩‍👩‍👧‍👦")),
    Incoming(label="an answer to a message", event=said(text=WORDS, reply_to={"mid": ASKED}),
             fact=words(answers=Ref(ASKED))),
    Incoming(label="an answer to a story",
             event=said(text=WORDS, reply_to={"story": {"url": IG, "id": "178"}}),
             fact=placeholder("story_reply", WORDS)),
    Incoming(label="a mention in a story", event=attached("story_mention", url=IG),
             fact=placeholder("story_mention")),
    Incoming(label="a post that is shared", event=attached("share", url=IG),
             fact=placeholder("share", IG)),
    Incoming(label="a reel that is shared",
             event=attached("ig_reel", reel_video_id="1", title="Hei", url=REEL),
             fact=placeholder("ig_reel", f"Hei\n{REEL}")),
    Incoming(label="a reel, by its other name", event=attached("reel", url=REEL),
             fact=placeholder("reel", REEL)),
    Incoming(label="a picture that goes away", event=attached("ephemeral", url=IG),
             fact=placeholder("ephemeral")),
    Incoming(label="a picture", event=attached("image", url=IG),
             fact=words("", files=file("bilde.jpg", "image/jpeg"))),
    Incoming(label="a film", event=attached("video", url=IG),
             fact=words("", files=file("video.mp4", "video/mp4"))),
    Incoming(label="a voice", event=attached("audio", url=IG),
             fact=words("", files=file("lyd.mp4", "audio/mp4"))),
    Incoming(label="a file", event=attached("file", url=IG),
             fact=words("", files=file("fil", "application/octet-stream"))),
    Incoming(label="a product", event=attached("template", generic={"elements": []}),
             fact=placeholder("template")),
    Incoming(label="a kind of tomorrow", event=attached("hologram", url="x"),
             fact=placeholder("hologram", "x")),
    Incoming(label="said to be unsupported", event=said(is_unsupported=True),
             fact=placeholder("unsupported")),
    Incoming(label="about something we have advertised",
             event=said(text=WORDS, referral={"ref": "x", "ad_id": "1", "source": "ADS"}),
             fact=words()),
    Incoming(label="a chosen quick reply",
             event=said(text="Ja", quick_reply={"payload": "consent:yes:q_1:1"}),
             fact=Pressed(ref=REF, data="consent:yes:q_1:1", press=MID)),
    Incoming(label="an ice breaker",
             event=event(postback={"mid": MID, "title": "Åpent?", "payload": "X"}),
             fact=words("Åpent?")),
    Incoming(label="taken back", event=said(is_deleted=True), fact=Unsent(ref=REF)),
    Incoming(label="a new wording",
             event=event(message_edit={"mid": MID, "text": WORDS, "num_edit": 1}),
             fact=Edited(ref=REF, text=WORDS)),
    Incoming(
        label="a heart",
        event=event(reaction={"mid": MID, "action": "react", "reaction": "love", "emoji": "❤️"}),
        fact=Reacted(ref=REF, emoji="❤️"),
    ),
    Incoming(label="a heart taken away", event=event(reaction={"mid": MID, "action": "unreact"}),
             fact=Reacted(ref=REF, emoji=None)),
    Incoming(label="seen", event=event(read={"mid": ASKED}),
             fact=Seen(how=Receipt.READ, refs=(Ref(ASKED),))),
    Incoming(label="ours or a colleague's, which nobody says", event=echo(text=WORDS),
             fact=Echoed(ref=REF, text=WORDS, unmarked=True)),
    Incoming(label="a mark, if there were one", event=echo(text=WORDS, metadata="utebru:d"),
             fact=Echoed(ref=REF, text=WORDS, unmarked=True)),
    Incoming(label="a colleague's picture",
             event=echo(attachments=[{"type": "image", "payload": {"url": IG}}]),
             fact=Echoed(ref=REF, text="", files=file("bilde.jpg", "image/jpeg"), unmarked=True)),
    Incoming(label="a colleague's, taken back", event=echo(is_deleted=True),
             fact=Unsent(ref=REF)),
    Incoming(label="she came from a link", event=event(referral={"ref": "x", "source": "IGME"}),
             fact=Nothing()),
]  # fmt: skip


def channel() -> InstagramChannel:
    graph = Graph("t", app_secret=SECRET)
    return InstagramChannel(graph, page=PAGE, account=ACCOUNT, human_agent=True)


def kept(told: object) -> bytes:
    """As it is put on disk."""
    return json.dumps({"page": ACCOUNT, "event": told}).encode()


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
def test_every_documented_event_is_understood(case: Incoming) -> None:
    """What she meant must not be lost because it came in a form we had not thought of."""
    inbound = channel().read(kept(case.event))

    assert inbound.fact == case.fact
    assert (inbound.address, inbound.at) == (MAYA, WHEN)
    assert WORDS not in repr(inbound)


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 25


@pytest.mark.parametrize(("us", "count"), [(ACCOUNT, 2), ("42", 0)])
async def test_what_is_told_of_our_account_is_taken_and_of_no_other(us: str, count: int) -> None:
    """Its youths are somebody else's, even when Meta signs for it."""
    entry = {"id": us, "time": shapes.AT, "messaging": [said(text=WORDS), echo(text="x", mid="m")]}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    taken: list[str] = []

    async def accept(source: str, event: str, body: bytes) -> bool:
        taken.append(source)
        return True

    ours = webhook.Ours(page=PAGE, instagram=ACCOUNT)
    status = await webhook.receive(body, signed(body), secret=SECRET, ours=ours, accept=accept)

    assert (status, taken) == (200, ["instagram"] * count)
