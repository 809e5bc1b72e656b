"""
What comes when one no longer expects it: a cell for every stage, and no `else`.

Edits and unsends after sealing never alter what was sealed; they are words of the next
conversation in the same thread.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bridge.domain.lifecycle import Stage


class Fact(StrEnum):
    YOUTH_EDIT = "youth_edit"
    YOUTH_UNSEND = "youth_unsend"
    REACTION = "reaction"
    REPLY_EDIT = "reply_edit"
    REPLY_DELETED = "reply_deleted"
    YES = "yes"
    STOP = "stop"
    POST = "post"  # a caseworker's message in the room thread
    RECEIPT = "receipt"  # the platform tells how a delivery went


class Treatment(StrEnum):
    HERE = "here"  # belongs to this conversation
    NEXT = "next"  # belongs to the thread's next conversation
    RECORD = "record"  # recorded at once; this conversation is unchanged
    TO_CONTACT = "to_contact"  # recorded; the sealed journal becomes contact only
    TASK = "task"  # the entry stands; what was filed of it, the team leader decides on
    NOTICE = "notice"  # a private notice to whoever wrote it, and a copy row to wipe
    PASSES = "passes"  # nobody is told: it is no words, and what it is about is over
    STATE = "state"  # only a delivery's state changes; no words


TREATMENT: Final[Mapping[tuple[Fact, Stage], Treatment]] = {
    (Fact.YOUTH_EDIT, Stage.OPEN): Treatment.HERE,
    (Fact.YOUTH_EDIT, Stage.SEALED_JOURNAL): Treatment.NEXT,
    (Fact.YOUTH_EDIT, Stage.SEALED_CONTACT): Treatment.NEXT,
    (Fact.YOUTH_EDIT, Stage.TRANSFERRED): Treatment.NEXT,
    (Fact.YOUTH_EDIT, Stage.FORGOTTEN): Treatment.NEXT,
    (Fact.YOUTH_UNSEND, Stage.OPEN): Treatment.HERE,
    (Fact.YOUTH_UNSEND, Stage.SEALED_JOURNAL): Treatment.TASK,
    (Fact.YOUTH_UNSEND, Stage.SEALED_CONTACT): Treatment.NEXT,
    (Fact.YOUTH_UNSEND, Stage.TRANSFERRED): Treatment.TASK,
    (Fact.YOUTH_UNSEND, Stage.FORGOTTEN): Treatment.TASK,
    (Fact.REACTION, Stage.OPEN): Treatment.HERE,
    (Fact.REACTION, Stage.SEALED_JOURNAL): Treatment.PASSES,
    (Fact.REACTION, Stage.SEALED_CONTACT): Treatment.PASSES,
    (Fact.REACTION, Stage.TRANSFERRED): Treatment.PASSES,
    (Fact.REACTION, Stage.FORGOTTEN): Treatment.PASSES,
    (Fact.REPLY_EDIT, Stage.OPEN): Treatment.HERE,
    (Fact.REPLY_EDIT, Stage.SEALED_JOURNAL): Treatment.NOTICE,
    (Fact.REPLY_EDIT, Stage.SEALED_CONTACT): Treatment.NOTICE,
    (Fact.REPLY_EDIT, Stage.TRANSFERRED): Treatment.NOTICE,
    (Fact.REPLY_EDIT, Stage.FORGOTTEN): Treatment.NOTICE,
    (Fact.REPLY_DELETED, Stage.OPEN): Treatment.HERE,
    (Fact.REPLY_DELETED, Stage.SEALED_JOURNAL): Treatment.STATE,
    (Fact.REPLY_DELETED, Stage.SEALED_CONTACT): Treatment.STATE,
    (Fact.REPLY_DELETED, Stage.TRANSFERRED): Treatment.STATE,
    (Fact.REPLY_DELETED, Stage.FORGOTTEN): Treatment.STATE,
    (Fact.YES, Stage.OPEN): Treatment.HERE,
    (Fact.YES, Stage.SEALED_JOURNAL): Treatment.RECORD,
    (Fact.YES, Stage.SEALED_CONTACT): Treatment.RECORD,
    (Fact.YES, Stage.TRANSFERRED): Treatment.RECORD,
    (Fact.YES, Stage.FORGOTTEN): Treatment.RECORD,
    (Fact.STOP, Stage.OPEN): Treatment.HERE,
    (Fact.STOP, Stage.SEALED_JOURNAL): Treatment.TO_CONTACT,
    (Fact.STOP, Stage.SEALED_CONTACT): Treatment.RECORD,
    (Fact.STOP, Stage.TRANSFERRED): Treatment.TASK,
    (Fact.STOP, Stage.FORGOTTEN): Treatment.TASK,
    (Fact.POST, Stage.OPEN): Treatment.HERE,
    (Fact.POST, Stage.SEALED_JOURNAL): Treatment.NOTICE,
    (Fact.POST, Stage.SEALED_CONTACT): Treatment.NOTICE,
    (Fact.POST, Stage.TRANSFERRED): Treatment.NOTICE,
    (Fact.POST, Stage.FORGOTTEN): Treatment.NOTICE,
    (Fact.RECEIPT, Stage.OPEN): Treatment.STATE,
    (Fact.RECEIPT, Stage.SEALED_JOURNAL): Treatment.STATE,
    (Fact.RECEIPT, Stage.SEALED_CONTACT): Treatment.STATE,
    (Fact.RECEIPT, Stage.TRANSFERRED): Treatment.STATE,
    (Fact.RECEIPT, Stage.FORGOTTEN): Treatment.STATE,
}
