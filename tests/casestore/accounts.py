"""Help for the scenes about accounts: a telephone that reckons codes, and a leader who is in."""

import re
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pyotp

from casestore.ids import new_id
from casestore.users.commands import create_account
from casestore.users.rules import Role
from tests.casestore.stage import PASSWORD, Person, Stage


@dataclass(slots=True, kw_only=True)
class Phone:
    """An employee's telephone, with the clock of the stage."""

    stage: Stage
    secret: str = field(repr=False)

    def code(self, at: datetime | None = None) -> str:
        return pyotp.TOTP(self.secret).at(at or self.stage.clock.now())


def token_in(html: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', html)
    assert found is not None
    return found[1]


async def hired(stage: Stage, login: str, role: Role) -> Person:
    """Somebody with an account who has not logged in."""
    its_id = await create_account(
        stage.settings, login=login, name=login.title(), role=role, password=PASSWORD,
        clock=stage.clock.now,
    )  # fmt: skip
    return Person(id=its_id, login=login, http=await stage.browser())


async def enrols(stage: Stage, person: Person) -> Phone:
    """Who is logged in sets up their second factor."""
    path = "/account/second-factor"
    token = token_in(await person.sees(path))
    assert (await person.http.post(path, data={"form_token": token})).status_code == 303
    page = await person.sees(path)
    found = re.search(r'<code class="long">([A-Z2-7 ]+)</code>', page)
    assert found is not None
    phone = Phone(stage=stage, secret=found[1].replace(" ", ""))
    done = await person.http.post(
        f"{path}/confirm", data={"form_token": token_in(page), "code": phone.code()}
    )
    assert done.status_code == 303, done.text
    return phone


async def gives(person: Person, code: str) -> httpx.Response:
    """Who has given a password gives a code."""
    token = token_in(await person.sees("/login/code"))
    return await person.http.post("/login/code", data={"form_token": token, "code": code})


async def grants(
    leader: Person, user: str, begins: str, ends: str, **changed: str
) -> httpx.Response:
    """The team leader lets somebody stand in."""
    fields = {"id": new_id("grant"), "begins": begins, "ends": ends, "reason": "Ferie"} | changed
    return await leader.sends(f"/accounts/{user}/deputies", **fields)


async def makes(leader: Person, login: str, **changed: str) -> httpx.Response:
    """The team leader makes an account."""
    fields = {
        "id": new_id("e"), "login": login, "name": login.title(), "role": "caseworker",
        "begins": "2026-11-01", "ends": "", "reason": "Ny i teamet",
    } | changed  # fmt: skip
    return await leader.sends("/accounts", **fields)


def password_in(html: str) -> str:
    found = re.search(r"Engangspassordet er </span>([a-z0-9-]{19})</p>", html)
    assert found is not None, html
    return found[1]


async def version_of(leader: Person, user: str) -> str:
    found = re.search(r'name="version" value="([^"]+)"', await leader.sees(f"/accounts/{user}"))
    assert found is not None
    return found[1]
