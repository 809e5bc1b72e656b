"""The guide's walk through a new channel leads to one that works, and nothing in it is made up."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
import pytest

from bots.registry import PLATFORMS
from bots.sandbox.server import serve
from bridge.domain.ids import Address
from bridge.environment import BadSettings, Environment
from bridge.ports import Channel
from bridge.serving import listening
from bridge.settings import Settings
from bridge.web import create_web
from tests.support.pages import ROOT
from tests.support.stage import MORNING, Stage, stage_in
from tests.toy.dovecote import Dovecote
from tests.toy.pigeon.account import PATH, PIGEON
from tests.toy.pigeon.channel import CAPABILITIES, PigeonChannel

TOY: Final = ROOT / "tests" / "toy" / "pigeon"
WALK: Final = re.compile(r"^\d+\. (.+?)(?=^\d+\. |^`python|\Z)", re.MULTILINE | re.DOTALL)


def steps() -> list[str]:
    guide = (ROOT / "bots" / "README.md").read_text().split("## Add one in an afternoon")[1]
    return WALK.findall(guide)


def env(url: str) -> Mapping[str, str]:
    return {
        "UTEBRU_PIGEON__TOKEN": "korn",
        "UTEBRU_PIGEON__SECRET": "fjaer-og-korn",
        "UTEBRU_PIGEON__URL": url,
    }


def test_every_file_the_walk_names_is_in_the_toy_that_was_made_by_it() -> None:
    """Or the next one to add a channel is sent to a file that nobody needs."""
    named = {Path(each).name for step in steps() for each in re.findall(r"`([\w/<>]+\.py)`", step)}

    assert named == {"channel.py", "convert.py", "account.py"}
    assert named == {each.name for each in TOY.glob("*.py")} - {"__init__.py"}
    assert len(steps()) == 8


def test_only_what_converts_knows_the_platforms_json() -> None:
    """What is odd is met in one place, which is pure."""
    knows = {each.name for each in TOY.glob("*.py") if "Any" in each.read_text()}

    assert knows == {"convert.py"}


def test_it_says_at_its_top_what_it_can_do_and_is_a_channel() -> None:
    """The core asks there, and nowhere else."""
    whole: type[Channel] = PigeonChannel
    text = (TOY / "channel.py").read_text()

    assert whole is PigeonChannel
    assert PigeonChannel.capabilities is CAPABILITIES
    assert text.index("CAPABILITIES: Final") < text.index("class PigeonChannel")


def test_one_line_in_the_registry_and_it_is_on_when_it_is_set() -> None:
    """Silence would look like a quiet day: half set is a mistake, and unset is off."""
    more = (*PLATFORMS, PIGEON)

    assert set(Settings.from_env(env("http://127.0.0.1:1"), more).platforms) == {"pigeon"}
    assert Settings.from_env({}, more).platforms == {}
    with pytest.raises(BadSettings, match="PIGEON__URL"):
        Settings.from_env({"UTEBRU_PIGEON__TOKEN": "korn"}, more)


async def test_the_whole_story_is_told_by_pigeon(tmp_path: Path, people_at_work: Path) -> None:
    """A youth writes, is answered and says yes; it is filed and wiped, with no new line of core."""
    dovecote = Dovecote(token="korn", secret="fjaer-og-korn", clock=lambda: MORNING)
    async with serve(dovecote.app) as url, stage_in(tmp_path, template=people_at_work) as stage:
        dovecote.clock = stage.clock.now
        await _moves_in(stage, url)
        there = stage.town.assembled
        web = create_web(health=there.health, hooks=there.hooks, meter=there.bridge.meter)
        async with (
            listening(web, "127.0.0.1", 0) as ours,
            httpx.AsyncClient(base_url=ours, trust_env=False, timeout=60) as http,
        ):
            await _says(http, dovecote, stage, "hei, jeg har bare en due")
            assert (await http.post(PATH, content=dovecote.says("ola", "x"))).status_code == 401
            amir = stage.cast.amir
            root = amir.root()
            assert "hei, jeg har bare en due" in amir.reads(root)
            assert " · pigeon · samtykke: ikke svart" in amir.reads(root)
            await _says(http, dovecote, stage, "ja")
            await amir.writes("@utebru Vi hører deg.", root)
            talk = await _talk(stage)
            await amir.ends(root)
            await stage.settles()
            await _says(http, dovecote, stage, "ja")
            await stage.settles()
            await _says(http, dovecote, stage, "ja")

        log = await stage.log()
        assert {"sealed", "read_back", "forgotten"} <= set(log.kinds(talk))
        copies = [v for v in log.verdicts(talk).values() if v["place"] == "pigeon"]
        assert {"gone"} <= {str(copy["verdict"]) for copy in copies}
        assert await stage.record.said(talk) == ["hei, jeg har bare en due", "ja"]
    assert "Vi hører deg." not in dovecote.sees("maya")
    assert "hei, jeg har bare en due" not in dovecote.sees("maya")


async def _moves_in(stage: Stage, url: str) -> None:
    """The bridge is started anew with one more platform in its settings."""
    await stage.town.bridge_down()
    account = PIGEON.read(Environment(env(url)))
    assert account is not None
    known = stage.town.settings
    stage.town.settings = replace(known, platforms={**known.platforms, "pigeon": account})
    await stage.town.bridge_up()
    await stage.cast.director.tend()


async def _says(http: httpx.AsyncClient, dovecote: Dovecote, stage: Stage, text: str) -> None:
    letter = dovecote.says("maya", text)
    answer = await http.post(PATH, content=letter, headers={"X-Feather": dovecote.feather(letter)})
    assert answer.status_code == 200
    await stage.settles()


async def _talk(stage: Stage) -> str:
    async with stage.town.bridge.vault.begin() as tx:
        thread = await tx.threads.of("pigeon", Address("maya"))
        assert thread is not None
        return (await tx.threads.conversations(thread.id))[-1].id
