"""What a youth writes on Snapchat is written down by hand, and is then safe as any other words."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bridge.domain.carried import at_of
from bridge.domain.consent import Standing
from bridge.domain.copies import Place, Verdict
from bridge.domain.ids import Ref
from bridge.domain.messages import By, Entry
from bridge.domain.registering import minute
from tests.conftest import NoEars
from tests.contract.workspace_contract import DOT
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, kan jeg komme innom uten at mamma får vite det?"


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


async def entries(snapchat: Snapchat) -> list[Entry]:
    """What the newest youth has said, as it would be filed."""
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        said = await tx.words.upto(talk.id, talk.ledger.last_seq)
    return [entry for entry in said if entry.by is By.YOUTH]


def in_form(form: Mapping[str, Any] | None) -> str:
    return str((form or {}).get("blocks"))


async def test_what_somebody_writes_down_is_the_youths_own_words(snapchat: Snapchat) -> None:
    """With her time, and with the name of whoever vouches for it."""
    at = snapchat.stage.clock.now() - timedelta(minutes=7)

    told = await snapchat.registers(HI, at=at)

    assert told == {"acknowledged": True, "errors": {}, "form": None}
    (entry,) = await entries(snapchat)
    assert (entry.text, entry.at) == (HI, at.replace(second=0, microsecond=0))
    (amir,) = [e for e in await staff(snapchat) if e[1] == snapchat.amir.user.id]
    assert entry.author == amir[0]
    assert "Snapchat · samtykke: ikke spurt" in snapchat.amir.roots()[-1].words
    assert HI in snapchat.reads()
    assert f"Registrert for hånd av <@{snapchat.amir.user.id}>" in snapchat.reads()
    assert (await snapchat.talk()).unanswered


async def staff(snapchat: Snapchat) -> list[tuple[str, str | None]]:
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        return [(e.id, e.user) for e in await tx.staff.all()]


async def test_the_same_youth_is_found_by_alias_and_by_nothing_else(snapchat: Snapchat) -> None:
    """Slack is never told who she is: not her name there, and nothing to look it up by."""
    await snapchat.registers(HI)
    alias = snapchat.alias()
    await snapchat.stage.minutes(2)

    await snapchat.registers("er du der?", whose=alias, by=snapchat.siri)

    assert len(snapchat.amir.roots()) == 1
    assert [entry.text for entry in await entries(snapchat)] == [HI, "er du der?"]
    form = await snapchat.amir.opens_register()
    assert alias in in_form(form)
    assert "Maya" not in in_form(form)


async def test_a_command_opens_the_same_form(snapchat: Snapchat) -> None:
    """On a telephone the shortcuts are far away."""
    slack = snapchat.stage.town.sandbox.slack
    await slack.slash(snapchat.amir.user, snapchat.stage.town.sandbox.room, "/utebru", "Snap")
    await slack.changes.until(lambda: slack.modal(snapchat.amir.user) is not None)
    await snapchat.stage.settles()

    modal = slack.modal(snapchat.amir.user)

    assert modal is not None
    assert modal.json["callback_id"] == "register"
    assert "Skriv `/utebru koble" not in snapchat.amir.hints()


async def test_what_cannot_be_is_said_in_the_form_and_nothing_is_lost(snapchat: Snapchat) -> None:
    """The words stay in the field while it is mended."""
    await snapchat.amir.opens_register()
    ahead = snapchat.stage.clock.now() + timedelta(hours=1)

    future = await snapchat.sends_in(HI, by=snapchat.amir, at=ahead)
    empty = await snapchat.sends_in("  ", by=snapchat.amir)
    right = await snapchat.sends_in(HI, by=snapchat.amir)

    assert future["errors"] == {"when": "Det er ikke kommet dit ennå. Se på klokka."}
    assert empty["errors"] == {"words": "Skriv noe først."}
    assert right["form"] is None
    assert [entry.text for entry in await entries(snapchat)] == [HI]


async def test_whoever_registers_second_is_shown_what_stands_and_asked(snapchat: Snapchat) -> None:
    """Two have the telephone's chat on their screens; the journal must have it once."""
    await snapchat.registers(HI)

    told = await snapchat.registers(HI, by=snapchat.siri)

    assert told["form"]["callback_id"] == "register_again"
    assert "alt registrert i det minuttet" in in_form(told["form"])
    assert snapchat.alias() in in_form(told["form"])
    assert HI in in_form(told["form"])
    assert len(snapchat.amir.roots()) == 1
    assert len(await entries(snapchat)) == 1


async def test_whoever_insists_has_seen_it(snapchat: Snapchat) -> None:
    """She may well have written two things in one minute, or the same thing twice."""
    await snapchat.registers(HI)
    alias = snapchat.alias()
    told = await snapchat.registers("og en ting til", by=snapchat.siri, whose=alias)
    assert told["form"]["callback_id"] == "register_again"

    await snapchat.sends_in("og en ting til", by=snapchat.siri, whose=alias)

    assert [entry.text for entry in await entries(snapchat)] == [HI, "og en ting til"]


async def test_two_who_send_it_in_at_the_same_moment_are_counted_as_one(snapchat: Snapchat) -> None:
    """Neither has been shown the other's; the very same words in the same minute stand once."""
    await snapchat.registers("hei")
    alias, at = snapchat.alias(), snapchat.stage.clock.now() - timedelta(minutes=3)
    await snapchat.amir.opens_register()
    await snapchat.siri.opens_register()

    await asyncio.gather(
        snapchat.sends_in(HI, by=snapchat.amir, whose=alias, at=at, settle=False),
        snapchat.sends_in(f" {HI.upper()} ", by=snapchat.siri, whose=alias, at=at, settle=False),
    )
    await snapchat.stage.settles()

    assert len(await entries(snapchat)) == 2
    hints = (snapchat.amir.hints(), snapchat.siri.hints())
    assert sum("alt registrert i det minuttet" in hint for hint in hints) == 1


async def test_a_crash_between_the_disk_and_the_answer_registers_it_once(
    snapchat: Snapchat,
) -> None:
    """Slack says it again, and so may a person who saw no answer."""
    slack, town = snapchat.stage.town.sandbox.slack, snapchat.stage.town
    await snapchat.amir.opens_register()
    accept = town.assembled.platforms["snapchat"]
    assert (accept.ask, accept.hooks) == (None, {})
    await snapchat.sends_in(HI, by=snapchat.amir, settle=False)
    async with town.bridge.vault.begin() as tx:
        assert await tx.inbox.waiting() >= 1
    await town.bridge_down()
    await town.bridge_up()
    await snapchat.stage.settles()

    assert [entry.text for entry in await entries(snapchat)] == [HI]
    assert slack.modal(snapchat.amir.user) is None


async def test_whoever_is_not_linked_gets_no_form(snapchat: Snapchat) -> None:
    """It holds the aliases of everybody who writes there."""
    town = snapchat.stage.town
    stranger = town.sandbox.slack.add_user("Ukjent")
    town.sandbox.slack.joins(stranger, town.sandbox.room)
    await town.sandbox.slack.shortcut(stranger, "register:snapchat")
    await town.sandbox.slack.changes.until(
        lambda: "ikke koblet" in str(getattr(town.sandbox.slack.modal(stranger), "json", ""))
    )


async def test_a_picture_is_kept_never_posted_and_gone_from_where_it_was_put(
    snapchat: Snapchat,
) -> None:
    """It shows her name. Promise 9 holds for what a colleague takes a picture of, too."""
    await snapchat.registers(HI, pictures=[DOT])

    (entry,) = await entries(snapchat)
    assert [(a.type, a.size) for a in entry.attachments] == [("image/png", len(DOT))]
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        copies = [c for c in await tx.copies.of(talk.id) if c.place is Place.WORKSPACE_FILE]
    assert [copy.verdict for copy in copies] == [Verdict.RECOVERABLE]
    files = snapchat.stage.town.sandbox.slack.workspace.files.values()
    assert [file.deleted for file in files] == [True]
    assert not any(s.files for s in snapchat.amir.thread(snapchat.amir.root()))


async def test_a_picture_alone_is_enough_to_register(snapchat: Snapchat) -> None:
    """She sent a drawing, and no words."""
    await snapchat.registers("", pictures=[DOT])

    assert "Bilde – kan ikke vises her" in snapchat.reads()


async def test_a_picture_that_cannot_be_had_is_said_so(snapchat: Snapchat) -> None:
    """Somebody who believes that it is kept would delete it from the telephone."""
    await snapchat.amir.opens_register()
    await snapchat.sends_in(HI, by=snapchat.amir, pictures=[DOT], settle=False)
    workspace = snapchat.stage.town.sandbox.slack.workspace
    workspace.delete_file(next(iter(workspace.files.values())))
    await snapchat.stage.settles()

    assert "Et skjermbilde lot seg ikke hente" in snapchat.reads()
    assert [entry.text for entry in await entries(snapchat)] == [HI]


async def test_words_that_may_mean_danger_call_the_team_however_they_came(
    snapchat: Snapchat,
) -> None:
    """The one who writes it down may be new here."""
    await snapchat.registers("jeg vil ikke leve lenger")

    assert "kan være krise" in snapchat.stage.cast.alarms()
    assert snapchat.cards("carried")


async def asked(snapchat: Snapchat) -> str:
    """She has written, and somebody has put the question about the journal to her."""
    await snapchat.registers(HI)
    await snapchat.amir.presses("ask_consent")
    await snapchat.presses("carried")
    return snapchat.alias()


async def test_a_yes_is_what_stands_in_a_picture_after_the_question(snapchat: Snapchat) -> None:
    """Promise 5: no journal on a colleague's word."""
    alias = await asked(snapchat)
    await snapchat.stage.minutes(3)

    await snapchat.registers("Ja", whose=alias)
    assert "det teller ikke ennå" in snapchat.reads()
    assert (await snapchat.thread()).standing is Standing.ASKED

    await snapchat.registers("Ja", whose=alias, pictures=[DOT])
    told = await snapchat.sends_in("Ja", by=snapchat.amir, whose=alias, pictures=[DOT])
    assert told["errors"] == {}
    assert (await snapchat.thread()).standing is Standing.YES
    assert "Takk. Da skriver vi ned" in snapchat.card()
    (proof,) = await snapchat.stage.record.consents((await snapchat.thread()).id)
    assert (proof["how"], proof["reply"]) == ("written_down", "Ja")
    assert proof["written_by"] == (await entries(snapchat))[-1].author
    assert "/d_" in proof["question_ref"]


async def test_a_yes_from_before_the_question_answers_nothing(snapchat: Snapchat) -> None:
    """People say yes to many things."""
    early = snapchat.stage.clock.now() - timedelta(minutes=30)
    alias = await asked(snapchat)

    await snapchat.registers("ja", whose=alias, pictures=[DOT], at=early)

    assert (await snapchat.thread()).standing is Standing.ASKED


async def test_a_question_nobody_has_carried_is_answered_by_nobody(snapchat: Snapchat) -> None:
    """What she says yes to must be the text that stands in the evidence."""
    await snapchat.registers(HI)
    await snapchat.amir.presses("ask_consent")

    await snapchat.registers(
        "ja", whose=snapchat.alias(), pictures=[DOT], answers=True,
        at=snapchat.stage.clock.now() + timedelta(minutes=2),
    )  # fmt: skip

    assert (await snapchat.thread()).standing is Standing.ASKED


async def test_a_yes_further_down_counts_where_somebody_says_what_it_answers(
    snapchat: Snapchat,
) -> None:
    """We had written more to her since; the one who reads it knows what she means."""
    alias = await asked(snapchat)
    await snapchat.answers("Du trenger ikke svare med en gang.")
    await snapchat.presses("carried")
    await snapchat.stage.minutes(2)
    await snapchat.registers("ja", whose=alias, pictures=[DOT])
    assert (await snapchat.thread()).standing is Standing.ASKED
    await snapchat.stage.minutes(2)

    await snapchat.registers("ja", whose=alias, pictures=[DOT], answers=True)

    assert (await snapchat.thread()).standing is Standing.YES


async def test_stop_is_heard_without_a_picture_and_answered_on_a_card(snapchat: Snapchat) -> None:
    """Taking it back must be easier than giving it."""
    alias = await asked(snapchat)
    await snapchat.stage.minutes(3)
    await snapchat.registers("ja", whose=alias, pictures=[DOT])
    await snapchat.presses("carried")
    await snapchat.stage.minutes(3)

    await snapchat.registers("stopp", whose=alias)

    assert (await snapchat.thread()).standing is Standing.WITHDRAWN
    assert "Vi skriver ikke noe mer i journal" in snapchat.card()


async def test_the_reference_of_what_was_written_down_is_the_form_it_came_in(
    snapchat: Snapchat,
) -> None:
    """Told twice it is the same, and it leads to nobody."""
    await snapchat.registers(HI)
    (copy,) = await snapchat.copies()

    assert "/V" in str(copy.ref)
    assert at_of(copy.ref) == minute(snapchat.stage.clock.now())
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        assert [c.id for c in await tx.copies.by_ref(Ref(str(copy.ref)))] == [copy.id]
