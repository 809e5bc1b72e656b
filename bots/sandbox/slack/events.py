"""How an event or an interaction is wrapped before it leaves Slack."""

import secrets
from typing import Any

from bots.sandbox.slack.values import APP, BOT_USER, TEAM, User
from bots.sandbox.slack.workspace import Workspace

Json = dict[str, Any]

VERIFICATION_TOKEN = "deprecated-verification-token"


def callback(workspace: Workspace, event: Json) -> Json:
    """An Events API payload."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_hex(16)}",
    }


def interaction(kind: str, user: User, **rest: Any) -> Json:
    """What every interactive payload begins with."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.handle, "name": user.handle, "team_id": TEAM},
        "api_app_id": APP,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM, "domain": "ungdomsteamet"},
        "enterprise": None,
        "is_enterprise_install": False,
    } | rest
