"""What a channel can do is said once, in its adapter; the guide shows that and nothing else."""

from bots.slack.texts import CHANNEL
from bridge.domain.capabilities import Support
from tests.support.pages import CHANNELS, ROOT, capabilities, drawn, parts_of


def test_the_table_in_the_guide_is_the_adapters_own() -> None:
    """Who decides on a channel by this table must not be promised what the platform refuses."""
    page = (ROOT / "bots" / "README.md").read_text()

    assert parts_of(page) == {"capabilities"}
    assert page == drawn(page), "draw it anew: python -m tests.support.pages"


def test_every_channel_and_every_degree_is_in_it() -> None:
    """A limit that is left out is a limit nobody plans for."""
    table = capabilities()

    for name, can in CHANNELS.items():
        assert CHANNEL[name] in table
        assert all(field in table for field in can.__dataclass_fields__)
    assert "48 h" in table
    assert Support.NONE.name.lower() in table
