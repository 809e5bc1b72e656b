"""Who tries the API: the four roles and the bridge, each in a world with something in it."""

from contextlib import suppress
from random import Random
from typing import Any, Final

from casestore.access.rules import Relation
from casestore.users.rules import Role
from tests.casestore import bridge_bodies, employee_bodies
from tests.casestore.api_reader import NothingThere, Reader
from tests.casestore.api_tries import Tally, Trier, cases, operations, tried
from tests.casestore.matrix_world import Thing, World, another, employees_on, with_id
from tests.casestore.stage import SITE, Person, Stage, client, transcript_body

BRIDGE: Final = "bridge"
SIDES: Final = (*Role, BRIDGE)
# Own twice: most can be done with what is one's own.
RELATIONS: Final = (Relation.OWN, Relation.OWN, Relation.SHARED, Relation.NOT_SHARED)


async def tries(
    stage: Stage, side: str, *, each: int, most: int | None, number: int
) -> tuple[Tally, set[str]]:
    """
    Let one side try what is described; the tally, and what was never answered with a 2xx.

    All of it when `most` is None, and otherwise a half, another for each side.
    """
    world = await employees_on(stage)
    description = (await stage.bridge.http.get("/api/openapi.json")).json()
    found = operations(description, of_the_bridge=side == BRIDGE)
    if most is not None:
        found = Random(f"{side}{number}").sample(found, len(found) // 2)
    trier = await _bridge(world) if side == BRIDGE else await _employee(world, Role(side))
    made = [case for one in found for case in cases(one, each=each, most=most, number=number)]
    chance = Random(number)
    chance.shuffle(made)
    tally = await tried(world, trier, made, chance)
    return tally, {one.label for one in found} - tally.reached


async def _employee(world: World, role: Role) -> Trier:
    person = world.people[role]
    return await _trier(world, role, person.http, await person.form_token(), employee_bodies)


async def _bridge(world: World) -> Trier:
    return await _trier(world, Role.CASEWORKER, world.stage.bridge.http, "", bridge_bodies)


async def _trier(world: World, role: Role, http: Any, token: str, bodies: Any) -> Trier:
    stranger = await world.stage.stack.enter_async_context(
        client(world.stage.app, {"Origin": SITE})
    )
    things: list[Thing] = []

    async def renew() -> None:
        made = [await another(world, role, relation) for relation in RELATIONS]
        things[:] = [await with_more(world, world.people[role], thing) for thing in made]
        await _deleted(world, things[-1])

    return Trier(
        http=http,
        me=world.people[role].id,
        stranger=stranger,
        things=things,
        renew=renew,
        token=token,
        wholes=bodies.WHOLES,
    )


async def with_more(world: World, who: Person, thing: Thing) -> Thing:
    """The same thing, with a conversation that is nobody's yet, and a youth who has asked."""
    stage, thread, loose = world.stage, f"l_{thing.tag}", f"lc_{thing.tag}"
    await stage.agreed(thread, f"ls_{thing.tag}", conversation=loose)
    document = transcript_body(
        stage, loose, thread=thread, consent=f"ls_{thing.tag}", author=who.id
    )
    assert (await stage.bridge.put(f"transcripts/{loose}", document)).status_code == 201
    proof = (await stage.bridge.get(f"transcripts/{loose}/digest")).json()["digest"]
    event = {"kind": "read_back", "at": stage.at(), "digest": proof}
    assert (await stage.bridge.tells(loose, "ev_proof", event)).status_code == 201
    asked = {
        "thread": thread, "alias": "Blå rev", "channel": "telegram", "kind": "access",
        "asked_at": stage.at(),
    }  # fmt: skip
    assert (await stage.bridge.put(f"requests/q_{thing.tag}", asked)).status_code == 201
    return with_id(thing, "loose", loose)


async def _deleted(world: World, thing: Thing) -> None:
    """Something has been deleted that the bridge must forget too."""
    leader = world.people[Role.TEAM_LEADER]
    reader = Reader(
        http=leader.http, me=leader.id, token=await leader.form_token(), world=world, thing=thing,
        chance=Random(thing.tag),
    )  # fmt: skip
    with suppress(NothingThere):
        await reader.post(f"deletions/holds/{thing.ids['hold']}/lift", {})
        proposed = {
            "id": reader.new("x"), "kind": "delete_mistake", "target_kind": "entry",
            "target": thing.ids["loose"], "basis": "wrong_person", "reason": "Feil ungdom.",
            "reference": "",
        }  # fmt: skip
        one = await reader.post("deletions", proposed)
        await reader.post(f"deletions/{one['id']}/carry-out", {"seen": one["seen"]})
