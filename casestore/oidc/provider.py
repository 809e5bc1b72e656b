"""The provider as we know it: where it is, what its keys are, and what it says of a code."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from authlib.oauth2.auth import ClientAuth  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749.parameters import (  # type: ignore[import-untyped]
    prepare_grant_uri,
    prepare_token_request,
)
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from casestore.oidc.asking import ask
from casestore.oidc.id_token import (
    Claims,
    Expected,
    Keys,
    UnknownKey,
    checked,
    keys_of,
    proved,
)
from casestore.oidc.remembered import Remembered
from casestore.oidc.rules import NotLetIn, Proved, Refusal, may_be_asked
from casestore.oidc.settings import OidcSettings
from casestore.times import Clock

log = logging.getLogger(__name__)

FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What discovery tells; `names_itself` if every answer to the browser says who it is from."""

    authorization: str
    token: str
    keys: str
    client_auth: str
    names_itself: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is sent with one browser, and must come back with it. Known to nobody else."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """One provider, whose addresses and keys are remembered for a while."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self.settings = settings
        self._clock = clock
        self._places = Remembered[Places](clock, self._discovered)
        self._keys = Remembered[Keys](clock, self._fetched)

    async def places(self) -> Places:
        """Where the provider is; raises `NotLetIn`."""
        return await self._places.known()

    async def standing(self) -> None:
        """Ask for what a log-in needs, now; raises `NotLetIn`."""
        await self._places.anew()
        await self._keys.anew()

    def address(self, places: Places, errand: Errand) -> str:
        """Where the browser is sent, to log in there anew: others may use the same screen."""
        ours = self.settings
        return str(
            prepare_grant_uri(
                places.authorization,
                client_id=ours.client_id,
                response_type="code",
                redirect_uri=ours.redirect_uri,
                scope=ours.scopes,
                state=errand.state,
                nonce=errand.nonce,
                code_challenge=create_s256_code_challenge(errand.verifier),
                code_challenge_method="S256",
                prompt="login",
                acr_values=" ".join(ours.acr) or None,
            )
        )

    async def from_us(self, iss: str | None) -> None:
        """Refuse an answer that another provider has given the browser (RFC 9207)."""
        places = await self.places()
        if iss is None and not places.names_itself:
            return
        if iss != self.settings.issuer:
            raise NotLetIn(Refusal.NOT_PROVED, "iss-parameter")

    async def redeem(self, code: str, errand: Errand, begun_at: datetime) -> Proved:
        """Give the code for an ID token, and say whom it proves; raises `NotLetIn`."""
        raw, access = await self._token(code, errand.verifier)
        expected = Expected(
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=errand.nonce,
            access_token=access,
            begun_at=begun_at,
            now=self._clock(),
        )
        try:
            claims = checked(raw, await self._keys.known(), expected)
        except UnknownKey:
            # The provider may have changed its keys. Once: a token with no key is no token.
            log.info("the provider's keys are asked for again")
            claims = await self._with_new_keys(raw, expected)
        return proved(self.settings, claims)

    async def _with_new_keys(self, raw: str, expected: Expected) -> Claims:
        try:
            return checked(raw, await self._keys.anew(), expected)
        except UnknownKey:
            raise NotLetIn(Refusal.NOT_PROVED, "unknown-key") from None

    async def _token(self, code: str, verifier: str) -> tuple[str, str | None]:
        places, ours = await self.places(), self.settings
        body = prepare_token_request(
            "authorization_code", redirect_uri=ours.redirect_uri, code=code, code_verifier=verifier
        )
        auth = ClientAuth(ours.client_id, ours.client_secret, places.client_auth)
        url, headers, body = auth.prepare("POST", places.token, {"Content-Type": FORM}, body)
        answer = await ask(url, patience=ours.patience, headers=headers, body=body)
        if answer.status >= 500:
            raise NotLetIn(Refusal.SILENT, "token-endpoint")
        raw, access = answer.said.get("id_token"), answer.said.get("access_token")
        if answer.status != 200 or not isinstance(raw, str):
            raise NotLetIn(Refusal.NOT_PROVED, "no-token")
        return raw, access if isinstance(access, str) else None

    async def _discovered(self) -> Places:
        issuer = self.settings.issuer
        answer = await ask(
            f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            patience=self.settings.patience,
        )
        said = answer.said
        if answer.status != 200 or said.get("issuer") != issuer:
            raise NotLetIn(Refusal.SILENT, "discovery")
        return Places(
            authorization=_place(said, "authorization_endpoint"),
            token=_place(said, "token_endpoint"),
            keys=_place(said, "jwks_uri"),
            client_auth=_client_auth(said.get("token_endpoint_auth_methods_supported")),
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )

    async def _fetched(self) -> Keys:
        answer = await ask((await self.places()).keys, patience=self.settings.patience)
        if answer.status != 200:
            raise NotLetIn(Refusal.SILENT, "keys")
        return keys_of(answer.said)


def _place(said: Any, name: str) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not may_be_asked(url):
        raise NotLetIn(Refusal.SILENT, "discovery")
    return url


def _client_auth(told: object) -> str:
    """Basic is what is meant where nothing is told (OpenID Connect Discovery 1.0, section 3)."""
    if not isinstance(told, list) or "client_secret_basic" in told:
        return "client_secret_basic"
    if "client_secret_post" in told:
        return "client_secret_post"
    raise NotLetIn(Refusal.SILENT, "client-auth")
