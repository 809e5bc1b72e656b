"""No two people overwrite each other over JSON: what was read is said when it is changed."""

import re

import httpx
import pytest

from casestore.routers import ROUTERS
from casestore.versions import seen_version
from tests.casestore.people import audited, sends_json, youth, youth_with_case
from tests.casestore.stage import Person, Stage
from tests.casestore.test_access_matrix import dependants, every

TAGGED = {
    ("PUT", "/api/people/{person_id}"),
    ("POST", "/api/people/{person_id}/merge"),
    ("POST", "/api/cases/{case_id}/handover"),
    ("POST", "/api/cases/{case_id}/close"),
    ("POST", "/api/cases/{case_id}/title"),
    ("POST", "/api/cases/{case_id}/hand-back"),
    ("PUT", "/api/cases/{case_id}/parties/{party_id}"),
    ("POST", "/api/cases/{case_id}/parties/{party_id}/remove"),
    ("PUT", "/api/notes/{note_id}"),
    ("POST", "/api/notes/{note_id}/delete"),
    ("POST", "/api/accounts/{user}/role"),
    ("POST", "/api/accounts/{user}/employment"),
}


async def changes(
    person: Person, path: str, body: object, *, match: str | None, method: str = "PUT"
) -> httpx.Response:
    headers = {"X-Form-Token": await person.form_token(), "Idempotency-Key": "a-key-of-the-test"}
    if match is not None:
        headers["If-Match"] = match
    return await person.http.request(method, path, json=body, headers=headers)


def test_what_is_edited_from_a_version_says_so_in_its_header() -> None:
    """A version in a body here and in a header there is one that somebody forgets."""
    found = {
        (method, route.path)
        for router in ROUTERS
        for route in every(router)
        for method in route.methods or ()
        if any(d.call is seen_version for d in dependants(route.dependant))
    }
    assert found == TAGGED


@pytest.mark.parametrize(
    ("match", "status"),
    [
        (None, 428), ("*", 428), ('"1"', 412), ('W/"2"', 412), ("2", 412), ('"2", "3"', 412),
        ('"x"', 412), ('"2"', 200),
    ],
)  # fmt: skip
async def test_only_who_has_read_the_newest_changes_it(
    stage: Stage, match: str | None, status: int
) -> None:
    """A name that a colleague has just corrected must not come back wrong."""
    berit = await stage.person("berit")
    person = await youth(berit, alias="Blå rev")
    path = f"/api/people/{person}"
    first = (await berit.http.get(path)).headers["etag"]
    corrected = await changes(berit, path, {"alias": "Grå rev"}, match=first)

    answer = await changes(berit, path, {"alias": "Svart rev"}, match=match)

    assert (first, corrected.headers["etag"]) == ('"1"', '"2"')
    # The same key with another version is another write; without any it is never looked at.
    wanted = 422 if status in {200, 412} and re.fullmatch(r'"[12]"', match or "") else status
    assert answer.status_code == wanted


async def test_a_case_a_note_and_an_account_say_their_version(stage: Stage) -> None:
    """Whoever may change it gets to know from what."""
    berit, tove = await stage.person("berit"), await stage.leader()
    _, case = await youth_with_case(stage, berit, thread="t_rev")
    note = {
        "id": "n_1", "kind": "talk", "at": stage.at(-60), "minutes": 5, "words": "En prat.",
        "finish": False,
    }  # fmt: skip
    made = await sends_json(berit, f"/api/cases/{case}/notes", note)

    tags = [
        made.headers["etag"],
        (await berit.http.get("/api/notes/n_1")).headers["etag"],
        (await berit.http.get(f"/api/cases/{case}")).headers["etag"],
        (await tove.http.get(f"/api/accounts/{berit.id}")).headers["etag"],
    ]
    account = await changes(
        tove, f"/api/accounts/{berit.id}/role", {"role": "department_head", "reason": "Ny jobb"},
        match=tags[3], method="POST",
    )  # fmt: skip

    assert tags[:3] == ['"1"', '"1"', '"1"']
    assert account.status_code == 200
    assert (await tove.http.get(f"/api/accounts/{berit.id}")).headers["etag"] != tags[3]
    assert (await tove.http.get("/api/accounts/e_nobody")).status_code == 404


async def test_every_read_is_whole_and_noted(stage: Stage) -> None:
    """A 304 would be a read that left no trace."""
    berit = await stage.person("berit")
    person = await youth(berit)
    tag = (await berit.http.get(f"/api/people/{person}")).headers["etag"]

    again = await berit.http.get(f"/api/people/{person}", headers={"If-None-Match": tag})

    assert again.status_code == 200
    assert len(await audited(stage, "person.read")) == 2
