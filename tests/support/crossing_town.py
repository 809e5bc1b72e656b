"""
Youths who write at once, on every channel that calls or is asked, through a whole town over HTTP,
in an order that chance decides.
"""

import random
from datetime import timedelta
from itertools import count
from typing import Final

from bridge.demo.actors import Youth
from tests.support.crossing import MARK
from tests.support.stage import Stage

ELSEWHERE: Final = ("messenger", "instagram", "whatsapp", "outlook")
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
        for _ in range(8):
            number = chance.choice(sorted(cast))
            await _acts(stage, cast[number], f"#{number}.{next(words)}#", chance)
            if chance.random() < 0.5:
                await stage.settles(timedelta(seconds=chance.randrange(0, 12)))
        await stage.settles(PATIENCE)
        broken += [f"seed {seed}: {what}" for what in _strays(stage, cast)]
    return broken


async def _acts(stage: Stage, youth: Youth, mark: str, chance: random.Random) -> None:
    root = _root(stage, mark, chance)
    match chance.randrange(6):
        case 0:
            youth.phone.says(f"ungdom {mark}")
        case 1 | 2:
            app = stage.town.sandbox.page.handsets[chance.choice(ELSEWHERE)]
            app.does(youth.phone, {"do": "says", "text": f"ungdom {mark}"})
        case 3 if root:
            await stage.cast.amir.writes(f"@utebru svar {mark}", root, settle=False)
        case 4 if root:
            await stage.cast.siri.writes(f"notat {mark}", root, settle=False)
        case _:
            own = [shown.message_id for shown in youth.sees() if shown.by == "youth"]
            if own:
                youth.phone.edits(chance.choice(own), f"rettet {mark}")


def _root(stage: Stage, mark: str, chance: random.Random) -> str | None:
    """A room thread that this youth's words stand in; each app has one of its own."""
    owner = mark.partition(".")[0] + "."
    roots = [seen.ts for seen in stage.cast.amir.roots()]
    hers = [ts for ts in roots if owner in stage.cast.amir.reads(ts)]
    return chance.choice(hers) if hers else None


def _strays(stage: Stage, cast: dict[int, Youth]) -> list[str]:
    found: list[str] = []
    for number, youth in cast.items():
        text = "\n".join([shown.text for shown in youth.sees()] + _elsewhere(stage, youth))
        if set(MARK.findall(text)) - {str(number)}:
            found.append("a youth reads what is another's")
        if "notat" in text:
            found.append("a youth reads what colleagues say")
    threads = [stage.cast.amir.reads(head.ts) for head in stage.cast.amir.roots()]
    mixed = sum(len(set(MARK.findall(text))) > 1 for text in threads)
    return found + ["two youths in one room thread"] * mixed


def _elsewhere(stage: Stage, youth: Youth) -> list[str]:
    """Everything that stands in her other apps."""
    apps = stage.town.sandbox.page.handsets
    return [str(e["text"]) for app in ELSEWHERE for e in apps[app].screen(youth.phone)["chat"]]
