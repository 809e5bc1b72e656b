"""What lies on the team's own telephone is on a list until somebody says that it is erased."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.sandbox.slack.screen import Seen
from bridge.domain.copies import Place, Verdict
from bridge.domain.lifecycle import Stage as At
from tests.conftest import NoEars
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, kan jeg komme innom uten at mamma får vite det?"
ANSWER = "Ja, kom innom klokka seks. Spør etter meg."


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


async def over(snapchat: Snapchat) -> str:
    """She has written, been answered, and it has ended; the alias she went by."""
    await snapchat.registers(HI)
    await snapchat.answers(ANSWER)
    await snapchat.presses("carried")
    alias = snapchat.alias()
    await snapchat.amir.ends(snapchat.amir.root())
    await snapchat.stage.settles(timedelta(minutes=2))
    return alias


def lists(snapchat: Snapchat) -> list[Seen]:
    """The lists that stand in the room."""
    room = snapchat.amir.room()
    listed = ("Slett i Snapchat", "Alt er krysset av")
    return [s for s in room if any(w in s.words for w in listed) and not s.tombstone]


def lines(snapchat: Snapchat) -> int:
    (seen,) = lists(snapchat)
    return sum(action == "tick" for action, _ in seen.buttons)


async def ticks(snapchat: Snapchat, action: str = "tick") -> None:
    (seen,) = lists(snapchat)
    await snapchat.siri.presses(action, seen.ts)


async def test_a_talk_that_has_ended_leaves_a_list_of_what_only_people_can_erase(
    snapchat: Snapchat,
) -> None:
    """The words are gone from us, and still lie on a telephone in somebody's pocket."""
    alias = await over(snapchat)

    talk = await snapchat.talk()
    assert talk.stage is At.FORGOTTEN
    (seen,) = lists(snapchat)
    assert alias in seen.words
    assert "Fra ungdommen, 23.11. kl. 10.00" in seen.words
    assert "Fra oss, 23.11. kl. 10.00" in seen.words
    assert lines(snapchat) == 2
    assert HI not in seen.words
    assert ANSWER not in seen.words
    log = await snapchat.stage.log()
    told = [v for v in log.verdicts(talk.id).values() if v["place"] == "snapchat"]
    assert [(v["verdict"], v["evidence"]) for v in told] == [("by_hand", "by_hand")] * 2


async def test_whoever_ticks_a_line_is_the_evidence_for_it(snapchat: Snapchat) -> None:
    """Promise 7: never called gone, for nobody can look."""
    await over(snapchat)

    await ticks(snapchat)

    assert lines(snapchat) == 1
    assert [c.verdict for c in await snapchat.copies()].count(Verdict.TICKED) == 1
    await ticks(snapchat)

    talk = await snapchat.talk()
    told = (await snapchat.stage.log()).verdicts(talk.id).values()
    there = [v for v in told if v["place"] == "snapchat"]
    assert {(v["verdict"], v["evidence"]) for v in there} == {("ticked", "ticked")}
    siri = next(e for e in await staff(snapchat) if e[1] == snapchat.siri.user.id)
    assert {v["by"] for v in there} == {siri[0]}
    async with snapchat.stage.town.browser("turid") as http:
        page = (await http.get(f"/transfers/{talk.id}")).text
    assert page.count("Krysset av som slettet – en av oss har slettet den for hånd") == 2
    assert page.count("· Siri</span>") >= 2


async def staff(snapchat: Snapchat) -> list[tuple[str, str | None]]:
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        return [(e.id, e.user) for e in await tx.staff.all()]


async def test_all_of_it_can_be_ticked_at_once_and_the_list_goes(snapchat: Snapchat) -> None:
    """Whoever clears a whole chat in the app should not press forty times."""
    await over(snapchat)

    await ticks(snapchat, "tick_all")

    (seen,) = lists(snapchat)
    assert "Alt er krysset av" in seen.words
    assert not seen.buttons
    await snapchat.stage.minutes(15)
    assert lists(snapchat) == []
    assert all(c.verdict is Verdict.TICKED for c in await snapchat.copies())


async def test_the_room_thread_is_wiped_while_the_list_still_stands(snapchat: Snapchat) -> None:
    """A colleague on holiday must not keep a youth's words in Slack."""
    await over(snapchat)
    await snapchat.stage.hours(30)

    assert snapchat.amir.roots() == []
    assert lines(snapchat) == 2
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        left = [c for c in await tx.copies.of(talk.id) if c.verdict is Verdict.PENDING]
    assert [c.seq for c in left] == [0]
    assert all(c.place is Place.WORKSPACE for c in left)


async def test_the_team_is_reminded_every_day_until_it_is_done(snapchat: Snapchat) -> None:
    """And the team leader sees that something is left, and since when."""
    await over(snapchat)
    assert "ligger fortsatt i Snapchat på telefonen" not in snapchat.stage.cast.alarms()

    for weekday, times in ((1, 1), (2, 2), (3, 3)):
        await snapchat.stage.at(10, weekday=weekday)
        await snapchat.stage.hours(2)
        said = snapchat.stage.cast.alarms().count("ligger fortsatt i Snapchat på telefonen")
        assert said == times
    assert await snapchat.stage.record.stuck("not_cleared") == 1

    await ticks(snapchat, "tick_all")
    await snapchat.stage.at(10, weekday=4)
    await snapchat.stage.hours(2)
    assert snapchat.stage.cast.alarms().count("ligger fortsatt i Snapchat") == 3
    assert await snapchat.stage.record.stuck("not_cleared") == 0


async def test_a_reply_taken_back_is_on_the_list_at_once(snapchat: Snapchat) -> None:
    """It was sent to the wrong youth, and every minute counts."""
    await snapchat.registers(HI)
    ts = await snapchat.answers(ANSWER)
    await snapchat.presses("carried")

    await snapchat.amir.deletes(ts)
    await snapchat.stage.settles()

    assert lines(snapchat) == 1
    await ticks(snapchat)
    assert [c.verdict for c in await snapchat.copies()] == [Verdict.PENDING, Verdict.TICKED]


async def test_a_long_list_comes_in_parts(snapchat: Snapchat) -> None:
    """Slack takes fifty blocks, and a talk may have two hundred messages."""
    await snapchat.says(HI)
    for number in range(17):
        await snapchat.says(f"linje {number}")
    await snapchat.amir.ends(snapchat.amir.root())
    await snapchat.stage.settles(timedelta(minutes=2))

    assert lines(snapchat) == 15
    assert "Flere som venter: 3." in lists(snapchat)[0].words
    await ticks(snapchat)
    assert lines(snapchat) == 15
    assert "Flere som venter: 2. Krysset av: 1." in lists(snapchat)[0].words


async def test_a_list_that_nobody_knows_was_put_up_is_looked_for(snapchat: Snapchat) -> None:
    """Two lists for one talk, and somebody ticks the wrong one."""
    await over(snapchat)
    await snapchat.stage.town.bridge_down()
    await snapchat.stage.town.bridge_up()
    await snapchat.stage.hours(2)

    assert len(lists(snapchat)) == 1


async def test_an_answer_nobody_carries_is_asked_for_though_she_waits_for_nothing(
    snapchat: Snapchat,
) -> None:
    """She has been answered once; the second answer is the one with the address."""
    await snapchat.registers(HI)
    await snapchat.answers(ANSWER)
    await snapchat.presses("carried")
    await snapchat.answers("Adressen er Storgata 3.")

    await snapchat.stage.hours(3)
    assert "venter på å bli kopiert" not in snapchat.stage.cast.alarms()
    await snapchat.stage.hours(2)
    assert snapchat.stage.cast.alarms().count("venter på å bli kopiert til Snapchat") == 1


async def test_the_form_that_ends_it_says_that_nobody_else_will_tell_her(
    snapchat: Snapchat,
) -> None:
    """On Telegram the bot says what became of the talk."""
    await snapchat.registers(HI)

    form = await snapchat.amir.opens("end", snapchat.amir.root())

    assert "Utebru sier ingenting til ungdommen her" in str(form["blocks"])
