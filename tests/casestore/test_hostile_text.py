"""
What somebody writes is text, wherever it is written and wherever it is shown again.

The fields are read from the application's own routes, as in the access matrix: a new one is tried
by that alone. Everything is sent first, and then every page, table and file is looked through.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest
from typing_extensions import override

from casestore.access.rules import Relation
from casestore.ids import new_id
from casestore.users.rules import Role
from tests.casestore.matrix_fields import FILES, fill
from tests.casestore.matrix_world import World, world_on
from tests.casestore.stage import Stage
from tests.casestore.test_access_matrix import ROUTES, Route, on_one, order

LIVE: Final = (
    "</textarea></title><script>xklive()</script><xk-live>\"'><xk-live onxk=1 href='javascript:xk'>"
)
HOSTILE: Final = {
    "markup": LIVE,
    "formula": "=HYPERLINK(xkformula)",
    "tab formula": "\t@xkformula",
    "unseen": "a\u202e\u200b\u2066\ufeff\x00\x1b[2Jb",
    "paths": "..\\..\\C:\\CON\x00/../etc/passwd" + "n" * 300,
    "much": "x" * 100_000,
    "blank": " \u00a0\u3000\n",
}
QUICK: Final = ("markup", "formula")
SELDOM: Final = sorted(set(HOSTILE) - set(QUICK))
SLOW: Final = pytest.mark.slow
# Signs that no UTF-8 has: half a pair, cut short, too long for what it says.
BROKEN: Final = ("%ED%A0%80", "%FF%FE", "%C0%AF", "%F0%9F")
FORMULA: Final = re.compile(r"\s*[=+\-@\t\r]")


ENDING: Final = re.compile(r"close|hand|merge|move|/end|remove|delet|restrict|role|employ")
"""What takes something out of reach is tried last."""


def writes() -> list[Route]:
    """What takes something from somebody. To log out would end the play."""
    found = [r for r in ROUTES if r.method != "GET" and r.path != "/logout"]
    # Passwords and second factors are compared and never shown; test_accounts.py tries them.
    kept = [r for r in found if not r.path.startswith("/account/")]
    return sorted(kept, key=lambda r: (bool(ENDING.search(r.path)), order(r)))


def names(route: Route) -> list[str]:
    return sorted((route.fields | route.document) - {"form_token"})


async def sent(
    world: World, role: Role, route: Route, changed: Mapping[str, object], *, raw: str = ""
) -> httpx.Response:
    """Send a route its own good fields, with some of them changed; `raw` goes as it is."""
    person, thing = world.people[role], world.things[role, Relation.OWN]
    path = re.sub(r"\{(\w+)\}", lambda m: fill(route, m[1], world, thing), route.path)
    told: dict[str, Any] = {name: fill(route, name, world, thing) for name in names(route)}
    told |= changed
    token = world.alone[f"token {role}"]
    if route.is_json:
        headers = {
            "X-Form-Token": token, "Content-Type": "application/json",
            "Idempotency-Key": new_id("try"), "If-Match": f'"{world.alone.get("version", "1")}"',
        }  # fmt: skip
        return await person.http.request(
            route.method, path, content=json.dumps(told).encode(), headers=headers
        )
    told |= {"form_token": token}
    if (route.method, route.path) in FILES:
        told |= {**FILES[route.method, route.path], **changed}
        named = str(changed.get("file_name", "papir.png"))
        files = {"file": (named.replace("\x00", ""), b"%PDF-1.4 nei", "image/png")}
        return await person.http.post(path, data=told, files=files)
    body = urlencode({name: "" if value is None else value for name, value in told.items()}, True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return await person.http.request(route.method, path, content=body + raw, headers=headers)


async def newest(world: World, role: Role, route: Route, changed: dict[str, str]) -> httpx.Response:
    """The same, of the newest version: what is lost to somebody else's change tries nothing."""
    answer = await sent(world, role, route, changed)
    for version in map(str, range(2, 40)):
        if answer.status_code not in {409, 412}:
            break
        if route.is_json:
            world.alone["version"] = version
            answer = await sent(world, role, route, changed)
        elif "version" in names(route) and "version" not in changed:
            answer = await sent(world, role, route, {**changed, "version": version})
    world.alone.pop("version", None)
    return answer


class Parsed(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.live: list[str] = []
        self.feed(text)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xk-live" or (tag == "script" and dict(attrs).get("src") is None):
            self.live.append(tag)
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*javascript:", value or ""):
                self.live.append(f"{tag} {name}")


def live_in(answer: httpx.Response) -> list[str]:
    """What would be run by whoever opens this."""
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        return [
            *Parsed(answer.text).live,
            *(["49"] if "49" in re.findall("'>49", answer.text) else []),
        ]
    if kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        return [cell for row in rows for cell in row if "xk" in cell and FORMULA.match(cell)]
    return []


def pages(world: World, role: Role) -> Iterator[tuple[str, dict[str, str]]]:
    thing = world.things[role, Relation.OWN]
    for route in ROUTES:
        if route.method == "GET":
            told = {name: str(fill(route, name, world, thing)) for name in route.query}
            found = route.path
            for name in re.findall(r"\{(\w+)\}", route.path):
                found = found.replace(f"{{{name}}}", str(fill(route, name, world, thing)))
            yield found, told


@on_one
@pytest.mark.parametrize("kind", [*QUICK, *(pytest.param(each, marks=SLOW) for each in SELDOM)])
async def test_whatever_is_written_is_shown_as_text_or_refused(stage: Stage, kind: str) -> None:
    """One field that is shown raw is a way into every caseworker's browser or spreadsheet."""
    world = await world_on(stage)
    kept = 0
    for role in (Role.CASEWORKER, Role.TEAM_LEADER):
        world.alone[f"token {role}"] = await world.people[role].form_token()
        for route in writes():
            for name in names(route):
                answer = await newest(world, role, route, {name: HOSTILE[kind]})
                assert answer.status_code < 500, (route.method, route.path, name)
                assert not live_in(answer), (route.method, route.path, name)
                kept += answer.status_code in {201, 303}
    assert kind == "much" or kept > 20, "little of it was kept: then little is tried"
    shown = 0
    for role in (Role.CASEWORKER, Role.TEAM_LEADER):
        for path, query in pages(world, role):
            answer = await world.people[role].http.get(path, params=query)
            assert answer.status_code < 500, path
            assert not live_in(answer), path
            shown += "&lt;xk-live" in answer.text or "xkformula" in answer.text
    assert kind not in QUICK or shown > 5, "little of it is shown: then little is tried"


@on_one
async def test_what_is_no_text_at_all_is_refused_and_breaks_nothing(stage: Stage) -> None:
    """Half a sign from a damaged copy must be answered, and not be a 500 that is tried for ever."""
    world = await world_on(stage)
    role = Role.TEAM_LEADER
    world.alone[f"token {role}"] = await world.people[role].form_token()
    for route in writes():
        for name in names(route):
            if route.is_json:
                answer = await sent(world, role, route, {name: "\ud800"})
                assert answer.status_code in range(400, 500), (route.path, name)
            elif (route.method, route.path) not in FILES:
                for broken in BROKEN[:2]:
                    answer = await sent(world, role, route, {}, raw=f"&{name}={broken}")
                    assert answer.status_code < 500, (route.path, name, broken)
