"""A stand-in for Microsoft Graph and Entra, as far as one shared mailbox can see them."""

from bots.sandbox.outlook.people import Letter, Person
from bots.sandbox.outlook.standin import OutlookStandIn

__all__ = ["Letter", "OutlookStandIn", "Person"]
