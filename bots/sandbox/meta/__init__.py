"""Stand-ins for Meta's Graph API, as far as a page and a number on WhatsApp can see it."""

from bots.sandbox.meta.people import Bubble, Phone
from bots.sandbox.meta.standin import MetaStandIn
from bots.sandbox.meta.whatsapp import WhatsAppStandIn
from bots.sandbox.meta.whatsapp_people import Handset

__all__ = ["Bubble", "Handset", "MetaStandIn", "Phone", "WhatsAppStandIn"]
