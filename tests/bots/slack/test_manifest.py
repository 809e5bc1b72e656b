"""What the app asks Slack for, and no more."""

import json

from bots.slack.manifest import manifest


def test_a_mention_is_told_once() -> None:
    """Told as a message and as a mention, a youth would get the reply twice."""
    assert "app_mention" not in json.dumps(manifest())


def test_the_bot_asks_for_no_more_than_it_uses() -> None:
    """Every scope is a way in for whoever gets hold of the token."""
    scopes = json.dumps(manifest()["oauth_config"])

    for unneeded in ("customize", "email", "admin", "channels:", "im:write", "reactions"):
        assert unneeded not in scopes


def test_socket_mode_needs_no_address_and_http_needs_one() -> None:
    """A bridge behind a firewall must be able to do without an opening."""
    socket, http = manifest(), manifest("https://utebru.example/")

    assert "request_url" not in json.dumps(socket)
    assert json.dumps(socket["settings"]).count('"socket_mode_enabled": true') == 1
    assert json.dumps(http).count("https://utebru.example/slack/events") == 3
    assert json.dumps(http["settings"]).count('"socket_mode_enabled": false') == 1
