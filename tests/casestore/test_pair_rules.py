"""Who is near whom, kept up to date one person at a time: as if all were compared each time."""

import random
from collections.abc import Mapping

from casestore.people.details import Details
from casestore.people.likeness import CROWD, Why, alike
from casestore.people.marked import Marked

NAMES = ("Kari Nordmann", "Kari Nordman", "Ola Hansen", "Hansen, Ola", None)
DAYS = ("2010-05-17", "2011-01-02", None)
WAYS = ("912 34 567", "+47 91234567", "kari@example.test", "@rev")


def found(marked: Marked, persons: Mapping[str, Details]) -> Mapping[tuple[str, str], set[Why]]:
    """The pairs as the job finds them: near by their marks, and alike when both are looked at."""
    pairs = {}
    for one in persons:
        for other, shared in marked.near(one).items():
            if one < other:
                both = alike({one: persons[one], other: persons[other]})
                if why := both.get((one, other), frozenset()) & shared:
                    pairs[one, other] = set(why)
    return pairs


def somebody(dice: random.Random) -> Details:
    return Details(
        alias="a",
        name=dice.choice(NAMES),
        born=dice.choice(DAYS),
        ways=tuple(dice.sample(WAYS, dice.randrange(3))),
    )


def test_one_at_a_time_is_as_all_at_once() -> None:
    """A youth who is found twice only when everybody is gone through is found too late."""
    dice, persons, marked = random.Random(5), dict[str, Details](), Marked()

    for _ in range(400):
        its_id = f"p_{dice.randrange(40):02}"
        if dice.random() < 0.2:
            persons.pop(its_id, None)
            assert its_id in marked.drop(its_id)
        else:
            persons[its_id] = somebody(dice)
            assert its_id in marked.put(its_id, persons[its_id])
        assert found(marked, persons) == alike(persons)
    assert found(marked, persons) != {}


def test_a_crowd_that_comes_or_goes_is_told_of() -> None:
    """What a school's telephone had paired must go when it is seen to be a school's."""
    marked, at_school = Marked(), Details(alias="a", ways=("22 00 00 00",))
    for n in range(CROWD):
        assert marked.put(f"p_{n}", at_school) == {f"p_{n}"}
    assert len(marked.near("p_0")) == CROWD - 1

    every = {f"p_{n}" for n in range(CROWD + 1)}
    assert marked.put(f"p_{CROWD}", at_school) == every
    assert marked.near("p_0") == {}
    assert marked.put("p_more", at_school) == {"p_more"}
    assert marked.drop("p_more") == {"p_more"}
    assert marked.drop("p_7") == every
    assert len(marked.near("p_0")) == CROWD - 1


def test_nothing_that_is_shared_can_be_read_from_what_is_held() -> None:
    """Whoever reads this memory has the keys as well; whoever reads two has nothing to compare."""
    one, other = Marked(), Marked()
    kari = Details(alias="Rev", name="Kari Nordmann", born="2010-05-17", ways=("912 34 567",))

    for marked in (one, other):
        marked.put("p_1", kari)

    held = repr(vars(one)).lower()
    assert not [word for word in ("kari", "nordmann", "rev", "-05-") if word in held]
    assert not set(one._persons) & set(other._persons)
