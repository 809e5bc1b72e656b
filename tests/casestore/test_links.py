"""Tying a Slack account to an employee: by a code, once, in time."""

import re
from datetime import timedelta

from httpx import Response

from casestore.links.rules import HOLDS, WRONG_AT_MOST
from tests.casestore.stage import Person, Stage


async def code_of(person: Person) -> str:
    page = (await person.sends("/slack/code")).text
    found = re.search(r"Koden er </span>(\w{4})<span[^>]*> </span>(\w{4})", page)
    assert found is not None
    return found[1] + found[2]


async def tie(stage: Stage, code: str, slack_user: str = "U0BERIT") -> Response:
    body = {"code": code, "slack_user": slack_user}
    return await stage.bridge.http.post("/api/bridge/links", json=body)


async def test_an_employee_ties_their_slack_account_with_a_code(stage: Stage) -> None:
    """Only a linked employee can speak to a youth, so the link must be the right one."""
    berit = await stage.person("berit")
    code = await code_of(berit)

    tied = await tie(stage, f"{code[:4].lower()} {code[4:]}")
    asked_again = await tie(stage, code)
    by_another = await tie(stage, code, "U0ARNE")

    assert (tied.status_code, tied.json()) == (200, {"employee": berit.id, "role": "caseworker"})
    assert asked_again.status_code == 200
    assert (by_another.status_code, by_another.json()["type"]) == (404, "urn:utebru:unknown-code")
    told = (await stage.bridge.get("employees")).json()["employees"]
    assert told == [{"id": berit.id, "role": "caseworker", "active": True, "slack_user": "U0BERIT"}]
    assert "er koblet til" in await berit.sees("/slack")


async def test_a_code_holds_ten_minutes_and_only_the_latest(stage: Stage) -> None:
    """A code on a note on the desk must be worth nothing after lunch."""
    berit = await stage.person("berit")
    first, second = await code_of(berit), await code_of(berit)

    assert (await tie(stage, first)).status_code == 404
    stage.clock.move(HOLDS)
    assert (await tie(stage, second)).status_code == 404


async def test_one_slack_account_is_one_employee(stage: Stage) -> None:
    """Two employees behind one account: nobody could say who wrote to the youth."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    await tie(stage, await code_of(berit))

    taken = await tie(stage, await code_of(arne))
    assert (taken.status_code, taken.json()["type"]) == (409, "urn:utebru:already-linked")

    await berit.sends("/slack/untie")
    assert (await tie(stage, await code_of(arne))).status_code == 200


async def test_codes_cannot_be_guessed_at_leisure(stage: Stage) -> None:
    """Whoever sits in the Slack room could otherwise try until they are an employee."""
    berit = await stage.person("berit")
    wrong = [await tie(stage, f"WRONG{n:03}") for n in range(WRONG_AT_MOST)]
    right_but_late = await tie(stage, await code_of(berit))
    stage.clock.move(timedelta(minutes=10))
    after = await tie(stage, await code_of(berit))

    assert {answer.status_code for answer in wrong} == {404}
    assert right_but_late.status_code == 429
    assert after.status_code == 200
