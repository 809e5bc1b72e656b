"""What stands in the way of a deletion, decided without a database."""

from dataclasses import replace
from datetime import date

import pytest

from casestore.deletions.retention import RETENTION, Keeping, Retention, retention_on, years_over
from casestore.deletions.rules import BASES, BLOCK, KIND, Block, Facts, Kind, blocks, mistakes

TODAY = date(2026, 11, 3)
LATER = RETENTION[0]
PRESERVE = replace(LATER, keeping=Keeping.PRESERVE)
TEN_YEARS = replace(LATER, keeping=Keeping.YEARS, years=10)

FREE = Facts(
    kind=Kind.DISPOSE,
    on_hold=False,
    has_journal=True,
    last_closed=date(2016, 11, 3),
    reference=True,
    unproved=False,
    entangled=False,
    confirmed=True,
    confirmed_extent="a" * 64,
    extent="a" * 64,
)


@pytest.mark.parametrize(
    ("changed", "retention", "found"),
    [
        ({}, LATER, []),
        ({"on_hold": True}, LATER, [Block.HOLD]),
        ({"reference": False}, LATER, [Block.NO_REFERENCE]),
        ({"reference": False, "has_journal": False}, LATER, []),
        ({}, PRESERVE, [Block.PRESERVED]),
        ({"has_journal": False}, PRESERVE, []),
        ({"reference": False}, TEN_YEARS, []),
        ({"reference": False, "last_closed": date(2016, 11, 4)}, TEN_YEARS, [Block.NOT_YET]),
        ({"reference": False, "last_closed": None}, TEN_YEARS, [Block.NOT_YET]),
        ({"last_closed": None}, TEN_YEARS, []),
        ({"unproved": True, "entangled": True}, LATER, [Block.UNPROVED, Block.ENTANGLED]),
        ({"confirmed": False, "confirmed_extent": None}, LATER, [Block.NOT_CONFIRMED]),
        ({"extent": "b" * 64}, LATER, [Block.CHANGED_SINCE]),
        # A mistake was never archive, and takes one leader; but a hold holds it all the same.
        (
            {"kind": Kind.DELETE_MISTAKE, "reference": False, "confirmed": False},
            PRESERVE,
            [],
        ),
        ({"kind": Kind.DELETE_MISTAKE, "on_hold": True}, LATER, [Block.HOLD]),
    ],
)
def test_each_thing_that_stands_in_the_way_does(
    changed: dict[str, object], retention: Retention, found: list[Block]
) -> None:
    """One cell that was missing here would be a journal that a court asked for, gone."""
    facts = replace(FREE, **changed)  # type: ignore[arg-type]

    assert blocks(facts, retention, TODAY) == found


def test_the_default_is_to_decide_later() -> None:
    """Until the municipality has a plan, nothing may be disposed of by itself (Q7)."""
    assert retention_on(TODAY).keeping is Keeping.LATER
    assert not years_over(LATER, date(1990, 1, 1), TODAY)


def test_the_value_that_took_effect_last_holds() -> None:
    """A plan adopted today must not reach back, nor one of next year be in force already."""
    versions = (
        replace(LATER, from_day=date(2020, 1, 1)),
        replace(TEN_YEARS, from_day=date(2026, 11, 3)),
        replace(PRESERVE, from_day=date(2027, 1, 1)),
    )
    assert retention_on(date(2026, 11, 2), versions).keeping is Keeping.LATER
    assert retention_on(TODAY, versions).keeping is Keeping.YEARS


def test_a_leap_day_is_ten_years_old_on_the_first_of_march() -> None:
    """A date that does not exist must not stop anybody."""
    assert not years_over(TEN_YEARS, date(2016, 2, 29), date(2026, 2, 28))
    assert years_over(TEN_YEARS, date(2016, 2, 29), date(2026, 3, 1))


def test_everything_that_is_decided_has_words() -> None:
    """A code on the page would be a riddle to whoever must answer for it."""
    assert set(BLOCK) == set(Block)
    assert set(KIND) == set(BASES) == set(Kind)
    assert all(basis.said and basis.source for bases in BASES.values() for basis in bases.values())


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, set()),
        ({"kind": "x"}, {"kind"}),
        ({"target": "entry"}, {"kind"}),
        ({"basis": "wrong_person"}, {"basis"}),
        ({"reason": " "}, {"reason"}),
        ({"reference": ""}, {"reference"}),
        ({"reference": "", "basis": "consent_withdrawn"}, set()),
        ({"kind": "delete_mistake", "target": "note", "basis": "duplicate"}, set()),
        ({"kind": "restrict", "basis": "objection"}, set()),
    ],
)
def test_a_proposal_says_what_why_and_on_which_basis(
    changed: dict[str, str], wrong: set[str]
) -> None:
    """R53: with reason and legal basis."""
    told = {
        "kind": "dispose", "target": "person", "basis": "disposal_decision", "reason": "x",
        "reference": "26/1",
    }  # fmt: skip

    assert set(mistakes(**told | changed)) == wrong
