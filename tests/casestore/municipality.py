"""The municipality's log-in, on loopback: it does as it should, until a scene says otherwise."""

import base64
import hashlib
import html
import json
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bridge.serving import listening
from casestore.oidc.settings import OidcSettings
from tests.casestore.stage import PASSWORD, Person, Stage
from tests.support.clock import StoppedClock

CLIENT: Final = "utebru-klient"
SECRET: Final = "kanari-klienthemmelighet"
ADDRESS: Final = "http://localhost:8701"
DISCOVERY: Final = "/.well-known/openid-configuration"

Answers = Callable[[Request], Awaitable[Response]]
Spoils = Callable[[Request, Answers], Awaitable[Response]]


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


KEYS: Final = (new_key("k1"), new_key("k2"))
"""Made once: it takes a while."""


@dataclass(slots=True, kw_only=True)
class Municipality:
    """`subject` is who sits at its log-in; `claims` and `header` change what it says of them."""

    now: Callable[[], datetime]
    url: str = ""
    subject: str = "kari-hos-kommunen"
    key: RSAKey = field(default_factory=lambda: KEYS[0])
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [KEYS[0]])
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[Mapping[str, Any]], str] | None = None
    instead: dict[str, Spoils] = field(default_factory=dict)
    """By path: what is answered instead, by who knows the right answer."""
    names_itself: str | None = None
    asked: Counter[str] = field(default_factory=Counter)
    requests: list[Mapping[str, str]] = field(default_factory=list)
    """What browsers were sent with."""
    codes: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    tokens: list[str] = field(default_factory=list, repr=False)

    def app(self) -> Starlette:
        served = {
            DISCOVERY: self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/jwks": self._jwks,
        }
        return Starlette(
            routes=[
                Route(path, self._or_instead(path, answer), methods=["GET", "POST"])
                for path, answer in served.items()
            ]
        )

    def _or_instead(self, path: str, answer: Answers) -> Answers:
        async def answered(request: Request) -> Response:
            self.asked[path] += 1
            spoiled = self.instead.get(path)
            return await (answer(request) if spoiled is None else spoiled(request, answer))

        return answered

    async def _discovery(self, _request: Request) -> Response:
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }
        return JSONResponse({**told, **self.metadata})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.requests.append(asked)
        code = f"kanari-kode-{secrets.token_hex(8)}"
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        if self.names_itself is not None:
            back["iss"] = self.names_itself
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if request.headers.get("authorization") != f"Basic {given}":
            return JSONResponse({"error": "invalid_client"}, 401)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if challenge_of(form["code_verifier"]) != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.id_token(asked["nonce"])
        self.tokens.append(token)
        return JSONResponse(
            {"access_token": "kanari-adgang", "token_type": "Bearer", "id_token": token}
        )

    def id_token(self, nonce: str) -> str:
        now = int(self.now().timestamp())
        told = {
            "iss": self.url, "sub": self.subject, "aud": CLIENT, "exp": now + 300, "iat": now,
            "nonce": nonce,
        }  # fmt: skip
        claims = {k: v for k, v in {**told, **self.claims}.items() if v is not None}
        if self.sign is not None:
            return self.sign(claims)
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return jwt.encode({k: v for k, v in header.items() if v}, claims, self.key)

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def by_hand(header: Mapping[str, Any], claims: Mapping[str, Any], signature: bytes = b"") -> str:
    """A token that no library would make."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


@asynccontextmanager
async def municipality(clock: StoppedClock) -> AsyncIterator[Municipality]:
    there = Municipality(now=clock.now)
    async with listening(there.app(), "127.0.0.1", 0) as url:
        there.url = url
        yield there


def client_of(there: Municipality, **changed: Any) -> OidcSettings:
    """The case store as the municipality has registered it."""
    known = OidcSettings(
        issuer=there.url, client_id=CLIENT, client_secret=SECRET, address=ADDRESS, patience=20.0
    )
    return replace(known, **changed)


def leads_to(page: str) -> str:
    """Where a page goes on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found is not None, page
    return html.unescape(found[1])


async def sent_away(person: Person) -> str:
    """Who is at the log-in page chooses the municipality's; where the browser is sent."""
    answer = await person.http.post("/login/provider")
    assert answer.status_code == 200, answer.text
    return leads_to(answer.text)


async def sent_to_tie(person: Person, password: str = PASSWORD) -> str:
    """Who is logged in begins to tie their account; where the browser is sent."""
    answer = await person.sends("/account/provider", password=password)
    assert answer.status_code == 200, answer.text
    return leads_to(answer.text)


async def logged_in_there(address: str) -> str:
    """At the municipality somebody logs in; where the browser is sent back to, here."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(address)
    assert answer.status_code == 302, answer.text
    back = answer.headers["location"]
    assert back.startswith(f"{ADDRESS}/login/provider/back?")
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


async def there_and_back(person: Person) -> httpx.Response:
    """Logs in by way of the municipality."""
    return await person.http.get(await logged_in_there(await sent_away(person)))


async def ties(person: Person) -> httpx.Response:
    """Ties the account to whoever sits at the municipality's log-in."""
    return await person.http.get(await logged_in_there(await sent_to_tie(person)))


async def elsewhere(stage: Stage, person: Person) -> Person:
    """The same employee in another browser, where nobody is logged in."""
    return Person(id=person.id, login=person.login, http=await stage.browser())
