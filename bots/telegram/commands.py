"""The words a youth can pick from Telegram's menu instead of knowing them."""

from collections.abc import Mapping
from typing import Final

from telegram import BotCommand

from bots.telegram.channel import TelegramChannel
from bots.telegram.errors import in_our_words

COMMANDS: Final[Mapping[str | None, Mapping[str, str]]] = {
    None: {
        "hjelp": "Telefonnumre, åpningstider og hvem som leser",
        "stopp": "Trekk tilbake ja til journal",
        "innsyn": "Be om å få se journalen din",
        "slett": "Be om å få noe slettet",
        "sprak": "Velg språk",
    },
    "en": {
        "help": "Phone numbers, opening hours and who reads this",
        "stop": "Take back your yes to a journal",
        "access": "Ask to see your journal",
        "delete": "Ask to have something deleted",
        "language": "Choose language",
    },
}
"""By the language of the phone; None is for every other."""


async def register(channel: TelegramChannel) -> None:
    """Put the menu in every chat with the bot. Raises `SendFailed`."""
    with in_our_words():
        for language, commands in COMMANDS.items():
            menu = [BotCommand(name, about) for name, about in commands.items()]
            await channel.bot.set_my_commands(menu, language_code=language)
