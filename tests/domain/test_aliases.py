"""Friendly names that say nothing."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.aliases import COUNT, alias


def test_every_draw_gives_a_name_of_its_own() -> None:
    """Two youths under one name is one youth reading the other's answers."""
    names = [alias(draw, ()) for draw in range(COUNT)]

    assert len(set(names)) == COUNT == 800
    assert "Blå rev" in names
    assert "Stille elv" in names
    assert "Blått tre" in names
    assert all(name == name.capitalize() and len(name.split()) == 2 for name in names)


@given(draws=st.lists(st.integers(0, 10**9), max_size=60))
def test_no_two_youths_ever_share_a_name(draws: list[int]) -> None:
    """Also when chance draws the same one every time."""
    taken: list[str] = []

    for draw in draws:
        taken.append(alias(draw, taken))

    assert len(set(taken)) == len(draws)


def test_when_every_name_is_taken_a_number_tells_them_apart() -> None:
    """The 801st youth is let in too."""
    taken = {alias(draw, ()) for draw in range(COUNT)}

    first = alias(0, taken)
    second = alias(0, taken | {first})

    assert first == "Blå rev 2"
    assert second == "Blå rev 3"
    assert alias(COUNT + 5, taken) == f"{alias(5, ())} 2"
