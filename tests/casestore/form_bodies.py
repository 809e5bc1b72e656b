"""Whole forms as a browser sends them, of what its page has just shown."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, update

from casestore.incidents.rules import Step
from casestore.own_journal.tables import Omission
from casestore.typed import for_form
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore import case_bodies, employee_bodies
from tests.casestore.api_reader import Reader, Whole
from tests.casestore.people import sends_json
from tests.casestore.registering import form
from tests.casestore.test_paper_consents import FORM


def like(whole: Whole, **called: str) -> Whole:
    """The form of what is JSON elsewhere: a version in a field; `called` says its other names."""

    async def form(r: Reader) -> tuple[Mapping[str, str], Any]:
        named, told = await whole(r)
        ids = {called.get(name, name): value for name, value in named.items()}
        fields = {called.get(k, k): _typed(v) for k, v in (told or {}).items()}
        if "If-Match" in ids:
            fields["version"] = ids.pop("If-Match").strip('"')
        return ids, {"id": r.new("x_typed"), **fields}

    return form


def _typed(value: Any) -> Any:
    match value:
        case True | False:
            return "yes" if value else ""
        case list():
            return [str(each) for each in value]
        case None:
            return ""
        case _:
            return str(value)


async def note(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await like(case_bodies.put_note)(r)
    del told["finish"]
    return ids, told | {"at": for_form(r.world.stage.clock.now()), "do": "finish"}


async def contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    return await like(employee_bodies.contact)(r)


async def by_hand(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {}, form(r.world.stage, r.new("reg"))


async def put_contact(r: Reader) -> tuple[Mapping[str, str], Any]:
    await r.post("contacts", (await employee_bodies.contact(r))[1])
    ids, told = await like(employee_bodies.put_contact)(r)
    return ids, told | {"minutes": "45"}


async def incident(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await like(employee_bodies.incident)(r)
    at = for_form(r.world.stage.clock.now())
    return ids, told | {"happened_at": at, "found_at": at}


async def reported(r: Reader) -> str:
    told = (await employee_bodies.incident(r))[1]
    await r.post("incidents", told)
    return str(told["id"])


async def step(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = {"step": Step.SEVERITY, "severity": "high_risk", "said": "Vurdert på nytt.", "at": ""}
    return {"incident_id": await reported(r)}, told


async def affected(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"incident_id": await reported(r)}, {"affected": [r.thing.ids["person"]], "more": ""}


async def of_new_person(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids = {"person": "person_id", "case": "case_id"}
    return await like(employee_bodies.of_new_person, **ids)(r)


async def withdraw(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await like(employee_bodies.withdraw, purposes="purpose")(r)
    return ids, told | {"at": for_form(r.world.stage.clock.now())}


async def move(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await employee_bodies.move(r)
    return ids, {"to": f"{told['person']}/", "reason": told["reason"]}


async def join_decision(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"join_id": await employee_bodies.waiting(r)}, {"same": "no"}


async def join_tie(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"join_id": await employee_bodies.waiting(r)}, {"reason": "Sa det selv."}


async def paper(r: Reader) -> tuple[Mapping[str, str], Any]:
    return {"person_id": r.thing.ids["person"]}, {**FORM, "id": r.new("x_paper")}


async def account(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await like(employee_bodies.account)(r)
    return ids, told | {"id": f"e_{r.chance.randrange(16**24):024x}"}


async def untie(r: Reader) -> tuple[Mapping[str, str], Any]:
    """Of an account that its owner has tied to the municipality's log-in."""
    ids, told = await like(employee_bodies.password)(r)
    async with r.world.stage.writing() as writing:
        tied = {"oidc_subject": r.new("mark"), "oidc_since": writing.now}
        await writing.session.execute(update(User).where(User.id == ids["user"]).values(tied))
    return ids, told


async def deputy(r: Reader) -> tuple[Mapping[str, str], Any]:
    ids, told = await like(employee_bodies.deputy)(r)
    return ids, told | {"id": f"grant_{r.chance.randrange(16**24):024x}"}


async def note_deletion(r: Reader) -> tuple[Mapping[str, str], Any]:
    _, told = await employee_bodies.propose(r)
    return {"note_id": told["target"]}, {k: v for k, v in told.items() if "target" not in k}


async def end_omission(r: Reader) -> tuple[Mapping[str, str], Any]:
    person = r.thing.ids["person"]
    told = {"of": r.thing.ids["conversation"], "position": "0", "reason": "private"}
    path = f"/people/{person}/journal-access/omissions"
    answer = await r.http.post(path, data={**told, "form_token": r.token})
    assert answer.status_code == 303, answer.text
    async with r.world.stage.reading() as reading:
        found = await reading.session.scalar(
            select(Omission.id).where(Omission.person == person, Omission.ended_at.is_(None))
        )
    return {"person_id": person, "omission_id": str(found)}, {}


async def carry_out(r: Reader) -> tuple[Mapping[str, str], Any]:
    told = await employee_bodies.decision(r)
    return {"decision_id": told["id"]}, {"seen": told["seen"], "understood": "yes"}


async def confirm(r: Reader) -> tuple[Mapping[str, str], Any]:
    """A disposal that the team leader has proposed, seen by who is to confirm it."""
    leader, alias = r.world.people[Role.TEAM_LEADER], f"Rev {r.new('x')}"
    person = await sends_json(leader, "/api/people", {"alias": alias, "case": False})
    told = {
        "id": r.new("decision"), "kind": "dispose", "target_kind": "person",
        "target": person.json()["id"], "basis": "disposal_decision", "reason": "Vedtatt.",
        "reference": "Vedtak 26/1234",
    }  # fmt: skip
    answer = await sends_json(leader, "/api/deletions", told)
    assert answer.status_code == 201, answer.text
    return {"decision_id": told["id"]}, {"seen": answer.json()["seen"]}


WHOLES: Final[Mapping[tuple[str, str], Whole]] = {
    ("POST", "/accounts"): account,
    ("POST", "/accounts/{user}/deputies"): deputy,
    ("POST", "/accounts/{user}/employment"): like(employee_bodies.employment),
    ("POST", "/accounts/{user}/role"): like(employee_bodies.role),
    ("POST", "/accounts/{user}/close"): like(employee_bodies.password),
    ("POST", "/accounts/{user}/password"): like(employee_bodies.password),
    ("POST", "/accounts/{user}/unlock"): like(employee_bodies.password),
    ("POST", "/accounts/{user}/untie"): untie,
    ("POST", "/accounts/{user}/second-factor/reset"): like(employee_bodies.password),
    ("POST", "/audit/anchors"): like(employee_bodies.anchor),
    ("POST", "/cases/{case_id}/shares"): like(case_bodies.share),
    ("POST", "/cases/{case_id}/title"): like(case_bodies.title),
    ("POST", "/cases/{case_id}/close"): like(case_bodies.close),
    ("POST", "/cases/{case_id}/handover"): like(case_bodies.hand_over),
    ("POST", "/cases/{case_id}/hand-back"): like(case_bodies.hand_back),
    ("POST", "/cases/{case_id}/parties/{party_id}"): like(case_bodies.put_party),
    ("POST", "/cases/{case_id}/parties/{party_id}/remove"): like(case_bodies.remove_party),
    ("POST", "/notes/{note_id}"): note,
    ("POST", "/notes/{note_id}/deletion"): note_deletion,
    ("POST", "/notes/{note_id}/delete"): like(case_bodies.delete_note),
    ("POST", "/contacts"): contact,
    ("POST", "/registrations"): by_hand,
    ("POST", "/contacts/{contact_id}"): put_contact,
    ("POST", "/incidents/new"): incident,
    ("POST", "/incidents/{incident_id}/steps"): step,
    ("POST", "/incidents/{incident_id}/affected"): affected,
    ("POST", "/journal/{conversation}/person"): of_new_person,
    ("POST", "/journal/{conversation}/move"): move,
    ("POST", "/people/{person_id}/withdrawals"): withdraw,
    ("POST", "/people/{person_id}/consents"): paper,
    ("POST", "/people/{its_id}/edit"): like(employee_bodies.put_person, person_id="its_id"),
    ("POST", "/people/{its_id}/merge"): like(employee_bodies.merge, person_id="its_id"),
    ("POST", "/people/{its_id}/merges/{merge_id}/undo"): like(
        employee_bodies.undo, person_id="its_id"
    ),
    ("POST", "/people/{person_id}/journal-access/omissions/{omission_id}/end"): end_omission,
    ("POST", "/tasks/{task_id}/done"): like(employee_bodies.task),
    ("POST", "/joins/{join_id}/decision"): join_decision,
    ("POST", "/joins/{join_id}/tie"): join_tie,
    ("POST", "/joins/{join_id}/undo"): like(employee_bodies.join_undo),
    ("POST", "/deletions/{decision_id}/carry-out"): carry_out,
    ("POST", "/deletions/{decision_id}/confirm"): confirm,
}
