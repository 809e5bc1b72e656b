"""`python -m tests.crash --runs N`: kill the running program, so many times, and see."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.crash.carrying import Carrier, carrier_goes_on
from tests.crash.people import (
    Caseworker,
    Pace,
    Youth,
    caseworkers_go_on,
    youths_go_on,
)
from tests.crash.steps import STEPS, asking, kill_in, struck
from tests.crash.town import Place, place
from tests.crash.verdict import filed, violations
from tests.crash.weather import storms_go_on, told_in_disorder

EXTRA: Final = 40
"""Kills beyond those asked for, at most, while some step has not been struck."""

REST: Final = 900.0
"""Seconds for everything to come to rest at the end."""

NOT_AT_REST: Final = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'new')"
    " + (SELECT count(*) FROM deliveries"
    "    WHERE state IN ('held', 'queued', 'asked', 'sending', 'handed')"
    "    OR (state = 'uncertain' AND what <> 'reply'))"
    " + (SELECT count(*) FROM conversations WHERE stage <> 'forgotten')"
    " + (SELECT count(*) FROM copies WHERE verdict = 'pending' AND due_at IS NOT NULL"
    "    AND ref_mark IS NOT NULL AND coalesce(seq, 1) <> 0)"
    " + (SELECT count(*) FROM copies WHERE verdict = 'by_hand')"
)
"""A list that somebody has ticked (`seq` 0) stands for a while, and holds no words."""

Say = Callable[[str], None]


class Kills:
    """Counts them, and chooses where the next one is to strike."""

    def __init__(self, at: Place, chance: random.Random, say: Say) -> None:
        self._at, self._chance, self._say = at, chance, say
        self.struck: Counter[str] = Counter()
        self.counted, self.idle, self.sending = 0, 0, 0

    def missing(self) -> list[str]:
        return [step for step in STEPS if not self.struck[step]]

    async def one(self, *, aim: bool) -> None:
        """Start, let it work for a moment, kill it. Only a kill with work in flight counts."""
        await self._at.served.start()
        missing = self.missing()
        if aim and missing:
            step = self._chance.choice(missing)
            await asyncio.to_thread(
                kill_in, self._at.database_url, step, self._at.served.pid, within=8.0
            )
        else:
            await asyncio.sleep(self._chance.uniform(0.0, 3.0))
        await self._at.served.kill()
        found = struck(self._at.database_url)
        self.sending += found["sending"]
        if not any(found.values()):
            self.idle += 1
            return
        self.counted += 1
        self.struck.update(step for step, count in found.items() if count)
        self._say(f"kill {self.counted}: " + ", ".join(f"{s} {n}" for s, n in found.items() if n))


async def run(
    folder: Path, *, runs: int, seed: int, on_postgres: bool, minutes: float, say: Say
) -> bool:
    """Whether every promise held, and every step was struck."""
    chance, began = random.Random(seed), time.monotonic()
    async with place(folder, on_postgres=on_postgres, env={"UTEBRU_UNDO_SECONDS": "1"}) as at:
        await at.served.start()
        await at.link_everybody()
        youths: list[Youth] = []
        sent, touched = Counter[str](), dict[str, float]()
        team = [
            Caseworker(user=user, sandbox=at.sandbox, chance=chance, sent=sent, touched=touched)
            for user in (at.sandbox.amir, at.sandbox.siri)
        ]
        carrier = Carrier(user=at.sandbox.turid, sandbox=at.sandbox, youths=youths)
        async with asyncio.TaskGroup() as going_on:
            life = [
                going_on.create_task(each)
                for each in (
                    youths_go_on(youths, at.sandbox, chance),
                    caseworkers_go_on(team, chance),
                    carrier_goes_on(carrier),
                    storms_go_on(at.sandbox, random.Random(seed)),
                    told_in_disorder(at.sandbox, random.Random(seed)),
                )
            ]
            await asyncio.sleep(10)
            await at.served.kill()
            kills = Kills(at, chance, say)
            while kills.counted < runs or (kills.missing() and kills.counted < runs + EXTRA):
                if time.monotonic() - began > minutes * 60:
                    say(f"the limit of {minutes} minutes was reached")
                    break
                await kills.one(aim=kills.counted >= runs // 3 and kills.counted % 2 == 0)
            for each in life:
                each.cancel()
        say(f"{kills.counted} kills; {len(youths)} youths; now it comes to rest")
        await at.served.start()
        waits = await _rests(at, youths, team, carrier, chance)
        record = await filed(at)
        await at.served.stop()
        broken = violations(at, record, youths, team, kills.sending)
        if waits:
            broken.insert(0, f"not at rest after {REST:.0f} s: {', '.join(waits)}")
        _summary(at, kills, youths, record.times, broken, say, time.monotonic() - began)
        return not broken and not kills.missing() and kills.counted >= runs


async def _rests(
    at: Place,
    youths: list[Youth],
    team: list[Caseworker],
    carrier: Carrier,
    chance: random.Random,
) -> Sequence[str]:
    """
    People finish what they were at, and nobody begins anything new.

    What there still is to wait for when there has been time enough; nothing where all rests.
    """
    until, pace = time.monotonic() + REST, Pace(at.sandbox, youths)
    waits: dict[str, object] = {}
    while time.monotonic() < until:
        for youth in youths:
            youth.answers(chance)
        await team[0].finishes()
        await carrier.carries()
        await asyncio.sleep(2)
        waits = {
            "to Telegram's bot": at.sandbox.telegram.updates.pending,
            "webhooks from Meta": at.sandbox.meta.webhooks.waiting,
            "webhooks from WhatsApp": at.sandbox.whatsapp.webhooks.waiting,
            "events from Slack": at.sandbox.slack.delivery.under_way,
            "unread, to be carried": carrier.has_more,
            "unseen by the team": pace.unseen(),
            "rows": 1,
        }
        with suppress(Exception), asking(at.database_url) as ask:
            waits["rows"] = ask(NOT_AT_REST)
        if not any(waits.values()):
            return ()
    return [f"{what}: {count}" for what, count in waits.items() if count]


def _summary(
    at: Place,
    kills: Kills,
    youths: list[Youth],
    times: Counter[str],
    broken: list[str],
    say: Say,
    seconds: float,
) -> None:
    say("")
    say("step          kills that struck it")
    for step in STEPS:
        say(f"{step:<12}  {kills.struck[step]:>4}{'' if kills.struck[step] else '   NONE'}")
    words = sum(len(youth.said) + len(youth.edits) for youth in youths)
    failed = at.served.log.read_text(errors="replace").count("round failed")
    say("")
    say(f"{kills.counted} kills with work in flight, {kills.idle} without (not counted)")
    there = Counter(youth.app.channel for youth in youths)
    where = ", ".join(f"{channel} {many}" for channel, many in there.items())
    say(f"{len(youths)} youths ({where}); {words} messages and edits")
    say(f"{len(times)} conversations filed")
    say(f"{kills.sending} deliveries were being sent when it died; {failed} rounds failed")
    say(f"{seconds:.0f} s")
    for line in broken:
        say(f"BROKEN: {line}")
    if kills.missing():
        say(f"NEVER STRUCK: {', '.join(kills.missing())}")
    say("every promise held" if not broken else f"{len(broken)} promises broken")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--runs", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--keep", type=Path, help="a folder that is left as it is afterwards")
    told = asked.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="utebru-crash-") as folder:
        held = asyncio.run(
            run(told.keep or Path(folder), runs=told.runs, seed=told.seed,
                on_postgres=told.postgres, minutes=told.minutes, say=say)
        )  # fmt: skip
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
