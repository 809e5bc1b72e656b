"""What we ask of the Bot API, call by call, and what its answers mean."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from aiogram import methods
from aiogram.methods.base import TelegramMethod

from bots.telegram.channel import TelegramChannel
from bots.telegram.webhook import register, unregister
from bridge.domain.copies import Erasure
from bridge.domain.delivery import Reason
from bridge.domain.ids import Address, Ref
from bridge.domain.messages import Button, Outbound
from tests.bots.scripted import RUBBISH, Answer, Case, comes_out
from tests.bots.telegram.script import no, ok, page, scripted, sent
from tests.bots.telegram.shapes import BOT, CHAT, SECRETS, WORDS, Json

MAYA: Final = Address(CHAT)
OURS: Final = Ref("70320")

Act = Callable[[TelegramChannel], Awaitable[object]]


def says(text: str = WORDS, **more: Any) -> Act:
    return lambda channel: channel.send(MAYA, Outbound(text=text, **more))


def edits(text: str = WORDS, ref: Ref = OURS) -> Act:
    return lambda channel: channel.edit(MAYA, ref, text)


def erases(*refs: str) -> Act:
    return lambda channel: channel.erase(MAYA, [Ref(ref) for ref in refs])


def fetches(limit: int = 1_000) -> Act:
    return lambda channel: channel.fetch("AgACAgQ-1", limit=limit)


Outgoing = Case[Act, tuple[tuple[str, Json], ...]]


PREVIEW_OFF = {"link_preview_options": {"is_disabled": True}}
SAYS = ("sendMessage", {"chat_id": CHAT, "text": WORDS} | PREVIEW_OFF)
EDITS = ("editMessageText", {"chat_id": CHAT, "message_id": 70320, "text": WORDS} | PREVIEW_OFF)
FOUND = ok({"file_id": "A", "file_unique_id": "B", "file_size": 4, "file_path": "p/f.jpg"})
FINDS = ("getFile", {"file_id": "AgACAgQ-1"})
GETS: tuple[str, Json] = ("download", {})


def deletes(number: int) -> tuple[str, Json]:
    return "deleteMessage", {"chat_id": CHAT, "message_id": number}


NOT_MODIFIED = "Bad Request: message is not modified: specified new message content is the same"
TOO_OLD = "Bad Request: message can't be deleted for everyone"

TABLE = [
    Outgoing(label="words", act=says(), answers=(sent(),), asks=(SAYS,), comes="70320"),
    Outgoing(
        label="marks stay marks",
        act=says("*a* <b>b</b> https://eksempel.no &lt;"),
        answers=(sent(),),
        asks=(
            (
                "sendMessage",
                {"chat_id": CHAT, "text": "*a* <b>b</b> https://eksempel.no &lt;"} | PREVIEW_OFF,
            ),
        ),
        comes="70320",
    ),
    Outgoing(
        label="half a character",
        act=says("a\ud83d"),
        answers=(sent(),),
        asks=(("sendMessage", {"chat_id": CHAT, "text": "a\ufffd"} | PREVIEW_OFF),),
        comes="70320",
    ),
    Outgoing(
        label="buttons, one below the other",
        act=says(buttons=(Button(label="Ja", data="y"), Button(label="Nei", data="n"))),
        answers=(sent(),),
        asks=(
            (
                "sendMessage",
                SAYS[1]
                | {
                    "reply_markup": {
                        "inline_keyboard": [
                            [{"text": "Ja", "callback_data": "y"}],
                            [{"text": "Nei", "callback_data": "n"}],
                        ]
                    }
                },
            ),
        ),
        comes="70320",
    ),
    Outgoing(
        label="an answer to her message, or without it if it is gone",
        act=says(answers=Ref("70311")),
        answers=(sent(),),
        asks=(
            (
                "sendMessage",
                SAYS[1]
                | {"reply_parameters": {"message_id": 70311, "allow_sending_without_reply": True}},
            ),
        ),
        comes="70320",
    ),
    Outgoing(label="a button with too much behind it",
             act=says(buttons=(Button(label="Ja", data="å" * 33),)), fails=Reason.REJECTED),
    Outgoing(label="too long", act=says("a" * 4097), fails=Reason.TOO_LONG),
    Outgoing(label="an answer to no message", act=says(answers=Ref("C1/2")), fails=Reason.GONE),
    Outgoing(label="blocked", act=says(), fails=Reason.BLOCKED,
             answers=(no(403, "Forbidden: bot was blocked by the user"),)),
    Outgoing(label="no account any more", act=says(), fails=Reason.GONE,
             answers=(no(403, "Forbidden: user is deactivated"),)),
    Outgoing(label="never wrote to us", act=says(), fails=Reason.NOT_ALLOWED,
             answers=(no(403, "Forbidden: bot can't initiate conversation with a user"),)),
    Outgoing(label="no such chat", act=says(), fails=Reason.GONE,
             answers=(no(400, "Bad Request: chat not found"),)),
    Outgoing(label="longer than it seemed", act=says(), fails=Reason.TOO_LONG,
             answers=(no(400, "Bad Request: message is too long"),)),
    Outgoing(label="refused with a reason of tomorrow's", act=says(), fails=Reason.REJECTED,
             answers=(no(400, "Bad Request: TOMORROW_INVALID"),)),
    Outgoing(label="not now", act=says(), fails=Reason.BUSY, retry=True,
             after=timedelta(seconds=17),
             answers=(no(429, "Too Many Requests: retry after 17", retry_after=17),)),
    Outgoing(label="not now, who knows when", act=says(), fails=Reason.BUSY, retry=True,
             answers=(no(429, "Too Many Requests"),)),
    Outgoing(label="not now, by a page", act=says(), fails=Reason.BUSY, retry=True,
             answers=(page(429),)),
    Outgoing(label="our token was revoked", act=says(), fails=Reason.REVOKED, retry=True,
             answers=(no(401, "Unauthorized"),)),
    Outgoing(label="our token never was", act=says(), fails=Reason.REVOKED, retry=True,
             answers=(no(404, "Not Found"),)),
    Outgoing(label="a proxy's refusal", act=says(), fails=Reason.UNREACHABLE, retry=True,
             answers=(page(403),)),
    Outgoing(label="led elsewhere", act=says(), fails=Reason.UNREACHABLE, retry=True,
             answers=(Answer(status=302, headers=(("Location", "/elsewhere"),)),)),
    Outgoing(label="their fault", act=says(), fails=Reason.NO_ANSWER,
             answers=(no(500, "Internal Server Error"),)),
    Outgoing(label="a page for an error", act=says(), fails=Reason.NO_ANSWER,
             answers=(page(502),)),
    Outgoing(label="a page for an answer", act=says(), fails=Reason.NO_ANSWER,
             answers=(page(200),)),
    Outgoing(label="half an answer", act=says(), fails=Reason.NO_ANSWER,
             answers=(Answer(body=sent().body[:-20]),)),
    Outgoing(label="an answer that cannot be unpacked", act=says(), fails=Reason.NO_ANSWER,
             answers=(RUBBISH,)),
    Outgoing(label="an erasure's answer that cannot be unpacked", act=erases("1"),
             answers=(RUBBISH,), comes={"1": Erasure.UNREACHABLE}),
    Outgoing(label="an answer about something else", act=says(), fails=Reason.NO_ANSWER,
             answers=(ok({"odd": True}),)),
    Outgoing(label="the connection breaks", act=says(), fails=Reason.NO_ANSWER,
             answers=(Answer(cut=True),)),
    Outgoing(label="a new wording", act=edits(), answers=(sent(),), asks=(EDITS,)),
    Outgoing(label="the same wording", act=edits(), asks=(EDITS,),
             answers=(no(400, NOT_MODIFIED),)),
    Outgoing(label="a new wording for nothing", act=edits(), fails=Reason.GONE,
             answers=(no(400, "Bad Request: message to edit not found"),)),
    Outgoing(label="a wording that stands", act=edits(), fails=Reason.NOT_ALLOWED,
             answers=(no(400, "Bad Request: message can't be edited"),)),
    Outgoing(label="too long a new wording", act=edits("a" * 4097), fails=Reason.TOO_LONG),
    Outgoing(
        label="each ref its own verdict",
        act=erases("1", "2", "3", "4", "C1/2"),
        answers=(
            ok(True),
            no(400, "Bad Request: message to delete not found"),
            no(400, TOO_OLD),
            no(400, "Bad Request: message can't be deleted"),
        ),
        asks=(deletes(1), deletes(2), deletes(3), deletes(4)),
        comes={
            "1": Erasure.CONFIRMED,
            "2": Erasure.NOT_FOUND,
            "3": Erasure.TOO_LATE,
            "4": Erasure.REFUSED,
            "C1/2": Erasure.NOT_FOUND,
        },
    ),
    Outgoing(
        label="erasing waits when told to wait",
        act=erases("1", "2"),
        answers=(no(429, "Too Many Requests: retry after 3", retry_after=3),),
        asks=(deletes(1),),
        comes={"1": Erasure.BUSY, "2": Erasure.BUSY},
    ),
    Outgoing(
        label="erasing is tried again when nobody answers",
        act=erases("1", "2"),
        answers=(Answer(cut=True),),
        asks=(deletes(1),),
        comes={"1": Erasure.UNREACHABLE, "2": Erasure.UNREACHABLE},
    ),
    Outgoing(label="erasing without a token that works", act=erases("1"),
             answers=(no(401, "Unauthorized"),), comes={"1": Erasure.UNREACHABLE}),
    Outgoing(label="erasing where she has blocked us", act=erases("1"),
             answers=(no(403, "Forbidden: bot was blocked by the user"),),
             comes={"1": Erasure.REFUSED}),
    Outgoing(label="the button stops spinning", act=lambda channel: channel.answer("43"),
             answers=(ok(True),),
             asks=(("answerCallbackQuery", {"callback_query_id": "43"}),)),
    Outgoing(label="the button stopped by itself", act=lambda channel: channel.answer("43"),
             answers=(no(400, "Bad Request: query is too old"),)),
    Outgoing(label="a file", act=fetches(), answers=(FOUND, Answer(body=b"1234")),
             asks=(FINDS, GETS), comes=b"1234"),
    Outgoing(label="an empty file", act=fetches(), answers=(FOUND, Answer()), comes=b""),
    Outgoing(label="a file said to be too large", act=fetches(3), answers=(FOUND,),
             fails=Reason.TOO_LARGE),
    Outgoing(label="a file larger than it said", act=fetches(4), fails=Reason.TOO_LARGE,
             answers=(FOUND, Answer(body=b"12345"))),
    Outgoing(label="a file too large for bots", act=fetches(), fails=Reason.TOO_LARGE,
             answers=(no(400, "Bad Request: file is too big"),)),
    Outgoing(label="a file nobody knows", act=fetches(), fails=Reason.GONE,
             answers=(no(400, "Bad Request: wrong file_id or the file is temporarily"),)),
    Outgoing(label="a link that has lapsed", act=fetches(), fails=Reason.GONE,
             answers=(FOUND, no(404, "Not Found"))),
    Outgoing(label="a file cut short", act=fetches(), fails=Reason.UNREACHABLE, retry=True,
             answers=(FOUND, Answer(body=b"12", promise=4))),
    Outgoing(label="a file behind an error", act=fetches(), fails=Reason.UNREACHABLE, retry=True,
             answers=(FOUND, page(502))),
    Outgoing(label="files too often", act=fetches(), fails=Reason.BUSY, retry=True,
             after=timedelta(seconds=3), answers=(no(429, "Too Many", retry_after=3),)),
    Outgoing(label="are you there", act=lambda channel: channel.alive(), answers=(ok(BOT),),
             asks=(("getMe", {}),)),
    Outgoing(
        label="call us",
        act=lambda channel: register(channel, "https://bro.eksempel.no/telegram/webhook", "hem"),
        answers=(ok(True),),
        asks=(
            (
                "setWebhook",
                {
                    "url": "https://bro.eksempel.no/telegram/webhook",
                    "secret_token": "hem",
                    "allowed_updates": [
                        "message", "edited_message", "callback_query", "my_chat_member",
                    ],
                },
            ),
        ),
    ),
    Outgoing(label="do not call us", act=unregister, answers=(ok(True),),
             asks=(("deleteWebhook", {}),)),
]  # fmt: skip

ORACLE: Final[dict[str, type[TelegramMethod[Any]]]] = {
    "sendMessage": methods.SendMessage,
    "editMessageText": methods.EditMessageText,
    "deleteMessage": methods.DeleteMessage,
    "answerCallbackQuery": methods.AnswerCallbackQuery,
    "getFile": methods.GetFile,
    "getMe": methods.GetMe,
    "setWebhook": methods.SetWebhook,
    "deleteWebhook": methods.DeleteWebhook,
}


@pytest.mark.parametrize("case", TABLE, ids=[case.label for case in TABLE])
async def test_every_call_says_what_we_mean_and_every_answer_is_understood(case: Outgoing) -> None:
    """A youth gets our words once, and the caseworker is told what is known and no more."""
    async with scripted(*case.answers) as (channel, script):
        await comes_out(case, case.act(channel), secrets=SECRETS)

    calls = [understood(name, form) for name, form in script.calls]
    assert case.asks is None or calls == list(case.asks)


def understood(name: str, form: Json) -> tuple[str, Json]:
    """The call as an independent library reads it; anything undocumented in it is an error."""
    if name.startswith("/file/"):
        return "download", {}
    method = ORACLE[name]
    asked = {key: _value(key, value) for key, value in form.items()}
    assert set(asked) <= set(method.model_fields)
    method.model_validate(asked)
    return name, asked


def _value(key: str, value: str) -> object:
    if key in {"chat_id", "text", "url", "secret_token", "callback_query_id", "file_id"}:
        return value
    return json.loads(value)
