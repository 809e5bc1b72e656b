"""A token proves somebody only when it is signed, and says, what was agreed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from casestore.oidc.id_token import READS, Expected, UnknownKey, checked, keys_of
from casestore.oidc.rules import REMEMBERED, NotLetIn
from tests.casestore.hostile import is_out, kari, on_one, stage
from tests.casestore.municipality import (
    CLIENT,
    DISCOVERY,
    KEYS,
    SECRET,
    Municipality,
    by_hand,
    elsewhere,
    leads_to,
    new_key,
    there_and_back,
)
from tests.casestore.stage import Person, Stage
from tests.support.clock import StoppedClock

__all__ = ["kari", "stage"]  # pytest finds the fixtures here


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
