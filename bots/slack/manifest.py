"""
The Slack app as Slack is told about it: only what is used, and why.

`app_mention` is not among the events: a mention is a message too, and would come twice.
"""

from typing import Final

from bots.slack.registering import SHORTCUT

BOT_SCOPES: Final = (
    "chat:write",  # cards and whispers
    "commands",  # /utebru koble, and «Registrer Snap»
    "files:read",  # that a file is gone, and the pictures a colleague has put in a form
    "files:write",  # what a youth sends, and taking it back
    "groups:history",  # room threads, and gaps in them
    "groups:read",  # who can read the room
    "im:history",  # a hint to those who write to the bot itself
    "users:read",  # which of a room's members are bots
)
USER_SCOPES: Final = ("chat:write", "files:write")
"""Of the administrator's account: taking back what people have typed."""

EVENTS: Final = ("message.groups", "message.im")


SHORTCUTS: Final = (
    {
        "name": "Registrer Snap",
        "type": "global",
        "callback_id": f"{SHORTCUT}snapchat",
        "description": "Skriv inn det en ungdom har skrevet på Snapchat",
    },
)


def manifest(public_url: str | None = None) -> dict[str, object]:
    """With `public_url` for signed HTTP; without it for Socket Mode."""
    url = None if public_url is None else f"{public_url.rstrip('/')}/slack/events"
    where = {} if url is None else {"request_url": url}
    command = {"command": "/utebru", "description": "Koble deg til Utebru"} | (
        {} if url is None else {"url": url}
    )
    return {
        "display_information": {
            "name": "Utebru",
            "description": "Svar ungdom der de er. Ordene føres med samtykke, eller slettes.",
        },
        "features": {
            "bot_user": {"display_name": "utebru", "always_online": True},
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "shortcuts": list(SHORTCUTS),
            "slash_commands": [
                command | {"usage_hint": "koble KODE, eller snap", "should_escape": False}
            ],
        },
        "oauth_config": {"scopes": {"bot": list(BOT_SCOPES), "user": list(USER_SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)} | where,
            "interactivity": {"is_enabled": True} | where,
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
