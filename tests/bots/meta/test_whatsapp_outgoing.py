"""What we ask of the Cloud API, call by call, and what its answers mean."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bots.meta.graph import Graph
from bots.meta.whatsapp import WhatsAppChannel
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import Button, Outbound
from tests.bots.meta.script import no, ok, scripted_for
from tests.bots.meta.shapes import TOKEN, WORDS, Json
from tests.bots.meta.whatsapp_shapes import (
    ACCOUNT,
    MAYA,
    MEDIA,
    NUMBER,
    PHONE,
    SECRETS,
    WAMID,
)
from tests.bots.scripted import PAGE_502, RUBBISH, Answer, Case, comes_out

Act = Callable[[WhatsAppChannel, str], Awaitable[object]]

SENT = ok(messaging_product="whatsapp", contacts=[{"input": MAYA}], messages=[{"id": WAMID}])
PATH = f"/v25.0/{NUMBER}/messages"
HEAD: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", "recipient": MAYA}
SAYS: Json = {**HEAD, "type": "text", "text": {"preview_url": False, "body": WORDS}}
TWO = (Button(label="Ja", data="y"), Button(label="Nei", data="n"))
FOUR = tuple(Button(label=f"Valg {n}", data=f"{n}") for n in range(4))


def whatsapp(graph: Graph) -> WhatsAppChannel:
    return WhatsAppChannel(graph, number=NUMBER, account=ACCOUNT)


def says(text: str = WORDS, to: str = MAYA, **more: Any) -> Act:
    return lambda channel, _: channel.send(Address(to), Outbound(text=text, **more))


def fetches(file: str = MEDIA, limit: int = 1_000) -> Act:
    return lambda channel, _: channel.fetch(file, limit=limit)


def body(text: str) -> Json:
    return {"text": {"preview_url": False, "body": text}}


def asks(kind: str, text: str, action: Json) -> Json:
    about = {"type": kind, "body": {"text": text}, "action": action}
    return {**HEAD, "type": "interactive", "interactive": about}


Outgoing = Case[Act, Json]


def fails(label: str, answer: Answer, reason: Reason, *, retry: bool = False) -> Outgoing:
    return Outgoing(label=label, act=says(), answers=(answer,), fails=reason, retry=retry)


TABLE = [
    Outgoing(label="words", act=says(), answers=(SENT,), asks=SAYS, comes=WAMID),
    Outgoing(label="to a number, where that is all we know", act=says(to=PHONE), answers=(SENT,),
             asks={**{k: v for k, v in SAYS.items() if k != "recipient"}, "to": PHONE},
             comes=WAMID),
    Outgoing(label="half a character", act=says("a\ud83d"), answers=(SENT,),
             asks=SAYS | body("a\ufffd"), comes=WAMID),
    Outgoing(label="a mark that comes back", act=says(delivery=DeliveryId("d_17")),
             answers=(SENT,), asks=SAYS | {"biz_opaque_callback_data": "utebru:d_17"},
             comes=WAMID),
    Outgoing(label="a person, late, is no tag here", act=says(late=True, by_person=True),
             answers=(SENT,), asks=SAYS, comes=WAMID),
    Outgoing(
        label="choices", act=says(buttons=TWO), answers=(SENT,), comes=WAMID,
        asks=asks("button", WORDS, {"buttons": [
            {"type": "reply", "reply": {"id": "y", "title": "Ja"}},
            {"type": "reply", "reply": {"id": "n", "title": "Nei"}},
        ]}),
    ),
    Outgoing(
        label="more choices than there are buttons", act=says(buttons=FOUR), answers=(SENT,),
        comes=WAMID,
        asks=asks("list", WORDS, {"button": "Svar", "sections": [{"title": "Svar", "rows": [
            {"id": str(n), "title": f"Valg {n}"} for n in range(4)]}]}),
    ),
    Outgoing(label="more than a list holds, or the same twice: she types it",
             act=says(buttons=TWO + TWO[:1]), answers=(SENT,), comes=WAMID,
             asks=SAYS | body(f"{WORDS}\n\n• Ja\n• Nei\n• Ja")),
    Outgoing(label="words too long to have buttons under", act=says("a" * 1025, buttons=TWO),
             answers=(SENT,), comes=WAMID, asks=SAYS | body("a" * 1025 + "\n\n• Ja\n• Nei")),
    Outgoing(label="a title that would be cut off",
             act=says(buttons=(Button(label="a" * 25, data="y"),)), answers=(SENT,), comes=WAMID,
             asks=SAYS | body(f"{WORDS}\n\n• {'a' * 25}")),
    Outgoing(label="no room for the choices", act=says("a" * 4090, buttons=TWO),
             fails=Reason.TOO_LONG),
    Outgoing(label="too long", act=says("a" * 4097), fails=Reason.TOO_LONG),
    fails("outside the window", no(131047), Reason.CLOSED),
    fails("undeliverable", no(131026), Reason.GONE),
    fails("too fast", no(130429), Reason.BUSY, retry=True),
    fails("too fast to one", no(131056), Reason.BUSY, retry=True),
    fails("the account has called too often", no(80007), Reason.BUSY, retry=True),
    Outgoing(label="too many, for so long", act=says(), answers=(no(80007, minutes=4),),
             fails=Reason.BUSY, retry=True, after=timedelta(minutes=4)),
    fails("unavailable", no(131016, status=503), Reason.BUSY, retry=True),
    fails("the token has run out", no(190, 463, status=401), Reason.REVOKED, retry=True),
    fails("not let in", no(0, status=401), Reason.REVOKED, retry=True),
    fails("no permission", no(10, status=403), Reason.REVOKED, retry=True),
    fails("the number is not registered", no(133010), Reason.REVOKED, retry=True),
    fails("shut for policies", no(368, status=403), Reason.NOT_ALLOWED),
    fails("the account is locked", no(131031, status=403), Reason.NOT_ALLOWED),
    fails("nobody has paid", no(131042), Reason.NOT_ALLOWED),
    fails("flagged as spam", no(131048), Reason.NOT_ALLOWED),
    fails("something went wrong", no(131000, status=500), Reason.NO_ANSWER),
    fails("not a valid value", no(131009), Reason.REJECTED),
    fails("an error of tomorrow", no(987654), Reason.REJECTED),
    fails("an error without a code", Answer(status=400, body=b'{"error": {"code": "x"}}'),
          Reason.NO_ANSWER),
    fails("a page of HTML", PAGE_502, Reason.NO_ANSWER),
    fails("half an answer", Answer(body=b'{"messages": [{"id"'), Reason.NO_ANSWER),
    fails("taken, as what is not said", ok(messages=[]), Reason.NO_ANSWER),
    fails("an answer that cannot be unpacked", RUBBISH, Reason.NO_ANSWER),
    fails("the connection broke", Answer(cut=True), Reason.NO_ANSWER),
    Outgoing(label="a new wording is not to be had", fails=Reason.NOT_ALLOWED,
             act=lambda channel, _: channel.edit(Address(MAYA), Ref(WAMID), WORDS)),
    Outgoing(label="nothing can be erased",
             act=lambda channel, _: channel.erase(Address(MAYA), [Ref("1"), Ref("2")]),
             comes={"1": Erasure.NO_CALL, "2": Erasure.NO_CALL}),
    Outgoing(label="a file nobody knows", act=fetches(), answers=(no(100, 33),),
             fails=Reason.GONE),
    Outgoing(label="a file that says it is too large", act=fetches(limit=3), fails=Reason.TOO_LARGE,
             answers=(ok(url="https://lookaside.fbsbx.com/x", file_size=4),)),
    Outgoing(label="a file of our own house", act=fetches(), fails=Reason.GONE,
             answers=(ok(url="http://127.0.0.1:1/latest/meta", file_size=4),)),
    Outgoing(label="a file without an address", act=fetches(), fails=Reason.GONE,
             answers=(ok(file_size=4),)),
    Outgoing(label="a file that nobody answers for", act=fetches(), fails=Reason.UNREACHABLE,
             retry=True, answers=(PAGE_502,)),
    Outgoing(label="an id that is a path", act=fetches("../me"), fails=Reason.GONE),
    Outgoing(label="a file goes", act=lambda channel, _: channel.release(MEDIA),
             answers=(ok(success=True),)),
    Outgoing(label="a file that will not go", act=lambda channel, _: channel.release(MEDIA),
             answers=(no(100, 33),)),
    Outgoing(label="what is no file is not deleted", act=lambda channel, _: channel.release("me")),
    Outgoing(label="are you there", act=lambda channel, _: channel.alive(),
             answers=(ok(id=NUMBER),)),
    Outgoing(label="a token of another number", act=lambda channel, _: channel.alive(),
             answers=(ok(id="42"),), fails=Reason.REVOKED, retry=True),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
async def test_every_call_says_what_we_mean_and_every_answer_is_understood(case: Outgoing) -> None:
    """A youth gets our words once, and the caseworker is told what is known and no more."""
    async with scripted_for(whatsapp, *case.answers) as (channel, script, url):
        await comes_out(case, case.act(channel, url), secrets=SECRETS)

    assert case.asks is None or script.calls == [(PATH, case.asks)]


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 15


async def test_the_token_follows_a_file_to_where_graph_says_and_no_further() -> None:
    """WhatsApp's files ask for it; whoever they are passed on to must not have it."""
    moved = Answer(status=302, headers=(("Location", "/media/2"),))
    async with scripted_for(
        whatsapp, Answer(), moved, Answer(body=b"1234")
    ) as (channel, script, url):  # fmt: skip
        script.left[0] = ok(url=f"{url}/media/1?hash=x", file_size=4)
        assert await channel.fetch(MEDIA, limit=10) == b"1234"

    bearer = f"Bearer {TOKEN}"
    assert [each.get("Authorization") for each in script.headers] == [bearer, bearer, None]
    assert ["appsecret_proof" in each for each in script.queries] == [True, False, False]
