"""
A guard: what it costs to take a message in, in the processor's time beside the textbook stack's.

Not how fast, which depends on who else is at work on the machine, but a ratio of what two
programs have used for the same work in the same minute.
"""

from statistics import median

import pytest

from benchmarks import accept, process
from tests.support.postgres import postgres

ENOUGH = 6.0
"""By the guess that a run begins with: 3000 messages, beside which a start is little."""
ALLOWED = 0.30
"""Of the textbook's; 0.10 to 0.14 was measured when this was written."""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_taking_a_message_in_costs_a_fraction_of_the_textbook(kind: str) -> None:
    """Verified, known as new, encrypted and on disk; the textbook only keeps it."""
    (process.ROOT / "build").mkdir(exist_ok=True)
    with postgres() as server:
        if kind == "postgresql" and server is None:
            pytest.skip("no PostgreSQL here")
        found = await accept.measure(
            kind,
            server if kind == "postgresql" else None,
            runs=1,
            seconds=ENOUGH,
            sides=("textbook", "utebru"),
        )

    ours, theirs = (median(m.cpu for m in found[side]) for side in ("utebru", "textbook"))
    assert ours < ALLOWED * theirs
