"""What the bot may say, change and take back, as Telegram documents it."""

import pytest
from aiogram.types import Message as OtherMessage
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bots.sandbox.telegram import TelegramStandIn
from tests.sandbox.conftest import StoppedClock

JA_NEI = InlineKeyboardMarkup([[InlineKeyboardButton(word, callback_data=word)] for word in "AB"])


async def test_what_the_bot_says_stands_on_the_phone(telegram: TelegramStandIn, bot: Bot) -> None:
    """A stand-in that swallowed words would hide that a youth gets no answer."""
    maya = telegram.youth("Maya")
    asked = maya.says("hei")

    sent = await bot.send_message(maya.id, "  Hei, *Maya*\n", reply_markup=JA_NEI)
    await bot.send_message(maya.id, "svar", reply_to_message_id=asked)
    await bot.send_document(maya.id, document=b"brev", filename="brev.txt", caption="her")

    first, answer, paper = maya.visible()[1:]
    assert (first.message_id, first.text) == (sent.message_id, "Hei, *Maya*")
    assert first.buttons == (("A",), ("B",))
    assert answer.reply_to == asked
    assert (paper.kind, paper.file, paper.text) == ("document", "brev.txt", "her")
    OtherMessage.model_validate(telegram.chats.messages[maya.id][sent.message_id].json)


async def test_a_text_may_be_as_long_as_documented_and_no_longer(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """A splitter that is off by one would lose the end of what a youth was told."""
    maya = telegram.youth("Maya")
    maya.says("hei")

    await bot.send_message(maya.id, "😀" * 2048)
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(maya.id, "😀" * 2048 + "a")
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(maya.id, " \n")
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(maya.id, document=b"x", caption="a" * 1025)
    too_much = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="å" * 33)]])
    with pytest.raises(BadRequest, match=r"[Bb]utton_data_invalid"):
        await bot.send_message(maya.id, "hei", reply_markup=too_much)


async def test_who_cannot_be_reached_is_said_in_telegrams_words(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """The caseworker must be told why an answer did not arrive."""
    maya, stranger = telegram.youth("Maya"), telegram.youth("Ola")
    maya.says("hei")

    maya.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(maya.id, "hei")
    maya.unblocks()
    await bot.send_message(maya.id, "hei")
    maya.deletes_account()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(maya.id, "hei")
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(stranger.id, "hei")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "hei")


async def test_an_edit_shows_and_one_without_change_is_refused(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """A correction that never arrives leaves a youth with the wrong hour."""
    maya = telegram.youth("Maya")
    hers = maya.says("hei")
    sent = await bot.send_message(maya.id, "kl. 14", reply_markup=JA_NEI)

    await bot.edit_message_text("kl. 15", maya.id, sent.message_id)

    assert (maya.last().text, maya.last().edited, maya.last().buttons) == ("kl. 15", True, ())
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("kl. 15", maya.id, sent.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("nei", maya.id, hers)
    await bot.edit_message_reply_markup(maya.id, sent.message_id, reply_markup=JA_NEI)
    assert maya.last().buttons == (("A",), ("B",))


async def test_nothing_older_than_48_hours_can_be_deleted(
    telegram: TelegramStandIn, bot: Bot, clock: StoppedClock
) -> None:
    """A stand-in that deleted anything would let us promise a wipe that Telegram refuses."""
    maya = telegram.youth("Maya")
    old = maya.says("gammelt")
    clock.forward(hours=1)
    young = maya.says("nytt")
    clock.forward(hours=46, minutes=59, seconds=59)

    assert await bot.delete_message(maya.id, young)
    clock.forward(seconds=1)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(maya.id, old)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(maya.id, young)
    assert [(shown.text, shown.deleted_by) for shown in maya.chat()] == [
        ("gammelt", None),
        ("", "bot"),
    ]


async def test_a_batch_with_one_too_old_deletes_nothing(
    telegram: TelegramStandIn, bot: Bot, clock: StoppedClock
) -> None:
    """Half a wipe that calls itself whole is a lie to the youth."""
    maya = telegram.youth("Maya")
    old = maya.says("gammelt")
    clock.forward(hours=48)
    young = maya.says("nytt")

    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_messages(maya.id, [young, old])
    assert len(maya.visible()) == 2
    assert await bot.delete_messages(maya.id, [young, 1, 2])
    assert [shown.text for shown in maya.visible()] == ["gammelt"]
    with pytest.raises(BadRequest, match=r"[Tt]oo many message identifiers"):
        await bot.delete_messages(maya.id, list(range(1, 102)))


async def test_what_she_deletes_herself_is_gone_and_nobody_is_told(
    telegram: TelegramStandIn, bot: Bot
) -> None:
    """The bridge may never count on hearing that a youth took her words back."""
    maya = telegram.youth("Maya")
    message = maya.says("angrer")
    waiting = len(telegram.updates.pending)

    maya.deletes_own(message)

    assert maya.visible() == []
    assert len(telegram.updates.pending) == waiting
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(maya.id, message)


async def test_a_press_is_answered_once(telegram: TelegramStandIn, bot: Bot) -> None:
    """A button that hangs makes a youth believe that nobody took her yes."""
    maya = telegram.youth("Maya")
    maya.says("hei")
    await bot.send_message(maya.id, "Journal?", reply_markup=JA_NEI)

    query = maya.presses("A")
    await bot.answer_callback_query(query, "Notert")

    assert maya.toasts == ["Notert"]
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await bot.answer_callback_query(query)


async def test_the_pace_is_enforced_when_asked_for(
    telegram: TelegramStandIn, bot: Bot, clock: StoppedClock
) -> None:
    """One eager chat must not be able to silence the bot for everybody."""
    telegram.pace.enforced = True
    maya, ola = telegram.youth("Maya"), telegram.youth("Ola")
    maya.says("hei")
    ola.says("hei")

    await bot.send_message(maya.id, "en")
    with pytest.raises(RetryAfter):
        await bot.send_message(maya.id, "to")
    await bot.send_message(ola.id, "en")
    clock.forward(seconds=1)
    await bot.send_message(maya.id, "to")


@pytest.mark.parametrize("token", ["7310884000:wrong", "nonsense"])
async def test_a_wrong_token_opens_nothing(telegram_url: str, token: str) -> None:
    """A mistyped token must be seen at once, by 401 and by 404."""
    stranger = Bot(token, base_url=f"{telegram_url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
