"""One youth on two channels, from a caseworker's guess to the record's answer, and back again."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import NoEars
from tests.support.stage_messenger import TOKEN, Messenger, on_messenger

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def there(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Messenger]:
    async with on_messenger(tmp_path, template=people_at_work) as found:
        found.stage.is_heard_by(ears)
        ears.listen_for(TOKEN, found.maya.id)
        yield found


async def test_a_guess_is_proved_by_the_case_carried_out_and_undone(there: Messenger) -> None:
    """Names never leave the zone, and a mistake costs neither of two youths her journal."""
    stage, amir = there.stage, there.stage.cast.amir
    here = await stage.consents("hei, jeg heter det du tror")
    alias = (await here.thread()).alias
    await here.ends()
    number = await stage.ties("amir", here.conversation)
    await there.says("hei, har ikke Telegram lenger")
    await there.presses("Ja")
    await there.ends()
    await ties_to(there, number)
    await here.youth.says("men her er jeg også")
    await there.says("og her, hei igjen")
    apart = amir.root()

    form = await amir.opens("join", apart)
    assert "Skriv ikke navn her" in str(form)
    await amir.submits({"words": alias, "case": number})
    await stage.minutes(2)
    await there.settles()

    assert "Foreslått: samme ungdom" in amir.reads(apart)
    one = (await stage.talk(here.youth)).root
    await there.says("nå leser dere dette sammen")
    assert "nå leser dere dette sammen" in amir.reads(one)
    assert "nå leser dere dette sammen" not in amir.reads(apart)
    assert "Svar går på Messenger." in amir.reads(one)
    await amir.writes("@utebru Vi ser deg begge steder.", one)
    await there.settles()
    assert "Vi ser deg begge steder." in there.heard()
    assert "Vi ser deg begge steder." not in here.heard()
    both = (await stage.talk(here.youth)).conversation
    await amir.ends(one)
    await there.settles()
    said = (await stage.record.transcript(both)) or {}
    assert {m["text"]: m.get("channel") for m in said["messages"] if m["by"] == "youth"} == {
        "men her er jeg også": None,
        "nå leser dere dette sammen": "messenger",
    }

    async with stage.town.browser("amir") as http:
        (join,) = set(re.findall(r'href="(/joins/\w+)"', (await http.get("/joins")).text))
        page = (await http.get(join)).text
        assert f"/journal/{both}" in page
        token = re.search(r'name="form_token" value="(\w+)"', page)
        assert token is not None
        answer = await http.post(f"{join}/undo", data={"form_token": token[1]})
        assert answer.status_code == 303
    await stage.minutes(2)
    await there.settles()
    await there.says("det var visst feil")

    assert "det var visst feil" in amir.reads(amir.root())
    assert "det var visst feil" not in amir.reads(one)


async def ties_to(there: Messenger, number: str) -> None:
    """The talk on Messenger is put in a case that is there, as a person would."""
    conversation = (await there.talk()).id
    async with there.stage.town.browser("amir") as http:
        entry = (await http.get(f"/journal/{conversation}")).text
        form = entry.split(f'action="/journal/{conversation}/case"')[1].split("</form>")[0]
        told = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form))
        case = re.search(rf'value="(\w+)"[^>]*>Sak {re.escape(number)}<', form)
        assert case is not None
        told |= {"to": case[1], "reason": "Hun sa det selv."}
        answer = await http.post(f"/journal/{conversation}/case", data=told)
        assert answer.status_code == 303
