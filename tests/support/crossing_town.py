"""Youths who write at once, through a whole town over HTTP, in an order that chance decides."""

import random
from datetime import timedelta
from itertools import count
from typing import Final

from bridge.demo.actors import Youth
from tests.support.crossing import MARK
from tests.support.stage import Stage

PATIENCE: Final = timedelta(seconds=40)


async def crossing_town(stage: Stage, times: int) -> list[str]:
    """Play that many interleavings; whatever stood where it did not belong."""
    words, youths = count(), count(1)
    cast: dict[int, Youth] = {}
    broken: list[str] = []
    for seed in range(times):
        chance = random.Random(seed)
        if len(cast) > 2:
            cast.pop(chance.choice(sorted(cast)))
        while len(cast) < chance.choice((2, 3)):
            cast[next(youths)] = stage.stranger()
        for _ in range(6):
            number = chance.choice(sorted(cast))
            await _acts(stage, cast[number], f"#{number}.{next(words)}#", chance)
            if chance.random() < 0.5:
                await stage.settles(timedelta(seconds=chance.randrange(0, 12)))
        await stage.settles(PATIENCE)
        broken += [f"seed {seed}: {what}" for what in _strays(stage, cast)]
    return broken


async def _acts(stage: Stage, youth: Youth, mark: str, chance: random.Random) -> None:
    root = _root(stage, mark)
    match chance.randrange(6):
        case 0 | 1 | 2:
            youth.phone.says(f"ungdom {mark}")
        case 3 if root:
            await stage.cast.amir.writes(f"@utebru svar {mark}", root, settle=False)
        case 4 if root:
            await stage.cast.siri.writes(f"notat {mark}", root, settle=False)
        case _:
            own = [shown.message_id for shown in youth.sees() if shown.by == "youth"]
            if own:
                youth.phone.edits(chance.choice(own), f"rettet {mark}")


def _root(stage: Stage, mark: str) -> str | None:
    """The room thread that this youth's words stand in."""
    owner = mark.partition(".")[0] + "."
    roots = [seen.ts for seen in stage.cast.amir.roots()]
    return next((ts for ts in roots if owner in stage.cast.amir.reads(ts)), None)


def _strays(stage: Stage, cast: dict[int, Youth]) -> list[str]:
    found: list[str] = []
    for number, youth in cast.items():
        text = "\n".join(shown.text for shown in youth.sees())
        if set(MARK.findall(text)) - {str(number)}:
            found.append("a youth reads what is another's")
        if "notat" in text:
            found.append("a youth reads what colleagues say")
    threads = [stage.cast.amir.reads(head.ts) for head in stage.cast.amir.roots()]
    mixed = sum(len(set(MARK.findall(text))) > 1 for text in threads)
    return found + ["two youths in one room thread"] * mixed
