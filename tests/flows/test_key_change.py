"""The key is changed when something has been forgotten, and a change that failed is still due."""

from pathlib import Path

import pytest

from bridge.demo.play import MORNING
from bridge.demo.time import PlayedClock
from bridge.demo.town import town


async def test_a_key_change_that_failed_is_made_the_next_time(tmp_path: Path) -> None:
    """What Maya was told is forgotten could otherwise be read with the old key for days."""
    async with town(tmp_path, PlayedClock(MORNING)) as here:
        ring = here.settings.keyring
        before = ring.read_bytes()
        away = ring.parent.rename(ring.parent.with_name("away"))

        with pytest.raises(Exception):  # noqa: B017, PT011  (whatever a lost disk answers)
            await here.bridge.rotate_if_due()
        away.rename(ring.parent)
        await here.bridge.rotate_if_due()
        changed = ring.read_bytes()
        await here.bridge.rotate_if_due()

        assert changed != before
        assert ring.read_bytes() == changed
