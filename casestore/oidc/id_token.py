"""Whom an ID token proves (OpenID Connect Core 1.0, section 3.1.3.7), or that it proves nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey
from joserfc.jws import JWSRegistry, extract_compact

from casestore.oidc.rules import (
    ALGORITHMS,
    LEEWAY,
    LONGEST_SUBJECT,
    NotLetIn,
    Proved,
    Refusal,
)
from casestore.oidc.settings import OidcSettings

Keys = Sequence[Key]
Claims = Mapping[str, Any]

# What the libraries raise over what is not shaped as a token, a key or a claim.
RUBBISH: Final = (
    JoseError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip
# What a header says beside what is meant to be understood ("crit") is passed over.
READS: Final = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)


class UnknownKey(Exception):
    """It is signed with a key that the provider had not told us of."""


def keys_of(said: Mapping[str, Any]) -> Keys:
    """Read the provider's public keys; those we have no use for are left out."""
    told = said.get("keys")
    if not isinstance(told, list):
        raise NotLetIn(Refusal.SILENT, "keys")
    return [key for each in told if (key := _key(each)) is not None]


def _key(told: object) -> Key | None:
    if not isinstance(told, dict) or told.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(told)
    except RUBBISH:
        return None
    return key if isinstance(key, RSAKey | ECKey) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must be about: from whom, to whom, and in answer to what."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str | None = field(repr=False)
    begun_at: datetime
    now: datetime


def checked(raw: str, keys: Keys, expected: Expected) -> Claims:
    """Give what a token claims, once it has been proved; raises `UnknownKey` or `NotLetIn`."""
    try:
        key = _signed_with(keys, extract_compact(raw.encode("ascii")).headers())
        token = jwt.decode(raw, key, registry=READS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client_id},
                "nonce": {"essential": True, "value": expected.nonce},
            },
            {
                "client_id": expected.client_id,
                "nonce": expected.nonce,
                "access_token": expected.access_token,
            },
        )
        claims.validate(now=int(expected.now.timestamp()), leeway=int(LEEWAY.total_seconds()))
        _not_from_before(claims, expected.begun_at)
    except RUBBISH:
        raise NotLetIn(Refusal.NOT_PROVED, "id-token") from None
    return dict(claims)


def proved(settings: OidcSettings, claims: Claims) -> Proved:
    """Say who it is, and whether by what the operator counts as two factors."""
    subject, acr, amr = claims["sub"], claims.get("acr"), claims.get("amr")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotLetIn(Refusal.NOT_PROVED, "subject")
    by_amr = isinstance(amr, list) and any(each in settings.amr for each in amr)
    by_acr = isinstance(acr, str) and acr in settings.acr
    return Proved(subject=subject, strong=by_amr or by_acr)


def _signed_with(keys: Keys, header: Mapping[str, Any]) -> Key:
    """The one key that the token names; where it names none, the only one there is."""
    if header.get("alg") not in ALGORITHMS:
        raise NotLetIn(Refusal.NOT_PROVED, "algorithm")
    kid = header.get("kid")
    found = [key for key in keys if kid is None or key.kid == kid]
    if not found:
        raise UnknownKey
    if len(found) > 1:
        raise NotLetIn(Refusal.NOT_PROVED, "many-keys")
    return found[0]


def _not_from_before(claims: Mapping[str, Any], begun_at: datetime) -> None:
    """Nobody is let in by an earlier log-in of theirs, on a screen that others use too."""
    earliest = (begun_at - LEEWAY).timestamp()
    if claims["iat"] < earliest or claims.get("auth_time", earliest) < earliest:
        raise NotLetIn(Refusal.NOT_PROVED, "from-before")
