"""What was written down on the wrong youth goes to the right one, and nothing stays behind."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bridge.domain.ids import ThreadId
from bridge.domain.lifecycle import Stage as At
from bridge.domain.messages import By, Entry
from tests.conftest import NoEars
from tests.contract.workspace_contract import DOT
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERS = "jeg har sluttet å gå på skolen"
OLAS = "når åpner dere på torsdag?"


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


async def two(snapchat: Snapchat) -> tuple[str, str]:
    """Ola and Maya have each written; the roots of their room threads."""
    await snapchat.registers(OLAS)
    ola = snapchat.amir.root()
    await snapchat.stage.minutes(2)
    await snapchat.registers("hei", by=snapchat.siri)
    await snapchat.stage.minutes(2)
    return ola, snapchat.amir.root()


async def said(snapchat: Snapchat, root: str) -> list[Entry]:
    alias = snapchat.alias(root)
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        (thread,) = [t for t, name in await tx.threads.newest("snapchat", 9) if name == alias]
        talk = (await tx.threads.conversations(ThreadId(thread)))[-1]
        return list(await tx.words.upto(talk.id, talk.ledger.last_seq))


async def moves(snapchat: Snapchat, root: str, text: str, whose: str) -> None:
    seen = snapchat.amir.thread(root)
    card = next(s for s in seen if text in s.words and ("misplaced", "Feil ungdom") in s.buttons)
    slack = snapchat.stage.town.sandbox.slack
    await slack.presses(snapchat.siri.user, snapchat.stage.town.sandbox.room, card.ts, "misplaced")
    await slack.changes.until(
        lambda: (m := slack.modal(snapchat.siri.user)) is not None and bool(m.json["callback_id"])
    )
    await slack.submits(snapchat.siri.user, {"whose": whose})
    await snapchat.stage.settles()


async def test_words_and_pictures_go_to_whom_they_belong(snapchat: Snapchat) -> None:
    """Promise 3: nobody gets somebody else's words, in a journal least of all."""
    ola, maya = await two(snapchat)
    await snapchat.registers(HERS, whose=snapchat.alias(ola), pictures=[DOT])

    await moves(snapchat, ola, HERS, snapchat.alias(maya))
    await snapchat.stage.minutes(3)

    assert HERS not in snapchat.amir.reads(ola)
    assert "hørte til en annen" in snapchat.amir.reads(ola)
    assert f"<@{snapchat.siri.user.id}> har flyttet det" in snapchat.amir.reads(ola)
    assert HERS in snapchat.amir.reads(maya)
    his, hers = await said(snapchat, ola), await said(snapchat, maya)
    assert [entry.text for entry in his] == [OLAS, "", ""]
    assert [len(entry.attachments) for entry in his] == [0, 0, 0]
    assert (his[-1].by, his[-1].of) == (By.CASEWORKER, 2)
    assert [entry.text for entry in hers] == ["hei", HERS]
    assert hers[-1].author != his[-1].author
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        assert [await tx.words.body(a.id) for a in hers[-1].attachments] == [DOT]
        copies = await tx.copies.of(hers[-1].conversation)
        assert sum(c.channel == "snapchat" for c in copies) == 2
        left = await tx.copies.of(his[-1].conversation)
        assert sum(c.channel == "snapchat" for c in left) == 1


async def test_it_can_go_to_somebody_who_is_new(snapchat: Snapchat) -> None:
    """The commonest slip of all: the list opens on the one who wrote last."""
    ola, _ = await two(snapchat)
    await snapchat.registers(HERS, whose=snapchat.alias(ola))

    await moves(snapchat, ola, HERS, "Ny ungdom")

    assert len(snapchat.amir.roots()) == 3
    assert HERS in snapchat.reads()


async def test_what_was_taken_as_a_yes_is_not_moved(snapchat: Snapchat) -> None:
    """The youth who never said it would still have a journal."""
    ola, maya = await two(snapchat)
    await snapchat.amir.presses("ask_consent", ola)
    card = next(s for s in snapchat.amir.thread(ola) if ("carried", "Sendt") in s.buttons)
    await snapchat.amir.presses("carried", card.ts)
    await snapchat.stage.minutes(2)
    await snapchat.registers("Ja", whose=snapchat.alias(ola), pictures=[DOT])

    seen = [s for s in snapchat.amir.thread(ola) if ("misplaced", "Feil ungdom") in s.buttons]
    slack = snapchat.stage.town.sandbox.slack
    room = snapchat.stage.town.sandbox.room
    await slack.presses(snapchat.siri.user, room, seen[-1].ts, "misplaced")
    await slack.changes.until(
        lambda: "Registrer STOPP her" in str(getattr(slack.modal(snapchat.siri.user), "json", ""))
    )
    assert "Ja" not in snapchat.amir.reads(maya).split("\n")


async def test_what_has_ended_is_not_altered(snapchat: Snapchat) -> None:
    """What was sealed is what is filed; the team leader can have it deleted there."""
    ola, maya = await two(snapchat)
    await snapchat.registers(HERS, whose=snapchat.alias(ola))
    seen = snapchat.amir.thread(ola)
    card = next(s for s in seen if HERS in s.words and s.buttons)
    slack, room = snapchat.stage.town.sandbox.slack, snapchat.stage.town.sandbox.room
    await slack.presses(snapchat.siri.user, room, card.ts, "misplaced")
    await slack.changes.until(
        lambda: (m := slack.modal(snapchat.siri.user)) is not None and bool(m.json["callback_id"])
    )
    other = snapchat.alias(maya)
    await snapchat.amir.ends(ola)
    await snapchat.stage.minutes(2)
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        stages = {talk.stage for talk in await tx.threads.live()}
    assert At.OPEN in stages

    await slack.submits(snapchat.siri.user, {"whose": other})
    await snapchat.stage.settles()

    assert [entry.text for entry in await said(snapchat, maya)] == ["hei"]
