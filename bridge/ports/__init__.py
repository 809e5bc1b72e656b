"""
What the bridge needs of the world, in its own words.

Each port is small. Its docstrings say what a caller may rely on; one contract suite holds
every adapter, and every fake, to that.
"""

from bridge.ports.chance import Clock, Mint
from bridge.ports.channel import Accept, Channel, Invites, Releases, SendFailed, Unreadable
from bridge.ports.platform import Account, Asked, Call, Ears, Hook, Hooks, Opened, Platform, Reply
from bridge.ports.record import (
    CaseRecord,
    Deletion,
    Employee,
    Join,
    Lapse,
    NotTaken,
    Picture,
    RecordRefused,
    RecordUnreachable,
    Refusal,
    Waiting,
    WrittenDown,
)
from bridge.ports.store import Arrived, Inbox, Signs, Staff, Threads
from bridge.ports.surroundings import Surroundings
from bridge.ports.vault import KeyGone, KeyRing, Transaction, Vault
from bridge.ports.words import Copies, Outbox, Sealed, Stale, TakenBack, Words
from bridge.ports.workspace import Uploaded, Workspace

__all__ = [
    "Accept",
    "Account",
    "Arrived",
    "Asked",
    "Call",
    "CaseRecord",
    "Channel",
    "Clock",
    "Copies",
    "Deletion",
    "Ears",
    "Employee",
    "Hook",
    "Hooks",
    "Inbox",
    "Invites",
    "Join",
    "KeyGone",
    "KeyRing",
    "Lapse",
    "Mint",
    "NotTaken",
    "Opened",
    "Outbox",
    "Picture",
    "Platform",
    "RecordRefused",
    "RecordUnreachable",
    "Refusal",
    "Releases",
    "Reply",
    "Sealed",
    "SendFailed",
    "Signs",
    "Staff",
    "Stale",
    "Surroundings",
    "TakenBack",
    "Threads",
    "Transaction",
    "Unreadable",
    "Uploaded",
    "Vault",
    "Waiting",
    "Words",
    "Workspace",
    "WrittenDown",
]
