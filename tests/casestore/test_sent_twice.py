"""
What is sent twice is done once, and whoever pressed twice is told what is so.

Every form and every JSON write is read from the application's own routes: a new one is tried by
that alone, and fails here until `tests/casestore/readied.py` sends it something that is taken.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import httpx
from sqlalchemy import select

from casestore.tables import ALL
from tests.casestore.matrix_world import employees_on
from tests.casestore.readied import Readying
from tests.casestore.stage import Stage
from tests.casestore.test_access_matrix import ROUTES, Route, on_one
from tests.casestore.test_hostile_text import writes
from tests.casestore.test_repeats import LOOKS

Rows = Mapping[str, Counter[str]]

OF_THE_LOG_IN: Final = {"sessions"}
"""When somebody was last seen here: each request says so, also one that does nothing."""
OF_THE_AUDIT: Final = {"audit_events", "audit_head"}
"""A page that is shown again is read again, and each reading is noted: see `read_again`."""
READ: Final = re.compile(r"\.(read|listed|shown|printed)$")

ANEW: Final = {
    "/accounts/{user}/password",
    "/people/{person_id}/journal-access",
    "/slack/code",
}
"""What shows a secret this once is another each time: the last that was shown is what holds."""

TOLD: Final[Mapping[str, int]] = {
    "/accounts": 303,  # leads to the account: the password was shown once, and there is a new one
    "/notes/{note_id}/delete": 404,  # a draft that is deleted leaves nothing to know it by
}
"""Where the second is answered otherwise than the first."""

GONE: Final = "/api/deletions/{decision_id}/carry-out"
"""Of two at once, the later may be told only that it was done (docs/decisions/0012)."""

OTHERWISE: Final[Mapping[str, Any]] = {
    "same": True,
    "reason": "Av en annen grunn.", "words": "Andre ord.", "note": "Noe annet.",
    "comment": "Noe annet.", "alias": "En annen", "name": "En annen", "title": "En annen",
    "what": "Noe annet.", "happened": "Noe annet.", "said": "Noe annet.", "how": "paper",
    "maturity": "Noe annet.", "minutes": 25, "seen": "f" * 64, "affected": ["p_en_annen"],
}  # fmt: skip
"""What makes another write of a body, by the first of its fields that is here."""


async def rows(stage: Stage) -> Rows:
    """Every row of every table, as it stands."""
    found: dict[str, Counter[str]] = {}
    async with stage.reading() as reading:
        for table in ALL.sorted_tables:
            every = await reading.session.execute(select(table))
            found[table.name] = Counter(repr(tuple(row)) for row in every)
    return found


def other_than(before: Rows, after: Rows, *, besides: set[str]) -> list[str]:
    """The tables in which a row was added, changed or taken away."""
    return [name for name, every in after.items() if name not in besides and every != before[name]]


def read_again(before: Rows, after: Rows) -> bool:
    """Whether nothing is noted since but that something was read."""
    noted = after["audit_events"] - before["audit_events"]
    said = [re.findall(r"'([a-z_]+\.[a-z_]+)'", row)[:1] for row in noted]
    return not before["audit_events"] - after["audit_events"] and all(
        READ.search(what[0]) for what in said if what
    )


def forms() -> list[Route]:
    return [route for route in writes() if not route.is_json]


def of_json() -> list[Route]:
    return [route for route in writes() if route.is_json and route.path not in LOOKS]


def told_the_same(first: httpx.Response, second: httpx.Response) -> bool:
    names = ("status_code", "content") if "/api/" in str(first.url) else ("status_code",)
    return (
        [getattr(first, name) for name in names] == [getattr(second, name) for name in names]
        and first.headers.get("location") == second.headers.get("location")
        and first.headers.get("etag") == second.headers.get("etag")
    )


@on_one
async def test_a_form_that_is_pressed_twice_does_one_thing(stage: Stage) -> None:
    """An impatient thumb must not make two youths, nor be told that somebody else was first."""
    readying = Readying(world=await employees_on(stage))
    wrong: list[str] = []
    for route in forms():
        write = await readying.ready(route)
        first = await write.send()
        before = await rows(stage)
        second = await write.send()
        after = await rows(stage)
        name = f"{route.method} {route.path}: {first.status_code}, {second.status_code}"
        if first.status_code >= 400:
            wrong.append(f"{name}: the first was not taken")
        if route.path in ANEW:
            continue
        if changed := other_than(before, after, besides=OF_THE_LOG_IN | OF_THE_AUDIT):
            wrong.append(f"{name}: {changed}")
        if not read_again(before, after):
            wrong.append(f"{name}: it was noted as done twice")
        if route.path in TOLD:
            if second.status_code != TOLD[route.path]:
                wrong.append(f"{name}: told otherwise")
        elif not told_the_same(first, second):
            wrong.append(f"{name}: told otherwise")
    assert not wrong, "\n" + "\n".join(wrong)


@on_one
async def test_a_json_write_with_the_same_key_does_one_thing_and_is_answered_the_same(
    stage: Stage,
) -> None:
    """A tool that did not hear asks again; one that mixes up its keys must be told."""
    readying = Readying(world=await employees_on(stage))
    wrong: list[str] = []
    for route in of_json():
        write = await readying.ready(route)
        first = await write.send()
        before = await rows(stage)
        second = await write.send()
        third = await write.send(otherwise(write.content)) if write.content else None
        after = await rows(stage)
        name = f"{route.method} {route.path}: {first.status_code}, {second.status_code}"
        if not first.is_success:
            wrong.append(f"{name}: the first was not taken: {first.text}")
        if changed := other_than(before, after, besides=OF_THE_LOG_IN):
            wrong.append(f"{name}: {changed}")
        if not told_the_same(first, second):
            wrong.append(f"{name}: {second.text}")
        if third is not None and third.json().get("type") != "urn:utebru:idempotency-key-reused":
            wrong.append(f"{name}: another body under the key: {third.status_code} {third.text}")
    assert not wrong, "\n" + "\n".join(wrong)


def otherwise(content: bytes) -> bytes:
    """The same body with something else in it."""
    told = json.loads(content)
    name = next(name for name in OTHERWISE if name in told)
    assert told[name] != OTHERWISE[name]
    return json.dumps({**told, name: OTHERWISE[name]}).encode()


AT_ONCE: Final[Mapping[str, tuple[str, str]]] = {
    "/cases/{case_id}/notes": ("journal_notes", "note.written"),
    "/api/cases/{case_id}/notes": ("journal_notes", "note.written"),
    "/notes/{note_id}": ("journal_notes", "note.finished"),
    "/contacts": ("contacts", "contact.registered"),
    "/api/contacts": ("contacts", "contact.registered"),
    "/cases/{case_id}/shares": ("shares", "case.shared"),
    "/api/cases/{case_id}/shares": ("shares", "case.shared"),
    "/people/{person_id}/consents": ("consents", "consent.registered"),
    "/api/people/{person_id}/consents": ("consents", "consent.registered"),
    "/people/{person_id}/withdrawals": ("withdrawals", "withdrawal.registered"),
    "/api/people/{person_id}/withdrawals": ("withdrawals", "withdrawal.registered"),
    "/registrations": ("registrations", "registration.sent_in"),
    "/joins/{join_id}/decision": ("join_orders", "join.refused"),
    "/joins/{join_id}/undo": ("join_orders", "join.undone"),
    "/api/joins/{join_id}/undo": ("join_orders", "join.undone"),
    "/concerns": ("concerns", "concern.written"),
    "/api/concerns": ("concerns", "concern.written"),
    "/notes/{note_id}/deletion": ("decisions", "deletion.proposed"),
    "/api/deletions": ("decisions", "deletion.proposed"),
    "/deletions/{decision_id}/confirm": ("decisions", "deletion.confirmed"),
    "/deletions/{decision_id}/carry-out": ("decisions", "deletion.carried_out"),
    "/api/deletions/{decision_id}/carry-out": ("decisions", "deletion.carried_out"),
    "/people/new": ("persons", "person.created"),
    "/reviews": ("reviews", ""),
}
"""What would hurt most if it were done twice: where its row is, and what the audit says of it."""


async def test_two_at_the_same_moment_do_one_thing(stage: Stage) -> None:
    """Two presses travel beside each other; the second looks before the first has been kept."""
    readying = Readying(world=await employees_on(stage))
    found = {route.path: route for route in ROUTES if route.method == "POST"}
    wrong: list[str] = []
    for path, (table, what) in AT_ONCE.items():
        write = await readying.ready(found[path])
        before = await rows(stage)
        both = await asyncio.gather(write.send(), write.send())
        after = await rows(stage)
        new = sum(after[table].values()) - sum(before[table].values())
        noted = [r for r in after["audit_events"] - before["audit_events"] if f"'{what}'" in r]
        name = f"{path}: {[answer.status_code for answer in both]}, {new} new, {len(noted)} noted"
        taken = [answer for answer in both if answer.status_code < 400]
        gone = [answer for answer in both if path == GONE and answer.status_code == 409]
        if len(taken) + len(gone) != 2 or not taken:
            wrong.append(f"{name}: refused")
        if new > 1 or (what and len(noted) != 1):
            wrong.append(f"{name}: done more than once, or never")
        if other_than(before, after, besides=OF_THE_LOG_IN | OF_THE_AUDIT) == []:
            wrong.append(f"{name}: nothing was done")
    assert not wrong, "\n" + "\n".join(wrong)


def test_what_is_left_out_is_there() -> None:
    """A route that is renamed must not leave an exception behind for the next of that name."""
    paths = {route.path for route in writes()}
    assert ANEW | set(TOLD) | {GONE} | set(AT_ONCE) <= paths
