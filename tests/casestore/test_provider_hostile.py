"""What comes back from the municipality's log-in, when somebody has meddled, or it is ill."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import select, text
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from casestore.oidc.id_token import READS, Expected, UnknownKey, checked, keys_of
from casestore.oidc.rules import HOLDS, LARGEST, NOT_AGAIN, REMEMBERED, NotLetIn, may_be_asked
from casestore.oidc.tables import OidcAttempt
from casestore.tables import ALL
from casestore.users.tables import User
from tests.casestore.municipality import (
    CLIENT,
    DISCOVERY,
    KEYS,
    SECRET,
    Answers,
    Municipality,
    by_hand,
    client_of,
    elsewhere,
    leads_to,
    logged_in_there,
    municipality,
    new_key,
    sent_away,
    sent_to_tie,
    there_and_back,
    ties,
)
from tests.casestore.stage import PASSWORD, Person, Stage, staged
from tests.support.clock import StoppedClock

PATIENCE: Final = 0.4
# What is kept is looked at on both; what is refused before anything is kept, on one.
on_one = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def stage(
    database_url: str, tmp_path: Path, clock: StoppedClock, there: Municipality
) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            staged(database_url, tmp_path, clock, oidc=client_of(there))
        )


@pytest.fixture
async def kari(stage: Stage) -> Person:
    """Who has tied her account, in a browser where nobody is logged in."""
    person = await stage.person("kari")
    assert (await ties(person)).status_code == 200
    return await elsewhere(stage, person)


async def is_out(person: Person) -> bool:
    return bool((await person.http.get("/account")).headers.get("location") == "/login")


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


def hs256(key: bytes) -> Callable[[Mapping[str, Any]], str]:
    def signed(claims: Mapping[str, Any]) -> str:
        header = {"alg": "HS256", "kid": "k1"}
        raw = by_hand(header, claims).rpartition(".")[0]
        return f"{raw}.{b64(hmac.new(key, raw.encode(), hashlib.sha256).digest())}"

    return signed


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


OTHER: Final = new_key("k1")
NOW: Final = int(datetime(2026, 11, 3, 12, 0, tzinfo=UTC).timestamp())

CLAIMS: Final[Mapping[str, Mapping[str, Any]]] = {
    "another nonce": {"nonce": "en annen"},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": 5},
    "for another client": {"aud": "en-annen-klient"},
    "for nobody": {"aud": []},
    "for two, and it does not say which may use it": {"aud": [CLIENT, "en-annen"]},
    "for two, and the other may use it": {"aud": [CLIENT, "en-annen"], "azp": "en-annen"},
    "for us, and the other may use it": {"azp": "en-annen"},
    "from another": {"iss": "https://evil.example"},
    "from nobody": {"iss": None},
    "from a list": {"iss": ["https://evil.example"]},
    "over": {"exp": NOW - 61},
    "without an end": {"exp": None},
    "with an end that is text": {"exp": "9999999999"},
    "with an end that is no number": {"exp": float("nan")},
    "with no end in sight": {"exp": float("inf")},
    "from the future": {"iat": NOW + 120},
    "from no time": {"iat": None},
    "from before it was asked for": {"iat": NOW - 120},
    "of a log-in from before": {"auth_time": NOW - 3600},
    "of a log-in at no time": {"auth_time": "i går"},
    "not yet": {"nbf": NOW + 120},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about a list": {"sub": ["kari-hos-kommunen"]},
    "about too long a name": {"sub": "k" * 256},
    "for another token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@on_one
@pytest.mark.parametrize("case", CLAIMS)
async def test_a_token_that_claims_the_wrong_thing_proves_nobody(
    kari: Person, there: Municipality, case: str
) -> None:
    """Each of these is a log-in somewhere else, or at another time, used here."""
    there.claims = dict(CLAIMS[case])
    answer = await there_and_back(kari)
    assert answer.status_code == 401
    assert "viste ikke sikkert nok" in answer.text
    assert await is_out(kari)


PUBLIC: Final = KEYS[0].as_pem(private=False)
HEADERS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "unsigned": lambda claims: by_hand({"alg": "none", "kid": "k1"}, claims),
    "unsigned, in other letters": lambda claims: by_hand({"alg": "NoNe"}, claims),
    "unsigned, and saying otherwise": lambda claims: by_hand({"alg": "RS256", "kid": "k1"}, claims),
    "without an algorithm": lambda claims: by_hand({"kid": "k1"}, claims, b"x" * 256),
    "signed with the public key": hs256(PUBLIC),
    "signed with the client's secret": hs256(SECRET.encode()),
    "signed with nothing": hs256(b""),
    "signed with another key of the same name": lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "k1"}, dict(claims), OTHER
    ),
    "bringing its own key": lambda claims: jwt.encode(
        {"alg": "RS256", "jwk": OTHER.as_dict(private=False)}, dict(claims), OTHER
    ),
    "meant to be understood": lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "k1", "b64": True, "crit": ["b64"]}, dict(claims), KEYS[0]
    ).replace(".", ".x", 1),
    "with a kid that is a path": lambda claims: jwt.encode(
        {"alg": "RS256", "kid": "../../dev/null"}, dict(claims), OTHER
    ),
    "not a token": lambda _: "ikke en token",
    "nothing": lambda _: "",
    "dots": lambda _: "....",
    "not ascii": lambda _: "æ.ø.å",
    "of another sort": lambda claims: json.dumps(dict(claims)),
}


@on_one
@pytest.mark.parametrize("case", HEADERS)
async def test_a_token_that_is_not_signed_as_agreed_proves_nobody(
    kari: Person, there: Municipality, case: str
) -> None:
    """The signature is all there is between a stranger and every case of an employee's."""
    there.sign = HEADERS[case]
    answer = await there_and_back(kari)
    assert answer.status_code == 401
    assert await is_out(kari)


@on_one
async def test_a_token_changed_on_the_way_proves_nobody(kari: Person, there: Municipality) -> None:
    """One letter of another's name is enough."""

    def changed(claims: Mapping[str, Any]) -> str:
        head, _, tail = jwt.encode({"alg": "RS256", "kid": "k1"}, dict(claims), KEYS[0]).split(".")
        return f"{head}.{b64(json.dumps({**claims, 'sub': 'kari-hos-kommunen'}).encode())}.{tail}"

    there.subject, there.sign = "en-annen", changed
    assert (await there_and_back(kari)).status_code == 401


EC: Final = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}, private=True)


@on_one
@pytest.mark.parametrize("case", ["list", "azp", "no kid", "ec", "ps256", "odd header", "leeway"])
async def test_what_a_provider_may_rightly_do_is_taken(
    kari: Person, there: Municipality, case: str
) -> None:
    """Every municipality's provider is a little different."""
    match case:
        case "list":
            there.claims = {"aud": [CLIENT, "en-annen"], "azp": CLIENT}
        case "azp":
            there.claims = {"azp": CLIENT, "amr": ["pwd"], "acr": "x", "auth_time": NOW}
        case "no kid":
            there.header = {"kid": None}
        case "ec":
            there.published.append(EC)
            there.sign = lambda c: jwt.encode({"alg": "ES256", "kid": "ec"}, dict(c), EC)
        case "ps256":
            there.sign = lambda c: jwt.encode(
                {"alg": "PS256", "kid": "k1"}, dict(c), KEYS[0], algorithms=["PS256"]
            )
        case "odd header":
            there.sign = signed_oddly
        case _:
            there.claims = {"exp": NOW - 59, "iat": NOW + 59}
    assert leads_to((await there_and_back(kari)).text) == "/"


def signed_oddly(claims: Mapping[str, Any]) -> str:
    header = {"alg": "RS256", "kid": "k1", "x5t": "abc", "appver": "2"}
    return jwt.encode(header, dict(claims), KEYS[0], registry=READS)


@on_one
async def test_a_change_of_keys_is_noticed_once(
    stage: Stage, kari: Person, there: Municipality
) -> None:
    """Providers change their keys without telling; nobody should have to restart anything."""
    await there_and_back(kari)
    assert there.asked["/jwks"] == 1
    there.key, there.published = KEYS[1], [KEYS[1]]
    assert leads_to((await there_and_back(await elsewhere(stage, kari))).text) == "/"
    assert there.asked["/jwks"] == 2
    await there_and_back(await elsewhere(stage, kari))
    assert there.asked["/jwks"] == 2

    there.key = new_key("ukjent")
    assert (await there_and_back(await elsewhere(stage, kari))).status_code == 401
    assert there.asked["/jwks"] == 3
    assert there.asked[DISCOVERY] == 1


@on_one
async def test_what_is_known_of_the_provider_grows_old(
    stage: Stage, kari: Person, there: Municipality, clock: StoppedClock
) -> None:
    """A key that the provider has withdrawn must not be believed for ever."""
    await there_and_back(kari)
    clock.move(REMEMBERED)
    there.published = [KEYS[1]]
    assert (await there_and_back(await elsewhere(stage, kari))).status_code == 401
    assert there.asked[DISCOVERY] == 2


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


async def fails(_request: Request, _right: Answers) -> Response:
    return Response("Internal Server Error", 500)


async def fails_rightly(request: Request, right: Answers) -> Response:
    answer = await right(request)
    answer.status_code = 502
    return answer


async def refuses_rightly(request: Request, right: Answers) -> Response:
    answer = await right(request)
    answer.status_code = 400
    return answer


async def a_page(_request: Request, _right: Answers) -> Response:
    return Response("<html>Vedlikehold</html>", 200, media_type="text/html")


async def a_list(request: Request, right: Answers) -> Response:
    return JSONResponse([json.loads(bytes((await right(request)).body))])


async def deep(_request: Request, _right: Answers) -> Response:
    return Response("[" * 100_000, media_type="application/json")


async def nothing(_request: Request, _right: Answers) -> Response:
    return JSONResponse({})


async def huge(request: Request, right: Answers) -> Response:
    """Right, and much too long."""
    return Response(bytes((await right(request)).body) + b" " * LARGEST)


async def a_bomb(request: Request, right: Answers) -> Response:
    """Right, and small until it is unpacked."""
    packed = gzip.compress(bytes((await right(request)).body) + b" " * 50_000_000)
    return Response(packed, headers={"Content-Encoding": "gzip"}, media_type="application/json")


async def elsewhere_now(request: Request, right: Answers) -> Response:
    """Right, at the next address."""
    if "moved" in request.query_params:
        return await right(request)
    return RedirectResponse(f"{request.url}?moved", 307)


async def never(request: Request, _right: Answers) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def drips(request: Request, right: Answers) -> Response:
    """Right, in the end: but the end does not come in time."""
    body = bytes((await right(request)).body)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" "
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE / 4):
                    await asyncio.Event().wait()
        yield body

    return StreamingResponse(pieces(), media_type="application/json")


ILL: Final = (
    fails, fails_rightly, refuses_rightly, a_page, a_list, deep, nothing, huge, a_bomb,
    elsewhere_now, never, drips,
)  # fmt: skip

SLOW: Final = (never, drips)


@on_one
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/jwks"])
@pytest.mark.parametrize("ill", ILL, ids=lambda each: each.__name__)
async def test_when_the_provider_is_ill_it_is_said_and_passwords_go_on(
    database_url: str, tmp_path: Path, clock: StoppedClock, path: str, ill: Any
) -> None:
    """The municipality's log-in is down at nine in the evening; the youth writes all the same."""
    async with (
        municipality(clock) as there,
        staged(database_url, tmp_path, clock, oidc=client_of(there)) as stage,
    ):
        kari = await stage.person("kari")
        assert (await ties(kari)).status_code == 200
        provider = stage.app.state.provider
        patient = provider.settings
        clock.move(REMEMBERED)
        if ill in SLOW:
            # Not so for the others: this machine may be slow too.
            if path != DISCOVERY:
                await provider.places()
            provider.settings = replace(patient, patience=PATIENCE)
        back = await elsewhere(stage, kari)
        there.instead[path] = ill
        if path == DISCOVERY:
            answer = await back.http.post("/login/provider")
        else:
            answer = await there_and_back(back)

        # A refusal of the code is an answer, if there was nothing wrong with its shape.
        refused = path == "/token" and ill in {nothing, refuses_rightly}
        assert answer.status_code == (401 if refused else 503)
        assert "Det gikk ikke" in answer.text
        assert (await back.http.post("/login", data=typed())).status_code == 303
        assert "Kari" in await back.sees("/account")

        there.instead.clear()
        clock.move(NOT_AGAIN)
        provider.settings = patient
        assert leads_to((await there_and_back(await elsewhere(stage, kari))).text) == "/"


def typed() -> Mapping[str, str]:
    return {"login": "kari", "password": PASSWORD}


@on_one
async def test_a_provider_that_is_not_there_is_asked_once_in_a_while(
    stage: Stage, there: Municipality, clock: StoppedClock
) -> None:
    """Ten people at eight in the morning must not each wait for the same silence."""
    there.instead[DISCOVERY] = fails
    browser = await stage.browser()
    for _ in range(10):
        assert (await browser.post("/login/provider")).status_code == 503
    assert there.asked[DISCOVERY] == 1
    clock.move(NOT_AGAIN)
    assert (await browser.post("/login/provider")).status_code == 503
    assert there.asked[DISCOVERY] == 2


@on_one
@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "https://a b"},
        {"token_endpoint": None},
        {"token_endpoint": 5},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    ],
)
async def test_a_provider_that_points_elsewhere_is_not_followed(
    stage: Stage, there: Municipality, metadata: Mapping[str, Any]
) -> None:
    """Whoever can answer for discovery must not get our secret sent in the clear."""
    there.metadata = dict(metadata)
    answer = await (await stage.browser()).post("/login/provider")
    assert answer.status_code == 503
    assert there.asked["/token"] == 0


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


EXPECTED: Final = Expected(
    issuer="https://innlogging.kommune.no", client_id=CLIENT, nonce="n", access_token=None,
    begun_at=datetime(2026, 11, 3, 12, 0, tzinfo=UTC), now=datetime(2026, 11, 3, 12, 1, tzinfo=UTC),
)  # fmt: skip
JSONS: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.text(max_size=80))
def test_any_text_is_refused_as_a_token(raw: str) -> None:
    """A traceback is a page that says «Noe gikk galt», and an operator who is woken."""
    with pytest.raises((NotLetIn, UnknownKey)):
        checked(raw, [KEYS[0]], EXPECTED)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "iss",
                "sub",
                "aud",
                "exp",
                "iat",
                "nonce",
                "azp",
                "amr",
                "nbf",
                "auth_time",
                "at_hash",
            ]
        ),
        JSONS,
    )
)
def test_any_claims_well_signed_are_refused_when_one_of_ours_is_missing(
    claims: Mapping[str, Any],
) -> None:
    """What the provider signs by mistake is not always shaped as a claim."""
    raw = jwt.encode({"alg": "RS256", "kid": "k1"}, {**claims, "iss": "x"}, KEYS[0])
    with pytest.raises(NotLetIn):
        checked(raw, [KEYS[0]], EXPECTED)


@given(JSONS)
def test_keys_of_any_shape_are_read_or_refused(told: Any) -> None:
    """One odd key among the provider's must not keep everybody out."""
    good = KEYS[0].as_dict(private=False)
    assert [key.kid for key in keys_of({"keys": [told, good]})] == ["k1"]
    if not isinstance(told, list):
        with pytest.raises(NotLetIn):
            keys_of({"keys": told})


def test_a_key_that_anybody_has_is_no_key() -> None:
    """A symmetric key that is published signs for everybody; one for encrypting signs nothing."""
    shared = OctKey.import_key("k" * 40, {"kid": "o"}).as_dict(private=True)
    locks = {**KEYS[1].as_dict(private=False), "use": "enc"}
    assert list(keys_of({"keys": [shared, locks, {"kty": "RSA"}]})) == []


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://innlogging.kommune.no", True),
        ("https://innlogging.kommune.no/tenant/v2.0", True),
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000/x", True),
        ("http://[::1]:9000", True),
        ("http://innlogging.kommune.no", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://localhost@evil.example", False),
        ("https://bruker:ord@kommune.no", False),
        ("https://kommune.no/#x", False),
        ("https://", False),
        ("https://kommune.no:port", False),
        ("ftp://kommune.no", False),
        ("https://komm une.no", False),
        ("https://kommune.no/\n", False),
        ("//kommune.no", False),
        ("", False),
    ],
)
def test_only_what_nobody_can_listen_to_is_asked(url: str, fine: bool) -> None:
    """A code in the clear is a log-in for whoever hears it."""
    assert may_be_asked(url) is fine
