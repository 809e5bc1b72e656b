"""One word takes the yes back, at once and wherever the conversation has come."""

from hashlib import sha256

import httpx
import pytest

from bridge.demo.town import TOKEN
from bridge.domain.lifecycle import Filing
from bridge.domain.lifecycle import Stage as At
from bridge.domain.transcript import moment
from tests.support.stage import Stage, Talk

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITHDRAWN = "Vi skriver ikke noe mer i journal om deg"


async def test_only_the_whole_message_takes_a_yes_back(stage: Stage) -> None:
    """«stopp å mase» is to a person; a record must not vanish over a figure of speech."""
    maya = await stage.consents()

    await maya.says("stopp litt, jeg må tenke")
    assert "samtykke: ja" in maya.stands()

    await maya.says("Stopp!")
    assert WITHDRAWN in maya.heard()
    assert "samtykke: trukket tilbake" in maya.stands()


async def test_after_a_withdrawal_nothing_of_the_conversation_is_filed(stage: Stage) -> None:
    """It closes the journal for new entries at once."""
    maya = await stage.consents("dette vil jeg ikke ha skrevet ned")
    await maya.says("STOPP")
    await maya.answers("Helt greit, vi skriver ingenting.")

    await maya.ends()

    thread = (await maya.thread()).id
    assert await stage.record.transcript(maya.conversation) is None
    (proof,) = await stage.record.withdrawals(thread)
    assert proof["reply_sha256"] == sha256(b"STOPP").hexdigest()
    assert await stage.record.tasks(thread) == ["withdrawal"]


async def test_a_withdrawal_is_honoured_while_the_case_store_is_down(own_stage: Stage) -> None:
    """And it reaches the case store before any transfer of hers does."""
    maya = await own_stage.consents("jeg sa ja, men jeg er ikke sikker")
    await maya.answers("Du kan ombestemme deg når du vil.")
    await own_stage.town.store.down()

    await maya.ends()
    assert (await maya.row()).stage is At.SEALED_JOURNAL
    await maya.says("STOPP")
    assert WITHDRAWN in maya.heard()
    assert (await maya.row()).stage is At.SEALED_CONTACT

    await own_stage.town.store.up()
    await own_stage.minutes(15)
    thread = (await maya.thread()).id
    assert len(await own_stage.record.withdrawals(thread)) == 1
    assert await own_stage.record.transcript(maya.conversation) is None
    kinds = [event["kind"] for event in (await own_stage.log()).events()]
    assert kinds.index("withdrawal") < kinds.index("contact_stored")


async def test_a_withdrawal_before_the_reading_back_leaves_only_a_contact(
    own_stage: Stage,
) -> None:
    """The words were on their way; they are not filed after all."""
    maya = await own_stage.consents("dette er på vei til journalen")
    await maya.answers("Da avslutter vi for i dag.")
    await own_stage.town.store.down()
    await maya.ends()

    await maya.says("stopp")
    await own_stage.town.store.up()
    await own_stage.minutes(15)

    row = await maya.row()
    assert (row.stage, row.filing) == (At.FORGOTTEN, Filing.CONTACT)
    assert await own_stage.record.transcript(maya.conversation) is None
    assert "Vi har bare telt at noen tok kontakt" in maya.heard()


async def test_the_case_stores_own_refusal_means_the_same_and_is_not_tried_again(
    stage: Stage,
) -> None:
    """She may have told a person in the office instead of the chat."""
    maya = await stage.consents("dette rakk å bli skrevet her")
    await maya.answers("Bare si fra om du angrer deg.")
    await _withdraws_at_the_office(stage, maya)

    await maya.ends()
    await stage.minutes(30, step=5)

    kinds = await maya.kinds()
    assert kinds.count("refused") == 1
    assert "contact_stored" in kinds
    assert "transcript_stored" not in kinds
    assert (await maya.row()).filing is Filing.CONTACT


async def _withdraws_at_the_office(stage: Stage, talk: Talk) -> None:
    thread = await talk.thread()
    body = {
        "thread": thread.id, "alias": thread.alias, "channel": "telegram", "purpose": "journal",
        "reply": "muntlig", "reply_sha256": sha256(b"muntlig").hexdigest(),
        "reply_ref": "kontoret", "answered_at": moment(stage.clock.now()),
        "conversation": talk.conversation,
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        base_url=stage.town.store.url, headers=headers, timeout=60
    ) as http:
        answer = await http.put(f"/api/bridge/withdrawals/w_{talk.conversation[2:]}", json=body)
    assert answer.status_code == 201


async def test_a_withdrawal_after_the_reading_back_leaves_the_entry_to_the_team_leader(
    stage: Stage,
) -> None:
    """Only a person may decide what becomes of what is already in the record."""
    maya = await stage.consents("dette står i journalen nå")
    await maya.answers("Fint at du fortalte det.")
    await maya.ends()

    await maya.says("STOPP")

    assert "dette står i journalen nå" in await stage.record.said(maya.conversation)
    assert await stage.record.tasks((await maya.thread()).id) == ["withdrawal"]
    assert WITHDRAWN in maya.heard()


async def test_a_yes_after_a_withdrawal_is_a_new_yes_to_a_new_question(stage: Stage) -> None:
    """Coming back is her own choice, asked properly and proved anew."""
    maya = await stage.consents()
    await maya.says("STOPP")

    await maya.clicks("ask_consent")
    await maya.presses("Ja")

    thread = (await maya.thread()).id
    assert len(await stage.record.consents(thread)) == 2
    assert "samtykke: ja" in maya.stands()
