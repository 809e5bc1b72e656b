"""«Registrer Snap» on the case store's page: the bridge fetches it, once, and it stands as ever."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bridge.domain.consent import Standing
from bridge.domain.copies import Place
from bridge.domain.messages import By, Entry
from bridge.domain.registering import minute
from tests.conftest import NoEars
from tests.support.stage_form import PICTURE, Page
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, kan jeg komme innom uten at mamma får vite det?"
TAKEN = "Det er tatt inn, og står i Slack. Ordene og bildene er slettet her."


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


@pytest.fixture
def page(snapchat: Snapchat) -> Page:
    return Page(snapchat=snapchat)


async def entries(snapchat: Snapchat, *by: By) -> list[Entry]:
    """What has been said with the newest youth, as it would be filed."""
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        said = await tx.words.upto(talk.id, talk.ledger.last_seq)
    return [entry for entry in said if entry.by in (by or (By.YOUTH,))]


async def staff(snapchat: Snapchat) -> dict[str | None, str]:
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        return {e.user: e.id for e in await tx.staff.all()}


async def test_it_stands_in_the_room_as_if_it_had_been_registered_there(
    snapchat: Snapchat, page: Page
) -> None:
    """With her time, the name of whoever vouches for it, and the picture kept and never posted."""
    at = snapchat.stage.clock.now() - timedelta(minutes=7)

    its_id = await page.sends_in(HI, at=at, pictures=[PICTURE])
    assert "Slik blir det registrert" in await page.reads(its_id)
    await page.is_asked()

    (entry,) = await entries(snapchat)
    assert (entry.text, entry.at) == (HI, at.replace(second=0, microsecond=0))
    amir = snapchat.amir.user.id
    assert entry.author == (await staff(snapchat))[amir]
    assert HI in snapchat.reads()
    assert f"Registrert for hånd av <@{amir}>" in snapchat.reads()
    assert [(a.name, a.type, a.size) for a in entry.attachments] == [
        ("skjermbilde.png", "image/png", len(PICTURE))
    ]
    assert not any(s.files for s in snapchat.amir.thread(snapchat.amir.root()))
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        assert not [c for c in await tx.copies.of(talk.id) if c.place is Place.WORKSPACE_FILE]
    shown = await page.reads(its_id)
    assert TAKEN in shown
    assert HI not in shown


async def test_a_youth_the_team_talks_to_is_found_by_alias_and_a_slip_comes_back(
    snapchat: Snapchat, page: Page
) -> None:
    """A misspelt alias must neither make a new youth nor cost a word."""
    await snapchat.registers(HI)
    alias = snapchat.alias()
    await snapchat.stage.minutes(9)

    slip = await page.registers("er du der?", alias=f"{alias}x")

    assert len(snapchat.amir.roots()) == 1
    assert "Ingen ungdom på Snapchat har det aliaset" in await page.reads(slip)
    assert "er du der?" in await page.reads(slip)
    assert "ble ikke tatt inn" in snapchat.amir.hints()

    await page.registers("er du der?", its_id=slip, alias=f" {alias.upper()} ")

    assert TAKEN in await page.reads(slip)
    assert [entry.text for entry in await entries(snapchat)] == [HI, "er du der?"]


async def test_what_stands_in_that_minute_is_not_added_to_before_somebody_says_so(
    snapchat: Snapchat, page: Page
) -> None:
    """One has registered it in Slack, the other on the page; the journal must have it once."""
    at = snapchat.stage.clock.now() - timedelta(minutes=3)
    await snapchat.registers(HI, at=at)
    alias = snapchat.alias()

    again = await page.registers(HI, alias=alias, at=at)

    assert "Det står alt noe registrert i det minuttet" in await page.reads(again)
    assert [entry.text for entry in await entries(snapchat)] == [HI]
    assert await page.withdraws(again) == 303

    other = await page.registers("og en ting til", alias=alias, at=at)
    assert "Det står alt noe" in await page.reads(other)
    await page.registers("og en ting til", its_id=other, alias=alias, at=at, insists="yes")
    assert [entry.text for entry in await entries(snapchat)] == [HI, "og en ting til"]


async def test_the_same_words_sent_in_at_both_doors_at_once_are_one(
    snapchat: Snapchat, page: Page
) -> None:
    """Neither had been shown the other's when they were taken in."""
    await snapchat.registers("hei")
    alias, at = snapchat.alias(), snapchat.stage.clock.now() - timedelta(minutes=2)
    await page.sends_in(HI, alias=alias, at=at)
    snapchat.stage.clock.move(timedelta(minutes=1))
    await snapchat.siri.opens_register()
    # Both are on the bridge's disk before either is worked on.
    await snapchat.stage.town.bridge.from_record.follow()
    await snapchat.sends_in(HI, by=snapchat.siri, whose=alias, at=at)

    assert [entry.text for entry in await entries(snapchat)] == ["hei", HI]


async def test_withdrawn_before_it_is_fetched_it_has_been_nowhere(
    snapchat: Snapchat, page: Page
) -> None:
    its_id = await page.sends_in(HI)

    assert await page.withdraws(its_id) == 303
    await page.is_asked()

    assert snapchat.amir.roots() == []


async def test_what_he_wrote_himself_is_his_and_answers_her(snapchat: Snapchat, page: Page) -> None:
    """He answered on the telephone in the street; the room must not go on asking for it."""
    await snapchat.registers(HI)
    assert (await snapchat.talk()).unanswered
    await snapchat.stage.minutes(9)
    at, alias = minute(snapchat.stage.clock.now() - timedelta(minutes=3)), snapchat.alias()
    await snapchat.registers("er du der?", whose=alias, at=at)

    await page.registers("kom innom i morgen du", alias=alias, by="me", at=at)
    again = await page.registers("kom innom i morgen du", alias=alias, by="me", at=at)

    assert "Det står alt noe registrert" in await page.reads(again)
    (said,) = await entries(snapchat, By.CASEWORKER)
    assert said.text == "kom innom i morgen du"
    assert said.author == (await staff(snapchat))[snapchat.amir.user.id]
    assert not (await snapchat.talk()).unanswered
    assert f"Registrert for hånd av <@{snapchat.amir.user.id}>" in snapchat.reads()
    assert not [s for s in snapchat.cards("misplaced") if said.text in s.words]


async def test_a_yes_counts_as_it_does_in_slack(snapchat: Snapchat, page: Page) -> None:
    """Promise 5 holds at this door, too: with its picture, and after the question."""
    await snapchat.registers(HI)
    await snapchat.amir.presses("ask_consent")
    await snapchat.presses("carried")
    alias = snapchat.alias()
    await snapchat.stage.minutes(3)

    now = snapchat.stage.clock.now()
    await page.registers("Ja", alias=alias, at=now, answers="yes")
    assert (await snapchat.thread()).standing is Standing.ASKED

    await snapchat.stage.minutes(2)
    now = snapchat.stage.clock.now()
    its_id = await page.sends_in("Ja", alias=alias, at=now, answers="yes", pictures=[PICTURE])
    await page.is_asked()
    assert TAKEN in await page.reads(its_id)
    assert (await snapchat.thread()).standing is Standing.YES


async def test_somebody_who_is_not_linked_to_slack_is_named_by_what_the_record_calls_them(
    snapchat: Snapchat, page: Page
) -> None:
    """It must never look as if nobody had written it down."""
    users = await staff(snapchat)
    async with snapchat.stage.town.browser("amir") as http:
        token = re.search(r'name="form_token" value="(\w+)"', (await http.get("/slack")).text)
        assert token is not None
        parted = await http.post("/slack/untie", data={"form_token": token[1]})
    assert parted.status_code == 303

    await page.registers(HI)

    amir = users[snapchat.amir.user.id]
    assert f"Registrert for hånd av en ansatt som ikke er koblet til Slack ({amir})" in (
        snapchat.siri.reads(snapchat.siri.root())
    )


async def test_while_the_bridge_is_down_it_waits_and_says_so(
    snapchat: Snapchat, page: Page
) -> None:
    """And comes in when it is up again, once."""
    town = snapchat.stage.town
    await town.bridge_down()
    its_id = await page.sends_in(HI)
    await snapchat.stage.minutes(12)
    assert "Utebru har ikke hentet den ennå" in await page.reads(its_id)

    await town.bridge_up()
    await page.is_asked()

    assert TAKEN in await page.reads(its_id)
    assert [entry.text for entry in await entries(snapchat)] == [HI]


async def test_while_the_case_store_is_down_nothing_else_waits_for_it(
    snapchat: Snapchat, page: Page
) -> None:
    its_id = await page.sends_in(HI)
    await snapchat.stage.town.store.down()
    await snapchat.stage.minutes(12)
    await snapchat.stage.town.store.up()
    await page.is_asked()

    assert TAKEN in await page.reads(its_id)
    assert [entry.text for entry in await entries(snapchat)] == [HI]
