"""What we ask of Graph, call by call, and what its answers mean."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bots.outlook.boxes import UNPROVED
from bots.outlook.channel import LAG, NEW_SUBJECT, OutlookChannel
from bots.outlook.convert import MARK
from bots.outlook.drafts import mark
from bots.outlook.graph import PREFER
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, DeliveryId, Ref
from bridge.domain.messages import Button, Outbound
from bridge.ports import SendFailed
from tests.bots.outlook.script import ROOT, no, ok, scripted
from tests.bots.outlook.shapes import FILE, ID, MAYA, OURS, SECRETS, TOKEN, WORDS, Json
from tests.bots.scripted import PAGE_502, RUBBISH, Answer, Case, comes_out
from tests.support.clock import StoppedClock

Act = Callable[[OutlookChannel], Awaitable[object]]
Call = tuple[str, str, Json]

SEARCHED = ok(value=[{"id": ID}])
NOBODY = ok(value=[])
DRAFTED = ok(201, id=OURS, isDraft=True, body={"contentType": "html", "content": "sitert"})
CHANGED = ok(id=OURS)
SENT = Answer(status=202)
GONE = Answer(status=204)
NOT_THERE = no(404, "ErrorItemNotFound")
PAGE_503 = Answer(status=503, body=b"<html>Busy</html>", headers=(("Retry-After", "9"),))
TO_MAYA = [{"emailAddress": {"address": MAYA}}]

OUR_MARK = {"singleValueExtendedProperties": [mark(StoppedClock().now())]}

SEARCH: Call = ("GET", f"{ROOT}/messages", {})
REPLY: Call = ("POST", f"{ROOT}/messages/{ID}/createReply", {"message": OUR_MARK})
NEW: Call = (
    "POST", f"{ROOT}/messages",
    {"subject": NEW_SUBJECT, "toRecipients": TO_MAYA, **OUR_MARK},
)  # fmt: skip
GO: Call = ("POST", f"{ROOT}/messages/{OURS}/send", {})
DISCARD: Call = ("POST", f"{ROOT}/messages/{OURS}/permanentDelete", {})


def letter(text: str = WORDS, **more: Any) -> Call:
    told = {
        "body": {"contentType": "text", "content": text}, "toRecipients": TO_MAYA,
        "ccRecipients": [], "bccRecipients": [], "replyTo": [], **OUR_MARK,
    }  # fmt: skip
    return "PATCH", f"{ROOT}/messages/{OURS}", told | more


def says(text: str = WORDS, to: str = MAYA, **more: Any) -> Act:
    return lambda channel: channel.send(Address(to), Outbound(text=text, **more))


def erases(*refs: str) -> Act:
    return lambda channel: channel.erase(Address(MAYA), [Ref(each) for each in refs])


def fetches(file: str = f"{ID}/{FILE}", limit: int = 1_000) -> Act:
    return lambda channel: channel.fetch(file, limit=limit)


Outgoing = Case[Act, tuple[Call, ...]]


def fails_at_once(label: str, answer: Answer, reason: Reason, **how: Any) -> Outgoing:
    """At the first question, before there is anything to discard."""
    return Outgoing(label=label, act=says(), answers=(answer,), fails=reason, **how)


def fails_at_last(label: str, answer: Answer, reason: Reason, **how: Any) -> Outgoing:
    """When it is to go; what nobody knows about is left alone, the rest is discarded."""
    left = () if reason is Reason.NO_ANSWER else (GONE,)
    asks = (SEARCH, REPLY, letter(), GO, *([DISCARD] if left else []))
    return Outgoing(
        label=label, act=says(), answers=(SEARCHED, DRAFTED, CHANGED, answer, *left),
        asks=asks, fails=reason, **how,
    )  # fmt: skip


TABLE = [
    Outgoing(label="an answer, below what they wrote last", act=says(),
             answers=(SEARCHED, DRAFTED, CHANGED, SENT), asks=(SEARCH, REPLY, letter(), GO),
             comes=OURS),
    Outgoing(label="an answer to what was pointed at", act=says(answers=Ref(ID)),
             answers=(DRAFTED, CHANGED, SENT), asks=(REPLY, letter(), GO), comes=OURS),
    Outgoing(label="to whom nothing lies from", act=says(),
             answers=(NOBODY, DRAFTED, CHANGED, SENT), asks=(SEARCH, NEW, letter(), GO),
             comes=OURS),
    Outgoing(label="what was answered is gone", act=says(),
             answers=(SEARCHED, NOT_THERE, DRAFTED, CHANGED, SENT),
             asks=(SEARCH, REPLY, NEW, letter(), GO), comes=OURS),
    Outgoing(label="marks stay marks", act=says("*a* <b>"), comes=OURS,
             answers=(SEARCHED, DRAFTED, CHANGED, SENT),
             asks=(SEARCH, REPLY, letter("*a* <b>"), GO)),
    Outgoing(label="half a character", act=says("a\ud83d"), comes=OURS,
             answers=(SEARCHED, DRAFTED, CHANGED, SENT),
             asks=(SEARCH, REPLY, letter("a\ufffd"), GO)),
    Outgoing(label="a mark that is found again", act=says(delivery=DeliveryId("d_17")), comes=OURS,
             answers=(SEARCHED, DRAFTED, CHANGED, SENT), asks=(
                 SEARCH, REPLY, letter(singleValueExtendedProperties=[
                     mark(StoppedClock().now()), {"id": MARK, "value": "d_17"}]), GO)),
    Outgoing(label="a person, to an address nobody vouches for",
             act=says(to=f"{MAYA}{UNPROVED}", by_person=True), comes=OURS,
             answers=(SEARCHED, DRAFTED, CHANGED, SENT), asks=(SEARCH, REPLY, letter(), GO)),
    Outgoing(label="the bot, to an address nobody vouches for", act=says(to=f"{MAYA}{UNPROVED}"),
             fails=Reason.NOT_ALLOWED),
    Outgoing(label="choices", act=says(buttons=(Button(label="Ja", data="y"),)),
             fails=Reason.NOT_ALLOWED),
    Outgoing(label="too long", act=says("a" * 10_001), fails=Reason.TOO_LONG),
    fails_at_once("our key opens no more", no(403, "ErrorAccessDenied"), Reason.REVOKED,
                  retry=True),
    fails_at_once("no such mailbox", no(404, "ErrorInvalidUser"), Reason.REVOKED, retry=True),
    fails_at_once("too many, for so long", no(429, "ApplicationThrottled", wait=7), Reason.BUSY,
                  retry=True, after=timedelta(seconds=7)),
    fails_at_once("too many, for how long nobody knows", no(429, "TooManyRequests"), Reason.BUSY,
                  retry=True),
    fails_at_once("a page that is busy", PAGE_503, Reason.BUSY, retry=True,
                  after=timedelta(seconds=9)),
    Outgoing(label="before anything is sent, a lost answer costs nothing", act=says(),
             answers=(SEARCHED, Answer(cut=True)), fails=Reason.UNREACHABLE, retry=True),
    fails_at_once("an answer that cannot be unpacked", RUBBISH, Reason.UNREACHABLE, retry=True),
    fails_at_once("half an answer", Answer(body=b'{"value"'), Reason.UNREACHABLE, retry=True),
    fails_at_once("something in between says no", Answer(status=407, body=b"<html>"),
                  Reason.UNREACHABLE, retry=True),
    fails_at_once("sent elsewhere", Answer(status=302, headers=(("Location", "https://a.example"),)),
                  Reason.UNREACHABLE, retry=True),
    Outgoing(label="a draft without a name", act=says(), answers=(SEARCHED, ok(201, isDraft=True)),
             fails=Reason.UNREACHABLE, retry=True),
    Outgoing(label="its words do not get there", act=says(),
             answers=(SEARCHED, DRAFTED, PAGE_502, GONE),
             asks=(SEARCH, REPLY, letter(), DISCARD), fails=Reason.UNREACHABLE, retry=True),
    Outgoing(label="its words are refused", act=says(),
             answers=(SEARCHED, DRAFTED, no(400, "RequestBodyRead"), GONE),
             fails=Reason.REJECTED),
    fails_at_last("no such recipient", no(400, "ErrorInvalidRecipients"), Reason.GONE),
    fails_at_last("larger than they take", no(400, "ErrorMessageSizeExceeded"), Reason.TOO_LONG),
    fails_at_last("more than they take in a minute", no(429, "ErrorExceededMessageLimit", wait=60),
                  Reason.BUSY, retry=True, after=timedelta(seconds=60)),
    fails_at_last("may read and not send", no(403, "ErrorAccessDenied"), Reason.REVOKED,
                  retry=True),
    fails_at_last("an error of tomorrow", no(422, "ErrorOfTomorrow"), Reason.REJECTED),
    fails_at_last("a server's own error", no(500, "ErrorInternalServerError"), Reason.NO_ANSWER),
    fails_at_last("a page of HTML", PAGE_502, Reason.NO_ANSWER),
    fails_at_last("an answer that cannot be unpacked", RUBBISH, Reason.NO_ANSWER),
    fails_at_last("the connection broke", Answer(cut=True), Reason.NO_ANSWER),
    Outgoing(label="a new wording is not to be had", fails=Reason.NOT_ALLOWED,
             act=lambda channel: channel.edit(Address(MAYA), Ref(OURS), WORDS)),
    Outgoing(label="out of the mailbox, and not out of the world", act=erases(OURS, ID),
             answers=(GONE, GONE), comes={OURS: Erasure.RESTORABLE, ID: Erasure.RESTORABLE}),
    Outgoing(label="gone already", act=erases(OURS), answers=(NOT_THERE,),
             comes={OURS: Erasure.NOT_FOUND}),
    Outgoing(label="not to be had in this cloud", act=erases(OURS),
             answers=(no(405, "ErrorInvalidRequest"),), comes={OURS: Erasure.REFUSED}),
    Outgoing(label="not now, for the rest either", act=erases(OURS, ID),
             answers=(no(429, "TooManyRequests"),),
             comes={OURS: Erasure.BUSY, ID: Erasure.BUSY}),
    Outgoing(label="our key does not erase", act=erases(OURS),
             answers=(no(403, "ErrorAccessDenied"),), comes={OURS: Erasure.UNREACHABLE}),
    Outgoing(label="nothing spins", act=lambda channel: channel.answer("x")),
    Outgoing(label="a file", act=fetches(), answers=(Answer(body=b"1234"),), comes=b"1234",
             asks=(("GET", f"{ROOT}/messages/{ID}/attachments/{FILE}/$value", {}),)),
    Outgoing(label="an empty file", act=fetches(), answers=(Answer(),), comes=b""),
    Outgoing(label="too large a file", act=fetches(limit=3), fails=Reason.TOO_LARGE,
             answers=(Answer(body=b"1234"),)),
    Outgoing(label="a file whose mail is gone", act=fetches(), answers=(NOT_THERE,),
             fails=Reason.GONE),
    Outgoing(label="a file behind an error", act=fetches(), answers=(PAGE_502,),
             fails=Reason.UNREACHABLE, retry=True),
    Outgoing(label="a file of no mail", act=fetches("x"), fails=Reason.GONE),
    Outgoing(label="a file that would lead elsewhere", act=fetches("../../a/../b?c#d"),
             fails=Reason.GONE),
    Outgoing(label="a mail that would lead elsewhere", act=erases(".."),
             comes={"..": Erasure.NOT_FOUND}),
    Outgoing(label="are you there", act=lambda channel: channel.alive(), answers=(ok(id="AAM"),)),
    Outgoing(label="a key that is renewed on the way", act=lambda channel: channel.alive(),
             answers=(no(401, "InvalidAuthenticationToken"), ok(id="AAM"))),
    Outgoing(label="a key that no renewal helps", act=lambda channel: channel.alive(),
             answers=(no(401, "InvalidAuthenticationToken"),) * 2, fails=Reason.REVOKED,
             retry=True),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
async def test_every_call_says_what_we_mean_and_every_answer_is_understood(case: Outgoing) -> None:
    """A youth gets our words once, and the caseworker is told what is known and no more."""
    async with scripted(*case.answers) as (channel, script, _):
        await comes_out(case, case.act(channel), secrets=SECRETS)

    assert case.asks is None or tuple(script.calls) == case.asks
    assert all(each["Prefer"] == PREFER for each in script.headers)
    assert all(each["Authorization"] == f"Bearer {TOKEN}" for each in script.headers)
    assert not any(TOKEN in f"{path}{query}" for (_, path, _), query in
                   zip(script.calls, script.queries, strict=True))  # fmt: skip


def test_the_table_is_as_long_as_the_documentation_asks() -> None:
    assert len(TABLE) >= 15


async def test_an_address_cannot_ask_for_more_than_itself() -> None:
    """A quotation mark in it would end the filter, and another youth's mail be answered."""
    async with scripted(NOBODY, DRAFTED, CHANGED, SENT) as (channel, script, _):
        await channel.send(Address("o'dea@post.example"), Outbound(text=WORDS))

    assert script.queries[0]["$filter"].endswith("address eq 'o''dea@post.example'")


async def test_what_was_sent_just_now_is_looked_for_until_it_can_be_there() -> None:
    """Called gone while it is on its way to Sent Items, it would lie there for ever."""
    clock = StoppedClock()
    answers = (SEARCHED, DRAFTED, CHANGED, SENT, NOT_THERE, NOT_THERE, GONE)
    async with scripted(*answers, clock=clock) as (channel, _, _):
        ref = await channel.send(Address(MAYA), Outbound(text=WORDS))
        at_once = await channel.erase(Address(MAYA), [ref])
        clock.move(LAG)
        later = await channel.erase(Address(MAYA), [ref])
        at_last = await channel.erase(Address(MAYA), [ref])

    assert [at_once[ref], later[ref], at_last[ref]] == [
        Erasure.BUSY, Erasure.NOT_FOUND, Erasure.RESTORABLE,
    ]  # fmt: skip


async def test_a_link_of_graphs_that_leads_elsewhere_is_not_followed() -> None:
    """Our key would go with it."""
    async with scripted() as (_, _, graph):
        with pytest.raises(SendFailed) as failed:
            await graph.call("GET", "http://127.0.0.2:1/v1.0/users")

    assert failed.value.reason is Reason.REJECTED
