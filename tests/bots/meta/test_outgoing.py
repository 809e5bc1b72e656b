"""What we ask of Graph, call by call, and what its answers mean."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bots.meta.messenger import MessengerChannel
from bots.meta.send_api import MAX_TITLE
from bridge.domain.catalogue import en, nb
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import Button, Outbound
from tests.bots.meta.script import no, ok, scripted
from tests.bots.meta.shapes import MAYA, MID, PAGE, SECRET, SECRETS, TOKEN, WORDS, Json
from tests.bots.scripted import PAGE_502, RUBBISH, Answer, Case, comes_out

Act = Callable[[MessengerChannel, str], Awaitable[object]]

SENT = ok(recipient_id=MAYA, message_id=MID)
PATH = f"/v25.0/{PAGE}/messages"
SAYS: Json = {
    "recipient": {"id": MAYA}, "message": {"text": WORDS}, "messaging_type": "RESPONSE",
}  # fmt: skip
INVITES: Json = {
    "recipient": {"comment_id": "1_2_3"},
    "message": {"text": WORDS, "metadata": "utebru-invited"},
    "messaging_type": "RESPONSE",
}


def says(text: str = WORDS, **more: Any) -> Act:
    return lambda channel, _: channel.send(Address(MAYA), Outbound(text=text, **more))


def invites() -> Act:
    return lambda channel, _: channel.invite("1_2_3", WORDS)


def fetches(path: str = "/cdn/1.jpg", limit: int = 1_000) -> Act:
    return lambda channel, url: channel.fetch(f"{url}{path}", limit=limit)


def fetches_from(url: str) -> Act:
    return lambda channel, _: channel.fetch(url, limit=1_000)


Outgoing = Case[Act, Json]


TABLE = [
    Outgoing(label="words", act=says(), answers=(SENT,), asks=SAYS, comes=MID),
    Outgoing(label="marks stay marks", act=says("*a* <b>"), answers=(SENT,), comes=MID,
             asks=SAYS | {"message": {"text": "*a* <b>"}}),
    Outgoing(label="half a character", act=says("a\ud83d"), answers=(SENT,), comes=MID,
             asks=SAYS | {"message": {"text": "a\ufffd"}}),
    Outgoing(label="a mark that is echoed", act=says(delivery=DeliveryId("d_17")), answers=(SENT,),
             asks=SAYS | {"message": {"text": WORDS, "metadata": "utebru:d_17"}}, comes=MID),
    Outgoing(
        label="choices",
        act=says(buttons=(Button(label="Ja", data="y"), Button(label="Nei", data="n"))),
        answers=(SENT,),
        asks=SAYS | {"message": {"text": WORDS, "quick_replies": [
            {"content_type": "text", "title": "Ja", "payload": "y"},
            {"content_type": "text", "title": "Nei", "payload": "n"},
        ]}},
        comes=MID,
    ),
    Outgoing(label="an answer to a comment", act=invites(), answers=(SENT,), asks=INVITES),
    Outgoing(label="one that has been answered", act=invites(), answers=(no(10900),)),
    Outgoing(label="one that is gone", act=invites(), answers=(no(100, 2018001),),
             fails=Reason.GONE),
    Outgoing(label="one that is too old", act=invites(), answers=(no(10, 2018278),),
             fails=Reason.CLOSED),
    Outgoing(label="one that nobody answers for", act=invites(), answers=(PAGE_502,),
             fails=Reason.NO_ANSWER),
    Outgoing(label="a person, late", act=says(late=True, by_person=True), answers=(SENT,),
             asks=SAYS | {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, comes=MID),
    Outgoing(label="the bot is never a person", act=says(late=True), answers=(SENT,), asks=SAYS,
             comes=MID),
    Outgoing(label="too long", act=says("a" * 2001), fails=Reason.TOO_LONG),
    Outgoing(label="a title that would be cut off",
             act=says(buttons=(Button(label="a" * 21, data="y"),)), fails=Reason.REJECTED),
    Outgoing(label="more choices than there is room for",
             act=says(buttons=(Button(label="a", data="y"),) * 14), fails=Reason.REJECTED),
    Outgoing(label="outside the window", act=says(), answers=(no(10, 2018278),),
             fails=Reason.CLOSED),
    Outgoing(label="not available", act=says(), answers=(no(551, 1545041),), fails=Reason.BLOCKED),
    Outgoing(label="does not receive from us", act=says(), answers=(no(10, 2018108),),
             fails=Reason.BLOCKED),
    Outgoing(label="nobody of that number", act=says(), answers=(no(100, 2018001),),
             fails=Reason.GONE),
    Outgoing(label="the token has run out", act=says(), answers=(no(190, 463, status=401),),
             fails=Reason.REVOKED, retry=True),
    Outgoing(label="the permission is lost", act=says(), answers=(no(200, 2018028, status=403),),
             fails=Reason.REVOKED, retry=True),
    Outgoing(label="too many, for so long", act=says(), answers=(no(613, minutes=4),),
             fails=Reason.BUSY, retry=True, after=timedelta(minutes=4)),
    Outgoing(label="too many, for how long nobody knows", act=says(), answers=(no(80006),),
             fails=Reason.BUSY, retry=True),
    Outgoing(label="a wait that cannot be", act=says(), answers=(no(4, minutes=10**9),),
             fails=Reason.BUSY, retry=True),
    Outgoing(label="too many, says what is in between", act=says(), answers=(Answer(status=429),),
             fails=Reason.BUSY, retry=True),
    Outgoing(label="a temporary failure", act=says(), answers=(no(1200),), fails=Reason.BUSY,
             retry=True),
    Outgoing(label="an unexpected error", act=says(), answers=(no(2, status=500),),
             fails=Reason.NO_ANSWER),
    Outgoing(label="an error without a code", act=says(), fails=Reason.NO_ANSWER,
             answers=(Answer(status=400, body=b'{"error": {"code": "x"}}'),)),
    Outgoing(label="for policies", act=says(), answers=(no(368),), fails=Reason.NOT_ALLOWED),
    Outgoing(label="an error of tomorrow", act=says(), answers=(no(987654),),
             fails=Reason.REJECTED),
    Outgoing(label="a page of HTML", act=says(), answers=(PAGE_502,), fails=Reason.NO_ANSWER),
    Outgoing(label="something in between says no", act=says(), fails=Reason.UNREACHABLE,
             retry=True, answers=(Answer(status=403, body=b"<html>"),)),
    Outgoing(label="sent elsewhere", act=says(), fails=Reason.UNREACHABLE, retry=True,
             answers=(Answer(status=302, headers=(("Location", "https://eksempel.no"),)),)),
    Outgoing(label="half an answer", act=says(), fails=Reason.NO_ANSWER,
             answers=(Answer(body=b'{"recipient_id"'),)),
    Outgoing(label="an answer that cannot be unpacked", act=says(), fails=Reason.NO_ANSWER,
             answers=(RUBBISH,)),
    Outgoing(label="taken, as what is not said", act=says(), fails=Reason.NO_ANSWER,
             answers=(ok(recipient_id=MAYA),)),
    Outgoing(label="the connection broke", act=says(), fails=Reason.NO_ANSWER,
             answers=(Answer(cut=True),)),
    Outgoing(label="a new wording is not to be had",
             act=lambda channel, _: channel.edit(Address(MAYA), Ref(MID), WORDS),
             fails=Reason.NOT_ALLOWED),
    Outgoing(label="nothing can be erased",
             act=lambda channel, _: channel.erase(Address(MAYA), [Ref("1"), Ref("2")]),
             comes={"1": Erasure.NO_CALL, "2": Erasure.NO_CALL}),
    Outgoing(label="nothing spins", act=lambda channel, _: channel.answer(MID)),
    Outgoing(label="a file", act=fetches(), answers=(Answer(body=b"1234"),), comes=b"1234"),
    Outgoing(label="an empty file", act=fetches(), answers=(Answer(),), comes=b""),
    Outgoing(label="a file that has moved", act=fetches(), comes=b"1234",
             answers=(Answer(status=302, headers=(("Location", "/cdn/2.jpg"),)),
                      Answer(body=b"1234"))),
    Outgoing(label="a file that has moved out of Meta's house", act=fetches(), fails=Reason.GONE,
             answers=(Answer(status=302, headers=(("Location", "http://127.0.0.2:1/x"),)),)),
    Outgoing(label="a file that goes in circles", act=fetches(), fails=Reason.GONE,
             answers=(Answer(status=302, headers=(("Location", "/cdn/1.jpg"),)),) * 4),
    Outgoing(label="too large a file", act=fetches(limit=3), fails=Reason.TOO_LARGE,
             answers=(Answer(body=b"1234"),)),
    Outgoing(label="an address that has run out", act=fetches(), fails=Reason.GONE,
             answers=(Answer(status=403),)),
    Outgoing(label="a file behind an error", act=fetches(), fails=Reason.UNREACHABLE, retry=True,
             answers=(PAGE_502,)),
    Outgoing(label="a file of our own house", act=fetches_from("http://127.0.0.1:1/latest/meta"),
             fails=Reason.GONE),
    Outgoing(label="a file from nowhere", act=fetches_from("finnes-ikke"), fails=Reason.GONE),
    Outgoing(label="a file on the disk", act=fetches_from("file:///etc/passwd"),
             fails=Reason.GONE),
    Outgoing(label="a host that ends like Meta's", act=fetches_from("https://ondfbcdn.net/x"),
             fails=Reason.GONE),
    Outgoing(label="Meta's host without a lock", fails=Reason.GONE,
             act=fetches_from("http://scontent.xx.fbcdn.net/x")),
    Outgoing(label="an address that is none", act=fetches_from("https://[/x"), fails=Reason.GONE),
    Outgoing(label="are you there", act=lambda channel, _: channel.alive(), answers=(ok(id=PAGE),)),
    Outgoing(label="a token of another page", act=lambda channel, _: channel.alive(),
             answers=(ok(id="42"),), fails=Reason.REVOKED, retry=True),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
async def test_every_call_says_what_we_mean_and_every_answer_is_understood(case: Outgoing) -> None:
    """A youth gets our words once, and the caseworker is told what is known and no more."""
    async with scripted(*case.answers) as (channel, script, url):
        await comes_out(case, case.act(channel, url), secrets=SECRETS)

    assert case.asks is None or script.calls == [(PATH, case.asks)]


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 15


async def test_the_token_is_in_no_address_and_goes_to_no_host_of_files() -> None:
    """Addresses lie in logs; whoever holds a file of hers must not hold our key to her."""
    async with scripted(SENT, Answer(body=b"1")) as (channel, script, url):
        await channel.send(Address(MAYA), Outbound(text=WORDS))
        await channel.fetch(f"{url}/cdn/1.jpg", limit=10)

    proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert [each.get("Authorization") for each in script.headers] == [f"Bearer {TOKEN}", None]
    assert script.queries == [{"appsecret_proof": proof}, {}]


def test_every_choice_we_ever_give_fits_on_a_button() -> None:
    """A title that is cut off may say something else."""
    labels = [*nb.BUTTONS.values(), *en.BUTTONS.values()]

    assert max(map(len, labels)) <= MAX_TITLE


async def test_where_meta_has_not_allowed_it_nobody_answers_late() -> None:
    """The card must not promise a week that is not ours."""
    async with scripted() as (channel, _, _):
        late = channel.capabilities.answer_late
        without = MessengerChannel(channel._graph, page=PAGE, human_agent=False)

    assert (late, without.capabilities.answer_late) == (timedelta(days=7), None)
