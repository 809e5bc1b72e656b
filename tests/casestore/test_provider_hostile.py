"""What comes back from the municipality's log-in, when somebody has meddled, or it is ill."""

import asyncio
import logging

import pytest
from sqlalchemy import select, text

from casestore.oidc.rules import HOLDS, REMEMBERED
from casestore.oidc.tables import OidcAttempt
from casestore.tables import ALL
from casestore.users.tables import User
from tests.casestore.hostile import is_out, kari, on_one, stage
from tests.casestore.municipality import (
    SECRET,
    Municipality,
    elsewhere,
    leads_to,
    logged_in_there,
    sent_away,
    sent_to_tie,
    there_and_back,
)
from tests.casestore.stage import Person, Stage
from tests.support.clock import StoppedClock

__all__ = ["kari", "stage"]  # pytest finds the fixtures here


async def test_an_answer_counts_once(kari: Person) -> None:
    """An address in a browser's history must not be a way in for who sits there next."""
    back = await logged_in_there(await sent_away(kari))
    secret = kari.http.cookies["utebru_provider"]
    assert (await kari.http.get(back)).status_code == 200
    assert "utebru_provider" not in kari.http.cookies
    kari.http.cookies.clear()

    assert (await kari.http.get(back)).status_code == 400
    kari.http.cookies.set("utebru_provider", secret)
    assert (await kari.http.get(back)).status_code == 400
    assert await is_out(kari)


async def test_an_answer_that_failed_does_not_count_again_either(
    kari: Person, there: Municipality
) -> None:
    """Otherwise a code could be tried again until something gives way."""
    back = await logged_in_there(await sent_away(kari))
    secret = kari.http.cookies["utebru_provider"]
    there.claims = {"nonce": "en annen"}
    assert (await kari.http.get(back)).status_code == 401
    there.claims = {}
    kari.http.cookies.set("utebru_provider", secret)
    assert (await kari.http.get(back)).status_code == 400
    assert await is_out(kari)


async def test_two_at_once_with_one_answer_let_one_in(stage: Stage, kari: Person) -> None:
    """A second click in the same second is not a second log-in."""
    back = await logged_in_there(await sent_away(kari))
    twin = await elsewhere(stage, kari)
    twin.http.cookies.update(kari.http.cookies)
    answers = await asyncio.gather(kari.http.get(back), twin.http.get(back))
    assert sorted(answer.status_code for answer in answers) == [200, 400]


async def test_an_answer_belongs_to_the_browser_that_asked(stage: Stage, kari: Person) -> None:
    """Who sends a colleague a link with an answer in it would have them work in another's name."""
    back = await logged_in_there(await sent_away(kari))
    stranger = await elsewhere(stage, kari)
    assert (await stranger.http.get(back)).status_code == 400
    await sent_away(stranger)
    assert (await stranger.http.get(back)).status_code == 400
    assert await is_out(stranger)

    assert leads_to((await kari.http.get(back)).text) == "/"


async def test_an_answer_to_one_errand_is_none_to_another(
    stage: Stage, kari: Person, there: Municipality
) -> None:
    """A code for logging in, put into the address for tying, would tie the wrong account."""
    arne = await stage.person("arne")
    there.subject = "arne-hos-kommunen"
    log_in, tie = await sent_away(kari), await sent_to_tie(arne)
    code = (await logged_in_there(log_in)).partition("code=")[2].partition("&")[0]
    right = await logged_in_there(tie)
    state = right.partition("state=")[2].partition("&")[0]

    answer = await arne.http.get(f"/login/provider/back?code={code}&state={state}")

    assert answer.status_code == 401
    async with stage.reading() as reading:
        assert (await reading.session.get_one(User, arne.id)).oidc_subject is None


async def test_a_no_is_a_no_whatever_else_comes_with_it(kari: Person) -> None:
    """An answer that says both is one that somebody has put together."""
    back = await logged_in_there(await sent_away(kari))
    answer = await kari.http.get(f"{back}&error=access_denied")
    assert answer.status_code == 401
    assert "avbrutt" in answer.text
    assert await is_out(kari)


async def test_an_answer_that_comes_late_is_none(kari: Person, clock: StoppedClock) -> None:
    """A browser left at the municipality's log-in is somebody else's after lunch."""
    back = await logged_in_there(await sent_away(kari))
    clock.move(HOLDS)
    assert (await kari.http.get(back)).status_code == 400


@on_one
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?code=x", 400),
        ("?state=", 400),
        ("?state=%00%ff", 400),
        ("?state={state}", 401),
        ("?state={state}&code=", 401),
        ("?state={state}&error=access_denied&error_description=%3Cscript%3E", 401),
        ("?state={state}&code=x&error=server_error", 401),
        ("?state={state}&code=gjettet", 401),
        ("?state={state}&code=%F0%9F%A6%8A%0D%0AX: y", 401),
        ("?state={state}&code=x&iss=https://evil.example", 401),
    ],
)
async def test_whatever_the_address_says_the_answer_is_a_page(
    kari: Person, query: str, status: int
) -> None:
    """Anybody can write an address; what stands in it is neither believed nor repeated."""
    state = (await sent_away(kari)).partition("state=")[2].partition("&")[0]
    answer = await kari.http.get(f"/login/provider/back{query.format(state=state)}")
    assert answer.status_code == status
    assert "<h1>Det gikk ikke</h1>" in answer.text
    assert "script>" not in answer.text.split("<main")[1]
    assert "evil" not in answer.text
    assert await is_out(kari)


@on_one
@pytest.mark.parametrize("told", [None, "https://evil.example", "http://127.0.0.1", ""])
async def test_an_answer_from_another_provider_is_refused(
    kari: Person, there: Municipality, clock: StoppedClock, told: str | None
) -> None:
    """RFC 9207: a code must not be carried to another than the one it is from."""
    clock.move(REMEMBERED)
    there.metadata = {"authorization_response_iss_parameter_supported": True}
    there.names_itself = told
    back = await logged_in_there(await sent_away(kari))
    assert (await kari.http.get(back)).status_code == 401
    assert there.asked["/token"] == 1  # only when the account was tied
    assert await is_out(kari)


@on_one
async def test_a_provider_that_names_itself_is_believed(kari: Person, there: Municipality) -> None:
    """The same, when all is well."""
    there.names_itself = there.url
    assert leads_to((await there_and_back(kari)).text) == "/"


async def test_nothing_of_what_was_said_is_kept_or_logged(
    stage: Stage, there: Municipality, kari: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """A log or a copy of the database must not be a bunch of keys."""
    caplog.set_level(logging.DEBUG)
    await there_and_back(kari)
    waiting = await elsewhere(stage, kari)
    address = await sent_away(waiting)
    there.claims = {"nonce": "feil"}
    refused = await there_and_back(await elsewhere(stage, kari))
    held = waiting.http.cookies.get("utebru_provider") or ""

    async with stage.reading() as reading:
        rows = [
            str((await reading.session.execute(text(f'SELECT * FROM "{name}"'))).all())  # noqa: S608
            for name in ALL.tables
        ]
        attempts = list(await reading.session.scalars(select(OidcAttempt)))
    secrets = {
        SECRET, "kanari-adgang", "kanari-kode", there.subject, held, *there.tokens,
        *(asked["state"] for asked in there.requests), *(a["nonce"] for a in there.requests),
        address.partition("state=")[2].partition("&")[0],
    }  # fmt: skip
    ours = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("casestore")
    )
    seen = "\n".join([*rows, ours, repr(stage.settings), repr(attempts), refused.text])
    assert "oidc refused=not_proved" in ours
    assert len(attempts) == 1
    assert [each for each in secrets if each in seen] == []
