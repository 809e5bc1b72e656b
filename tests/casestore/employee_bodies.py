"""Whole bodies as an employee sends them who has just read what they change."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from casestore.joins.rules import Status
from casestore.joins.tables import Join
from casestore.threads.tables import Thread
from tests.casestore import case_bodies
from tests.casestore.api_reader import NothingThere, Reader, Whole, seen_as
from tests.casestore.case_bodies import note
from tests.casestore.joining import proposes_join
from tests.casestore.stage import contact_body


async def put_person(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.person()
    known: dict[str, Any] = {"alias": "Rød rev", "name": None, "born": None, "ways": []}
    return {"person_id": told["id"], **seen_as(told["version"])}, known


async def merge(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.person()
    other = await r.post("people", {"alias": f"Rev {r.new('x')}", "case": False})
    body = {"other": other["id"], "other_version": other["version"], "reason": "Samme ungdom."}
    return {"person_id": told["id"], **seen_as(told["version"])}, body


async def undo(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, body = await merge(r)
    seen = ids["If-Match"].strip('"')
    made = await r.post(f"people/{ids['person_id']}/merge", body, seen)
    return {"person_id": ids["person_id"], "merge_id": made["id"]}, None


async def tie(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"thread": r.thing.ids["thread"], "reason": "Hen sa det."}
    return {"person_id": r.thing.ids["person"]}, told


async def of_new_person(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"person": r.new("p"), "case": r.new("case"), "alias": "Ny rev", "reason": "Hennes."}
    return {"conversation": r.thing.ids["loose"]}, told | {"name": ""}


async def withdraw(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"id": r.new("x"), "purposes": ["journal"], "at": r.world.stage.at(), "how": "in_person"}
    return {"person_id": r.thing.ids["person"]}, told


async def move(r: Reader) -> tuple[Mapping[str, str], Any]:
    other = await r.post("people", {"alias": f"Rev {r.new('x')}", "case": False})
    told = {"person": other["id"], "case": None, "reason": "Feil ungdom."}
    return {"conversation": r.thing.ids["conversation"]}, told


async def incident(r: Reader) -> tuple[Mapping[str, str], Any]:
    at = r.world.stage.at(-3600)
    return {}, {
        "id": r.new("x"), "kind": "lost_device", "severity": "risk", "happened_at": at,
        "found_at": at, "happened": "En telefon ble borte.", "at_once": "", "affected": [],
    }  # fmt: skip


async def _incident(r: Reader) -> str:
    told = await r.get("incidents")
    return str(r.one_of([i["id"] for i in told["incidents"] if not i["closed_at"]]))


async def get_incident(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"incident_id": await _incident(r)}, None


async def step(r: Reader) -> tuple[Mapping[str, str], Any]:
    severity = r.chance.choice(["none", "risk", "high_risk"])
    told = {"step": "severity", "at": None, "severity": severity, "said": "Vurdert på nytt."}
    return {"incident_id": await _incident(r)}, told


async def affected(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"incident_id": await _incident(r)}, {"affected": [r.thing.ids["person"]]}


async def contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {}, _contact() | {"id": r.new("x")}


def _contact() -> dict[str, Any]:
    return {
        "kind": "talk", "channel": "phone", "day": "2026-11-03", "hour": 10, "minutes": 20,
        "topics": ["school"],
    }  # fmt: skip


async def put_contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.get("contacts")
    one = r.one_of([c for c in told["contacts"] if c["correctable"]])
    return {"contact_id": one["id"]}, _contact() | {"seen": one["seen"]}


async def account(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {}, {
        "login": f"ny{r.chance.randrange(10**9)}", "name": "Ny", "role": "caseworker",
        "begins": "2026-11-03", "ends": None, "reason": "Ny i jobben.",
    }  # fmt: skip


async def get_account(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"user": (await r.account())["id"]}, None


async def role(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.account()
    other = "team_leader" if told["role"] == "caseworker" else "caseworker"
    named = {"user": told["id"], **seen_as(told["version"])}
    return named, {"role": other, "reason": "Ny rolle."}


async def employment(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.account()
    named = {"user": told["id"], **seen_as(told["version"])}
    return named, {"begins": "2026-11-03", "ends": "2030-01-01", "reason": "Vikariat."}


async def deputy(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.account()
    day = f"2027-{r.chance.randrange(1, 13):02d}-{r.chance.randrange(1, 29):02d}"
    return {"user": told["id"]}, {"begins": day, "ends": day, "reason": "Ferie."}


async def end_deputy(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.get("accounts")
    found = [(a["id"], d["id"]) for a in told["accounts"] for d in a["deputies"]
             if d["open"] and d["id"] != "g_1"]  # fmt: skip
    user, grant = r.one_of(found)
    return {"user": user, "grant": grant}, {"reason": "Ferdig."}


async def deed(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.account()
    return {"user": told["id"], "deed": "unlock"}, {"reason": "Glemte passordet."}


async def password(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"user": (await r.account())["id"]}, {"reason": "Glemte passordet."}


async def propose(r: Reader) -> tuple[Mapping[str, str], Any]:
    case = await r.open_case()
    made = await r.post(f"cases/{case['id']}/notes", note(r))
    return {}, {
        "id": r.new("decision"), "kind": "delete_mistake", "target_kind": "note",
        "target": made["id"], "basis": "wrong_person", "reason": "Feil person.", "reference": "",
    }  # fmt: skip


async def decide(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await decision(r)
    return {"decision_id": told["id"]}, {"seen": told["seen"]}


async def waiting(r: Reader) -> str:
    """Somebody believes that one who is nobody's yet is this youth, too."""
    its_id = r.new("j")
    loose = contact_body(r.world.stage, f"u_{its_id}", by=r.me)
    contact = loose | {"thread": f"u_{its_id}"}
    await r.world.stage.bridge.put(f"contacts/u_{its_id}", contact)
    told = {"thread": f"u_{its_id}", "into": r.thing.ids["thread"], "case": ""}
    answer = await proposes_join(r.world.stage, r.world.arne, its_id, **told)
    if answer.status_code != 201:
        raise NothingThere
    return its_id


async def join_decision(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"join_id": await waiting(r)}, {"same": False}


async def join_undo(r: Reader) -> tuple[Mapping[str, str], Any]:
    """Of two threads that are this youth's, and are joined."""
    its_id = await waiting(r)
    async with r.world.stage.writing() as writing:
        join = await writing.session.get_one(Join, its_id)
        thread = await writing.session.get_one(Thread, join.thread)
        thread.person = r.thing.ids["person"]
        join.status, join.decided_at = Status.JOINED, writing.now
    return {"join_id": its_id}, None


async def task(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await r.get("tasks")
    return {"task_id": r.one_of(told["tasks"])["id"]}, {"note": "Snakket med ungdommen."}


async def anchor(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = r.one_of(await r.get("audit/chains"))
    return {}, {"chain": told["chain"], "n": told["count"], "digits": told["head"]}


async def decision(r: Reader) -> Any:
    """One that nothing stands in the way of any longer: the one just proposed, if it can be."""
    with suppress(NothingThere):
        await r.post(f"deletions/holds/{r.thing.ids['hold']}/lift", {})
    proposed: Any = {"id": None}
    with suppress(NothingThere):
        proposed = await r.post("deletions", (await propose(r))[1])
    every = await r.every("deletions", "decisions")
    free = [d for d in every if d["seen"] and not d["blocks"]]
    return r.one_of([d for d in free if d["id"] == proposed["id"]] or free)


WHOLES: Final[Mapping[tuple[str, str], Whole]] = {
    **case_bodies.WHOLES,
    ("PUT", "/api/people/{person_id}"): put_person,
    ("POST", "/api/people/{person_id}/merge"): merge,
    ("POST", "/api/people/{person_id}/merges/{merge_id}/undo"): undo,
    ("POST", "/api/people/{person_id}/threads"): tie,
    ("POST", "/api/people/{person_id}/withdrawals"): withdraw,
    ("POST", "/api/journal/{conversation}/move"): move,
    ("POST", "/api/journal/{conversation}/person"): of_new_person,
    ("POST", "/api/incidents"): incident,
    ("GET", "/api/incidents/{incident_id}"): get_incident,
    ("POST", "/api/incidents/{incident_id}/steps"): step,
    ("POST", "/api/incidents/{incident_id}/affected"): affected,
    ("POST", "/api/contacts"): contact,
    ("PUT", "/api/contacts/{contact_id}"): put_contact,
    ("POST", "/api/accounts"): account,
    ("GET", "/api/accounts/{user}"): get_account,
    ("POST", "/api/accounts/{user}/role"): role,
    ("POST", "/api/accounts/{user}/employment"): employment,
    ("POST", "/api/accounts/{user}/deputies"): deputy,
    ("POST", "/api/accounts/{user}/deputies/{grant}/end"): end_deputy,
    ("POST", "/api/accounts/{user}/{deed}"): deed,
    ("POST", "/api/accounts/{user}/password"): password,
    ("POST", "/api/deletions"): propose,
    ("POST", "/api/deletions/{decision_id}/confirm"): decide,
    ("POST", "/api/deletions/{decision_id}/carry-out"): decide,
    ("POST", "/api/tasks/{task_id}/done"): task,
    ("POST", "/api/joins/{join_id}/decision"): join_decision,
    ("POST", "/api/joins/{join_id}/undo"): join_undo,
    ("POST", "/api/audit/anchors"): anchor,
}
