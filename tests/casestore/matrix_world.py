"""A world with one of everything in every relation, for trying the access table."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import text

from casestore.access.rules import OF, Relation
from casestore.threads.keys import owned_key
from casestore.users.rules import Role
from tests.casestore.joining import proposes_join
from tests.casestore.people import sends_json, ties, youth_with_case
from tests.casestore.registering import form, writes_down
from tests.casestore.stage import Person, Stage, contact_body, transcript_body

PICTURE: Final = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99"
    b"=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A youth and all that lies about them, in one relation to somebody."""

    tag: str
    ids: Mapping[str, str] = field(repr=False)


@dataclass(slots=True, kw_only=True)
class World:
    """Employees by role, and for each of them a youth in every relation."""

    stage: Stage
    people: Mapping[Role, Person]
    arne: Person
    things: dict[tuple[Role, Relation], Thing] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    """The ids of what has no youth: an account, an incident, a task, a contact."""


async def employees_on(stage: Stage) -> World:
    """Make the employees of a world in which there is no youth yet."""
    roles = {
        Role.CASEWORKER: await stage.person("berit"),
        Role.TEAM_LEADER: await stage.person("tove", Role.TEAM_LEADER),
        Role.DEPUTY: await stage.person("siri"),
        Role.DEPARTMENT_HEAD: await stage.person("dag", Role.DEPARTMENT_HEAD),
    }
    world = World(stage=stage, people=roles, arne=await stage.person("arne"))
    world.alone["colleague"] = (await stage.person("kari")).id
    await _deputy(world)
    return world


async def world_on(stage: Stage) -> World:
    """Make it: by HTTP as far as people can, and then it is handed to whom it should be."""
    world = await employees_on(stage)
    for role in Role:
        for relation in OF:
            thing = await _thing(world, f"{role[:2]}{relation[:2]}{len(world.things)}")
            await _handed(world, thing, role, relation)
            world.things[role, relation] = thing
    return world


async def another(world: World, role: Role, relation: Relation) -> Thing:
    """One youth more, in this relation to the employee of this role."""
    thing = await _thing(world, f"{role[:2]}{relation[:2]}{secrets.token_hex(4)}")
    await _handed(world, thing, role, relation)
    return thing


async def _deputy(world: World) -> None:
    async with world.stage.writing() as writing:
        await owned_key(writing, "team")
        await writing.session.execute(
            text(
                'INSERT INTO grants (id, team, "user", role, from_day, until_day, reason, '
                "made_at, made_by) VALUES ('g_1', 'oslo', :siri, 'deputy', '2020-01-01', "
                "'2090-01-01', :reason, '2026-01-01 00:00:00.000000', :tove)"
            ),
            {
                "siri": world.people[Role.DEPUTY].id,
                "tove": world.people[Role.TEAM_LEADER].id,
                "reason": b"x",
            },
        )


async def _thing(world: World, tag: str) -> Thing:
    """One youth of Arne's with everything about them."""
    arne, stage = world.arne, world.stage
    thread, conversation = f"t_{tag}", f"c_{tag}"
    await stage.agreed(thread, f"s_{tag}", conversation=conversation)
    await stage.bridge.put_file(conversation, "a_1", PICTURE)
    document = transcript_body(
        stage, conversation, thread=thread, consent=f"s_{tag}", author=arne.id
    )
    document["messages"][0]["attachments"] = [_attached()]
    assert (await stage.bridge.put(f"transcripts/{conversation}", document)).status_code == 201
    person, case = await youth_with_case(stage, arne, alias=f"Rev {tag}")
    assert (await ties(arne, person, thread)).status_code == 201
    await _made(arne, f"/api/journal/{conversation}/case", {"case": case, "reason": "Hennes."})
    ids = {"person": person, "case": case, "thread": thread, "conversation": conversation}
    ids |= {"attachment": "a_1", "consent": f"s_{tag}"}
    ids["note"] = await _made(arne, f"/api/cases/{case}/notes", NOTE)
    ids["share"] = await _made(
        arne, f"/api/cases/{case}/shares", SHARE | {"user": world.alone["colleague"]}
    )
    ids["party"] = await _party(arne, case)
    ids["concern"] = await _made(arne, "/api/concerns", CONCERN | {"person": person})
    ids["decision"] = await _made(
        world.people[Role.TEAM_LEADER], "/api/deletions", DECISION | {"target": ids["note"]}
    )
    ids["hold"] = await _made(
        world.people[Role.TEAM_LEADER], "/api/deletions/holds", HOLD | {"person": person}
    )
    ids["join"] = await _proposed(world, tag, thread)
    ids |= await _written_down(world, tag)
    return Thing(tag=tag, ids=ids)


async def _proposed(world: World, tag: str, into: str) -> str:
    """Somebody believes that one who is nobody's yet is this youth, too."""
    its_id, loose = f"j_{tag}", contact_body(world.stage, f"u_{tag}", by=world.arne.id)
    contact = loose | {"thread": f"u_{tag}", "alias": f"Ugle {tag}"}
    assert (await world.stage.bridge.put(f"contacts/u_{tag}", contact)).status_code == 201
    said = {"thread": f"u_{tag}", "into": into, "case": "", "alias": f"Ugle {tag}"}
    answer = await proposes_join(world.stage, world.arne, its_id, **said)
    assert answer.status_code == 201, answer.text
    return its_id


async def _written_down(world: World, tag: str) -> dict[str, str]:
    """Something that Arne has written down by hand, with a picture."""
    its_id = f"reg_{tag}"
    answer = await writes_down(world.arne, form(world.stage, its_id), pictures=[PICTURE])
    assert answer.status_code == 303, answer.text
    async with world.stage.reading() as reading:
        named = {"of": its_id}
        found = "SELECT id FROM registration_pictures WHERE registration = :of"
        shown = await reading.session.scalar(text(found), named)
    return {"registration": its_id, "picture": str(shown)}


async def _made(person: Person, path: str, body: Mapping[str, object]) -> str:
    told = dict(body)
    if told.get("id", "") is None:
        told["id"] = f"x_{secrets.token_hex(12)}"
    answer = await sends_json(person, path, told)
    assert answer.status_code in {200, 201}, (path, answer.text)
    return str(answer.json().get("id") or told.get("id", ""))


async def _party(person: Person, case: str) -> str:
    its_id = f"party_{secrets.token_hex(12)}"
    fields = {"id": its_id, "name": "Kontaktlærer", "role": "school", "contact": ""}
    answer = await person.sends(f"/cases/{case}/parties", **fields)
    assert answer.status_code == 303, answer.text
    return its_id


NOTE: Final = {
    "id": None, "kind": "talk", "at": "2026-11-02T12:00:00.000Z", "minutes": 30,
    "words": "Vi snakket.", "finish": True,
}  # fmt: skip
SHARE: Final = {
    "id": None, "from_day": "2026-11-03", "until_day": "2026-11-20", "reason": "Vikarierer.",
}  # fmt: skip
CONCERN: Final = {
    "id": None, "conversation": None, "receiver": "child_welfare", "other": "",
    "sent_at": "2026-11-02T12:00:00.000Z", "about": "Rev", "what": "Det som ble sendt.",
    "told": True, "why_not": "",
}  # fmt: skip
DECISION: Final = {
    "id": None, "kind": "delete_mistake", "target_kind": "note", "basis": "wrong_person",
    "reason": "Feil person.", "reference": "",
}  # fmt: skip
HOLD: Final = {"id": None, "reason": "Tilsyn."}


def _attached() -> dict[str, Any]:
    return {
        "id": "a_1", "name": "bilde.png", "type": "image/png", "size": len(PICTURE),
        "sha256": hashlib.sha256(PICTURE).hexdigest(),
    }  # fmt: skip


async def _handed(world: World, thing: Thing, role: Role, relation: Relation) -> None:
    """Make the thing what it should be to the employee of this role."""
    told = {**thing.ids, "who": world.people[role].id, "arne": world.arne.id}
    async with world.stage.writing() as writing:
        for statement in HANDED[relation]:
            await writing.session.execute(
                text(statement), {k: v for k, v in told.items() if f":{k}" in statement}
            )


HANDED: Final[Mapping[Relation, tuple[str, ...]]] = {
    Relation.OWN: (
        "UPDATE cases SET responsible = :who WHERE id = :case",
        "UPDATE transfer_caseworkers SET caseworker = :who "
        "WHERE conversation IN (:conversation, 'u_' || substr(:join, 3))",
        "UPDATE concerns SET written_by = :who WHERE person = :person",
        "UPDATE registrations SET written_by = :who WHERE id = :registration",
        'UPDATE journal_notes SET written_by = :who WHERE "case" = :case',
    ),
    Relation.SHARED: (
        'INSERT INTO shares (id, team, "case", "user", from_day, until_day, reason, made_at, '
        "made_by) VALUES ('share_' || :case, 'oslo', :case, :who, '2020-01-01', '2090-01-01', "
        "'x', '2026-01-01 00:00:00.000000', :arne)",
    ),
    Relation.NOT_SHARED: (),
    Relation.RESTRICTED: (
        "UPDATE persons SET restricted_at = '2026-01-01 00:00:00.000000' WHERE id = :person",
    ),
    Relation.OTHER_TEAM: tuple(
        f"UPDATE {table} SET team = 'bergen' WHERE {which}"  # noqa: S608  (our own names)
        for table, which in (
            ("persons", "id = :person"),
            ("cases", "id = :case"),
            ("journal_entries", "conversation = :conversation"),
            ("transfers", "conversation = :conversation"),
            ("threads", "id = :thread"),
            ("thread_joins", "id = :join"),
            ("concerns", "person = :person"),
            ("registrations", "id = :registration"),
            ("journal_notes", '"case" = :case'),
        )
    ),
}


def with_id(thing: Thing, name: str, value: str) -> Thing:
    """The same thing, with one id more."""
    return replace(thing, ids={**thing.ids, name: value})
