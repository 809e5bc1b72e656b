"""The description of the API: served to who may use it, whole, and true."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import ValidationError

from casestore.answers import ById, JsonRoute, Kept
from casestore.openapi.describing import describe
from casestore.openapi.reading_routes import json_routes
from casestore.routers import ROUTERS
from casestore.users.rules import Role
from tests.casestore.api_roles import BRIDGE, SIDES, tries
from tests.casestore.people import sends_json
from tests.casestore.stage import SITE, Stage, client, transcript_body

TELLS_NOTHING = {"GET /api/here"}
"""A page of ours asks whether its log-in still holds; the answer is empty."""

on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return describe(ROUTERS)


def operations(description: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in description["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def under_api(routers: tuple[APIRouter, ...]) -> set[str]:
    return {
        f"{method} {route.path}"
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and route.path.startswith("/api/")
        for method in route.methods or ()
    }


def test_every_json_route_is_described_with_the_model_of_its_answer(
    description: dict[str, Any],
) -> None:
    """A route that is not described is one that nobody outside can build on."""
    told = dict(operations(description))

    assert set(told) == under_api(ROUTERS) - TELLS_NOTHING
    for name, operation in told.items():
        good = {s: r for s, r in operation["responses"].items() if s.startswith("2")}
        assert good, name
        for answer in good.values():
            ref = answer["content"]["application/json"]["schema"]["$ref"]
            assert ref.rpartition("/")[2] in description["components"]["schemas"], name


def test_every_reference_leads_somewhere_and_no_two_models_share_a_name(
    description: dict[str, Any],
) -> None:
    """A name with the module in it means that two models wanted the same one."""
    schemas = description["components"]["schemas"]
    said = json.dumps(description)

    named = {part.partition('"')[0] for part in said.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)
    assert not [name for name in schemas if "__" in name]


def test_an_operation_is_called_by_one_name_only(description: dict[str, Any]) -> None:
    """Programs are made from the names, and two of a name become one function."""
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(names) == len(set(names))


def test_what_a_route_depends_on_is_what_is_described(description: dict[str, Any]) -> None:
    """Whoever adds a body or a form token to a route has described it by that."""
    told = dict(operations(description))
    for read in json_routes(ROUTERS):
        operation = told[f"{read.method} {read.route.path}"]
        statuses = set(operation["responses"])
        if read.body:
            assert operation["requestBody"]["required"]
            assert statuses >= {"400", "413", "415", "422"}
        if read.actions and not read.is_the_bridges:
            assert statuses >= {"401", "503"}
            assert "session" in operation["security"][0]
        assert ("form_token" in str(operation["security"])) is read.has_form_token
        if read.is_the_bridges:
            assert {"bridge": []} in operation["security"]


def test_the_limits_that_are_kept_are_the_limits_that_are_told(
    description: dict[str, Any],
) -> None:
    """Somebody who builds a form from the description must not be surprised by a 422."""
    told = dict(operations(description))

    attachment = told["PUT /api/bridge/transcripts/{conversation}/attachments/{attachment_id}"]
    headers = {p["name"]: p["schema"] for p in attachment["parameters"]}
    assert headers["x-sha256"]["pattern"] == "^[0-9a-f]{64}$"
    cases = {p["name"]: p["schema"] for p in told["GET /api/cases"]["parameters"]}
    assert cases["after"] == {"type": "string", "maxLength": 160}
    assert cases["status"]["enum"] == ["open", "closed", "any"]
    search = description["components"]["schemas"]["Query"]
    assert search["properties"]["query"]["maxLength"] == 200
    assert search["additionalProperties"] is False


def test_what_is_answered_is_checked_when_it_is_made() -> None:
    """An answer that is not as described is our mistake, and must not look like the truth."""
    with pytest.raises(ValidationError) as caught:
        ById(id="hemmelig og ikke en id")

    assert "hemmelig" not in str(caught.value)
    assert "x_1" not in repr(ById(id="x_1"))


def test_a_route_that_does_not_say_what_it_answers_is_not_described() -> None:
    """It would be served, and nobody would know what came."""
    router = APIRouter(prefix="/api", route_class=JsonRoute)

    @router.get("/silent")
    async def silent() -> dict[str, str]:
        return {}

    with pytest.raises(TypeError, match="/api/silent"):
        describe([router])


def test_what_is_kept_again_is_told_from_what_is_new() -> None:
    """The bridge asks again after a crash, and learns which it was."""
    assert [Kept(ById(id="x_1"), new=new).status_code for new in (True, False)] == [201, 200]


@on_one
async def test_it_is_served_to_who_may_use_it_and_to_nobody_else(stage: Stage) -> None:
    """What there is to attack is no secret, but it is nobody else's business either."""
    berit = await stage.person("berit")
    stranger = await stage.stack.enter_async_context(client(stage.app, {"Origin": SITE}))
    wrong = {"Authorization": "Bearer a-guess"}

    employees = await berit.http.get("/api/openapi.json")
    bridges = await stage.bridge.http.get("/api/openapi.json")

    assert (employees.status_code, employees.json()) == (200, bridges.json())
    assert employees.json()["openapi"] == "3.1.0"
    assert (await stranger.get("/api/openapi.json")).status_code == 401
    assert (await berit.http.get("/api/openapi.json", headers=wrong)).status_code == 401


@on_one
async def test_a_body_that_does_not_say_that_it_is_json_is_refused(stage: Stage) -> None:
    """A form on another site can send JSON under another name; a program has no reason to."""
    berit = await stage.person("berit")
    token = await berit.form_token()

    for kind, status in (
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("text/plain", 415),
        ("application/json; charset=latin-1", 415),
        ("", 415),
    ):
        answer = await berit.http.post(
            "/api/people",
            content=b'{"alias":"Rev"}',
            headers={
                "Content-Type": kind,
                "X-Form-Token": token,
                "Idempotency-Key": f"a-key-for-{status}-{len(kind)}",
            },
        )
        assert answer.status_code == status, kind


@on_one
async def test_the_forms_that_had_only_pages_do_the_same_as_json(stage: Stage) -> None:
    """One service behind both: what a page shows is what was sent as JSON."""
    berit, tove = await stage.person("berit"), await stage.leader()
    made = await sends_json(berit, "/api/people", {"alias": "Rev", "case": True})
    case = made.json()["case"]["id"]

    titled = await sends_json(berit, f"/api/cases/{case}/title", {"title": "Skole", "version": 1})
    mother = {"id": "party_mor_1", "name": "Mor", "role": "school", "contact": ""}
    added = await sends_json(berit, f"/api/cases/{case}/parties", mother)
    changed = await sends_json(
        berit,
        f"/api/cases/{case}/parties/party_mor_1",
        {"name": "Far", "role": "school", "contact": "", "version": 1},
        method="PUT",
    )
    stale = await sends_json(berit, f"/api/cases/{case}/parties/party_mor_1/remove", {"version": 1})
    page = await berit.sees(f"/cases/{case}")
    removed = await sends_json(
        berit, f"/api/cases/{case}/parties/party_mor_1/remove", {"version": 2}
    )
    chain = (await tove.http.get("/api/audit/chains")).json()[0]
    printed = {"chain": chain["chain"], "n": chain["count"], "digits": chain["head"]}
    agreed = await sends_json(tove, "/api/audit/anchors", printed)
    forged = await sends_json(tove, "/api/audit/anchors", printed | {"digits": "0" * 64})
    password = await sends_json(
        tove, f"/api/accounts/{berit.id}/password", {"reason": "Glemte det."}
    )

    assert (titled.status_code, titled.json()["version"]) == (200, 2)
    assert (added.status_code, changed.status_code, stale.status_code) == (201, 200, 412)
    assert "Skole" in page
    assert "Far" in page
    assert removed.json()["removed_at"] is not None
    assert (agreed.json(), forged.json()) == ({"agrees": True}, {"agrees": False})
    assert (await berit.http.get("/api/cases")).status_code == 401
    assert (await berit.logs_in(password.json()["password"])).status_code == 303


@on_one
async def test_a_task_is_followed_up_as_json_once(stage: Stage) -> None:
    """What a youth has asked for is answered by one person, and only who leads sees it."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await stage.agreed()
    asked = {
        "thread": "t_rev", "alias": "Blå rev", "channel": "telegram", "kind": "access",
        "asked_at": stage.at(),
    }  # fmt: skip
    await stage.bridge.put("requests/r_1", asked)

    waiting = (await tove.http.get("/api/tasks")).json()["tasks"]
    path, told = f"/api/tasks/{waiting[0]['id']}/done", {"note": "Ga koden."}
    notes = ("Ga koden.", "Ga koden.", "Gjorde noe annet.")
    answers = [(await sends_json(tove, path, {"note": each})).status_code for each in notes]
    left = (await tove.http.get("/api/tasks")).json()
    done = (await tove.http.get("/api/tasks", params={"done": True})).json()

    assert answers == [200, 200, 409]
    assert (left["tasks"], done["tasks"][0]["note"]) == ([], "Ga koden.")
    assert (await berit.http.get("/api/tasks")).json() == {"tasks": [], "next": None}
    assert (await sends_json(berit, path, told)).status_code == 403


@on_one
async def test_a_conversation_gives_a_new_person_and_their_first_case(stage: Stage) -> None:
    """Whoever writes for the first time is registered in one step, or not at all."""
    berit = await stage.person("berit")
    await stage.agreed()
    await stage.bridge.put("transcripts/c_1", transcript_body(stage, author=berit.id))
    told = {"person": "p_ny_1", "case": "case_ny_1", "alias": "Rev", "reason": "Skrev selv."}

    nameless = await sends_json(berit, "/api/journal/c_1/person", told | {"alias": " "})
    placed = await sends_json(berit, "/api/journal/c_1/person", told)

    assert nameless.status_code == 422
    assert (placed.status_code, placed.json()) == (
        201, {"conversation": "c_1", "case": "case_ny_1", "person": "p_ny_1"},
    )  # fmt: skip
    assert (await berit.http.get("/api/people/p_ny_1")).status_code == 200


@on_one
async def test_a_case_is_given_back_to_who_gave_it(stage: Stage) -> None:
    """Who was given a case by mistake must not need the giver to take it back."""
    berit, kari = await stage.person("berit"), await stage.person("kari")
    made = await sends_json(berit, "/api/people", {"alias": "Rev", "case": True})
    case = made.json()["case"]["id"]
    over = {"id": "x_over", "to": kari.id, "reason": "Ferie.", "version": 1}
    assert (await sends_json(berit, f"/api/cases/{case}/handover", over)).status_code == 201
    back = {"id": "x_back", "reason": "Jeg har ferie, jeg også.", "version": 2}

    given = [await sends_json(kari, f"/api/cases/{case}/hand-back", back) for _ in range(2)]

    assert [answer.json()["to"] for answer in given] == [berit.id, berit.id]
    assert (await berit.http.get(f"/api/cases/{case}")).json()["responsible"] == berit.id


@on_one
@pytest.mark.parametrize("side", SIDES)
async def test_it_holds_against_what_is_made_from_it(stage: Stage, side: str) -> None:
    """A description that is nearly true is believed, and that is worse than none."""
    tally, _ = await tries(stage, side, each=2, most=4, number=20261127)

    assert not tally.broken, "\n\n".join(tally.broken.values())
    assert tally.taken > 0.02


@on_one
@pytest.mark.slow
@pytest.mark.parametrize("side", SIDES)
async def test_it_holds_for_ten_thousand_calls(stage: Stage, side: str) -> None:
    """Seldom is often, when everybody asks every day."""
    each = 450 if side == BRIDGE else 65

    tally, never = await tries(stage, side, each=each, most=None, number=20261127)

    print(side, tally.calls, f"{tally.taken:.1%}", dict(sorted(tally.statuses.items())))  # noqa: T201
    assert not tally.broken, "\n\n".join(tally.broken.values())
    assert tally.calls >= 10_000
    # The second person of a disposal is tried with the deletions: it takes years of waiting.
    if side in {Role.TEAM_LEADER, BRIDGE}:
        assert never <= {"POST /api/deletions/{decision_id}/confirm"}, sorted(never)


def test_the_whole_is_openapi(description: dict[str, Any]) -> None:
    """Tools refuse what is not, and say so in words that help nobody."""
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    assert description["components"]["securitySchemes"].keys() == {
        "session",
        "form_token",
        "bridge",
    }
