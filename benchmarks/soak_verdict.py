"""
Whether something grows that should not.

The first third is warm-up. Of the rest, what was typical at its end is compared with what was
typical at its beginning: a single reading says little, on a machine where others work too.
"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from benchmarks.soak_readings import Reading

MEMORY: Final = 8.0
"""MiB that may be, whatever the time: an allocator does not give everything back."""
SHARE: Final = 0.05
FILES: Final = 4
WAL: Final = {"sqlite": 32.0, "postgresql": 1100.0}
"""MiB, of both databases: checkpoints keep the one small, `max_wal_size` the other."""
FASTER: Final = 1.5
"""How much more each talk may leave on disk in the second half than in the first."""
ROUGH: Final = 0.05
"""MiB a talk: below that a page more or less is as much as a talk leaves."""


def verdict(kind: str, readings: Sequence[Reading], left: Mapping[str, float]) -> Iterator[str]:
    """Everything that is wrong; nothing: all is well. `left`: what is there when all is at rest."""
    for what, count in left.items():
        if count:
            yield f"{count:g} left when all had come to rest: {what}"
    steady = readings[len(readings) // 3 :]
    if len(steady) < 6:
        yield "too short to say anything"
        return
    quarter = max(1, len(steady) // 4)
    first, last = steady[:quarter], steady[-quarter:]
    was, now = (median(r.memory for r in part) for part in (first, last))
    if now - was > max(MEMORY, SHARE * was):
        yield f"memory grew from {was:.0f} to {now:.0f} MiB"
    opened, open_now = (max(r.files for r in part) for part in (first, last))
    if open_now > opened + FILES:
        yield f"open files grew from {opened} to {open_now}"
    if (most := max(r.wal for r in steady)) > WAL[kind]:
        yield f"the write-ahead log was {most:.0f} MiB"
    yield from _disk(steady)


def _disk(steady: Sequence[Reading]) -> Iterator[str]:
    """It grows with every talk, for a fortnight: but not faster and faster."""
    half = len(steady) // 2
    begin, middle, end = steady[0], steady[half], steady[-1]
    if middle.done == begin.done or end.done == middle.done:
        yield "no talk came to its end in half the time"
        return
    before = (middle.disk - begin.disk) / (middle.done - begin.done)
    after = (end.disk - middle.disk) / (end.done - middle.done)
    if after > max(FASTER * before, before + ROUGH):
        yield f"each talk leaves {after:.3f} MiB on disk, and left {before:.3f} before"
