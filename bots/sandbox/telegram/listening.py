"""The methods by which the bot hears, and learns about itself, chats and files."""

from typing import Any

from bots.sandbox.telegram.asked import Asked
from bots.sandbox.telegram.chats import Chats, Json
from bots.sandbox.telegram.refusals import bad_request
from bots.sandbox.telegram.updates import Updates
from bots.sandbox.telegram.webhook import Target, Webhook

LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class Listening:
    def __init__(self, chats: Chats, updates: Updates, webhook: Webhook) -> None:
        self._chats, self._updates, self._webhook = chats, updates, webhook
        self._commands: list[Json] = []

    async def get_me(self, _: Asked) -> Json:
        return self._chats.bot | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_guest_queries": False,
        }

    async def get_updates(self, asked: Asked) -> list[Json]:
        self._subscribe(asked)
        limit = asked.number("limit") or 100
        return await self._updates.get(
            offset=asked.number("offset") or 0,
            limit=min(max(limit, 1), 100),
            seconds=min(max(asked.number("timeout") or 0, 0), 50),
        )

    async def set_webhook(self, asked: Asked) -> bool:
        url = asked.text("url") or ""
        if not url:
            return await self.delete_webhook(asked)
        # A real server wants HTTPS; one on loopback is let through, as a local Bot API server does.
        if not url.startswith(("https://", *LOOPBACK)):
            bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        secret = asked.text("secret_token")
        if secret is not None and not _is_secret(secret):
            bad_request("secret token contains unallowed characters")
        self._subscribe(asked)
        self._drop(asked)
        connections = asked.number("max_connections") or 40
        self._webhook.point_at(Target(url=url, secret=secret, max_connections=connections))
        return True

    async def delete_webhook(self, asked: Asked) -> bool:
        self._drop(asked)
        self._webhook.point_at(None)
        return True

    async def webhook_info(self, _: Asked) -> Json:
        target = self._webhook.target
        self._updates.drop_old()
        info: Json = {
            "url": target.url if target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if target:
            info["max_connections"] = target.max_connections
        if target and self._webhook.last_error:
            info["last_error_date"] = self._chats.now
            info["last_error_message"] = self._webhook.last_error[1]
        if self._updates.allowed:
            info["allowed_updates"] = list(self._updates.allowed)
        return info

    async def set_my_commands(self, asked: Asked) -> bool:
        commands: Any = asked.nested("commands")
        if not isinstance(commands, list):
            bad_request("commands must be an Array")
        self._commands = commands
        return True

    async def get_my_commands(self, _: Asked) -> list[Json]:
        return self._commands

    async def get_chat(self, asked: Asked) -> Json:
        account = self._chats.account(asked.number("chat_id"))
        return account.chat | {
            "accent_color_id": 3,
            "max_reaction_count": 11,
            "accepted_gift_types": {
                "unlimited_gifts": True,
                "limited_gifts": True,
                "unique_gifts": True,
                "premium_subscription": True,
                "gifts_from_channels": True,
            },
        }

    async def get_file(self, asked: Asked) -> Json:
        return self._chats.link(asked.text("file_id"))

    async def nothing(self, _: Asked) -> bool:
        return True

    def _subscribe(self, asked: Asked) -> None:
        """Once said, it holds until said again; an empty list means the default."""
        kinds: Any = asked.nested("allowed_updates")
        if isinstance(kinds, list):
            self._updates.allowed = [str(kind) for kind in kinds] or None

    def _drop(self, asked: Asked) -> None:
        if asked.flag("drop_pending_updates"):
            self._updates.pending.clear()


def _is_secret(secret: str) -> bool:
    return 1 <= len(secret) <= 256 and all(
        letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret
    )
