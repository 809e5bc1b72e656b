"""Persons with a case, made over HTTP as their caseworker would."""

import json
from typing import Any

import httpx
from sqlalchemy import select

from casestore.audit.tables import AuditEvent
from casestore.ids import new_id
from casestore.people.comparing import Comparing
from casestore.people.tables import Person as Youth
from tests.casestore.stage import Person, Stage, consent_body, contact_body


async def sends_json(
    person: Person, path: str, body: object = None, *, method: str = "POST"
) -> httpx.Response:
    """
    Send JSON as the team's own tools do: with the token that our pages carry, and a key of its own.

    A `version` is said in If-Match, where versions belong.
    """
    headers = {"X-Form-Token": await person.form_token(), "Idempotency-Key": new_id("try")}
    if isinstance(body, dict) and "version" in body:
        headers["If-Match"] = f'"{body["version"]}"'
        body = {name: told for name, told in body.items() if name != "version"}
    return await person.http.request(method, path, json=body, headers=headers)


async def youth(caseworker: Person, *, alias: str = "Blå rev", **known: Any) -> str:
    """A person that this caseworker has registered; the id."""
    answer = await sends_json(caseworker, "/api/people", {"alias": alias, **known})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def youth_with_case(
    stage: Stage,
    caseworker: Person,
    *,
    alias: str = "Blå rev",
    name: str | None = None,
    thread: str | None = None,
) -> tuple[str, str]:
    """
    A person with an open case of this caseworker's: the ids of both.

    With `thread`, the thread is tied to the person too. One that the bridge has told nothing of
    is first made, with a yes to the journal (`s_<thread>`) and one contact of the caseworker's.
    """
    body = {"alias": alias, "name": name, "case": True}
    answer = await sends_json(caseworker, "/api/people", body)
    assert answer.status_code == 201, answer.text
    person, case = str(answer.json()["id"]), str(answer.json()["case"]["id"])
    if thread is not None and (await ties(caseworker, person, thread)).status_code == 404:
        await talked_to(stage, caseworker, thread, alias=alias)
        assert (await ties(caseworker, person, thread)).status_code == 201
    return person, case


async def talked_to(
    stage: Stage, caseworker: Person, thread: str, *, alias: str = "Blå rev"
) -> None:
    """The youth of this thread has said yes, and this caseworker has been in contact with them."""
    conversation = f"c_of_{thread}"
    said_yes = consent_body(stage, thread) | {"conversation": conversation, "alias": alias}
    assert (await stage.bridge.put(f"consents/s_{thread}", said_yes)).status_code == 201
    contact = contact_body(stage, conversation, by=caseworker.id, thread=thread, alias=alias)
    assert (await stage.bridge.put(f"contacts/{conversation}", contact)).status_code == 201


async def ties(caseworker: Person, person: str, thread: str) -> httpx.Response:
    """Tie a thread to a person."""
    body = {"thread": thread, "reason": "Ungdommen sa det selv."}
    return await sends_json(caseworker, f"/api/people/{person}/threads", body)


async def compares(stage: Stage) -> None:
    """Everybody is compared, as after a start."""
    await Comparing(store=stage.store).catch_up()


async def restricted(stage: Stage, person: str) -> None:
    """The team leader has decided that this person is kept, and not read in daily use."""
    async with stage.writing() as writing:
        row = await writing.session.get_one(Youth, person)
        row.restricted_at = stage.clock.now()


async def audited(stage: Stage, what: str) -> list[dict[str, Any]]:
    """What the audit says of one kind of deed, in order."""
    async with stage.reading() as reading:
        found = select(AuditEvent.event).where(AuditEvent.what == what).order_by(AuditEvent.n)
        return [json.loads(event) for event in await reading.session.scalars(found)]
