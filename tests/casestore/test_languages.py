"""The pages in three languages, and whose choice it is."""

import re
from typing import Final

import pytest

from casestore.access.rules import Answer, Relation, ever
from casestore.own_journal.gathering import gathered
from casestore.own_journal.machine import as_json
from casestore.own_journal.paper import as_pdf, told
from casestore.people.finding import root_of
from casestore.texts import catalogue
from casestore.texts.speaking import Language, speaking
from casestore.users.rules import Role
from tests.casestore.matrix_fields import fill
from tests.casestore.matrix_world import Thing, World, world_on
from tests.casestore.own_journal import full_journal
from tests.casestore.stage import SITE, Stage
from tests.casestore.test_access_matrix import ROUTES, Route

LANGUAGES: Final = [language.value for language in Language]
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def spoken_on(page: str) -> str:
    found = re.search(r'<html lang="(\w+)">', page)
    assert found is not None, page[:300]
    return found[1]


def pages_of(role: Role) -> list[Route]:
    return [
        route
        for route in ROUTES
        if route.method == "GET"
        and not route.path.startswith("/api/")
        and ever(role, route.actions[0]) is Answer.ALLOWED
    ]


def address(route: Route, world: World, thing: Thing) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: fill(route, m[1], world, thing), route.path)


@on_one
async def test_every_page_is_read_in_every_language(stage: Stage) -> None:
    """With something of everything on it, and nothing on it left in bokmål for want of words."""
    world = await world_on(stage)
    missing = catalogue.missing()
    read: set[str] = set()
    for role in (Role.TEAM_LEADER, Role.CASEWORKER):
        person, thing = world.people[role], world.things[role, Relation.OWN]
        for route in pages_of(role):
            path = address(route, world, thing)
            query = {name: fill(route, name, world, thing) for name in route.query}
            for language in LANGUAGES:
                headers = {"Accept-Language": language}
                answer = await person.http.get(path, params=query, headers=headers)
                assert answer.status_code < 500, (path, answer.text)
                if answer.headers.get("content-type", "").startswith("text/html; charset"):
                    if "<!doctype" in answer.text:
                        assert spoken_on(answer.text) == language, path
                    if answer.status_code == 200:
                        read.add(route.path)
    assert catalogue.missing() == missing
    assert len(read) > 40


@on_one
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_not_let_in_is_told_so_in_their_own_language(
    stage: Stage, language: str
) -> None:
    somebody = await stage.browser()
    somebody.headers["Accept-Language"] = language
    for path, status in (("/login", 200), ("/min-journal", 200), ("/finnes-ikke", 404)):
        answer = await somebody.get(path)
        assert (answer.status_code, spoken_on(answer.text)) == (status, language)


async def test_what_an_account_has_chosen_counts_for_more_than_the_browser(stage: Stage) -> None:
    """The office's machines are all set to the same; people are not."""
    berit = await stage.person("berit")
    berit.http.headers["Accept-Language"] = "nn"
    assert spoken_on(await berit.sees("/account")) == "nn"

    assert (await berit.sends("/account/language", language="en")).status_code == 303
    page = await berit.sees("/cases")
    assert spoken_on(page) == "en"
    assert "<h1>Cases</h1>" in page
    assert '<option value="en" lang="en" selected>English</option>' in await berit.sees("/account")
    refused = await berit.http.get("/accounts")
    assert (refused.status_code, spoken_on(refused.text)) == (403, "en")

    for none_of_ours in ("", "de", "nb' OR '1'='1"):
        assert (await berit.sends("/account/language", language=none_of_ours)).status_code == 303
        assert spoken_on(await berit.sees("/cases")) == "nn"


async def test_nobody_chooses_for_somebody_else(stage: Stage) -> None:
    """A form from another site, or without our token, changes nothing."""
    berit = await stage.person("berit")
    refused = await berit.http.post("/account/language", data={"language": "en"})
    assert refused.status_code in {403, 422}
    refused = await berit.sends("/account/language", language="en", form_token="0" * 64)
    assert refused.status_code == 403
    assert spoken_on(await berit.sees("/account")) == "nb"


@on_one
async def test_a_youth_chooses_on_the_page_itself(stage: Stage) -> None:
    """Who reads on a borrowed screen does not change the browser's settings to be understood."""
    youth = await stage.browser()
    page = (await youth.get("/min-journal")).text
    assert spoken_on(page) == "nb"
    assert 'href="/min-journal?language=nn" lang="nn"' in page

    assert spoken_on((await youth.get("/min-journal?language=nn")).text) == "nn"
    assert spoken_on((await youth.get("/min-journal")).text) == "nn"
    assert spoken_on((await youth.get("/login")).text) == "nb"
    wrong = await youth.post("/min-journal", data={"code": "ABCD"}, headers={"Origin": SITE})
    assert spoken_on(wrong.text) == "nn"
    assert "Koden verkar ikkje." in wrong.text
    assert spoken_on((await youth.get("/min-journal?language=zz")).text) == "nn"


@on_one
async def test_a_journal_is_on_paper_in_the_youths_language_and_keeps_its_own_words(
    stage: Stage,
) -> None:
    """What is ours is translated; what somebody said is what they said."""
    berit = await stage.person("berit")
    youth = await full_journal(stage, berit)
    async with stage.writing() as writing:
        person = await root_of(writing, youth.person)
        assert person is not None
        journal = await gathered(writing, person)

    raw = as_json(journal)
    papers = {}
    for language in Language:
        with speaking(language):
            papers[language] = told(journal)
            assert as_json(journal) == raw
        assert (await as_pdf(journal, language)).startswith(b"%PDF-")
    assert "Det vi vet om deg" in papers[Language.BOKMAL]
    assert "What we know about you" in papers[Language.ENGLISH]
    assert "Det vi vet" not in papers[Language.ENGLISH]
    for paper in papers.values():
        assert "Jeg er her" in paper


async def test_what_is_stored_does_not_know_who_was_looking(stage: Stage) -> None:
    """A note that the pages write for somebody who reads English is in the record's language."""
    tove = await stage.leader()
    youth = await full_journal(stage, tove)
    asked = {
        "thread": "t_1", "alias": "Blå rev", "channel": "telegram", "kind": "access",
        "asked_at": stage.at(),
    }  # fmt: skip
    assert (await stage.bridge.put("requests/q_1", asked)).status_code == 201
    here = f"/people/{youth.person}/journal-access"

    assert (await tove.sends("/account/language", language="en")).status_code == 303
    task = re.search(r'name="answers" value="([^"]+)"', await tove.sees(here))
    assert task is not None
    handed = await tove.sends(here, identity="known", answers=task[1])
    assert handed.status_code == 200
    assert "The code is" in handed.text

    assert "Kode til Min journal er delt ut." in await tove.sees("/tasks")


@on_one
async def test_numbers_are_handed_out_in_the_language_of_who_asks(stage: Stage) -> None:
    tove = await stage.leader()
    headings = {}
    for language in LANGUAGES:
        headers = {"Accept-Language": language}
        answer = await tove.http.get("/statistics.csv", headers=headers)
        headings[language] = answer.content.decode("utf-8-sig").splitlines()[0]
        protocol = await tove.http.get("/processing.md", headers=headers)
        headings[f"{language}.md"] = protocol.text.splitlines()[0]
    assert headings["nb"] == '"Tabell";"Rad";"Kolonne";"Antall";"Minutter"'
    assert headings["en"] == '"Table";"Row";"Column";"Number";"Minutes"'
    assert headings["en.md"] == "# Record of processing activities"
    assert headings["nn.md"] == "# Protokoll over behandlingsaktivitetar"
