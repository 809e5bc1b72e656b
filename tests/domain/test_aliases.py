"""Friendly names that say nothing."""

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.aliases import COUNT, as_written, names


def alias(draw: int, taken: Collection[str]) -> str:
    """As the vault finds one that is free."""
    return next(name for some in names(draw) for name in some if name not in taken)


def test_every_draw_gives_a_name_of_its_own() -> None:
    """Two youths under one name is one youth reading the other's answers."""
    every = [alias(draw, ()) for draw in range(COUNT)]

    assert len(set(every)) == COUNT == 800
    assert "Blå rev" in every
    assert "Stille elv" in every
    assert "Blått tre" in every
    assert all(name == as_written(name) and len(name.split()) == 2 for name in every)


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


def test_a_name_is_found_in_a_few_looks_however_many_are_taken() -> None:
    """The millionth youth is let in as quickly as the first."""
    looks = names(7)
    first, rest, *numbered = (next(looks) for _ in range(5))

    assert len({*first, *rest}) == COUNT
    assert sum(len(some) for some in numbered) * COUNT > 8_000_000
    assert [name.split()[-1] for some in numbered for name in some] == [
        str(n) for n in range(2, 11_102)
    ]
