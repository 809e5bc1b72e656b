"""Every platform we speak, spelled out; nothing registers itself."""

from bots.slack.app import SlackApp, build
from bots.slack.http import Http
from bots.slack.socket import Socket
from bots.slack.workspace import SlackWorkspace
from bots.telegram import webhook as telegram_webhook
from bots.telegram.channel import TelegramChannel
from bots.telegram.polling import WAIT, Polling

__all__ = [
    "WAIT",
    "Http",
    "Polling",
    "SlackApp",
    "SlackWorkspace",
    "Socket",
    "TelegramChannel",
    "build",
    "telegram_webhook",
]
