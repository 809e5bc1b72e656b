"""One message, from one side to the other."""

from bridge.relay.along import Claimed
from bridge.relay.clicks import Clicks
from bridge.relay.colleagues import Colleagues
from bridge.relay.deciding import Deciding
from bridge.relay.gaps import Gaps
from bridge.relay.importing import Importing, NobodyGoesByThat
from bridge.relay.inbox import Incoming
from bridge.relay.outgoing import Outgoing
from bridge.relay.signs import Signs
from bridge.relay.written_down import FromRecord

__all__ = [
    "Claimed",
    "Clicks",
    "Colleagues",
    "Deciding",
    "FromRecord",
    "Gaps",
    "Importing",
    "Incoming",
    "NobodyGoesByThat",
    "Outgoing",
    "Signs",
]
