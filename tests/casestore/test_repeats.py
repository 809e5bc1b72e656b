"""A write that comes again is done once, and who asks hears the same answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from typing_extensions import override

from casestore.access.gate import Asks
from casestore.access.rules import Answer, Relation, ever
from casestore.edge import bridge_only, writing_edge
from casestore.people.tables import Person as Youth
from casestore.repeats.keeping import sweep
from casestore.repeats.route import Once
from casestore.repeats.rules import NEARNESS, WRITES
from casestore.repeats.tables import KeptAnswer
from casestore.routers import ROUTERS
from casestore.users.rules import Role
from casestore.users.sessions import COOKIE
from casestore.users.tables import User
from tests.casestore.deleting import deletes, everything
from tests.casestore.matrix_world import another, employees_on
from tests.casestore.people import audited, restricted, sends_json, youth_with_case
from tests.casestore.stage import Person, Stage, staged
from tests.casestore.test_access_matrix import ROUTES, dependants, every, on_one
from tests.casestore.test_hostile_text import sent
from tests.support.clock import StoppedClock

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
OTHER = "0b6d3c0e-5d5f-4a5f-9f34-2f0f3c4f7d11"
MAJA = {"alias": "Kanarifugl", "name": "Maja Kanarinavn"}


async def sends(
    person: Person,
    path: str = "/api/people",
    body: object = MAJA,
    *,
    key: str | None = KEY,
    method: str = "POST",
    **headers: str,
) -> httpx.Response:
    """Send a write with this key, quoted as the draft has it."""
    told = {"X-Form-Token": await person.form_token(), **headers}
    if key is not None:
        told["Idempotency-Key"] = f'"{key}"'
    return await person.http.request(method, path, json=body, headers=told)


async def count(stage: Stage, table: Any) -> int:
    async with stage.reading() as reading:
        return await reading.session.scalar(select(func.count()).select_from(table)) or 0


async def test_a_tool_that_did_not_hear_asks_again_and_one_youth_is_registered(
    stage: Stage,
) -> None:
    """Two records of one youth is a case file where half is missing, whichever is opened."""
    berit = await stage.person("berit")

    first = await sends(berit)
    again = await sends(berit, body=dict(reversed(MAJA.items())))
    unquoted = await berit.http.post(
        "/api/people", json=MAJA,
        headers={"X-Form-Token": await berit.form_token(), "Idempotency-Key": KEY},
    )  # fmt: skip

    assert first.status_code == 201
    for answer in (again, unquoted):
        assert (answer.status_code, answer.content) == (201, first.content)
        assert answer.headers["etag"] == first.headers["etag"] == '"1"'
        assert answer.headers["content-type"] == first.headers["content-type"]
    assert await count(stage, Youth) == 1
    assert len(await audited(stage, "person.created")) == 1


async def test_of_two_at_once_one_does_it_and_both_hear_the_same(stage: Stage) -> None:
    """A tool that is impatient sends again before the first has been answered."""
    berit = await stage.person("berit")

    both = await asyncio.gather(*(sends(berit) for _ in range(4)))

    assert {(a.status_code, a.content) for a in both} == {(201, both[0].content)}
    assert await count(stage, Youth) == 1
    assert len(await audited(stage, "person.created")) == 1


async def test_the_same_key_for_something_else_is_refused(stage: Stage) -> None:
    """A tool with a bug in its keys must hear of it, and not be told that all is well."""
    berit = await stage.person("berit")
    person = (await sends(berit)).json()["id"]

    other_words = await sends(berit, body=MAJA | {"name": "Kari"})
    other_path = await sends(berit, f"/api/people/{person}/threads", MAJA)
    tie = {"thread": "t_rev", "reason": "Sa det selv."}
    elsewhere = await sends(berit, f"/api/people/{person}/threads", tie)

    assert other_words.json()["type"] == "urn:utebru:idempotency-key-reused"
    assert [a.status_code for a in (other_words, other_path, elsewhere)] == [422, 422, 422]
    assert await count(stage, Youth) == 1


@pytest.mark.parametrize("wrong", ['"short"', '"with " a quote in it"', "æøå" * 9, '"x', ""])
async def test_a_key_that_is_no_key_is_refused(stage: Stage, wrong: str) -> None:
    """A short key is guessed, and used again by mistake."""
    berit = await stage.person("berit")
    headers = {"X-Form-Token": await berit.form_token(), "Idempotency-Key": wrong.encode()}

    answer = await berit.http.post("/api/people", json=MAJA, headers=headers)  # type: ignore[arg-type]

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:utebru:idempotency-key")
    assert await count(stage, Youth) == 0


async def test_what_makes_something_without_an_id_needs_a_key(stage: Stage) -> None:
    """Without either, nobody can tell a repeat from a second youth."""
    berit = await stage.person("berit")

    without = await sends(berit, key=None)
    with_id = await sends(berit, body=MAJA | {"id": "p_of_their_own"}, key=None)

    assert (without.status_code, with_id.status_code) == (400, 201)
    assert without.json()["type"] == "urn:utebru:idempotency-key-missing"
    assert await count(stage, Youth) == 1


async def test_a_refusal_keeps_nothing_and_the_key_may_try_again(stage: Stage) -> None:
    """A mistake in a name must not stand in the way of the right one."""
    berit = await stage.person("berit")

    wrong = await sends(berit, body=MAJA | {"born": "i går"})
    unsigned = await sends(berit, **{"X-Form-Token": "0" * 64})
    kept = await count(stage, KeptAnswer)
    right = await sends(berit)

    assert (wrong.status_code, unsigned.status_code, right.status_code) == (422, 403, 201)
    assert kept == 0


async def test_anothers_key_is_another_key(stage: Stage) -> None:
    """What one employee was answered is nothing a colleague gets by knowing a key."""
    berit, arne = await stage.person("berit"), await stage.person("arne")

    hers, his = await sends(berit), await sends(arne)

    assert (hers.status_code, his.status_code) == (201, 201)
    assert hers.json()["id"] != his.json()["id"]
    assert await count(stage, Youth) == 2


async def test_a_commit_that_fails_leaves_neither_deed_nor_answer(stage: Stage) -> None:
    """The answer and what it tells of are there together, or not at all."""
    berit = await stage.person("berit")
    token = {"X-Form-Token": await berit.form_token(), "Idempotency-Key": KEY}
    engine = stage.store.database.engine.sync_engine
    said: list[str] = []
    blown = 0

    def hears(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    def blows(_connection: object) -> None:
        nonlocal blown
        if any(each.startswith("INSERT INTO persons") for each in said):
            blown += 1
            raise OperationalError("COMMIT", None, Exception("the power went"))

    event.listen(engine, "before_cursor_execute", hears)
    event.listen(engine, "commit", blows)
    try:
        lost = await berit.http.post("/api/people", json=MAJA, headers=token)
    finally:
        event.remove(engine, "before_cursor_execute", hears)
        event.remove(engine, "commit", blows)
    counts = (await count(stage, Youth), await count(stage, KeptAnswer))
    again = await berit.http.post("/api/people", json=MAJA, headers=token)

    assert (blown, lost.status_code, counts) == (1, 503, (0, 0))
    assert again.status_code == 201
    assert (await count(stage, Youth), await count(stage, KeptAnswer)) == (1, 1)


class Unplugged(BaseException):
    """The process died after the commit, before a byte of the answer left."""


@asynccontextmanager
async def started_again(
    stage: Stage, person: Person, tmp_path: Path, clock: StoppedClock
) -> AsyncIterator[Person]:
    """The same database and keys in a new process, and the same browser."""
    async with AsyncExitStack() as stack:
        url = stage.settings.database_url
        other = await stack.enter_async_context(staged(url, tmp_path, clock))
        http = await other.browser()
        http.cookies.set(COOKIE, person.http.cookies[COOKIE])
        yield Person(id=person.id, login=person.login, http=http)


async def test_a_crash_between_the_deed_and_its_answer_is_mended_by_asking_again(
    stage: Stage, tmp_path: Path, clock: StoppedClock
) -> None:
    """The caseworker saw an error; the youth was registered. Trying again must tell her so."""
    berit = await stage.person("berit")
    token = await berit.form_token()

    class DiesBeforeAnswering(httpx.AsyncBaseTransport):
        @override
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            async def send(_message: object) -> None:
                raise Unplugged

            async def receive() -> dict[str, object]:
                return {"type": "http.request", "body": await request.aread(), "more_body": False}

            scope = {
                "type": "http", "http_version": "1.1", "method": request.method,
                "path": request.url.path, "raw_path": request.url.raw_path, "query_string": b"",
                "scheme": "http", "root_path": "", "server": ("store.test", 80),
                "client": ("127.0.0.1", 1),
                "headers": [(k.lower(), v) for k, v in request.headers.raw],
            }  # fmt: skip
            await stage.app(scope, receive, send)
            raise AssertionError("it answered")

    headers = {
        "X-Form-Token": token, "Idempotency-Key": KEY,
        "Cookie": f"{COOKIE}={berit.http.cookies[COOKIE]}",
        "Origin": "http://store.test", "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    async with httpx.AsyncClient(
        transport=DiesBeforeAnswering(), base_url="http://store.test"
    ) as dying:
        with pytest.raises(Unplugged):
            await dying.post("/api/people", json=MAJA, headers=headers)
    async with started_again(stage, berit, tmp_path, clock) as berit_again:
        answer = await sends(berit_again)

    async with stage.reading() as reading:
        (kept,) = await reading.session.scalars(select(Youth.id))
    assert (answer.status_code, answer.json()["id"]) == (201, kept)


async def test_who_may_no_longer_see_it_is_not_told_again(stage: Stage) -> None:
    """A share that has ended takes the answers with it."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    person, case = await youth_with_case(stage, berit, thread="t_rev")
    note = {
        "id": "n_1", "kind": "talk", "at": stage.at(-60), "minutes": 5, "words": "En prat.",
        "finish": False,
    }  # fmt: skip
    told = await sends(berit, f"/api/cases/{case}/notes", note)
    assert told.status_code == 201
    assert (await sends(berit, f"/api/cases/{case}/notes", note)).content == told.content

    await restricted(stage, person)
    hidden = await sends(berit, f"/api/cases/{case}/notes", note)
    elsewhere = await sends(arne, f"/api/cases/{case}/notes", note)

    assert (hidden.status_code, elsewhere.status_code) == (404, 404)


async def test_who_has_lost_their_role_is_not_told_again(stage: Stage) -> None:
    """The first password of a new account is not for who has stopped leading."""
    tove = await stage.leader()
    new = {
        "login": "nina", "name": "Nina", "role": "caseworker", "begins": "2026-11-01",
        "ends": None, "reason": "Ny",
    }  # fmt: skip
    made = await sends(tove, "/api/accounts", new)
    same = await sends(tove, "/api/accounts", new)
    assert made.json()["password"] == same.json()["password"]

    async with stage.writing() as writing:
        (await writing.session.get_one(User, tove.id)).role = "caseworker"
    after = await sends(tove, "/api/accounts", new)

    assert (made.status_code, after.status_code) == (201, 403)


async def test_what_the_deed_itself_took_away_is_told_again(stage: Stage) -> None:
    """A draft is deleted, a case is given away: who did it may still hear that it was done."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    _, case = await youth_with_case(stage, berit)
    body = {"id": "ho_1", "to": arne.id, "reason": "Ferie."}
    path, match = f"/api/cases/{case}/handover", {"If-Match": '"1"'}

    given = await sends(berit, path, body, **match)
    again = await sends(berit, path, body, **match)

    assert given.status_code == 201
    assert (again.status_code, again.content) == (201, given.content)


async def test_the_words_are_in_no_row_and_no_key_of_ours_alone_opens_it(stage: Stage) -> None:
    """Whoever has a copy of the database, and the key file, has not the employee's own key."""
    tove = await stage.leader()
    new = {
        "login": "nina", "name": "Nina Kanari", "role": "caseworker", "begins": "2026-11-01",
        "ends": None, "reason": "Ny",
    }  # fmt: skip
    made = await sends(tove, "/api/accounts", new)

    async with stage.reading() as reading:
        (row,) = await reading.session.scalars(select(KeptAnswer))
        stored = b"|".join((row.key, row.content or b"", row.answer or b""))
    assert row.answer is not None
    for told in (KEY, made.json()["password"], made.json()["id"], "Kanari", "nina"):
        assert told.encode() not in stored


async def test_an_answer_is_kept_for_a_day(stage: Stage, clock: StoppedClock) -> None:
    """What is kept for ever is one more place to look."""
    berit = await stage.person("berit")
    await sends(berit)

    clock.move(timedelta(hours=23, minutes=59))
    await sweep(stage.store)
    kept = await count(stage, KeptAnswer)
    clock.move(timedelta(minutes=1))
    await sweep(stage.store)

    assert (kept, await count(stage, KeptAnswer)) == (1, 0)


async def test_a_key_is_free_again_after_a_day_though_nobody_has_swept(
    stage: Stage, clock: StoppedClock
) -> None:
    """What is answered must not hang on when the hour struck."""
    berit = await stage.person("berit")
    first = await sends(berit)

    clock.move(timedelta(hours=24))
    assert (await berit.logs_in()).status_code == 303
    second = await sends(berit)

    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]


async def test_when_somebody_is_deleted_no_answer_is_left(stage: Stage) -> None:
    """A deletion that leaves a day of answers behind is not true."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await everything(stage, berit)
    mine = await sends(berit, body=MAJA)
    await deletes(tove, person)

    async with stage.reading() as reading:
        rows = (await reading.session.scalars(select(KeptAnswer))).all()
    hers = [row for row in rows if row.user == berit.id]
    again = await sends(berit, body=MAJA)

    assert mine.status_code == 201
    assert hers
    assert [row for row in hers if row.answer or row.content] == []
    assert (again.status_code, again.json()["type"]) == (409, "urn:utebru:answer-gone")
    assert len(await audited(stage, "person.created")) == 2


async def test_a_closed_account_leaves_no_answer(stage: Stage) -> None:
    """Who has left has nothing to hear again."""
    berit, tove = await stage.person("berit"), await stage.leader()
    await sends(berit)

    closed = await sends_json(tove, f"/api/accounts/{berit.id}/close", {"reason": "Sluttet"})

    assert closed.status_code == 200
    async with stage.reading() as reading:
        users = set(await reading.session.scalars(select(KeptAnswer.user)))
    assert users == {tove.id}


LOOKS = {"/api/people/find", "/api/search", "/api/audit/anchors"}
"""They change nothing: to look again is another look, and noted as one."""


def json_writes() -> list[Any]:
    return [
        route
        for router in ROUTERS
        for route in every(router)
        if route.path.startswith("/api/")
        and WRITES & set(route.methods or ())
        and not any(d.call is bridge_only for d in dependants(route.dependant))
    ]


def test_every_json_write_is_done_once() -> None:
    """A new route that is forgotten here does its work twice for whoever is unlucky."""
    writes = json_writes()
    assert {r.path for r in writes if not isinstance(r, Once)} == LOOKS
    assert len(writes) > 35


def test_every_json_write_has_asked_and_read_before_its_key_is_claimed() -> None:
    """A kept answer that was found before the door was passed would be given to anybody."""
    for route in json_writes():
        if route.path in LOOKS:
            continue
        calls = [d.call for d in route.dependant.dependencies]
        claims = calls.index(writing_edge)
        asks = [n for n, call in enumerate(calls) if isinstance(call, Asks)]
        assert asks, route.path
        assert max(asks) < claims, route.path
        reads = [n for n, call in enumerate(calls) if getattr(call, "__name__", "") == "read"]
        assert all(n < claims for n in reads), route.path


@on_one
async def test_no_write_is_done_for_who_has_not_the_token_of_our_pages(stage: Stage) -> None:
    """Another's page can send a write in an employee's browser; it cannot read our pages."""
    world = await employees_on(stage)
    for role in (Role.CASEWORKER, Role.TEAM_LEADER):
        world.things[role, Relation.OWN] = await another(world, role, Relation.OWN)
    wrong: list[tuple[str, str, int]] = []
    for route in (r for r in ROUTES if r.is_json and r.method != "GET" and r.path not in LOOKS):
        leads = ever(Role.CASEWORKER, route.actions[0]) is not Answer.ALLOWED
        role = Role.TEAM_LEADER if leads else Role.CASEWORKER
        shape = {"case": False} if route.path == "/api/people" else {}
        for token in ("", "0" * 64):
            world.alone[f"token {role}"] = token
            answer = await sent(world, role, route, shape)
            if answer.json()["type"] != "urn:utebru:form-token" or answer.status_code != 403:
                wrong.append((route.method, route.path, answer.status_code))
    assert not wrong


def test_every_relation_to_a_youth_is_nearer_or_further() -> None:
    """One that is forgotten here turns a repeat into a mistake of ours."""
    assert set(NEARNESS) == set(Relation) - {Relation.TEAM}
