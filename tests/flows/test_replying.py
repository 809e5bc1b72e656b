"""Only an explicit act speaks to a youth; everything else is talk among colleagues."""

from datetime import timedelta

import pytest

from bots.sandbox.faults import Fault
from casestore.users.commands import close_account
from tests.support.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_SENT = "Dette ble *ikke* sendt til ungdommen"


@pytest.mark.parametrize(
    "text",
    [
        "hva synes dere @utebru skal svare henne?",
        "Jeg tror hun lyver om alderen sin.",
        "takk for vakten i går @utebru",
    ],
)
async def test_what_does_not_begin_with_the_mention_stays_with_the_team(
    stage: Stage, text: str
) -> None:
    """A youth who reads what colleagues say about her never writes again."""
    maya = await stage.meets()

    await maya.amir.writes(text, maya.root)

    assert text.replace("@utebru ", "")[:12] not in maya.heard()
    assert maya.amir.hints().count(NOT_SENT) == ("@utebru" in text)
    stage.town.sandbox.slack.whispers.all.clear()


async def test_what_is_shared_quoted_or_posted_by_an_app_never_speaks(stage: Stage) -> None:
    """What was meant for the room, or was somebody else's, is not said to her."""
    maya, slack = await stage.meets(), stage.town.sandbox.slack
    room, amir = stage.town.sandbox.room, maya.amir.user

    slack.posts(amir, room, "@utebru delt med hele rommet", thread_ts=maya.root, broadcast=True)
    slack.posts(amir, room, "@utebru se her\n> sitert fra en kollega", thread_ts=maya.root)
    slack.posts_as_bot(room, "<@U07UTEBRUBOT> fra en arbeidsflyt", thread_ts=maya.root)
    slack.posts(amir, room, "@utebru utenfor enhver tråd")
    shared = {"attachments": [{"is_share": True, "text": "fra et annet rom"}]}
    slack.posts(amir, room, "@utebru videresendt til dere", thread_ts=maya.root, extra=shared)
    await stage.settles()

    for words in ("hele rommet", "en kollega", "arbeidsflyt", "utenfor enhver", "videresendt"):
        assert words not in maya.heard()


async def test_a_mention_that_an_edit_adds_never_speaks(stage: Stage) -> None:
    """A note does not become a reply by being corrected."""
    maya = await stage.meets()
    ts = await maya.amir.writes("hun virker redd for faren sin", maya.root)

    await maya.amir.edits(ts, "@utebru hun virker redd for faren sin")

    assert "redd for faren" not in maya.heard()
    assert "Redigeringen ble *ikke* sendt" in maya.amir.hints()


async def test_who_is_not_linked_can_neither_speak_nor_press(stage: Stage) -> None:
    """Slack lets people into rooms; the employer decides who speaks for it."""
    maya, slack, room = await stage.meets(), stage.town.sandbox.slack, stage.town.sandbox.room
    guest = slack.add_user("Vikar")
    slack.joins(guest, room)

    slack.posts(guest, room, "@utebru hei, jeg er ny her i dag", thread_ts=maya.root)
    await slack.presses(guest, room, maya.root, "take")
    await stage.settles()

    assert "jeg er ny her" not in maya.heard()
    assert (await maya.row()).owner is None
    whispers = [seen.words for seen in slack.room(room, guest) if seen.only_you]
    whispers += [seen.words for seen in slack.thread(room, maya.root, guest) if seen.only_you]
    assert sum("ikke koblet til en ansatt" in words for words in whispers) == 2


async def test_who_can_read_the_room_without_being_employed_is_an_alarm(stage: Stage) -> None:
    """Who reads is Slack's decision, so it is watched."""
    slack, room = stage.town.sandbox.slack, stage.town.sandbox.room
    slack.joins(slack.add_user("Praktikant"), room)

    await stage.cast.director.tend()

    assert "kan lese dette rommet, men er ikke koblet" in stage.cast.alarms()


async def test_who_has_left_the_job_speaks_to_nobody(own_stage: Stage) -> None:
    """The Slack account often outlives the contract."""
    maya, slack = await own_stage.meets(), own_stage.town.sandbox.slack
    await _leaves(own_stage, "siri")

    await own_stage.cast.siri.writes("@utebru hei, jeg jobber ikke her lenger", maya.root)

    assert "jobber ikke her lenger" not in maya.heard()
    assert "ikke koblet til en ansatt" in own_stage.cast.siri.hints()
    assert "kan lese dette rommet" in own_stage.cast.alarms()
    assert slack.calls_of("chat.postEphemeral")


async def _leaves(stage: Stage, login: str) -> None:
    await close_account(stage.town.store_settings, login=login, clock=stage.clock.now)
    await stage.cast.director.tend()


async def test_a_reply_waits_behind_angre_and_one_that_is_undone_is_never_said(
    stage: Stage,
) -> None:
    """Ten seconds to see that it was the wrong thread."""
    maya = await stage.meets()
    await maya.answers("Dette skulle vært til Ola.", settle=False)
    await stage.settles(timedelta(seconds=8))
    assert "vært til Ola" not in maya.heard()

    await maya.clicks("undo")

    assert "vært til Ola" not in maya.heard()
    assert "Ikke sendt – angret" in maya.reads()


async def test_angre_too_late_says_so(stage: Stage) -> None:
    """Nobody is left believing that it was stopped."""
    maya = await stage.meets()
    await maya.answers("Dette rakk å bli sendt.", settle=False)
    await stage.settles(timedelta(seconds=8))
    card = maya.cards("undo")[-1]
    stage.town.sandbox.slack.faults.next(Fault.RATE_LIMITED, method="chat.update", seconds=20)
    await stage.settles(timedelta(seconds=12))

    await maya.amir.presses("undo", card.ts)

    assert "Dette rakk å bli sendt." in maya.heard()
    assert "For sent å angre" in maya.amir.hints()


async def test_two_replies_in_a_row_keep_their_order(stage: Stage) -> None:
    """«Nei» before «skal vi møtes?» is another answer altogether."""
    maya = await stage.meets()
    await maya.answers("Først denne setningen.", settle=False)
    await maya.answers("Så denne setningen.", settle=False)
    await maya.answers("Og til slutt denne.", settle=False)
    await stage.settles()

    heard = maya.heard()
    order = [heard.index(words) for words in ("Først denne", "Så denne", "Og til slutt")]
    assert order == sorted(order)


async def test_a_long_reply_goes_in_pieces_and_is_one_reply(stage: Stage) -> None:
    """It is undone whole, filed whole, and no letter is cut in two."""
    maya = await stage.consents()
    long = "Bussen går 👩‍👩‍👧 kvart over. " * 250

    await maya.answers(long.strip())
    await maya.ends()

    pieces = [s.text for s in maya.youth.sees() if s.by == "bot" and "Bussen" in s.text]
    assert len(pieces) == 2
    assert "".join(pieces).replace(" ", "") == long.replace(" ", "")
    assert await stage.record.said(maya.conversation, "caseworker") == [long.strip()]


async def test_an_edit_before_it_is_sent_starts_the_ten_seconds_over(stage: Stage) -> None:
    """She hears the corrected words only, and there is time to regret those too."""
    maya = await stage.meets()
    ts = await maya.answers("Møt meg klokka fjorten i dag.", settle=False)
    await stage.settles(timedelta(seconds=6))
    before = stage.clock.now()

    await maya.amir.edits(ts, "@utebru Møt meg klokka femten i dag.")

    assert "klokka fjorten" not in maya.heard()
    assert "klokka femten" in maya.heard()
    assert stage.clock.now() - before >= timedelta(seconds=10)


async def test_an_edit_and_a_delete_after_it_is_sent_are_carried_over(stage: Stage) -> None:
    """What colleagues read in the thread is what she reads."""
    maya = await stage.meets()
    edited = await maya.answers("Kom til døra bak biblioteket.")
    deleted = await maya.answers("Dette var om en helt annen.")

    await maya.amir.edits(edited, "@utebru Kom til døra foran biblioteket.")
    await maya.amir.deletes(deleted)

    assert "foran biblioteket" in maya.heard()
    assert "bak biblioteket" not in maya.heard()
    assert "en helt annen" not in maya.heard()


async def test_a_long_reply_made_short_leaves_none_of_its_old_words(stage: Stage) -> None:
    """What was too much to say is not left standing below what was meant."""
    maya = await stage.meets()
    long = "Dette skulle jeg ikke ha sagt noe om. " * 150
    ts = await maya.answers(long.strip())
    assert len([s for s in maya.youth.sees() if "ikke ha sagt" in s.text]) == 2

    await maya.amir.edits(ts, "@utebru Vi tar det når vi møtes.")

    assert "Vi tar det når vi møtes." in maya.heard()
    assert "ikke ha sagt" not in maya.heard()


async def test_an_edit_that_needs_one_message_more_is_not_sent_and_the_caseworker_is_told(
    stage: Stage,
) -> None:
    """It would come below what has been said since, as if it were the newest answer."""
    maya = await stage.meets()
    ts = await maya.answers("Bare dette her.")

    await maya.amir.edits(ts, "@utebru " + "Og så veldig mye mer om det. " * 160)

    assert "veldig mye mer" not in maya.heard()
    assert "Bare dette her." in maya.heard()
    assert "Redigeringen ble ikke sendt" in maya.amir.hints().replace("*", "")


async def test_a_reply_deleted_before_it_is_sent_is_never_sent(stage: Stage) -> None:
    """Deleting is the natural way to say no."""
    maya = await stage.meets()
    ts = await maya.answers("Nei, dette skal hun ikke se.", settle=False)
    await stage.settles(timedelta(seconds=5))

    await maya.amir.deletes(ts)

    assert "skal hun ikke se" not in maya.heard()


async def test_what_is_marked_to_stay_stays_with_the_youth(stage: Stage) -> None:
    """An address she was given is hers to keep, whatever else is cleared."""
    maya = await stage.consents()
    await maya.answers("Krisesenteret har nummer 22 33 44 55.")
    await maya.clicks("keep")
    await maya.answers("Ellers er vi her på mandag.")

    await maya.ends()
    await maya.presses("Ja, slett")

    assert "22 33 44 55" in maya.heard()
    assert "her på mandag" not in maya.heard()
    left = {str(copy["verdict"]) for copy in await maya.verdicts("telegram")}
    assert "left_with_youth" in left


async def test_the_svar_form_does_the_same_and_its_words_can_be_wiped_by_us(stage: Stage) -> None:
    """The bot posts them itself, so that the bot can erase them."""
    maya = await stage.consents()
    stage.listens_for("Skrevet i skjemaet, ikke i tråden.")
    await maya.amir.replies_by_form("Skrevet i skjemaet, ikke i tråden.", maya.root)

    assert "Skrevet i skjemaet" in maya.heard()
    assert "Skrevet i skjemaet" in maya.reads()
    await maya.ends()
    await stage.minutes(5)
    assert "Skrevet i skjemaet" not in maya.reads()


async def test_a_form_sent_in_after_the_end_keeps_its_words(stage: Stage) -> None:
    """Ten minutes of writing are not thrown away because a colleague pressed «Avslutt»."""
    maya = await stage.meets()
    await maya.answers("Vi sees, ha det fint.")
    await maya.amir.opens("reply", maya.root)
    await stage.cast.siri.ends(maya.root)

    stage.listens_for("En ting til jeg ville si deg.")
    sent = await stage.town.sandbox.slack.submits(
        maya.amir.user, {"words": "En ting til jeg ville si deg."}
    )
    await stage.settles()
    assert "En ting til" not in maya.heard()
    assert sent.modal is not None
    assert "En ting til jeg ville si deg." in str(sent.modal.json)
    assert "Start ny samtale" in str(sent.modal.json)

    await maya.amir.submits({"words": "En ting til jeg ville si deg."})
    assert "En ting til jeg ville si deg." in maya.heard()
    assert (await maya.next()).conversation != maya.conversation
