"""A stand-in for Meta's Graph API, as far as a page on Messenger can see it."""

from bots.sandbox.meta.people import Bubble, Phone
from bots.sandbox.meta.standin import MetaStandIn

__all__ = ["Bubble", "MetaStandIn", "Phone"]
