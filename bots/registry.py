"""Every platform we speak, spelled out; nothing registers itself."""

from typing import Final

from bots.carried.account import SNAPCHAT, SnapchatAccount
from bots.carried.exported import SnapchatExport
from bots.meta.account import META, MetaAccount, MetaChannel
from bots.outlook.account import OUTLOOK, OutlookAccount
from bots.slack.app import SlackApp, build
from bots.slack.http import Http
from bots.slack.manifest import manifest as slack_manifest
from bots.slack.probe import SlackProbe
from bots.slack.probe import Standing as SlackStanding
from bots.slack.socket import Socket
from bots.slack.workspace import SlackWorkspace
from bots.telegram import commands as telegram_commands
from bots.telegram import webhook as telegram_webhook
from bots.telegram.account import TELEGRAM, Mode, TelegramAccount
from bots.telegram.channel import TelegramChannel

PLATFORMS: Final = (TELEGRAM, META, OUTLOOK, SNAPCHAT)
"""The channels: one line each."""

__all__ = [
    "PLATFORMS",
    "Http",
    "MetaAccount",
    "MetaChannel",
    "Mode",
    "OutlookAccount",
    "SlackApp",
    "SlackProbe",
    "SlackStanding",
    "SlackWorkspace",
    "SnapchatAccount",
    "SnapchatExport",
    "Socket",
    "TelegramAccount",
    "TelegramChannel",
    "build",
    "slack_manifest",
    "telegram_commands",
    "telegram_webhook",
]
