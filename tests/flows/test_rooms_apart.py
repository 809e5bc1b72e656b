"""What the record decides of two lines is not done while one of them is one person's."""

import asyncio
from pathlib import Path

from bridge.domain.threads import Thread
from tests.support.crash_world import AMIRS, MAYA, THERE, World, life, new_home


def test_what_came_to_one_is_joined_with_nothing_whatever_the_record_decides(
    tmp_path: Path,
) -> None:
    """Joined, what she told Amir would be read by all from her next word on."""

    async def played() -> tuple[Thread | None, Thread | None, int]:
        world = World.with_messenger()
        world.channel.room = AMIRS
        async with life(world, new_home(tmp_path / "home")) as at:
            await at.begins()
            world.maya_says("m1 bare til deg")
            world.maya_says_there("m2 til dere alle")
            await at.rests()
            await at.decides(joined=True)
            await at.bridge.tend()
            await at.rests()
            async with at.bridge.vault.begin() as tx:
                private = await tx.threads.of("telegram", MAYA)
                shared = await tx.threads.of("messenger", THERE)
                return private, shared, len(await at.world.record.joins())

    private, shared, left = asyncio.run(played())

    assert private is not None
    assert shared is not None
    assert (private.room, private.joined, shared.joined, left) == (AMIRS, None, None, 0)
