"""Changing the key-encryption key from the command line."""

from casestore.keys_rotating import Rotated, rotate
from casestore.opening import opened_store
from casestore.settings import Settings
from casestore.times import Clock, utc_now


async def rotate_keys(settings: Settings, *, clock: Clock = utc_now) -> Rotated:
    """Change the key now; raises `UnderWay` while another process is at it."""
    async with opened_store(settings, clock) as store:
        return await rotate(store)
