"""A transcript of a youth who wrote on two channels says of each message where it was said."""

from typing import Any

import pytest
from sqlalchemy import select

from casestore.journal.tables import Entry
from casestore.threads.tables import Thread
from tests.casestore.joining import ELV, REV, files, one_youth
from tests.casestore.own_journal import code_for, types
from tests.casestore.stage import (
    Person,
    Stage,
    consent_body,
    digest_of,
    message,
    transcript_body,
)
from tests.casestore.test_ties import ties_entry
from tests.support.pdf_text import pdf_text

SAID = "skrevet på Messenger"
MESSAGES = [
    message(1, "hei fra telegram"),
    message(2, "nå er jeg på mac-en", channel="messenger"),
    message(3, "Fint, jeg svarer deg der.", author="e_berit", channel="messenger"),
]


async def filed(stage: Stage, berit: Person, conversation: str = "c_1") -> dict[str, Any]:
    """A conversation of a youth with a case, on two channels."""
    _, case = await one_youth(stage, berit)
    body = await files(stage, berit, conversation, messages=MESSAGES)
    assert (await ties_entry(berit, case, conversation)).status_code == 303
    return body


async def read_back(stage: Stage, conversation: str = "c_1") -> str:
    return str((await stage.bridge.get(f"transcripts/{conversation}/digest")).json()["digest"])


async def test_where_it_was_said_is_proved_with_the_words(stage: Stage) -> None:
    """The digest that lets the bridge forget covers it, and is the bridge's own to the byte."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)

    with_it = await files(stage, berit, "c_1", messages=MESSAGES)
    without = await files(stage, berit, "c_2", messages=[message(1, "hei"), message(2, "hå")])

    assert await read_back(stage) == digest_of(with_it)
    assert await read_back(stage, "c_2") == digest_of(without)
    plain = [{k: v for k, v in m.items() if k != "channel"} for m in MESSAGES]
    assert digest_of(with_it | {"messages": plain}) != digest_of(with_it)
    async with stage.reading() as reading:
        rows = await reading.session.execute(select(Entry.conversation, Entry.also_on))
        assert dict(rows.all()) == {"c_1": "messenger", "c_2": None}


async def test_the_same_again_is_no_news_and_another_channel_is_another_body(stage: Stage) -> None:
    """As with every other word of it."""
    berit = await stage.person("berit")
    await one_youth(stage, berit)
    body = await files(stage, berit, "c_1", messages=MESSAGES)

    again = await stage.bridge.put("transcripts/c_1", body)
    other = [MESSAGES[0], MESSAGES[1] | {"channel": "whatsapp"}, MESSAGES[2]]
    changed = await stage.bridge.put("transcripts/c_1", body | {"messages": other})

    assert (again.status_code, changed.status_code) == (200, 409)


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": None},
        {"channel": ""},
        {"channel": "face book"},
        {"channel": 7},
        {"channel": "x" * 65},
        {"channels": "messenger"},
        {"kanal": "messenger"},
    ],
    ids=str,
)
async def test_what_is_not_as_agreed_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    """One key more is agreed, and no other."""
    await stage.agreed()
    body = transcript_body(stage, messages=[message(1, "hei") | wrong])

    answer = await stage.bridge.put("transcripts/c_1", body)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:utebru:malformed")


async def test_it_is_shown_where_the_conversation_is_read(stage: Stage) -> None:
    """Once for each that was said elsewhere, and not for the others."""
    berit = await stage.person("berit")
    await filed(stage, berit)

    page = await berit.sees("/journal/c_1")

    assert page.count(SAID) == 2
    assert "skrevet på Telegram" not in page


async def test_the_youth_sees_it_on_the_page_on_paper_and_as_json(stage: Stage) -> None:
    """What they are shown is what is kept, in every form of it."""
    berit = await stage.person("berit")
    await filed(stage, berit)
    person = (await berit.http.get("/api/people")).json()["people"][0]["id"]
    preview = await berit.sees(f"/people/{person}/journal-access/preview")
    browser = await stage.browser()
    await types(browser, await code_for(berit, person))

    page = (await browser.get("/min-journal")).text
    paper = await browser.get("/min-journal/journal.pdf")
    told = (await browser.get("/min-journal/journal.json")).json()

    assert (page.count(SAID), preview.count(SAID)) == (2, 2)
    assert " ".join(pdf_text(paper.content).split()).count(SAID) == 2
    (talk,) = [c for c in told["chapters"] if c["kind"] == "transcript"]
    assert [m["channel"] for m in talk["messages"]] == [None, "messenger", "messenger"]
    assert [m["channel"] for m in told["given_by_you"]["messages"]] == [None, "messenger"]


async def test_it_is_moved_with_its_words(stage: Stage) -> None:
    """Encrypted anew under another youth's key, it says the same to the byte."""
    berit = await stage.person("berit")
    body = await filed(stage, berit)
    answer = await berit.sends("/people/new", id="p_snok", case_id="case_snok", alias="Snok")
    assert answer.status_code == 303

    moved = await berit.sends("/journal/c_1/move", to="p_snok/", reason="Feil ungdom.")

    assert moved.status_code == 303
    assert await read_back(stage) == digest_of(body)
    async with stage.reading() as reading:
        assert (await reading.session.get_one(Entry, "c_1")).also_on == "messenger"


async def test_a_second_line_is_known_from_the_first_that_is_told_of_it(stage: Stage) -> None:
    """A yes, a transcript or a proposal: from then on somebody can tie it."""
    berit = await stage.person("berit")
    assert (await stage.bridge.put("consents/s_elv", consent_body(stage, ELV))).status_code == 201

    await files_first(stage, berit)

    async with stage.reading() as reading:
        assert set(await reading.session.scalars(select(Thread.id))) == {ELV, REV}


async def files_first(stage: Stage, berit: Person) -> None:
    await stage.agreed(REV, f"s_{REV}")
    await files(stage, berit, "c_1", messages=MESSAGES)
