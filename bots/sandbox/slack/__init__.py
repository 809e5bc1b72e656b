"""Slack's stand-in: Web API, Socket Mode and signed HTTP events, after Slack's documentation."""

from bots.sandbox.slack.hands import Press, Submission
from bots.sandbox.slack.screen import Alert, Seen
from bots.sandbox.slack.standin import SlackStandIn
from bots.sandbox.slack.values import Room, User

__all__ = ["Alert", "Press", "Room", "Seen", "SlackStandIn", "Submission", "User"]
