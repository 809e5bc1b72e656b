"""What comes when one no longer expects it."""

from collections.abc import Mapping
from itertools import product

from bridge.domain.late import TREATMENT, Fact, Treatment
from bridge.domain.lifecycle import Stage
from tests.domain.cells import Cells

HAPPENS = [
    # what comes        still talking      sealed for journal     sealed as contact
    #                   read back          forgotten
    (Fact.YOUTH_EDIT, ["here", "next", "next", "next", "next"]),
    (Fact.YOUTH_UNSEND, ["here", "task", "next", "task", "task"]),
    (Fact.REACTION, ["here", "passes", "passes", "passes", "passes"]),
    (Fact.REPLY_EDIT, ["here", "notice", "notice", "notice", "notice"]),
    (Fact.REPLY_DELETED, ["here", "state", "state", "state", "state"]),
    (Fact.YES, ["here", "record", "record", "record", "record"]),
    (Fact.STOP, ["here", "to_contact", "record", "task", "task"]),
    (Fact.POST, ["here", "notice", "notice", "notice", "notice"]),
    (Fact.RECEIPT, ["state", "state", "state", "state", "state"]),
]
IN_ORDER = [
    Stage.OPEN,
    Stage.SEALED_JOURNAL,
    Stage.SEALED_CONTACT,
    Stage.TRANSFERRED,
    Stage.FORGOTTEN,
]


def every_late_fact_has_its_cell(table: Mapping[tuple[Fact, Stage], Treatment]) -> None:
    assert {fact for fact, _ in HAPPENS} == set(Fact)
    for fact, treatments in HAPPENS:
        for stage, treatment in zip(IN_ORDER, treatments, strict=True):
            assert table[fact, stage].value == treatment, (fact, stage)


CELLS = (
    Cells(
        name="late.TREATMENT",
        table=TREATMENT,
        keys=list(product(Fact, Stage)),
        values=list(Treatment),
        holds=every_late_fact_has_its_cell,
    ),
)


def test_every_late_fact_has_an_answer_at_every_stage() -> None:
    """A fact without a cell is a word, a yes or a stop that falls between two chairs."""
    every_late_fact_has_its_cell(TREATMENT)


def test_a_stop_in_time_keeps_the_words_out_of_the_journal() -> None:
    """Product: after sealing, before read back, the journal becomes contact only."""
    assert TREATMENT[Fact.STOP, Stage.SEALED_JOURNAL] is Treatment.TO_CONTACT


def test_nothing_said_after_sealing_alters_what_was_sealed() -> None:
    """The digest was taken: the youth's later wording is words of the next conversation."""
    for fact, stage in product(Fact, IN_ORDER[1:]):
        assert TREATMENT[fact, stage] is not Treatment.HERE
