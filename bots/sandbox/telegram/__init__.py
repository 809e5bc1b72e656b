"""The Telegram Bot API's stand-in, after the Bot API's documentation."""

from bots.sandbox.telegram.phone import Phone, Shown
from bots.sandbox.telegram.standin import TelegramStandIn

__all__ = ["Phone", "Shown", "TelegramStandIn"]
