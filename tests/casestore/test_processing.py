"""The record of processing and the impact assessment: what we say that we do."""

import pytest

from casestore.processing.activities import ACTIVITIES, Activity
from casestore.processing.assessment import LEVELS, RISKS
from casestore.processing.record import Here, as_markdown
from casestore.users.rules import Role
from tests.casestore.stage import Stage, contact_body


async def test_everybody_reads_it_and_it_says_that_it_must_be_confirmed(stage: Stage) -> None:
    """A record that only the leader knows of binds nobody."""
    berit, head = await stage.person("berit"), await stage.person("anne", Role.DEPARTMENT_HEAD)
    tove = await stage.leader()

    for who in (berit, tove, head):
        page = await who.sees("/processing")
        assert "må bekreftes av personvernombudet" in page
        assert all(activity.title in page for activity in ACTIVITIES)
        assert all(risk.title in page for risk in RISKS)
    nobody = await (await stage.browser()).get("/processing")
    assert nobody.status_code == 303
    for method in ("post", "put"):
        assert (await head.http.request(method, "/processing")).status_code == 405


async def test_what_is_said_of_this_store_is_true(stage: Stage) -> None:
    """A channel that is used and not in the record is processing in secret."""
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)
    assert "Ingen ennå" in await head.sees("/processing")
    await stage.bridge.put("contacts/c_9", contact_body(stage))

    page = await head.sees("/processing")
    told = (await head.http.get("/api/processing")).json()

    assert "Telegram" in page
    assert told["channels"] == ["Telegram"]
    assert told["database"] in {"SQLite", "PostgreSQL"}
    assert (told["team"], told["database"] in page) == ("oslo", True)


async def test_it_is_handed_out_as_markdown(stage: Stage) -> None:
    """The data protection officer reads it elsewhere, and writes in it."""
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)

    file = await head.http.get("/processing.md")

    assert file.headers["content-type"] == "text/markdown; charset=utf-8"
    assert file.headers["content-disposition"] == (
        'attachment; filename="utebru-behandling-20261103.md"'
    )
    assert file.text.startswith("# Protokoll over behandlingsaktiviteter")
    assert "Det som står igjen (høy):" in file.text


def test_a_name_in_the_settings_is_no_markup() -> None:
    """What the operator called the team is words, in every format."""
    here = Here(team="<b>x</b>\n# y|", database="SQLite", channels=["*z*"], on="03.11.2026")

    told = as_markdown(here)

    assert "<b>" not in told.replace("\\<b", "")
    assert "\n# y" not in told
    assert "\\*z\\*" in told


@pytest.mark.parametrize("activity", ACTIVITIES, ids=[each.code for each in ACTIVITIES])
def test_every_activity_says_all_that_article_30_asks(activity: Activity) -> None:
    """A half-filled record is the first thing an inspection finds."""
    for name in (
        "title",
        "purpose",
        "people",
        "data",
        "bases",
        "recipients",
        "retention",
        "measures",
    ):
        assert getattr(activity, name), name


def test_every_risk_is_honest_about_what_remains() -> None:
    """A risk without a remainder is a risk that nobody has thought through."""
    assert len({activity.code for activity in ACTIVITIES}) == len(ACTIVITIES)
    assert all(risk.measures and risk.remains and risk.level in LEVELS for risk in RISKS)
    assert any(risk.level == "high" for risk in RISKS)


async def test_the_department_head_sees_numbers_and_processing_and_nothing_of_anybody(
    stage: Stage,
) -> None:
    """Who answers for the routines does not need to know who the youths are (R38)."""
    head = await stage.person("anne", Role.DEPARTMENT_HEAD)

    seen = ("/statistics", "/statistics.csv", "/processing", "/processing.md")
    assert [(await head.http.get(path)).status_code for path in seen] == [200] * 4
    closed = {
        "/contacts": 403,
        "/incidents": 403,
        "/incidents/new": 403,
        "/people/person_x/disclosures": 404,
    }
    assert {path: (await head.http.get(path)).status_code for path in closed} == closed
