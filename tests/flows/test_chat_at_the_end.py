"""The chat on the youth's own phone is theirs: they are asked, and are taken at their word."""

from datetime import timedelta
from pathlib import Path

import pytest

from bots.sandbox.faults import Fault
from bridge.domain.copies import Place
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed
from tests.support.elsewhere import elsewhere
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "dette er det jeg skrev selv"
ANSWER = "Dette er det vi svarte deg."


@pytest.mark.parametrize("filed", [True, False])
@pytest.mark.parametrize("wish", ["Ja, slett", "Nei, la stå", None])
async def test_only_a_yes_or_what_can_be_read_again_clears_the_chat(
    own_stage: Stage, filed: bool, wish: str | None
) -> None:
    """Silence clears only what was filed; a no is a no."""
    maya = await _ended(own_stage, filed=filed)

    if wish is not None:
        await maya.presses(wish)
    await own_stage.hours(14)

    cleared = wish == "Ja, slett" or (wish is None and filed)
    left = [shown.text for shown in maya.youth.sees()]
    assert (WORDS in left) is not cleared
    assert (ANSWER in left) is not cleared
    assert any(text.startswith("Er det greit at vi skriver ned") for text in left)
    receipt = "Nå er samtalen skrevet i journalen" if filed else "Vi har bare telt"
    assert any(receipt in text for text in left)
    verdicts = {str(copy["verdict"]) for copy in await maya.verdicts("telegram")}
    assert "pending" not in verdicts


async def _ended(stage: Stage, *, filed: bool) -> Talk:
    talk = await (stage.consents(WORDS) if filed else stage.meets(WORDS))
    await talk.answers(ANSWER)
    await talk.ends()
    return talk


async def test_nobody_is_asked_between_ten_at_night_and_eight(own_stage: Stage) -> None:
    """A phone that lights up at night is read by more than its owner."""
    await own_stage.at(22, 30)
    maya = await _ended(own_stage, filed=True)
    await own_stage.hours(9)
    assert "slette denne chatten" not in maya.heard()

    await own_stage.hours(1)

    assert "slette denne chatten" in maya.heard()


async def test_a_question_that_never_arrived_clears_nothing(own_stage: Stage) -> None:
    """Who has blocked us has not been silent; they were never asked."""
    maya = await own_stage.consents(WORDS)
    await maya.answers(ANSWER)
    maya.youth.phone.blocks()
    await own_stage.settles()
    await maya.ends()

    await own_stage.hours(60)

    assert WORDS in [shown.text for shown in maya.youth.sees()]
    verdicts = {str(copy["verdict"]) for copy in await maya.verdicts("telegram")}
    assert "gone" not in verdicts
    assert "pending" not in verdicts


async def test_crisis_numbers_stay_whatever_is_cleared(own_stage: Stage) -> None:
    """She may need them on the very night after."""
    mina = await own_stage.meets("jeg vil ikke leve lenger nå")
    await mina.answers("Jeg er her, og jeg hører deg.")
    await mina.ends()

    await mina.presses("Ja, slett")
    await own_stage.minutes(10)

    assert "116 111" in mina.heard()
    assert "jeg hører deg" not in mina.heard()


async def test_telegram_being_away_delays_the_clearing_and_nothing_else(own_stage: Stage) -> None:
    """Our own words do not wait for a platform that is down."""
    maya = await _ended(own_stage, filed=True)
    faults = own_stage.town.sandbox.telegram.faults
    faults.during(Fault.BAD_GATEWAY, lasting=timedelta(hours=2), method="deleteMessage")
    await maya.presses("Ja, slett")
    await own_stage.minutes(20, step=5)
    assert WORDS in [shown.text for shown in maya.youth.sees()]
    assert "forgotten" in await maya.kinds()

    await own_stage.hours(3)

    assert WORDS not in [shown.text for shown in maya.youth.sees()]


async def test_a_yes_about_the_chat_is_never_a_yes_to_a_journal(stage: Stage) -> None:
    """The same word, another question."""
    ola = await _ended(stage, filed=False)

    await ola.says("ja")

    assert await stage.record.consents((await ola.thread()).id) == []
    assert WORDS not in [shown.text for shown in ola.youth.sees()]


@pytest.mark.asyncio(loop_scope="function")
async def test_what_is_said_last_where_nothing_can_be_deleted_gets_its_verdict_too(
    tmp_path: Path,
) -> None:
    """A platform that was busy takes our goodbye last of all; no row waits for ever."""
    async with elsewhere(tmp_path) as messenger:
        await messenger.consents("hei, er det noen der?")
        await messenger.answers("Jeg er her.")
        busy = SendFailed(Reason.BUSY, retry=True, after=timedelta(minutes=2))
        messenger.channel.trouble += [busy, busy]

        await messenger.ends()
        await messenger.later(timedelta(hours=1))

        assert ("pending", None) not in await messenger.verdicts(Place.CHANNEL)
        assert ("out_of_reach", "no_call") in await messenger.verdicts(Place.CHANNEL)
