"""What we ask of Graph for Instagram, call by call, and what its answers mean."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from bots.meta.graph import Graph
from bots.meta.instagram import MAX_BYTES, InstagramChannel
from bots.pieces import octets
from bridge.domain.catalogue import nb
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.hours import Hours
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import Button, Outbound
from bridge.domain.phrases import LANGUAGES, Numbers, say
from tests.bots.meta.script import no, ok, scripted_for
from tests.bots.meta.shapes import MAYA, MID, PAGE, SECRETS, WORDS, Json
from tests.bots.scripted import RUBBISH, Answer, Case, comes_out

Act = Callable[[InstagramChannel, str], Awaitable[object]]

ACCOUNT: Final = "17841400008460056"
SENT: Final = ok(recipient_id=MAYA, message_id=MID)
PATH: Final = f"/v25.0/{PAGE}/messages"
SAYS: Final[Json] = {
    "recipient": {"id": MAYA}, "message": {"text": WORDS}, "messaging_type": "RESPONSE",
}  # fmt: skip


def instagram(graph: Graph) -> InstagramChannel:
    return InstagramChannel(graph, page=PAGE, account=ACCOUNT, human_agent=True)


def says(text: str = WORDS, **more: Any) -> Act:
    return lambda channel, _: channel.send(Address(MAYA), Outbound(text=text, **more))


def fetches(path: str = "/cdn/1.jpg", limit: int = 1_000) -> Act:
    return lambda channel, url: channel.fetch(f"{url}{path}", limit=limit)


Outgoing = Case[Act, Json]


def fails(label: str, answer: Answer, reason: Reason, *, retry: bool = False) -> Outgoing:
    return Outgoing(label=label, act=says(), answers=(answer,), fails=reason, retry=retry)


TABLE = [
    Outgoing(label="words, without a mark that nobody would echo",
             act=says(delivery=DeliveryId("d_17")), answers=(SENT,), asks=SAYS, comes=MID),
    Outgoing(label="a thousand bytes", act=says("æ" * 500), answers=(SENT,), comes=MID,
             asks=SAYS | {"message": {"text": "æ" * 500}}),
    Outgoing(label="one more", act=says("æ" * 500 + "a"), fails=Reason.TOO_LONG),
    Outgoing(label="half a character", act=says("a\ud83d"), answers=(SENT,), comes=MID,
             asks=SAYS | {"message": {"text": "a\ufffd"}}),
    Outgoing(
        label="choices", answers=(SENT,), comes=MID,
        act=says(buttons=(Button(label="Ja", data="y"), Button(label="Nei", data="n"))),
        asks=SAYS | {"message": {"text": WORDS, "quick_replies": [
            {"content_type": "text", "title": "Ja", "payload": "y"},
            {"content_type": "text", "title": "Nei", "payload": "n"},
        ]}},
    ),
    Outgoing(label="a title that would be cut off", fails=Reason.REJECTED,
             act=says(buttons=(Button(label="a" * 21, data="y"),))),
    Outgoing(label="a person, late", act=says(late=True, by_person=True), answers=(SENT,),
             asks=SAYS | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, comes=MID),
    Outgoing(label="the bot is never a person", act=says(late=True), answers=(SENT,), asks=SAYS,
             comes=MID),
    fails("outside the window", no(10, 2534022), Reason.CLOSED),
    fails("nobody of that id", no(100, 2534014), Reason.GONE),
    fails("the token has run out", no(190, 463, status=401), Reason.REVOKED, retry=True),
    fails("the account is not let in", no(200, status=403), Reason.REVOKED, retry=True),
    fails("too many for the account", no(80002), Reason.BUSY, retry=True),
    Outgoing(label="too many, for so long", act=says(), answers=(no(80002, minutes=4),),
             fails=Reason.BUSY, retry=True, after=timedelta(minutes=4)),
    fails("for policies", no(368), Reason.NOT_ALLOWED),
    fails("an unexpected error", no(2, status=500), Reason.NO_ANSWER),
    fails("taken, as what is not said", ok(recipient_id=MAYA), Reason.NO_ANSWER),
    fails("an answer that cannot be unpacked", RUBBISH, Reason.NO_ANSWER),
    fails("the connection broke", Answer(cut=True), Reason.NO_ANSWER),
    Outgoing(label="a new wording is not to be had", fails=Reason.NOT_ALLOWED,
             act=lambda channel, _: channel.edit(Address(MAYA), Ref(MID), WORDS)),
    Outgoing(label="nothing can be erased",
             act=lambda channel, _: channel.erase(Address(MAYA), [Ref("1"), Ref("2")]),
             comes={"1": Erasure.NO_CALL, "2": Erasure.NO_CALL}),
    Outgoing(label="a file", act=fetches(), answers=(Answer(body=b"1234"),), comes=b"1234"),
    Outgoing(label="too large a file", act=fetches(limit=3), fails=Reason.TOO_LARGE,
             answers=(Answer(body=b"1234"),)),
    Outgoing(label="a file of our own house", fails=Reason.GONE,
             act=lambda channel, _: channel.fetch("http://127.0.0.1:1/x", limit=9)),
    Outgoing(label="are you there", act=lambda channel, _: channel.alive(),
             answers=(ok(id=ACCOUNT),)),
    Outgoing(label="a token of another account", act=lambda channel, _: channel.alive(),
             answers=(ok(id="42"),), fails=Reason.REVOKED, retry=True),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
async def test_every_call_says_what_we_mean_and_every_answer_is_understood(case: Outgoing) -> None:
    """A youth gets our words once, and the caseworker is told what is known and no more."""
    async with scripted_for(instagram, *case.answers) as (channel, script, url):
        await comes_out(case, case.act(channel, url), secrets=SECRETS)

    assert case.asks is None or script.calls == [(PATH, case.asks)]


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_bot_ever_says_has_room_in_one_message(language: str) -> None:
    """A greeting or a crisis number that Meta refuses for its length is never said."""
    hours = Hours(
        open={day: (time(8, day), time(15, 30 + day)) for day in range(7)}, zone=ZoneInfo("UTC")
    )
    now = datetime(2026, 3, 2, 23, tzinfo=UTC)

    for phrase in nb.TEXTS.keys() - {"hours.line"}:
        said = say(phrase, language, hours=hours, numbers=Numbers(), now=now)
        assert octets(said.text) <= MAX_BYTES, phrase
