"""The access table is whole, and its two halves in the database say the same."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from casestore.access.relations import (
    case_relation,
    cases_for,
    entries_for,
    entry_relation,
    person_relation,
    persons_for,
)
from casestore.access.rules import (
    COLUMN,
    OF,
    TABLE,
    Action,
    Answer,
    Relation,
    decide,
    ever,
    relations,
)
from casestore.cases.tables import Case, Share
from casestore.edge import Reading, Writing
from casestore.journal.tables import Entry
from casestore.people.tables import Person
from casestore.threads.tables import Thread
from casestore.times import day_of
from casestore.transfers.tables import TransferCaseworker
from casestore.users.rules import Role
from casestore.users.sessions import Visitor
from tests.casestore.stage import Stage, transcript_body

READS = (Action.CASE_READ, Action.CASE_WRITE, Action.CASE_SHARE)


def test_every_action_has_a_row_and_every_row_all_its_cells() -> None:
    """A hole in the table would be decided by whatever the code does next."""
    assert set(TABLE) == set(Action)
    for action, row in TABLE.items():
        assert len({len(cells) for cells in row}) == 1, action
        for role in COLUMN:
            assert {decide(role, action, relation) for relation in relations(action)} <= set(Answer)
    assert set(COLUMN) == set(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_another_team_is_never_there(role: Role, action: Action) -> None:
    """Two towns may share a machine, and never a youth."""
    if Relation.OWN in relations(action):
        assert decide(role, action, Relation.OTHER_TEAM) is Answer.INVISIBLE


def test_only_the_team_leader_deletes_and_grants() -> None:
    """R49, R53: «kun teamleder»."""
    for action in (Action.PERSON_DELETE, Action.ACCESS_GRANT):
        able = {role for role in Role if ever(role, action) is Answer.ALLOWED}
        assert able == {Role.TEAM_LEADER}


def test_a_colleague_sees_nothing_that_is_not_shared() -> None:
    """R52, and the confidentiality that holds between colleagues too."""
    for action in Action:
        if Relation.OWN in relations(action):
            assert decide(Role.CASEWORKER, action, Relation.NOT_SHARED) is Answer.INVISIBLE


def test_what_is_shared_is_read_and_never_written() -> None:
    """R52: «lese andres delte saker»."""
    allowed = {
        action
        for action in Action
        if Relation.OWN in relations(action)
        and decide(Role.CASEWORKER, action, Relation.SHARED) is Answer.ALLOWED
    }
    assert allowed == {
        Action.PERSON_READ, Action.CASE_READ, Action.ENTRY_READ, Action.DISCLOSURE_READ,
        Action.JOIN_READ,
    }  # fmt: skip


def test_only_the_team_leader_meets_who_is_restricted() -> None:
    """GDPR art. 18: a deputy stands in for daily use, and this is kept out of it."""
    for action in Action:
        if Relation.RESTRICTED in relations(action):
            for role in set(Role) - {Role.TEAM_LEADER}:
                assert decide(role, action, Relation.RESTRICTED) is Answer.INVISIBLE, action


def test_the_department_head_meets_no_youth() -> None:
    """R38: the routines are theirs to check, and nobody's life."""
    for action in Action:
        if Relation.OWN in relations(action):
            assert ever(Role.DEPARTMENT_HEAD, action) is Answer.INVISIBLE


def visitors(ids: dict[str, str]) -> list[Visitor]:
    def one(login: str, role: Role, team: str = "oslo") -> Visitor:
        return Visitor(id=ids[login], name=login, role=role, team=team, secret="x")

    return [
        one("berit", Role.CASEWORKER),
        one("arne", Role.CASEWORKER),
        one("arne", Role.DEPUTY),
        one("tove", Role.TEAM_LEADER),
        one("dag", Role.DEPARTMENT_HEAD),
        one("berit", Role.CASEWORKER, team="bergen"),
    ]


async def peopled(stage: Stage, ids: dict[str, str], chance: random.Random) -> None:
    """Persons, cases, shares, merges and transcripts, in every mixture that chance gives."""
    staff = [ids["berit"], ids["arne"], ids["tove"]]
    async with stage.writing() as writing:
        persons = [await _person(writing, chance, f"p_{n}", staff) for n in range(14)]
        for person in chance.sample(persons[7:], 3):
            person.merged_into = chance.choice(persons[:7]).id
            person.restricted_at = None
        for n in range(16):
            case = Case(
                id=f"case_{n}", team=chance.choice(("oslo", "oslo", "oslo", "bergen")),
                number=f"2026/{n}", person=chance.choice(persons).id,
                responsible=chance.choice(staff), status="open", version=1, opened_at=writing.now,
                opened_by=staff[0],
            )  # fmt: skip
            writing.session.add(case)
            await writing.session.flush()
            if chance.random() < 0.9:
                await _shared(writing, chance, case, chance.choice(staff[:2]))
        await _entries(stage, writing, chance, [p.id for p in persons])


async def _person(writing: Writing, chance: random.Random, its_id: str, staff: list[str]) -> Person:
    person = Person(
        id=its_id, team=chance.choice(("oslo", "oslo", "oslo", "bergen")), version=0,
        created_at=writing.now, created_by=chance.choice(staff),
        restricted_at=writing.now if chance.random() < 0.25 else None,
    )  # fmt: skip
    writing.session.add(person)
    await writing.session.flush()
    return person


async def _shared(writing: Writing, chance: random.Random, case: Case, user: str) -> None:
    today = day_of(writing.now)
    begins = today + timedelta(days=chance.choice((-3, 0, 0, 1)))
    writing.session.add(
        Share(
            id=f"share_{case.id}", team=case.team, case=case.id, user=user, from_day=begins,
            until_day=begins + timedelta(days=chance.choice((0, 1, 9))), reason=b"x",
            made_at=writing.now, made_by=user,
            ended_at=writing.now if chance.random() < 0.2 else None,
        )
    )  # fmt: skip


async def _entries(
    stage: Stage, writing: Writing, chance: random.Random, persons: list[str]
) -> None:
    for entry in await writing.session.scalars(select(Entry)):
        thread = await writing.session.get_one(Thread, entry.thread)
        thread.person = chance.choice((None, *persons))
        entry.person = chance.choice((None, None, *persons))
        entry.case = chance.choice((None, None, *(f"case_{n}" for n in range(16))))
        entry.team = chance.choice(("oslo", "oslo", "bergen"))
        took_part = await writing.session.get(
            TransferCaseworker, (entry.conversation, entry.conversation)
        )
        assert took_part is None


@pytest.mark.parametrize("seed", range(4))
async def test_a_list_shows_what_each_thing_by_itself_would(stage: Stage, seed: int) -> None:
    """A list that shows one more than the table allows has told somebody's secret."""
    chance = random.Random(seed)
    roles = {"tove": Role.TEAM_LEADER, "dag": Role.DEPARTMENT_HEAD}
    ids = {
        login: (await stage.person(login, roles.get(login, Role.CASEWORKER))).id
        for login in ("berit", "arne", "tove", "dag")
    }
    for n in range(8):
        await stage.agreed(f"t_{n}", f"s_{n}")
        document = transcript_body(
            stage, f"c_{n}", thread=f"t_{n}", consent=f"s_{n}",
            author=ids[chance.choice(("berit", "arne", "tove"))],
        )  # fmt: skip
        assert (await stage.bridge.put(f"transcripts/c_{n}", document)).status_code == 201
    await peopled(stage, ids, chance)

    found: set[Relation] = set()
    async with stage.reading() as reading:
        for who in visitors(ids):
            found |= await agrees(reading, who)

    assert found == set(OF)


async def agrees(reading: Reading, who: Visitor) -> set[Relation]:
    """Compare the list of each kind with the table, one by one; the relations that occurred."""
    session, found = reading.session, set[Relation]()
    for action in (Action.CASE_READ, Action.CASE_WRITE, Action.CASE_SHARE):
        listed = set(await session.scalars(select(Case.id).where(cases_for(reading, who, action))))
        for case in await session.scalars(select(Case)):
            relation = await case_relation(reading, who, case)
            found.add(relation)
            allowed = decide(who.role, action, relation) is Answer.ALLOWED
            assert (case.id in listed) is allowed, (who, action, relation, case.id)
    for action in (Action.PERSON_READ, Action.PERSON_EDIT):
        listed = set(
            await session.scalars(select(Person.id).where(persons_for(reading, who, action)))
        )
        for person in await session.scalars(select(Person)):
            relation = await person_relation(reading, who, person)
            allowed = decide(who.role, action, relation) is Answer.ALLOWED
            assert (person.id in listed) is allowed, (who, action, relation, person.id)
    for action in (Action.ENTRY_READ, Action.ENTRY_TIE):
        listed = set(
            await session.scalars(
                select(Entry.conversation).where(entries_for(reading, who, action))
            )
        )
        for entry in await session.scalars(select(Entry)):
            relation = await entry_relation(reading, who, entry)
            allowed = decide(who.role, action, relation) is Answer.ALLOWED
            assert (entry.conversation in listed) is allowed, (who, action, relation)
    return found


async def test_a_restricted_youth_is_nobodys_in_daily_use(stage: Stage) -> None:
    """GDPR art. 18: kept, and not read; also by who was responsible a minute ago."""
    chance = random.Random(99)
    tove, berit = await stage.leader(), await stage.person("berit")
    async with stage.writing() as writing:
        person = await _person(writing, chance, "p_rev", [berit.id])
        person.team, person.restricted_at = "oslo", None
        case = Case(
            id="case_1", team="oslo", number="2026/1", person="p_rev", responsible=berit.id,
            status="open", version=1, opened_at=writing.now, opened_by=berit.id,
        )  # fmt: skip
        writing.session.add(case)
    beside = {
        who: Visitor(id=its_id, name=who, role=role, team="oslo", secret="x")
        for who, its_id, role in (
            ("berit", berit.id, Role.CASEWORKER),
            ("tove", tove.id, Role.TEAM_LEADER),
            ("siri", (await stage.person("siri")).id, Role.DEPUTY),
        )
    }

    async def seen() -> dict[str, tuple[Relation, Relation]]:
        async with stage.reading() as reading:
            one = await reading.session.get_one(Case, "case_1")
            youth = await reading.session.get_one(Person, "p_rev")
            return {
                name: (
                    await case_relation(reading, who, one),
                    await person_relation(reading, who, youth),
                )
                for name, who in beside.items()
            }

    assert (await seen())["berit"] == (Relation.OWN, Relation.OWN)
    async with stage.writing() as writing:
        (await writing.session.get_one(Person, "p_rev")).restricted_at = writing.now

    assert await seen() == dict.fromkeys(beside, (Relation.RESTRICTED, Relation.RESTRICTED))
    assert decide(Role.TEAM_LEADER, Action.CASE_READ, Relation.RESTRICTED) is Answer.ALLOWED
    assert decide(Role.DEPUTY, Action.CASE_READ, Relation.RESTRICTED) is Answer.INVISIBLE
