"""What may be written about a person, and who may be one: decided without a database."""

from datetime import date

import pytest

from casestore.people.details import Details
from casestore.people.likeness import CROWD, Why, alike, reached_by, similar
from casestore.people.rules import (
    Typed,
    changed,
    holds_identity_number,
    matches,
    mistakes,
    tidy,
    typed_from,
)

TODAY = date(2026, 11, 3)
FNR = "30051112345"


@pytest.mark.parametrize(
    "text",
    [
        FNR,
        "300511 12345",
        "300511-12345",
        "30.05.11 123 45",
        "30 05 11 12345",
        f"tlf 91234567, fnr {FNR}.",
        "３００５１１１２３４５",
    ],
)
def test_a_national_identity_number_is_seen_however_it_is_written(text: str) -> None:
    """It is the one number that follows a youth for life; the team does not need it."""
    assert holds_identity_number(text)
    for field in ("alias", "name", "born", "ways"):
        typed = Typed(**{"alias": "Rev", field: text})
        assert "fødselsnummer" in mistakes(typed, today=TODAY)[field]


@pytest.mark.parametrize(
    "text",
    ["91234567", "+47 912 34 567", "0047 912 34 567", "+46701234567", "0046 70 123 45 67", "2026"],
)
def test_a_telephone_number_is_no_identity_number(text: str) -> None:
    """A way to reach a youth must not be refused for its digits."""
    assert not holds_identity_number(text)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (Typed(alias="Blå rev"), set()),
        (Typed(alias=" \t\x00 "), {"alias"}),
        (Typed(alias="x" * 81, name="y" * 201), {"alias", "name"}),
        (Typed(alias="a", born="2011-02-30"), {"born"}),
        (Typed(alias="a", born="30.05.2011"), {"born"}),
        (Typed(alias="a", born="2026-11-04"), {"born"}),
        (Typed(alias="a", born="1899-12-31"), {"born"}),
        (Typed(alias="a", born="2011-05-30"), set()),
        (Typed(alias="a", ways="\n".join("abc" for _ in range(11))), {"ways"}),
        (Typed(alias="a", ways="w" * 201), {"ways"}),
    ],
)
def test_what_is_wrong_is_said_by_field(typed: Typed, wrong: set[str]) -> None:
    """A caseworker in a hurry must see which field it is."""
    assert set(mistakes(typed, today=TODAY)) == wrong


def test_what_was_typed_comes_back_in_the_form() -> None:
    """A form that changes what it is shown loses a telephone number one day."""
    details = Details(alias="Blå rev", name="Kari", born="2011-05-30", ways=("912 34 567", "@kari"))

    assert typed_from(details).details == details
    assert changed(details, Typed(alias="Blå rev", name="Kari").details) == ["born", "ways"]
    assert tidy(" Blå \u202e  rev\ud800 ") == "Blå rev"


@pytest.mark.parametrize(
    ("sought", "hit"), [("rev", True), ("kari nor", True), ("NOR", True), ("ari", False)]
)
def test_a_person_is_found_by_the_beginning_of_words(sought: str, hit: bool) -> None:
    """Nobody types a whole name."""
    assert matches(Details(alias="Blå rev", name="Kari Nordmann"), sought) is hit


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (Details(alias="a", name="Kari Nordmann"), Details(alias="b", name="NORDMANN, Kari"), "n"),
        (Details(alias="a", name="José Å"), Details(alias="b", name="jose å"), "n"),
        (Details(alias="a", name="Åse"), Details(alias="b", name="Ase"), ""),
        (
            Details(alias="a", name="Ola Normann", born="2011-05-30"),
            Details(alias="b", name="Ola Nordmann", born="2011-05-30"),
            "b",
        ),
        (
            Details(alias="a", name="Ola Normann", born="2011-05-30"),
            Details(alias="b", name="Kari Vik", born="2011-05-30"),
            "",
        ),
        (Details(alias="a", born="2011-05-30"), Details(alias="b", born="2011-05-30"), ""),
        (
            Details(alias="a", ways=("+47 912 34 567",)),
            Details(alias="b", ways=("snap: x", "91234567")),
            "w",
        ),
        (Details(alias="a", ways=("@Kari",)), Details(alias="b", ways=("kari",)), "w"),
        (Details(alias="Blå rev"), Details(alias="Blå rev"), ""),
    ],
)
def test_who_may_be_one(one: Details, other: Details, why: str) -> None:
    """Two records of one youth are two half stories; two youths in one are a leak."""
    wanted = {{"n": Why.NAME, "b": Why.BORN, "w": Why.WAY}[letter] for letter in why}

    found = alike({"p_1": one, "p_2": other}).get(("p_1", "p_2"), frozenset())

    # The same name is similar too: that is why only what is asked for is compared.
    assert found - {Why.BORN} | (found & wanted) == wanted


def test_what_a_crowd_shares_says_nothing() -> None:
    """The school's telephone is not a youth's; and a thousand persons must not take a minute."""
    school = {f"p_{n}": Details(alias="a", ways=("22 00 00 00",)) for n in range(CROWD + 1)}

    assert alike(school) == {}


def test_how_names_and_ways_are_compared() -> None:
    """What nobody knows is not alike."""
    assert not similar("", "")
    assert reached_by("0047 91 23 45 67") == reached_by("912 34 567")
    assert reached_by("ola.nordmann@example.test") == "ola.nordmann@example.test"
    assert reached_by("+46 70 123 45 67") == "46701234567"
