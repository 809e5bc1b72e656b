"""A list that grows for years is given some at a time, and nothing falls between two pages."""

from typing import Any

import pytest

from casestore.edge import bridge_only
from casestore.paging import PAGE, page_of
from casestore.problems import Problem
from casestore.routers import ROUTERS
from casestore.users.rules import Role
from casestore.users.tables import User
from tests.casestore.people import youth
from tests.casestore.stage import Stage
from tests.casestore.test_access_matrix import dependants, every

NO_LISTS = {
    "/api/audit/chains",
    "/api/here",
    "/api/openapi.json",
    "/api/processing",
    "/api/statistics",
}
"""Two chains, what the code says of itself, one period's numbers: they do not grow."""


def lists() -> list[Any]:
    return [
        route
        for router in ROUTERS
        for route in every(router)
        if route.path.startswith("/api/")
        and "GET" in (route.methods or ())
        and not route.path.endswith("}")
        and not any(d.call is bridge_only for d in dependants(route.dependant))
        and route.path not in NO_LISTS
    ]


async def test_every_list_takes_a_cursor_and_looks_at_it(stage: Stage) -> None:
    """A list without a bound is one that stops working in its third year."""
    tove = await stage.leader()
    person = await youth(tove)

    answers = {}
    for route in lists():
        path = route.path.replace("{person_id}", person)
        whole = await tove.http.get(path)
        assert "next" in whole.json(), route.path
        wrong = await tove.http.get(path, params={"after": "not a cursor"})
        answers[route.path] = wrong.status_code

    assert len(answers) >= 9
    assert set(answers.values()) == {422}, answers


async def test_the_accounts_are_all_given_once_over_the_pages(stage: Stage) -> None:
    """The colleague on the second page is one who can still log in."""
    tove = await stage.leader()
    async with stage.writing() as writing:
        writing.session.add_all(
            User(
                id=f"e_{n:03}", team=writing.team, login=f"n{n}", name="Nina", password="-",
                role=Role.CASEWORKER, password_temporary=False, active=n % 2 == 0, failures=0,
                totp_step=0, created_at=writing.now,
            )
            for n in range(2 * PAGE)
        )  # fmt: skip
    given: list[str] = []
    sizes = []
    after: dict[str, str] = {}
    while True:
        told = (await tove.http.get("/api/accounts", params=after)).json()
        given += [line["id"] for line in told["accounts"]]
        sizes.append(len(told["accounts"]))
        if told["next"] is None:
            break
        after = {"after": told["next"]}

    assert sizes == [PAGE, PAGE, 1]
    assert len(set(given)) == len(given) == 2 * PAGE + 1


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE])
def test_no_page_is_longer_than_agreed_and_the_last_says_so(count: int) -> None:
    """One line too few is a youth nobody sees."""
    every_one = [str(n) for n in range(count)]
    given: list[str] = []
    after: str | None = None
    while True:
        shown, after = page_of(every_one, after, str)
        assert len(shown) <= PAGE
        given += shown
        if after is None:
            break
    assert given == every_one


def test_a_cursor_that_names_nothing_is_refused() -> None:
    """To begin anew in silence would show the first page twice, and the last never."""
    with pytest.raises(Problem):
        page_of(["a"], "b", str)
