"""What a team has decided, where it has decided nothing of its own."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bridge.domain.hours import Hours
from bridge.domain.ids import Room
from bridge.domain.practice import Practice


def test_a_team_that_sets_nothing_gets_what_product_md_promises() -> None:
    """A default that drifts changes what every youth was told."""
    practice = Practice(
        team="utekontakten", room=Room("C1"), hours=Hours(open={}, zone=ZoneInfo("Europe/Oslo"))
    )

    assert practice.undo == timedelta(seconds=10)
    assert practice.outage == timedelta(minutes=10)
    assert practice.silence == timedelta(days=90)
    assert practice.patience.quiet == timedelta(hours=24)
    assert practice.patience.warning == timedelta(hours=4)
    assert practice.patience.before_deadline == timedelta(hours=14)
    assert practice.limits.unanswered == timedelta(hours=4)
    assert practice.limits.untransferred == timedelta(hours=24)
    assert practice.limits.untransferred_long == timedelta(hours=72)
    assert practice.max_file == 20_000_000


def test_what_the_operator_has_not_confirmed_is_taken_for_the_worse() -> None:
    """The log must not say gone because nobody has looked at the workspace's settings."""
    practice = Practice(
        team="utekontakten", room=Room("C1"), hours=Hours(open={}, zone=ZoneInfo("Europe/Oslo"))
    )

    assert practice.revisions_kept
