"""Events that wait together are worked on together; each is still worked on once, or set aside."""

import asyncio
from pathlib import Path

from bridge.domain.ids import Address
from tests.support.cost import asked
from tests.support.elsewhere import elsewhere

PATIENCE = 30


async def test_one_that_cannot_be_read_harms_none_of_those_beside_it(tmp_path: Path) -> None:
    """What stands before and after it is read once each, in the order it came."""
    async with asyncio.timeout(PATIENCE), elsewhere(tmp_path) as here:
        await here.says("hei")
        bridge, name = here.life.bridge, here.channel.name
        for text in ("før", "rett før"):
            here.channel.says(Address("4477002"), text)
        await here.life.hears()
        await bridge.accept(name, "poison", b"no event of any platform's")
        for text in ("rett etter", "sist"):
            here.channel.says(Address("4477002"), text)
        await here.settles()

        said = here.reads()
        places = [said.index(text) for text in ("før", "rett før", "rett etter", "sist")]
        assert places == sorted(places)
        assert said.count("rett før") == said.count("rett etter") == 1
        async with bridge.vault.begin() as tx:
            stuck = await tx.inbox.stuck()
            assert await tx.inbox.waiting() == 0
    assert [why for _, _, why in stuck] == ["unreadable"]


async def test_many_who_write_at_once_cost_little_more_than_one(tmp_path: Path) -> None:
    """On a night when twelve write, the twelfth must not wait for twelve times the questions."""
    async with asyncio.timeout(PATIENCE), elsewhere(tmp_path) as here:
        bridge, many = here.life.bridge, [Address(f"44770{n}") for n in range(12)]
        await here.says("hei")

        async def all_of(whose: list[Address]) -> int:
            for address in whose:
                here.channel.says(address, "er du der?")
            await here.life.hears()
            with asked() as questions:
                assert await bridge.incoming.work() == len(whose)
            await here.settles()
            return len(questions)

        await all_of(many)
        one = await all_of(many[:1])
        twelve = await all_of(many)

    assert twelve - one < len(many)
