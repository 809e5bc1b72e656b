"""
What the bridge needs of the world, in its own words.

Each port is small. Its docstrings say what a caller may rely on; one contract suite holds
every adapter, and every fake, to that.
"""

from bridge.ports.chance import Clock, Mint
from bridge.ports.channel import Accept, Channel, SendFailed, Unreadable
from bridge.ports.record import (
    CaseRecord,
    Deletion,
    Employee,
    RecordRefused,
    RecordUnreachable,
    Refusal,
)
from bridge.ports.store import Arrived, Inbox, Staff, Threads
from bridge.ports.surroundings import Surroundings
from bridge.ports.vault import KeyGone, KeyRing, Transaction, Vault
from bridge.ports.words import Copies, Outbox, Sealed, Stale, Words
from bridge.ports.workspace import Uploaded, Workspace

__all__ = [
    "Accept",
    "Arrived",
    "CaseRecord",
    "Channel",
    "Clock",
    "Copies",
    "Deletion",
    "Employee",
    "Inbox",
    "KeyGone",
    "KeyRing",
    "Mint",
    "Outbox",
    "RecordRefused",
    "RecordUnreachable",
    "Refusal",
    "Sealed",
    "SendFailed",
    "Staff",
    "Stale",
    "Surroundings",
    "Threads",
    "Transaction",
    "Unreadable",
    "Uploaded",
    "Vault",
    "Words",
    "Workspace",
]
