"""The contact register: every contact is counted, and nobody can be found in it."""

from typing import Any

from sqlalchemy import inspect, select

from casestore.contacts.rules import blurred
from casestore.contacts.tables import Contact, ContactSum
from casestore.times import read_time
from casestore.transfers import chain as transfers_chain
from casestore.transfers.chain import verify_chain
from casestore.transfers.tables import Transfer
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


def together(*documents: dict[str, Any]) -> dict[str, Any]:
    return {"contacts": list(documents)}


async def test_contacts_that_come_together_are_registered_as_if_one_by_one(stage: Stage) -> None:
    """A thousand talks that end at once are the same register as a thousand by themselves."""
    known = contact_body(stage, "c_1")
    new = contact_body(stage, "c_2", thread="t_maya", alias="Blå rev", by="clock")
    like = contact_body(stage, "c_4")
    await stage.bridge.put("contacts/c_1", known)

    many = together(known, new, contact_body(stage, "c_3", topics=["school"]), new, like)
    first = await stage.bridge.put("contacts", many)
    again = await stage.bridge.put("contacts", many)
    read_back = await stage.bridge.get("contacts/digests?of=c_3,c_2,c_none")

    assert (first.status_code, again.status_code) == (201, 200)
    told = {each["conversation"]: each["digest"] for each in read_back.json()["contacts"]}
    assert told == {"c_3": digest_of(many["contacts"][2]), "c_2": digest_of(new)}
    async with stage.reading() as reading:
        assert (await verify_chain(reading)).holds
        links = [link async for link in transfers_chain.links(reading.session)]
        topics = sorted(await reading.session.scalars(select(Contact.topics)))
        sums = list(await reading.session.scalars(select(ContactSum.count)))
        rows = await reading.session.execute(
            select(Transfer.conversation, Transfer.thread, Transfer.sealed_by)
        )
    assert [link.event["conversation"] for link in links] == ["c_1", "c_2", "c_3", "c_4"]
    assert topics == ['["family"]', '["family"]', '["family"]', '["school"]']
    assert sorted(sums) == [1, 3], "the statistics count each of them"
    assert {tuple(row) for row in rows} == {
        ("c_1", "t_ola", "e_berit"), ("c_2", "t_maya", "clock"), ("c_3", "t_ola", "e_berit"),
        ("c_4", "t_ola", "e_berit"),
    }  # fmt: skip


async def test_of_contacts_that_come_together_all_are_registered_or_none(stage: Stage) -> None:
    """Whoever is told no may put each by itself, and nobody is counted twice."""
    known, new = contact_body(stage, "c_1"), contact_body(stage, "c_2")
    await stage.bridge.put("contacts/c_1", known)

    other = await stage.bridge.put("contacts", together(new, known | {"count_youth": 4}))
    backwards = await stage.bridge.put("contacts", together(new | {"opened_at": stage.at()}))

    assert [other.status_code, backwards.status_code] == [409, 422]
    async with stage.reading() as reading:
        assert (await verify_chain(reading)).count == 1
        assert len(list(await reading.session.scalars(select(Contact)))) == 1
        assert await reading.session.get(Transfer, "c_2") is None


async def test_one_contact_that_cannot_be_read_is_not_told_as_read_back(stage: Stage) -> None:
    """Or a youth's words would be forgotten while the record holds nothing that can be read."""
    for its_id in ("c_1", "c_2"):
        await stage.bridge.put(f"contacts/{its_id}", contact_body(stage, its_id))
    async with stage.writing() as writing:
        (await writing.session.get_one(Transfer, "c_2")).document = b"torn"

    together_ = await stage.bridge.get("contacts/digests?of=c_1,c_2")
    well, torn = [await stage.bridge.get(f"contacts/{c}/digest") for c in ("c_1", "c_2")]

    assert [a.status_code for a in (together_, well, torn)] == [409, 200, 409]


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
