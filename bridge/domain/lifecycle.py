"""
How a conversation ends.

    OPEN ──Closed──▶ SEALED(journal | contact only) ──ReadBack──▶ TRANSFERRED ──Erased──▶ FORGOTTEN
                              └─Withdrawn─▶ SEALED(contact only)

Rule 1: every rule about moving on lives here, and nearly all of it in `NEXT`.
Rule 2: nothing here waits, stores or sends. The caller acts and reports back.
Rule 3: a stage is kept only if it changes what a restart must do. "Sent but not read
back" is not a stage: after a crash we would simply send it again.
Rule 4: what cannot happen is absent, and raises without changing anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bridge.domain.ids import ConversationId


class Stage(StrEnum):
    OPEN = "open"
    SEALED_JOURNAL = "sealed_journal"
    SEALED_CONTACT = "sealed_contact"
    TRANSFERRED = "transferred"
    FORGOTTEN = "forgotten"


class Filing(StrEnum):
    JOURNAL = "journal"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedForJournal:
    """The first `count` entries, and no others, are to be filed as one transcript."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedAsContact:
    """The talk is to be counted, and its words are not to be filed."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """The youth said stop in time; `digest` is that of the contact filed instead."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What the case store has just decrypted from its own storage amounts to `digest`."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """The words up to `count` are to go in the same transaction that says FORGOTTEN."""

    count: int


Event = ClosedForJournal | ClosedAsContact | Withdrawn | ReadBack | Erased

NEXT: Final[Mapping[tuple[Stage, type[Event]], Stage]] = {
    (Stage.OPEN, ClosedForJournal): Stage.SEALED_JOURNAL,
    (Stage.OPEN, ClosedAsContact): Stage.SEALED_CONTACT,
    (Stage.SEALED_JOURNAL, Withdrawn): Stage.SEALED_CONTACT,
    (Stage.SEALED_JOURNAL, ReadBack): Stage.TRANSFERRED,
    (Stage.SEALED_CONTACT, ReadBack): Stage.TRANSFERRED,
    (Stage.TRANSFERRED, Erased): Stage.FORGOTTEN,
}

FILING: Final[Mapping[Stage, Filing]] = {
    Stage.SEALED_JOURNAL: Filing.JOURNAL,
    Stage.SEALED_CONTACT: Filing.CONTACT,
}


class OutOfOrder(Exception):
    """This cannot happen at this stage."""


class DigestMismatch(Exception):
    """What the case store holds is not what was sealed; nothing may be forgotten."""


class NotAllWordsAccountedFor(Exception):
    """There are not exactly as many words to erase as were sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What must be remembered about a conversation's end. No words."""

    conversation: ConversationId
    stage: Stage = Stage.OPEN
    last_seq: int = 0
    filing: Filing | None = None
    digest: str | None = None


def advance(ledger: Ledger, event: Event) -> Ledger:
    """
    The ledger after `event`.

    Raises `OutOfOrder`, `DigestMismatch` or `NotAllWordsAccountedFor`; none may be retried
    without looking again.
    """
    try:
        stage = NEXT[ledger.stage, type(event)]
    except KeyError:
        raise OutOfOrder(f"{type(event).__name__} at {ledger.stage}") from None
    match event:
        case (
            ClosedForJournal(count=count, digest=digest)
            | ClosedAsContact(count=count, digest=digest)
        ):
            _all(ledger, count)
            return replace(ledger, stage=stage, filing=FILING[stage], digest=digest)
        case Withdrawn(digest=digest):
            return replace(ledger, stage=stage, filing=FILING[stage], digest=digest)
        case ReadBack(digest=digest):
            if digest != ledger.digest:
                raise DigestMismatch(ledger.conversation)
        case _:
            _all(ledger, event.count)
    return replace(ledger, stage=stage)


def _all(ledger: Ledger, count: int) -> None:
    if count != ledger.last_seq:
        raise NotAllWordsAccountedFor(ledger.conversation)
