"""That the soak would notice what grows and what is left behind, and does not mind noise."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from benchmarks.soak_readings import Reading
from benchmarks.soak_verdict import verdict

Shape = Callable[[Reading, int], Reading]
NOTHING: Mapping[str, float] = {}


def readings(shape: Shape, *, many: int = 180) -> list[Reading]:
    """Half an hour, on a machine where others work too; one talk each ten seconds."""
    chance = random.Random(7)
    found = []
    for n in range(many):
        plain = Reading(
            at=n * 10, cpu=n * 0.5, memory=150 + chance.uniform(-3, 3),
            files=40 + chance.randrange(3),
            wal=chance.uniform(1, 9), disk=5 + n * 0.03, words=chance.randrange(40), kept=n * 30,
            done=n,
        )  # fmt: skip
        found.append(shape(plain, n))
    return found


def told(shape: Shape, kind: str = "sqlite", left: Mapping[str, float] = NOTHING) -> str:
    return "\n".join(verdict(kind, readings(shape), left))


def test_what_only_trembles_is_well() -> None:
    assert told(lambda r, _: r) == ""


def test_what_grows_while_it_warms_up_is_well() -> None:
    """A program that has just begun fills its caches."""
    assert told(lambda r, n: replace(r, memory=r.memory - max(0, 50 - n))) == ""


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (lambda r, n: replace(r, memory=r.memory + n * 0.15), "memory grew"),
        (lambda r, n: replace(r, files=r.files + n // 15), "open files grew"),
        (lambda r, n: replace(r, wal=r.wal + n), "the write-ahead log was"),
        (lambda r, n: replace(r, disk=r.disk + n * n * 0.002), "each talk leaves"),
        (lambda r, _: replace(r, done=min(r.done, 70)), "no talk came to its end"),
    ],
)
def test_what_grows_is_noticed(shape: Shape, said: str) -> None:
    """What takes a month to fill a machine is found in half an hour."""
    assert said in told(shape)


def test_what_is_left_behind_is_noticed() -> None:
    """A youth's words that nobody waits for any longer must not lie anywhere."""
    assert told(lambda r, _: r, left={"rows of entries": 2}) == (
        "2 left when all had come to rest: rows of entries"
    )
    assert told(lambda r, _: r, left={"rows of entries": 0}) == ""


def test_a_log_of_a_server_may_be_as_large_as_the_server_lets_it() -> None:
    assert told(lambda r, _: replace(r, wal=900.0), "postgresql") == ""
    assert "write-ahead" in told(lambda r, _: replace(r, wal=900.0), "sqlite")


def test_a_moment_is_too_short() -> None:
    assert list(verdict("sqlite", readings(lambda r, _: r, many=5), {})) == [
        "too short to say anything"
    ]
