"""Every table, in one place, for whoever needs them all: migrations and their test."""

from casestore.audit.tables import Read
from casestore.consents.tables import Consent, Withdrawal
from casestore.contacts.tables import Contact
from casestore.database import Table
from casestore.deletions.tables import Deletion
from casestore.journal.tables import Attachment, Entry, EntryMessage
from casestore.links.tables import LinkCode, LinkGuard, SlackLink
from casestore.requests.tables import YouthRequest
from casestore.reviews.tables import Review
from casestore.stuck.tables import Stuck
from casestore.tasks.tables import Task
from casestore.threads.tables import DataKey, Thread
from casestore.transfers.tables import (
    ChainEvent,
    ChainHead,
    Copy,
    Transfer,
    TransferCaseworker,
    TransferEvent,
)
from casestore.users.tables import LoginSession, User

ALL = Table.metadata

__all__ = [
    "ALL",
    "Attachment",
    "ChainEvent",
    "ChainHead",
    "Consent",
    "Contact",
    "Copy",
    "DataKey",
    "Deletion",
    "Entry",
    "EntryMessage",
    "LinkCode",
    "LinkGuard",
    "LoginSession",
    "Read",
    "Review",
    "SlackLink",
    "Stuck",
    "Task",
    "Thread",
    "Transfer",
    "TransferCaseworker",
    "TransferEvent",
    "User",
    "Withdrawal",
    "YouthRequest",
]
