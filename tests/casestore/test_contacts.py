"""The contact register: every contact is counted, and nobody can be found in it."""

from sqlalchemy import inspect, select

from casestore.contacts.rules import blurred
from casestore.contacts.tables import Contact
from casestore.times import read_time
from tests.casestore.stage import Stage, contact_body, digest_of


async def test_a_contact_is_registered_read_back_and_leads_to_nobody(stage: Stage) -> None:
    """Ola said no; that he has been in touch must not be found by looking."""
    document = contact_body(stage)

    first = await stage.bridge.put("contacts/c_9", document)
    again = await stage.bridge.put("contacts/c_9", document)
    other = await stage.bridge.put("contacts/c_9", document | {"count_youth": 4})
    read_back = await stage.bridge.get("contacts/c_9/digest")

    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    assert read_back.json()["digest"] == digest_of(document)
    async with stage.store.database.reading() as session:
        rows = list(await session.scalars(select(Contact)))
    assert len(rows) == 1
    values = {str(value) for value in inspect(rows[0]).dict.values()}
    assert not values & {"c_9", "t_ola", "Stille elv", document["opened_at"]}
    assert (rows[0].minutes, rows[0].caseworker) == (30, "e_berit")
    assert rows[0].hour.minute == 0


def test_the_time_is_cut_to_the_hour_and_the_length_to_minutes() -> None:
    """A contact at 23:41:07 could be matched with a phone; one "after 23" cannot."""
    when = blurred(read_time("2026-11-03T22:41:07.123Z"), read_time("2026-11-03T22:41:08.000Z"))

    assert (when.hour, when.minutes) == (read_time("2026-11-03T22:00:00.000Z"), 1)


async def test_topics_have_codes_and_names(stage: Stage) -> None:
    """The caseworker chooses among words they know."""
    answer = await stage.bridge.get("topics")

    assert {"code": "school", "label": "Skole"} in answer.json()["topics"]


async def test_a_contact_of_the_clock_is_nobodys(stage: Stage) -> None:
    """What no person closed is in no person's statistics; the team leader still sees it."""
    tove = await stage.leader()

    await stage.bridge.put("contacts/c_9", contact_body(stage, by="clock"))

    assert "Klokka" in await tove.sees("/transfers")
    async with stage.store.database.reading() as session:
        assert await session.scalar(select(Contact.caseworker)) is None
