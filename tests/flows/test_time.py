"""Time warns, reminds and asks; it never destroys words that no person has dealt with."""

from datetime import timedelta

import pytest

from bridge.domain.lifecycle import Stage as At
from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_has_waited_four_opening_hours_is_told_of_to_the_owner(
    own_stage: Stage,
) -> None:
    """By name, for «somebody should» is nobody."""
    await own_stage.morning()
    maya = await own_stage.meets("jeg venter på svar fra dere")
    await maya.clicks("take")
    await own_stage.hours(3.5)
    assert "har ventet på svar" not in maya.reads()

    await own_stage.hours(1)

    assert maya.reads().count("har ventet på svar") == 1
    assert f"<@{maya.amir.user.id}> Ungdommen har ventet" in maya.reads()


async def test_who_has_waited_a_working_day_is_an_alarm_for_the_team_leader(
    own_stage: Stage,
) -> None:
    """Nights and weekends are not counted, and are not an excuse either."""
    await own_stage.at(14, weekday=4)
    maya = await own_stage.meets("jeg skriver fredag ettermiddag")
    await own_stage.at(9, weekday=0)
    alias = own_stage.cast.alias(maya.root)
    assert f"{alias} har ventet på svar i en arbeidsdag" not in _plain(own_stage.cast.alarms())

    await own_stage.hours(7)

    assert f"{alias} har ventet på svar i en arbeidsdag" in _plain(own_stage.cast.alarms())
    assert await own_stage.record.stuck("unanswered_day") == 1


def _plain(text: str) -> str:
    return text.replace("*", "")


async def test_what_is_not_filed_is_told_of_after_a_day_and_three(own_stage: Stage) -> None:
    """A talk that nobody ends is a journal that nobody has (R17)."""
    maya = await own_stage.meets("en samtale som blir liggende")
    await own_stage.hours(25)
    assert "for over et døgn siden, og er ikke ført" in maya.reads()

    await own_stage.hours(49)

    assert "for tre døgn siden, og er ikke ført" in own_stage.cast.alarms()
    assert (await maya.row()).stage is At.OPEN


async def test_with_consent_the_clock_ends_what_is_answered_and_quiet(own_stage: Stage) -> None:
    """The record is made also when everybody has forgotten to press the button."""
    maya = await own_stage.consents("det var det jeg ville si")
    await maya.answers("Takk for praten, ha en fin dag.")
    await own_stage.hours(20)
    assert (await maya.row()).stage is At.OPEN

    await own_stage.hours(16)

    assert (await maya.row()).stage is At.FORGOTTEN
    filed = await own_stage.record.transcript(maya.conversation)
    assert filed is not None
    assert filed["sealed_by"] == "clock"


async def test_without_consent_the_clock_warns_first_and_can_be_put_off(own_stage: Stage) -> None:
    """Ending it means that the words are destroyed, so a person hears of it in time."""
    ola = await own_stage.meets("jeg har ikke sagt ja til noe")
    await ola.clicks("take")
    await ola.answers("Det er helt i orden.")
    await own_stage.hours(18)
    assert "Samtalen lukkes" not in ola.reads()
    for _ in range(10):
        await own_stage.hours(1)
        if "Samtalen lukkes" in ola.reads():
            break
    assert "Samtalen lukkes" in ola.reads()
    assert (await ola.row()).stage is At.OPEN

    await ola.clicks("postpone")
    await own_stage.hours(6)
    assert (await ola.row()).stage is At.OPEN

    await own_stage.hours(40)
    assert (await ola.row()).stage is At.FORGOTTEN
    assert ola.reads() == ""


async def test_words_that_nobody_has_answered_are_never_ended_by_time(own_stage: Stage) -> None:
    """A Telegram copy may become too late; the words may not."""
    maya = await own_stage.meets("er det ingen der som svarer?")

    await own_stage.cast.director.later(timedelta(days=8), step=timedelta(hours=6))

    assert (await maya.row()).stage is At.OPEN
    assert "er det ingen der som svarer?" in maya.reads()


async def test_a_crisis_is_never_ended_by_time(own_stage: Stage) -> None:
    """Her words wait for a person however long it takes, and nobody asks of journals."""
    mina = await own_stage.meets("jeg vil ta livet mitt i natt")

    await own_stage.cast.director.later(timedelta(days=8), step=timedelta(hours=6))

    assert (await mina.row()).stage is At.OPEN
    assert "jeg vil ta livet mitt i natt" in mina.reads()
    assert "Er det greit at vi skriver ned" not in mina.heard()


async def test_what_needs_no_answer_can_be_said_to_need_none(own_stage: Stage) -> None:
    """«takk, ha det» should not alarm anybody for a week."""
    await own_stage.morning()
    maya = await own_stage.meets("takk for i går, ha det bra")
    await maya.clicks("take")

    await maya.clicks("dismiss")
    await own_stage.hours(5)

    assert "har ventet på svar" not in maya.reads()


async def test_out_of_hours_is_said_once_with_when_and_whom_to_call(own_stage: Stage) -> None:
    """Five messages in the night do not get five robots."""
    await own_stage.at(20, weekday=2)
    maya = await own_stage.meets("er noen våkne i kveld?")
    await maya.says("bare lurte på om noen er der")
    await maya.says("ok, skriver i morgen da vel")

    assert maya.heard().count("Vi er ikke på jobb akkurat nå") == 1
    assert "torsdag klokka 09:00" in maya.heard()
    assert "116 111" in maya.heard()


async def test_the_greeting_is_said_once(stage: Stage) -> None:
    """It is a hello, not a machine that repeats itself."""
    maya = await stage.meets()
    await maya.says("jeg har et spørsmål til dere")
    await maya.answers("Spør i vei, jeg lytter.")
    await maya.ends()
    await maya.says("nå er jeg tilbake igjen, hei")

    assert maya.heard().count("Du skriver til Utekontakten") == 1


async def test_start_begins_with_hello_and_the_question(stage: Stage) -> None:
    """Pressing Start is not words; nobody is called to read «/start»."""
    youth = stage.stranger()

    youth.phone.starts("fra-plakat")
    await stage.settles()

    assert youth.heard().count("Du skriver til Utekontakten") == 1
    assert youth.heard().count("Er det greit at vi skriver ned") == 1


async def test_the_language_can_be_changed_by_a_word(stage: Stage) -> None:
    """Who reads English reads the same promises."""
    maya = await stage.meets()
    await maya.says("språk")
    await maya.presses("English")
    assert "Then I will write English" in maya.heard()

    await maya.clicks("ask_consent")
    assert "Is it OK that we write down what we talk about" in maya.last()
    await maya.says("yes")

    (proof,) = await stage.record.consents((await maya.thread()).id)
    assert proof["language"] == "en"
    assert proof["text"].startswith("Is it OK that we write down")


async def test_help_says_who_reads_and_whom_to_call_now(stage: Stage) -> None:
    """At any time, in one word."""
    maya = await stage.meets()

    await maya.says("HJELP")

    assert "Det er de ansatte på Utekontakten som leser" in maya.last()
    assert "113" in maya.last()


@pytest.mark.parametrize(
    ("word", "kind", "said", "told"),
    [
        ("INNSYN", "access", "du vil se det som står om deg", "ber om innsyn"),
        ("slett", "deletion", "du vil ha noe slettet", "ber om sletting"),
    ],
)
async def test_a_request_is_registered_answered_and_seen_by_a_person(
    stage: Stage, word: str, kind: str, said: str, told: str
) -> None:
    """A right that a robot swallowed would be no right."""
    maya = await stage.meets()

    await maya.says(word)

    assert said in maya.last()
    assert told in maya.reads()
    assert await stage.record.tasks((await maya.thread()).id) == [kind]
