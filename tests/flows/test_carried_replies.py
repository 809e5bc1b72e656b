"""What the team says on Snapchat ends in a person's hands, and is sent when that person says so."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bridge.domain.delivery import SAYS, State
from bridge.domain.lifecycle import Stage as At
from tests.conftest import NoEars
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, er det dere som har åpent på torsdager?"
ANSWER = "Ja, kom innom klokka seks. Spør etter meg."


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


async def states(snapchat: Snapchat) -> list[State]:
    """How far everything said to Maya has come."""
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        found = [await tx.outbox.of_entry(talk.id, n + 1) for n in range(talk.ledger.last_seq)]
    return [delivery.state for group in found for delivery in group if delivery.what in SAYS]


async def test_a_reply_is_a_card_to_copy_and_is_sent_when_a_person_says_so(
    snapchat: Snapchat,
) -> None:
    """Nobody may believe that she has been answered before she has."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)

    assert "Kopier til Snapchat." in snapchat.card()
    assert ANSWER in snapchat.card()
    assert "@utebru" not in snapchat.card()
    assert await states(snapchat) == [State.HANDED]
    assert (await snapchat.talk()).unanswered
    assert "sendt i Snapchat" not in snapchat.reads()

    await snapchat.presses("carried", by=snapchat.siri)

    assert await states(snapchat) == [State.SENT]
    assert f"✓ sendt i Snapchat av <@{snapchat.siri.user.id}>" in snapchat.card()
    assert not (await snapchat.talk()).unanswered
    hers, ours = await snapchat.copies()
    assert (hers.author, ours.author) == (None, snapchat.siri.user.id)
    assert ours.ref is not None


async def test_a_form_gives_the_same_card(snapchat: Snapchat) -> None:
    """Svar is how most of the team answers from a telephone."""
    await snapchat.says(HI)
    await snapchat.amir.replies_by_form(ANSWER)

    assert snapchat.card().count(ANSWER) == 1
    await snapchat.presses("carried")
    assert "✓ sendt i Snapchat" in snapchat.card()


async def test_it_can_be_undone_until_it_is_carried(snapchat: Snapchat) -> None:
    """The wrong words on a card are still only the team's."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)
    await snapchat.stage.minutes(20)

    await snapchat.presses("undo")

    assert await states(snapchat) == [State.WITHDRAWN]
    assert "Ikke kopier det." in snapchat.card()
    assert not snapchat.cards("carried")
    assert len(await snapchat.copies()) == 1


async def test_what_a_person_could_not_send_can_be_tried_again_or_was_sent_after_all(
    snapchat: Snapchat,
) -> None:
    """Her account was locked for an hour; she still waits."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)
    await snapchat.presses("not_carried")
    assert await states(snapchat) == [State.FAILED]
    assert (await snapchat.talk()).unanswered
    assert len(await snapchat.copies()) == 1

    await snapchat.presses("again")
    assert await states(snapchat) == [State.HANDED]
    await snapchat.presses("not_carried")
    await snapchat.presses("carried")

    assert await states(snapchat) == [State.SENT]
    assert not (await snapchat.talk()).unanswered
    assert [copy.author for copy in await snapchat.copies()] == [None, snapchat.amir.user.id]


async def test_two_who_say_so_at_once_are_counted_as_one(snapchat: Snapchat) -> None:
    """The second is told; who carried it is the first."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)
    card = snapchat.cards("carried")[-1].ts

    await snapchat.siri.presses("carried", card, settle=False)
    await snapchat.amir.presses("carried", card, settle=False)
    await snapchat.stage.settles()

    assert await states(snapchat) == [State.SENT]
    assert snapchat.siri.user.id in snapchat.card()
    assert "allerede sagt fra" in snapchat.amir.hints()
    assert "allerede sagt fra" not in snapchat.siri.hints()


async def test_a_deleted_post_takes_its_card_with_it_and_an_edit_makes_a_new_one(
    snapchat: Snapchat,
) -> None:
    """The card must never hold words that their author has taken back."""
    await snapchat.says(HI)
    ts = await snapchat.answers(ANSWER)
    await snapchat.amir.edits(ts, "@utebru Vi åpner klokka sju")
    assert await states(snapchat) == [State.WITHDRAWN, State.HANDED]
    assert "klokka sju" in snapchat.card()

    await snapchat.amir.deletes(ts)

    assert await states(snapchat) == [State.WITHDRAWN, State.WITHDRAWN]
    assert not snapchat.cards("carried")


async def test_what_is_carried_is_changed_only_by_a_person(snapchat: Snapchat) -> None:
    """An edit in Slack changes nothing on her telephone, and says so."""
    await snapchat.says(HI)
    ts = await snapchat.answers(ANSWER)
    await snapchat.presses("carried")

    await snapchat.amir.edits(ts, "@utebru Vi åpner klokka sju")

    assert "Redigeringen ble *ikke* sendt" in snapchat.amir.hints()
    assert await states(snapchat) == [State.SENT]


async def test_nobody_ends_a_talk_with_words_still_in_somebodys_hands(snapchat: Snapchat) -> None:
    """The record would lack the answer, or say that it was given."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)

    await snapchat.amir.ends(snapchat.amir.root())
    await snapchat.stage.hours(2)
    assert (await snapchat.talk()).stage is At.OPEN

    await snapchat.presses("carried")
    assert (await snapchat.talk()).stage is not At.OPEN


async def test_she_waits_for_as_long_as_the_card_does(snapchat: Snapchat) -> None:
    """A card that nobody has carried is an answer that nobody has given."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)

    await snapchat.stage.hours(5)

    assert "har ventet på svar" in snapchat.reads()


async def test_crisis_numbers_come_on_a_card_and_the_rest_of_the_bot_is_silent(
    snapchat: Snapchat,
) -> None:
    """A person is there already; the numbers must reach her all the same, word for word."""
    await snapchat.stage.at(22)
    await snapchat.says("jeg vil ikke leve lenger")

    assert "116 111" in snapchat.card()
    assert "Kopier til Snapchat." in snapchat.card()
    assert "kan være krise" in snapchat.stage.cast.alarms()
    assert await states(snapchat) == [State.HANDED]
    await snapchat.presses("carried")
    assert await states(snapchat) == [State.SENT]
    assert "Det er frivillig" not in snapchat.reads()


async def test_a_restart_leaves_every_card_as_it_was(snapchat: Snapchat) -> None:
    """What is in somebody's hands is neither in doubt nor handed out twice."""
    await snapchat.says(HI)
    await snapchat.answers(ANSWER)
    await snapchat.stage.town.bridge_down()
    await snapchat.stage.town.bridge_up()
    await snapchat.stage.cast.director.later(timedelta(minutes=5))

    assert await states(snapchat) == [State.HANDED]
    assert len(snapchat.cards("carried")) == 1
    await snapchat.presses("carried")
    assert await states(snapchat) == [State.SENT]
