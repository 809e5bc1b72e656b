"""
Snapchat, which lets no program read or write what is said between people.

developers.snap.com, «Public Profile API»: messages between a brand and a creator, by invitation.
There is nothing for people who write to us, so people carry it, and the chat lies on the team's
own telephone.
"""

from datetime import timedelta
from typing import Final

from bridge.domain.capabilities import Capabilities, Support

NAME: Final = "snapchat"

CAPABILITIES: Final = Capabilities(
    max_text=3000,  # Snap documents none; what a card of ours shows whole, four times over
    max_file=20 * 1024 * 1024,  # ours, as for the others
    buttons=Support.REFUSED,
    edit_ours=Support.REFUSED,  # by a program; a person changes it there
    erase_ours=Support.REFUSED,
    erase_theirs=Support.REFUSED,
    erase_within=None,
    reread=Support.NONE,
    sees_unsend=Support.NONE,
    reads=Support.NONE,
    answer_within=None,
    answer_late=None,
    keeps_for=None,
    per_chat=timedelta(),
    per_second=100,
    carried=Support.FULL,
)
