"""
Who may do what with whose: one table, and nothing else decides.

Each row has a cell for every relation that an employee can have to what they ask for:

    own         they are responsible for it, wrote it, or registered it
    shared      its owner or the team leader has shared it with them, by name, for a period
    not shared  it is the same team's, and none of the above
    other team  it is not their team's
    restricted  it is the same team's, and its person is restricted (GDPR art. 18): nobody's own

A cell is A (allowed), R (refused: they may know that it is there) or I (invisible: it is
answered exactly as what does not exist, in pages, search, counts, suggestions and errors).
What is done to nothing in particular has one cell, for the employee's own team. Three rows have
no cell for restricted: a report of concern, the log of transfers and what was written down by
hand are not the youth's record, and one that is stuck, or that a child is in danger, must not
wait for the team leader.

Sources: R49–R53 and R61 (the archive plan), and the confidentiality that holds between
colleagues too (forvaltningsloven § 13; domain.md §2.5), which is why the default is invisible.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from casestore.users.rules import Role


class Relation(StrEnum):
    """What what is asked for is to the employee who asks."""

    OWN = "own"
    SHARED = "shared"
    NOT_SHARED = "not_shared"
    OTHER_TEAM = "other_team"
    RESTRICTED = "restricted"
    TEAM = "team"
    """Nothing in particular: the team's own lists, settings and statistics."""


class Answer(StrEnum):
    """What is answered."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    INVISIBLE = "invisible"


class Action(StrEnum):
    """What can be asked for."""

    OWN_ACCOUNT = "own_account"
    PERSON_CREATE = "person.create"
    PERSON_READ = "person.read"
    PERSON_EDIT = "person.edit"
    PERSON_MERGE = "person.merge"
    THREAD_TIE = "thread.tie"
    JOIN_READ = "join.read"
    JOIN_DECIDE = "join.decide"
    CASE_OPEN = "case.open"
    CASE_READ = "case.read"
    CASE_WRITE = "case.write"
    CASE_HAND_OVER = "case.hand_over"
    CASE_SHARE = "case.share"
    ENTRY_READ = "entry.read"
    ENTRY_TIE = "entry.tie"
    ENTRY_MOVE = "entry.move"
    STATEMENT_ADD = "statement.add"
    CONSENT_REGISTER = "consent.register"
    CONCERN_WRITE = "concern.write"
    CONCERN_READ = "concern.read"
    REGISTRATION_WRITE = "registration.write"
    REGISTRATION_READ = "registration.read"
    CONTACT_REGISTER = "contact.register"
    STATISTICS_READ = "statistics.read"
    DISCLOSURE_READ = "disclosure.read"
    DISCLOSURE_WRITE = "disclosure.write"
    INCIDENT_WRITE = "incident.write"
    INCIDENT_READ = "incident.read"
    PROCESSING_READ = "processing.read"
    JOURNAL_HAND_OUT = "journal.hand_out"
    PERSON_DELETE = "person.delete"
    DELETION_LIST = "deletion.list"
    DELETION_CONFIRM = "deletion.confirm"
    SEARCH = "search"
    TASK_READ = "task.read"
    TASK_DONE = "task.done"
    TRANSFER_LIST = "transfer.list"
    TRANSFER_READ = "transfer.read"
    TRANSFER_CHECK = "transfer.check"
    ACCESS_LIST = "access.list"
    ACCESS_GRANT = "access.grant"
    AUDIT_READ = "audit.read"


OF: Final = (
    Relation.OWN,
    Relation.SHARED,
    Relation.NOT_SHARED,
    Relation.OTHER_TEAM,
    Relation.RESTRICTED,
)
CELL: Final = {"A": Answer.ALLOWED, "R": Answer.REFUSED, "I": Answer.INVISIBLE}

# A column for each role: caseworker, team leader, deputy, department head. In each, the cells
# for own, shared, not shared, other team and restricted; or the one cell of what has no owner.
TABLE: Final[Mapping[Action, tuple[str, str, str, str]]] = {
    Action.OWN_ACCOUNT:      ("A",     "A",     "A",     "A"),
    Action.PERSON_CREATE:    ("A",     "A",     "A",     "R"),
    Action.PERSON_READ:      ("AAIII", "AAAIA", "AAAII", "IIIII"),
    Action.PERSON_EDIT:      ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.PERSON_MERGE:     ("RRIII", "AAAIA", "AAAII", "IIIII"),
    Action.THREAD_TIE:       ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.JOIN_READ:        ("AAIII", "AAAIA", "AAAII", "IIIII"),
    Action.JOIN_DECIDE:      ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.CASE_OPEN:        ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.CASE_READ:        ("AAIII", "AAAIA", "AAAII", "IIIII"),
    Action.CASE_WRITE:       ("ARIII", "ARRIR", "ARRII", "IIIII"),
    Action.CASE_HAND_OVER:   ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.CASE_SHARE:       ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.ENTRY_READ:       ("AAIII", "AAAIA", "AAAII", "IIIII"),
    Action.ENTRY_TIE:        ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.ENTRY_MOVE:       ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.STATEMENT_ADD:    ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.CONSENT_REGISTER: ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.CONCERN_WRITE:    ("A",     "A",     "A",     "R"),
    Action.CONCERN_READ:     ("AIII",  "AAAI",  "AAAI",  "IIII"),
    Action.REGISTRATION_WRITE: ("A",   "A",     "A",     "R"),
    Action.REGISTRATION_READ: ("AIII", "AAAI",  "AAAI",  "IIII"),
    Action.CONTACT_REGISTER: ("A",     "A",     "A",     "R"),
    Action.STATISTICS_READ:  ("A",     "A",     "A",     "A"),
    Action.DISCLOSURE_READ:  ("AAIII", "AAAIA", "AAAII", "IIIII"),
    Action.DISCLOSURE_WRITE: ("ARIII", "AAAIA", "AAAII", "IIIII"),
    Action.INCIDENT_WRITE:   ("A",     "A",     "A",     "R"),
    Action.INCIDENT_READ:    ("R",     "A",     "A",     "R"),
    Action.PROCESSING_READ:  ("A",     "A",     "A",     "A"),
    Action.JOURNAL_HAND_OUT: ("ARIII", "AAAIA", "AAAII", "IIIII"),
    # R53: «kun teamleder kan slette dokumenter og personer».
    Action.PERSON_DELETE:    ("RRIII", "AAAIA", "RRRII", "IIIII"),
    Action.DELETION_LIST:    ("R",     "A",     "A",     "A"),
    # The second person of a disposal: anybody who checks the list, but never who proposed it.
    Action.DELETION_CONFIRM: ("R",     "A",     "A",     "A"),
    Action.SEARCH:           ("A",     "A",     "A",     "R"),
    Action.TASK_READ:        ("A",     "A",     "A",     "R"),
    Action.TASK_DONE:        ("R",     "A",     "A",     "R"),
    Action.TRANSFER_LIST:    ("A",     "A",     "A",     "R"),
    Action.TRANSFER_READ:    ("AIII",  "AAAI",  "AAAI",  "IIII"),
    Action.TRANSFER_CHECK:   ("R",     "A",     "A",     "R"),
    Action.ACCESS_LIST:      ("R",     "A",     "A",     "A"),
    Action.ACCESS_GRANT:     ("R",     "A",     "R",     "R"),
    Action.AUDIT_READ:       ("R",     "A",     "A",     "A"),
}  # fmt: skip

COLUMN: Final = (Role.CASEWORKER, Role.TEAM_LEADER, Role.DEPUTY, Role.DEPARTMENT_HEAD)


def decide(role: Role, action: Action, relation: Relation = Relation.TEAM) -> Answer:
    """Read the table. A cell that is not there raises `KeyError`: it is a mistake of ours."""
    cells = TABLE[action][COLUMN.index(role)]
    if len(cells) == 1:
        if relation is not Relation.TEAM:
            raise KeyError(action, relation)
        return CELL[cells]
    if relation is Relation.TEAM:
        raise KeyError(action, relation)
    return CELL[cells[OF.index(relation)]]


def relations(action: Action) -> tuple[Relation, ...]:
    """Give the relations that a row has cells for."""
    cells = len(TABLE[action][0])
    return (Relation.TEAM,) if cells == 1 else OF[:cells]


def ever(role: Role, action: Action) -> Answer:
    """Give the best answer that this role can have, whatever it asks for."""
    found = {decide(role, action, relation) for relation in relations(action)}
    order = (Answer.ALLOWED, Answer.REFUSED, Answer.INVISIBLE)
    return next(answer for answer in order if answer in found)


def seen(role: Role, action: Action) -> frozenset[Relation]:
    """Give the relations in which this role is allowed the action: what lists may show."""
    return frozenset(r for r in relations(action) if decide(role, action, r) is Answer.ALLOWED)
