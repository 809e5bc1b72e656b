"""Snapchat's own export, taken in beside what was registered: once, in order, and as it was."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bots.carried.exported import SnapchatExport
from bridge.domain.consent import Standing
from bridge.domain.messages import By, Kind
from bridge.relay import Importing, NobodyGoesByThat
from bridge.relay.importing import Counts
from tests.bots.carried.zips import zipped
from tests.conftest import NoEars
from tests.contract.workspace_contract import DOT
from tests.support.stage_snapchat import Snapchat, on_snapchat

pytestmark = pytest.mark.asyncio(loop_scope="module")

HI = "hei, kan jeg komme innom uten at mamma får vite det?"
ANSWER = "Ja, kom innom klokka seks. Spør etter meg."
LATER = "jeg kommer ikke i dag likevel"


@pytest_asyncio.fixture(loop_scope="module")
async def snapchat(people_at_work: Path, tmp_path: Path, ears: NoEars) -> AsyncIterator[Snapchat]:
    async with on_snapchat(tmp_path, template=people_at_work) as there:
        there.stage.is_heard_by(ears)
        yield there


def said(text: str, at: datetime, *, ours: bool = False, media: str = "") -> dict[str, object]:
    return {
        "From": "utekontakten" if ours else "maya", "Media Type": "MEDIA" if media else "TEXT",
        "Created": at.strftime("%Y-%m-%d %H:%M:%S UTC"), "Content": None if media else text,
        "IsSender": ours, "Media IDs": media,
    }  # fmt: skip


async def imports(snapchat: Snapchat, path: Path, alias: str) -> Counts:
    (talk,) = SnapchatExport.read([path])
    takes = Importing(
        snapchat.stage.town.bridge.vault, channel="snapchat", written=SnapchatExport.written
    )
    counts = await takes.take(alias, talk.messages)
    await snapchat.stage.settles()
    return counts


async def lines(snapchat: Snapchat) -> list[tuple[By, Kind, str]]:
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        every = await tx.words.upto(talk.id, talk.ledger.last_seq)
    return [(entry.by, entry.kind, entry.text) for entry in every]


async def test_what_was_missed_is_taken_in_and_what_was_registered_is_known(
    snapchat: Snapchat, tmp_path: Path
) -> None:
    """Registered in the street, answered from a card, and the rest found on the telephone."""
    snapchat.stage.listens_for(LATER)
    now = snapchat.stage.clock.now()
    await snapchat.registers(HI, at=now - timedelta(minutes=4))
    await snapchat.answers(ANSWER)
    await snapchat.presses("carried")
    alias = snapchat.alias()
    chat = {
        "maya": [
            said(LATER, now + timedelta(minutes=9)),
            said("Så bra!", now + timedelta(minutes=8), ours=True),
            said(ANSWER, now + timedelta(minutes=2), ours=True),
            said("", now + timedelta(minutes=10), media="abc"),
            said(HI, now),
        ]
    }
    path = zipped(tmp_path, chat=chat, media=[("chat_media/b~abc.png", DOT, (2026, 1, 1, 0, 0, 0))])

    counts = await imports(snapchat, path, alias)

    assert counts == Counts(taken=3, known=2, older=0)
    assert await lines(snapchat) == [
        (By.YOUTH, Kind.SAID, HI), (By.CASEWORKER, Kind.SAID, ANSWER),
        (By.CASEWORKER, Kind.SAID, "Så bra!"), (By.YOUTH, Kind.SAID, LATER),
        (By.YOUTH, Kind.SAID, ""),
    ]  # fmt: skip
    assert "Skrevet i Snapchat av noen i teamet" in snapchat.reads()
    talk = await snapchat.talk()
    async with snapchat.stage.town.bridge.vault.begin() as tx:
        last = await tx.words.entry(talk.id, talk.ledger.last_seq)
        assert [await tx.words.body(a.id) for a in last.attachments] == [DOT]
    assert len(await snapchat.copies()) == 5

    again = await imports(snapchat, path, alias)
    assert again == Counts(taken=0, known=5, older=0)
    assert len(await lines(snapchat)) == 5


async def test_an_export_answers_no_question_and_withdraws_what_it_says(
    snapchat: Snapchat, tmp_path: Path
) -> None:
    """An old «ja» was to something else; a «stopp» that was missed must be heard."""
    await snapchat.registers(HI)
    await snapchat.amir.presses("ask_consent")
    await snapchat.presses("carried")
    now, alias = snapchat.stage.clock.now(), snapchat.alias()

    yes = zipped(tmp_path, chat={"maya": [said("ja", now + timedelta(minutes=1))]}, name="a.zip")
    await imports(snapchat, yes, alias)
    assert (await snapchat.thread()).standing is Standing.ASKED

    stop = zipped(
        tmp_path, chat={"maya": [said("STOPP", now + timedelta(minutes=2))]}, name="b.zip"
    )
    await imports(snapchat, stop, alias)
    assert (await snapchat.thread()).standing is Standing.WITHDRAWN


async def test_what_has_ended_is_not_begun_again_by_an_old_export(
    snapchat: Snapchat, tmp_path: Path
) -> None:
    """It is in the record, or it was not to be; and its words are no longer here to compare."""
    await snapchat.registers(HI)
    await snapchat.answers(ANSWER)
    await snapchat.presses("carried")
    before, alias = snapchat.stage.clock.now(), snapchat.alias()
    await snapchat.amir.ends(snapchat.amir.root())
    await snapchat.stage.minutes(5)
    old = zipped(tmp_path, chat={"maya": [said(HI, before), said("noe annet", before)]})

    assert await imports(snapchat, old, alias) == Counts(taken=0, known=0, older=2)


async def test_it_is_taken_in_for_somebody_who_is_known_or_for_nobody(
    snapchat: Snapchat, tmp_path: Path
) -> None:
    """A slip in an alias must not give one youth another's words."""
    path = zipped(tmp_path, chat={"maya": [said(HI, datetime(2026, 11, 20, 12, tzinfo=UTC))]})

    with pytest.raises(NobodyGoesByThat):
        await imports(snapchat, path, "Finnes ikke")
