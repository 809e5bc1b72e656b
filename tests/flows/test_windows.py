"""A platform that lets us write only for a while after the youth's last word."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bridge.domain.lifecycle import Stage
from bridge.domain.threads import Chat
from tests.support.elsewhere import MAYA, Elsewhere, elsewhere

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as here:
        yield here


async def test_the_head_of_the_thread_says_by_when_to_answer(messenger: Elsewhere) -> None:
    """Nobody should have to know each platform's rules by heart; it begins on a Monday at noon."""
    await messenger.says("er det noen der?")
    assert "Svar innen tirsdag kl. 12.00 (Messenger)." in messenger.head()

    await messenger.later(DAY)
    assert "Svar innen mandag kl. 12.00 (Messenger). Bare dere kan skrive nå" in messenger.head()

    await messenger.later(WEEK - DAY, step=timedelta(hours=6))
    assert "Fristen for å svare på Messenger er ute." in messenger.head()
    assert "Svar innen" not in messenger.head()

    await messenger.says("jeg er her ennå")
    await messenger.later(timedelta(minutes=1))
    assert "Svar innen tirsdag kl. 12.0" in messenger.head()


async def test_a_person_may_be_late_and_the_bot_may_not(messenger: Elsewhere) -> None:
    """Her answer on the second day goes through, marked as what it is; a robot's would not."""
    await messenger.says("kan dere svare når dere kan?")
    await messenger.answers("Ja, det kan jeg.")
    await messenger.says("jeg tenker litt på det")
    await messenger.later(DAY)
    given = len(messenger.channel.given)

    await messenger.clicks("ask_consent")
    assert len(messenger.channel.given) == given
    assert "fikk ikke sendt spørsmål om samtykke" in messenger.reads()

    await messenger.answers("Vi snakkes i morgen.")

    sent = [(what.text, what.by_person, what.late) for what in messenger.channel.given]
    assert ("Ja, det kan jeg.", True, False) in sent
    assert sent[given:] == [("Vi snakkes i morgen.", True, True)]
    assert "Vi snakkes i morgen." in messenger.heard()


async def test_a_reply_after_the_time_waits_in_the_thread_until_the_youth_writes(
    messenger: Elsewhere,
) -> None:
    """The words are not lost, and nobody believes that they were sent."""
    await messenger.says("glemte dere meg?")
    await messenger.later(WEEK, step=timedelta(hours=6))
    given = len(messenger.channel.given)

    await messenger.answers("Nei! Beklager at det tok tid.")
    await messenger.clicks("again")

    assert len(messenger.channel.given) == given
    assert "⚠ ikke levert: fristen for å skrive er ute" in messenger.reads()
    assert "trykk *Send igjen* når ungdommen har skrevet" in messenger.reads()
    assert "Nei! Beklager at det tok tid." in messenger.reads()

    await messenger.says("hallo?")
    await messenger.clicks("again")

    assert messenger.heard().count("Nei! Beklager at det tok tid.") == 1


async def test_what_is_queued_while_the_time_runs_out_is_not_sent(messenger: Elsewhere) -> None:
    """Seconds decide, and a platform's refusal may cost the right to write at all."""
    await messenger.says("skriv før kl. 12!")
    await messenger.later(WEEK - timedelta(seconds=5), step=timedelta(hours=6))
    given = len(messenger.channel.given)

    await messenger.answers("Rekker det så vidt?")

    assert len(messenger.channel.given) == given
    assert "⚠ ikke levert: fristen for å skrive er ute" in messenger.reads()


async def test_the_owner_is_told_before_nobody_can_answer(messenger: Elsewhere) -> None:
    """Once, by name, while there is still time."""
    await messenger.says("jeg venter på dere")
    await messenger.clicks("take")
    await messenger.later(WEEK - timedelta(hours=5), step=timedelta(hours=6))
    assert "fristen for å skrive" not in messenger.reads()

    await messenger.later(timedelta(hours=4))

    told = "Ungdommen venter på svar, og fristen for å skrive på Messenger går ut kl. 12:00."
    assert messenger.reads().count(told) == 1


async def test_a_goodbye_that_could_not_be_asked_clears_nothing_and_is_settled(
    messenger: Elsewhere,
) -> None:
    """Silence about a question that never came is no yes, and nothing waits for ever."""
    await messenger.says("takk, det var alt")
    await messenger.answers("Bare hyggelig.")
    await messenger.later(DAY - timedelta(hours=6))
    messenger.world.clock.move(timedelta(hours=7))
    await messenger.ends()
    assert "Vil du at vi skal slette" not in "\n".join(messenger.heard())

    await messenger.later(DAY, step=timedelta(hours=3))

    assert (await messenger.talks())[0].chat is Chat.SETTLED
    assert "Bare hyggelig." in messenger.heard()
    assert [b.text for b in messenger.channel.sees(MAYA) if not b.ours] == ["takk, det var alt"]


async def test_what_the_clock_ends_is_ended_while_she_can_still_be_told(
    messenger: Elsewhere,
) -> None:
    """She would go on waiting for Amir in a chat that everybody else has left."""
    await messenger.consents("takk, det var alt")
    await messenger.answers("Bare hyggelig.")

    await messenger.later(DAY, step=timedelta(minutes=10))

    (talk,) = await messenger.talks()
    assert (talk.sealed_by, talk.stage) == ("clock", Stage.FORGOTTEN)
    heard = "\n".join(messenger.heard())
    assert "Nå er samtalen skrevet i journalen din" in heard
    assert "Vi får ikke slettet denne chatten hos deg." in heard
    assert not [text for text in everything(messenger) if "fikk ikke vite det" in text]


async def test_who_could_not_be_told_that_it_has_ended_is_named_in_the_room(
    messenger: Elsewhere,
) -> None:
    """Amir answered on the second day; nobody may believe that she knows."""
    await messenger.consents("takk, det var alt")
    await messenger.later(DAY - timedelta(hours=1))
    await messenger.answers("Bare hyggelig.")

    await messenger.later(DAY)

    (talk,) = await messenger.talks()
    assert (talk.sealed_by, talk.stage) == ("clock", Stage.FORGOTTEN)
    told = [text for text in everything(messenger) if "fikk ikke vite det" in text]
    assert len(told) == 1
    assert "fristen for å skrive på Messenger var ute" in told[0]


def everything(messenger: Elsewhere) -> list[str]:
    """What stands in the team's room, and in every thread of it."""
    return [messenger.text_of(posted) for posted in messenger.workspace.posts.values()]
