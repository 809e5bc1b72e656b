"""What a youth is told in Min journal of channels that are read together."""

import re

import pytest

from tests.casestore.joining import REV, one_youth, proposed, told
from tests.casestore.own_journal import code_for, types
from tests.casestore.people import youth_with_case
from tests.casestore.stage import Person, Stage
from tests.support.pdf_text import pdf_text

TOGETHER = "Det som skrives på Messenger, leses sammen med det som skrives på en annen kanal"
APART = "Det som skrives på Messenger, leses for seg selv igjen."


async def journal_of(stage: Stage, berit: Person, person: str) -> tuple[str, str, str]:
    """The page, the paper and the JSON, each with whole spaces."""
    browser = await stage.browser()
    assert (await types(browser, await code_for(berit, person))).status_code == 303
    page = (await browser.get("/min-journal")).text
    paper = pdf_text((await browser.get("/min-journal/journal.pdf")).content)
    as_json = (await browser.get("/min-journal/journal.json")).text
    return page, re.sub(r"\s+", " ", paper), as_json


async def test_the_youth_reads_when_channels_were_joined_and_by_whom(stage: Stage) -> None:
    """What she writes in one app is read with what she wrote in another; that is hers to know."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)

    page, paper, as_json = await journal_of(stage, berit, person)

    for shown in (page, paper):
        assert TOGETHER in shown
        assert "Foreslått av en saksbehandler. Saksnummeret stemte." in shown
        assert APART not in shown
    assert '"joinings"' in as_json
    part = page.split('id="joinings"')[1].split("</section>")[0]
    assert "Berit" not in part
    assert "Stille elv" not in part


async def test_the_youth_reads_that_it_was_undone(stage: Stage) -> None:
    """Somebody else's words may have been read with hers."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)
    assert (await berit.sends("/joins/j_1/undo")).status_code == 303

    page, paper, _ = await journal_of(stage, berit, person)

    for shown in (page, paper):
        assert TOGETHER in shown
        assert APART in shown
        assert "Bestemt av en saksbehandler." in shown


async def test_what_was_never_read_together_is_not_said_to_have_been(stage: Stage) -> None:
    """It was proposed, decided, and fell away in the bridge."""
    berit = await stage.person("berit")
    person, _ = await one_youth(stage, berit)
    await proposed(stage, berit)
    (order,) = await told(stage)
    lapsed = await stage.bridge.put(f"joins/{order['id']}/lapsed", {"why": "not_possible"})
    assert lapsed.status_code == 200

    page, paper, _ = await journal_of(stage, berit, person)

    for shown in (page, paper):
        assert "Ingen kanaler er lest sammen." in shown
        assert TOGETHER not in shown


@pytest.mark.parametrize("refused", [True, False])
async def test_a_proposal_is_no_joining(stage: Stage, refused: bool) -> None:
    """A guess about her that nobody has confirmed is not written as if it were so."""
    berit = await stage.person("berit")
    person, _ = await youth_with_case(stage, berit, alias="Blå rev", thread=REV)
    await proposed(stage, berit)
    if refused:
        assert (await berit.sends("/joins/j_1/decision", same="no")).status_code == 303

    page, _, _ = await journal_of(stage, berit, person)

    assert "Ingen kanaler er lest sammen." in page
