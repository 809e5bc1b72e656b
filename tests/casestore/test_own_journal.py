"""«Min journal»: the youth reads all of it, and nobody reads it in their place."""

import html
import json
import re

from casestore.own_journal.plain import plain
from casestore.own_journal.rules import COPY_SAID, REASONS
from casestore.people.tables import Person as Youngster
from tests.casestore.own_journal import (
    NASTY,
    PNG,
    SECRET,
    code_for,
    full_journal,
    leaves_out,
    reading,
    types,
)
from tests.casestore.stage import Stage
from tests.support.pdf_text import pdf_text


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


async def test_a_code_opens_the_journal_once_and_only_that_youths(stage: Stage) -> None:
    """The journal of another youth would be the worst thing this page could show."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")
    code = await code_for(berit, maja.person)
    browser, another = await stage.browser(), await stage.browser()

    opened = await types(browser, f" {code[:4].lower()}-{code[4:]} ")
    again = await types(another, code)

    assert opened.status_code == 303
    told = opened.headers["set-cookie"]
    assert "HttpOnly" in told
    assert "SameSite=strict" in told
    assert "Path=/min-journal" in told
    assert again.status_code == 422
    seen = (await browser.get("/min-journal")).text
    assert all(words in seen for words in maja.words)
    assert not any(words in seen for words in ola.words)
    assert "Stille elv" not in seen
    shut = (await another.get("/min-journal")).text
    assert not any(words in shut for words in maja.words)


async def test_the_journal_shows_exactly_what_the_case_store_holds(stage: Stage) -> None:
    """«Fullt innsyn i egen journal» (R61): as page, as PDF and as JSON, word for word."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    browser = await reading(stage, berit, maja.person)

    seen = html.unescape((await browser.get("/min-journal")).text)
    told = (await browser.get("/min-journal/journal.json")).json()
    paper = await browser.get("/min-journal/journal.pdf")

    for words in (*maja.words, SECRET, "Skolen", "Er det greit at vi skriver ned", "skolen <3.png"):
        assert words in seen
        assert squeezed(words) in squeezed(pdf_text(paper.content))
        assert words in json.dumps(told, ensure_ascii=False)
    assert NASTY in seen
    assert squeezed(plain(NASTY)) in squeezed(pdf_text(paper.content))
    chapters = {chapter["id"]: chapter for chapter in told["chapters"]}
    assert set(chapters) == {maja.conversation, maja.note}
    assert [m["text"] for m in chapters[maja.conversation]["messages"]] == [
        f"hei fra 1: {NASTY}",
        "Hei! Jeg er her (1).",
        f"{SECRET} (1)",
    ]
    assert [a["kind"] for a in chapters[maja.note]["added"]] == ["correction", "statement"]
    assert [(c["answer"], c["reply"]) for c in told["consents"]] == [("yes", "JA")]
    assert [m["text"] for m in told["given_by_you"]["messages"]] == [
        f"hei fra 1: {NASTY}",
        f"{SECRET} (1)",
    ]
    assert [s["words"] for s in told["given_by_you"]["statements"]] == ["Jeg mente 1"]
    assert told["told"][0]["to"] == "Skolen"
    verdicts = [c["said"] for w in told["wiped"] for c in w["copies"]]
    assert verdicts == [COPY_SAID["by_hand"]]
    file = await browser.get(f"/min-journal/files/{maja.conversation}/a_1")
    assert (file.status_code, file.content) == (200, PNG)


async def test_a_draft_is_told_of_and_not_shown(stage: Stage) -> None:
    """What is being written is not yet what anybody stands for; that it is there is not hidden."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    token = {"X-Form-Token": await berit.form_token()}
    body = {
        "id": "n_draft",
        "kind": "talk",
        "at": stage.at(-60),
        "minutes": 5,
        "words": "uferdig tanke",
        "finish": False,
    }
    made = await berit.http.post(f"/api/cases/{maja.case}/notes", json=body, headers=token)
    assert made.status_code == 201

    seen = (await (await reading(stage, berit, maja.person)).get("/min-journal")).text

    assert "uferdig tanke" not in seen
    assert "1 notat som ikke er ferdig" in seen


async def test_a_merged_youth_reads_all_of_it_and_a_code_from_before_opens_nothing(
    stage: Stage,
) -> None:
    """What was written under the other name is theirs too; who the old code was for is not sure."""
    tove = await stage.leader()
    maja = await full_journal(stage, tove)
    other = await full_journal(stage, tove, tag="2", alias="Stille elv")
    during = await reading(stage, tove, other.person)
    old = await code_for(tove, other.person)
    async with stage.writing() as writing:
        person = await writing.session.get_one(Youngster, other.person)
        person.merged_into = maja.person

    refused = await types(await stage.browser(), old)
    shut = (await during.get("/min-journal")).text
    seen = (await (await reading(stage, tove, other.person)).get("/min-journal")).text

    assert refused.status_code == 422
    assert not any(words in shut for words in (*maja.words, *other.words))
    assert all(words in seen for words in (*maja.words, *other.words))
    assert "(kan ikke leses)" not in seen


async def test_what_is_left_out_is_shown_as_left_out_and_its_words_are_nowhere(
    stage: Stage,
) -> None:
    """A friend's secret is not the youth's to read; that something is missing is (art. 15(4))."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    assert (await leaves_out(berit, maja, maja.conversation, 2)).status_code == 303
    assert (await leaves_out(berit, maja, maja.conversation, 0, "safety")).status_code == 303
    assert (await leaves_out(berit, maja, maja.note, reason="confided")).status_code == 303
    assert (await leaves_out(berit, maja, "d_1")).status_code == 303
    browser = await reading(stage, berit, maja.person)

    seen = html.unescape((await browser.get("/min-journal")).text)
    told = (await browser.get("/min-journal/journal.json")).text
    paper = pdf_text((await browser.get("/min-journal/journal.pdf")).content)

    for everywhere in (seen, told, paper):
        for words in (SECRET, "hei fra 1", "skolen <3", "gikk en tur", "1 timer", "at vi møtes"):
            assert squeezed(words) not in squeezed(everywhere), words
        for shown in ("Jeg er her (1)", "Jeg mente 1", *REASONS.values()):
            assert squeezed(shown) in squeezed(everywhere), shown
    # The note, its correction, the disclosure, two messages.
    assert seen.count("Her er noe utelatt.") == 5
    assert len(re.findall("Her er noe utelatt", paper)) == 5
    assert (await browser.get(f"/min-journal/files/{maja.conversation}/a_1")).status_code == 404

    page = await berit.sees(f"/people/{maja.person}/journal-access/preview")
    assert SECRET in page
    ends = re.findall(r'action="([^"]+/omissions/om_[^"]+/end)"', page)
    assert len(ends) == 4
    for end in ends:
        assert (await berit.sends(end)).status_code == 303
    assert SECRET in (await browser.get("/min-journal")).text


async def test_leaving_out_twice_is_once_and_only_what_is_there(stage: Stage) -> None:
    """A second press must not undo or double a decision, nor reach into another's journal."""
    berit = await stage.person("berit")
    maja = await full_journal(stage, berit)
    ola = await full_journal(stage, berit, tag="2", alias="Stille elv")

    twice = [await leaves_out(berit, maja, maja.conversation, 2) for _ in range(2)]
    wrong = [
        await leaves_out(berit, maja, ola.conversation, 2),
        await leaves_out(berit, maja, maja.conversation, 99),
        await leaves_out(berit, maja, "n_none"),
        await leaves_out(berit, maja, maja.note, reason="because"),
    ]

    assert [answer.status_code for answer in twice] == [303, 303]
    assert [answer.status_code for answer in wrong] == [404] * 4
    page = await berit.sees(f"/people/{maja.person}/journal-access/preview")
    assert page.count("<strong>Utelatt.</strong>") == 1


async def test_a_restricted_or_closed_journal_is_still_the_youths(stage: Stage) -> None:
    """To restrict is to keep the journal from us, not from the youth (art. 18)."""
    berit, tove = await stage.person("berit"), await stage.leader()
    maja = await full_journal(stage, berit)
    async with stage.writing() as writing:
        person = await writing.session.get_one(Youngster, maja.person)
        person.restricted_at = writing.now

    refused = await berit.http.get(f"/people/{maja.person}/journal-access")
    browser = await reading(stage, tove, maja.person)

    assert refused.status_code == 404
    assert maja.words[0] in (await browser.get("/min-journal")).text
