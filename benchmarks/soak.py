"""
`python -m benchmarks.soak --minutes N`: go on for long, and see that nothing grows.

The real program, `serve`, in a process of its own, with stand-ins for the platforms and all the
platforms' limits. Ends with what was found, and fails if something grew or was left behind.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Final

from benchmarks.process import ROOT
from benchmarks.soak_people import EACH_SAYS, NothingHappened, Town
from benchmarks.soak_readings import WORDS, Reading, read, still_waiting
from benchmarks.soak_verdict import verdict
from tests.crash.steps import asking
from tests.crash.town import Place, place

EVERY: Final = 10.0
REST: Final = 300.0
"""Seconds for everything to come to rest at the end."""
KINDS: Final = ("sqlite", "postgresql")
KEYS: Final = "keys forgotten"
"""What waits for the next change of the key, which is made at the end."""

LEFT: Final[Mapping[str, str]] = {
    **{f"rows of {table}": f"SELECT count(*) FROM {table}" for table in WORDS},  # noqa: S608  (names of ours)
    "events with words": "SELECT count(*) FROM inbox WHERE body IS NOT NULL",
    "talks not forgotten": "SELECT count(*) FROM conversations WHERE stage <> 'forgotten'",
    "keys of forgotten talks":
        "SELECT count(*) FROM data_keys d JOIN conversations c ON c.id = d.owner",
    "deliveries under way":
        "SELECT count(*) FROM deliveries WHERE state IN ('held', 'queued', 'sending', 'uncertain')",
}  # fmt: skip


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def soak(folder: Path, *, kind: str, minutes: float, seed: int) -> list[str]:
    """What is wrong; nothing: all is well."""
    postgres = kind == "postgresql"
    async with place(folder, on_postgres=postgres, on_disk=True) as at:
        await at.served.start()
        await at.link_everybody()
        chance = random.Random(seed)  # noqa: S311  (the same each time)
        town, readings = Town(at.sandbox, chance), list[Reading]()
        living = asyncio.create_task(town.live())
        await _goes_on(at, town, living, readings, minutes * 60)
        town.ending = True
        wrong: list[str] = []
        try:
            async with asyncio.timeout(REST):
                await living
                await _rests(at, but={KEYS})
                await asyncio.to_thread(_rotate, at)
                # What has become of each copy is told to the case store.
                await _rests(at)
        except (TimeoutError, NothingHappened, ExceptionGroup) as trouble:
            living.cancel()
            waits = await still_waiting(at)
            wrong.append(f"never came to rest ({_of(trouble)}); waiting: {waits or 'nothing'}")
        left = {**_left(at), **await still_waiting(at)}
        failed = at.served.log.read_text(errors="replace").count("round failed")
        left["rounds failed"] = failed
        say(_summary(town, readings))
        return [*wrong, *verdict(kind, readings, left)]


async def _goes_on(
    at: Place, town: Town, living: "asyncio.Task[None]", readings: list[Reading], seconds: float
) -> None:
    say(f"{'s':>6} {'MiB':>6} {'files':>6} {'WAL':>6} {'disk':>7} {'words':>6} {'kept':>6} talks")
    began = time.monotonic()
    while time.monotonic() - began < seconds and not living.done():
        await asyncio.wait({living}, timeout=EVERY)
        now = await asyncio.to_thread(read, at, began=began, done=town.done)
        readings.append(now)
        say(
            f"{now.at:6.0f} {now.memory:6.1f} {now.files:6} {now.wal:6.1f} {now.disk:7.1f}"
            f" {now.words:6} {now.kept:6} {now.done}"
        )


def _summary(town: Town, readings: list[Reading]) -> str:
    """What a talk costs, after the warm-up; all that is said in Slack is an event there too."""
    first, last = readings[len(readings) // 3], readings[-1]
    talks, slack = max(1, last.done - first.done), town.sandbox.slack
    posts, events = len(slack.calls_of("chat.postMessage")), len(slack.delivery.sent)
    done = max(1, town.done)
    return (
        f"{town.done} talks from their beginning to their end, each {EACH_SAYS} words in and "
        f"{EACH_SAYS - 1} out\n"
        f"a talk: {(last.cpu - first.cpu) / talks:.2f} s of the processor, "
        f"{(last.disk - first.disk) * 1024 / talks:.0f} KiB on disk, "
        f"{posts / done:.0f} posts of ours and {events / done:.0f} events in Slack"
    )


async def _rests(at: Place, *, but: Set[str] = frozenset()) -> None:
    while True:
        if not (await still_waiting(at)).keys() - but:
            return
        await asyncio.sleep(1)


def _rotate(at: Place) -> None:
    """As an operator does, beside the program that is at work."""
    command = [sys.executable, "-m", "bridge", "admin", "rotate"]
    subprocess.run(command, env=at.served.environment(), cwd=ROOT, check=True, timeout=120)  # noqa: S603


def _left(at: Place) -> dict[str, float]:
    with asking(at.database_url) as ask:
        return {what: ask(query) for what, query in LEFT.items()}


def _of(trouble: BaseException) -> str:
    inner = trouble.exceptions[0] if isinstance(trouble, ExceptionGroup) else trouble
    return f"{type(inner).__name__} {inner}".strip()


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--on", choices=KINDS, action="append", help="both in turn, if not told")
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    wrong: list[str] = []
    for kind in told.on or KINDS:
        say(f"{kind}, {told.minutes:g} minutes")
        with tempfile.TemporaryDirectory(prefix="utebru-soak-", dir=ROOT / "build") as folder:
            found = asyncio.run(soak(Path(folder), kind=kind, minutes=told.minutes, seed=told.seed))
        wrong += [f"{kind}: {each}" for each in found]
        say("\n".join(found) or "nothing grew, and nothing was left behind")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
