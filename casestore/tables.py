"""Every table, in one place, for whoever needs them all: migrations and their test."""

from casestore.access.tables import AccessChange, Grant
from casestore.audit.tables import AuditEvent, AuditHead
from casestore.cases.tables import Case, CaseClosing, CaseHandover, CaseNumber, Party, Share
from casestore.chainrows import Anchor
from casestore.concerns.tables import Concern
from casestore.consents.tables import Consent, Withdrawal
from casestore.contacts.tables import Contact, ContactSum
from casestore.database import Table
from casestore.deletions.tables import Decision, Deletion, Hold
from casestore.disclosures.tables import Disclosure
from casestore.incidents.tables import Affected, Incident
from casestore.joins.tables import Join, JoinOrder
from casestore.journal.tables import Addition, Attachment, Entry, EntryMessage, EntryMove, Note
from casestore.links.tables import LinkCode, LinkGuard, SlackLink
from casestore.oidc.tables import OidcAttempt
from casestore.own_journal.tables import JournalCode, JournalGuard, Omission
from casestore.people.tables import Compared, Merge, Person, PersonFile, PersonPair, Tie
from casestore.repeats.tables import KeptAnswer
from casestore.requests.tables import YouthRequest
from casestore.reviews.tables import Review
from casestore.search.tables import Mark
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
    "AccessChange",
    "Addition",
    "Affected",
    "Anchor",
    "Attachment",
    "AuditEvent",
    "AuditHead",
    "Case",
    "CaseClosing",
    "CaseHandover",
    "CaseNumber",
    "ChainEvent",
    "ChainHead",
    "Compared",
    "Concern",
    "Consent",
    "Contact",
    "ContactSum",
    "Copy",
    "DataKey",
    "Decision",
    "Deletion",
    "Disclosure",
    "Entry",
    "EntryMessage",
    "EntryMove",
    "Grant",
    "Hold",
    "Incident",
    "Join",
    "JoinOrder",
    "JournalCode",
    "JournalGuard",
    "KeptAnswer",
    "LinkCode",
    "LinkGuard",
    "LoginSession",
    "Mark",
    "Merge",
    "Note",
    "OidcAttempt",
    "Omission",
    "Party",
    "Person",
    "PersonFile",
    "PersonPair",
    "Review",
    "Share",
    "SlackLink",
    "Stuck",
    "Task",
    "Thread",
    "Tie",
    "Transfer",
    "TransferCaseworker",
    "TransferEvent",
    "User",
    "Withdrawal",
    "YouthRequest",
]
