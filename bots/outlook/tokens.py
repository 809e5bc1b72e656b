"""
The key that opens the mailbox: asked of Entra with our certificate or secret, and kept a while.

msal asks over HTTP in a thread of its own, through a client of ours: it speaks to https alone,
and a stand-in is served over http on loopback. It keeps a token until it is about to run out.
"""

import asyncio
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from bots.calling import waiting
from bots.values import listed
from bridge.domain.delivery import Reason
from bridge.ports import SendFailed

AUTHORITY: Final = "https://login.microsoftonline.com"
PATIENCE: Final = 15.0

CERTIFICATE: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)
KEY: Final = re.compile(
    r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----.+?-----END (?:RSA |EC )?PRIVATE KEY-----", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Our registration in the municipality's Entra. One of the two secrets is set."""

    tenant: str
    client: str
    secret: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    """PEM: the private key and the certificate that is uploaded."""
    authority: str = AUTHORITY

    def credential(self) -> str | dict[str, str]:
        if self.certificate is None:
            return self.secret or ""
        key, certificate = KEY.search(self.certificate), CERTIFICATE.search(self.certificate)
        if key is None or certificate is None:
            raise ValueError("no key and certificate")
        return {"private_key": key[0], "public_certificate": certificate[0]}

    def expires_at(self) -> datetime | None:
        """When the certificate runs out, and we are let in no more; None where there is none."""
        from cryptography.x509 import load_pem_x509_certificate

        found = CERTIFICATE.search(self.certificate or "")
        return found and load_pem_x509_certificate(found[0].encode()).not_valid_after_utc


class Tokens:
    def __init__(self, app: App, *, scope: str) -> None:
        self._app, self._scope = app, scope
        self._client = _Client(app.authority)
        self._asking: Any = None
        self._alone = asyncio.Lock()

    async def token(self, *, fresh: bool = False) -> str:
        """`fresh`: what was kept did not open. Raises `SendFailed`: `REVOKED`, `UNREACHABLE`."""
        async with self._alone:
            if fresh:
                self._asking = None
            return await asyncio.to_thread(self._asked)

    async def roles(self) -> frozenset[str]:
        """
        What the key says it may do in the whole tenant; {} where it does not say.

        A permission given in Exchange for one mailbox («RBAC for Applications») is not in it; one
        given in Entra is, and opens every mailbox there is.
        """
        part = [*(await self.token()).split("."), ""][1]
        try:
            claims = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        except ValueError:
            return frozenset()
        return frozenset(each for each in listed(claims, "roles") if isinstance(each, str))

    def _asked(self) -> str:
        # Large, and needed only where there is a mailbox.
        from msal import ConfidentialClientApplication  # type: ignore[import-untyped]

        try:
            if self._asking is None:
                self._asking = ConfidentialClientApplication(
                    self._app.client,
                    client_credential=self._app.credential(),
                    authority=f"{_as_https(self._app.authority)}/{self._app.tenant}",
                    instance_discovery=False,
                    http_client=self._client,
                )
            answer: Mapping[str, Any] = self._asking.acquire_token_for_client([self._scope])
        except httpx.HTTPStatusError as busy:
            after = waiting(busy.response.headers.get("Retry-After", ""))
            reason = Reason.BUSY if busy.response.status_code in {429, 503} else Reason.UNREACHABLE
            raise SendFailed(reason, retry=True, after=after) from None
        except httpx.HTTPError:
            raise SendFailed(Reason.UNREACHABLE, retry=True) from None
        except ValueError:
            # No such tenant, or an answer that is none (msal, `tenant_discovery`).
            raise SendFailed(Reason.REVOKED, retry=True) from None
        token = answer.get("access_token")
        if isinstance(token, str) and token:
            return token
        passing = answer.get("error") in {"temporarily_unavailable", "server_error"}
        raise SendFailed(Reason.UNREACHABLE if passing else Reason.REVOKED, retry=True)


class _Client:
    """What msal asks for of an HTTP client (`msal.oauth2cli.http`)."""

    def __init__(self, authority: str) -> None:
        self._authority = urlsplit(authority)

    def get(self, url: str, **how: Any) -> httpx.Response:
        return self._send("GET", url, **how)

    def post(self, url: str, **how: Any) -> httpx.Response:
        return self._send("POST", url, **how)

    def close(self) -> None:
        """Nothing is kept open."""

    def _send(self, method: str, url: str, **how: Any) -> httpx.Response:
        asked = urlsplit(url)
        if asked.netloc == self._authority.netloc:
            url = urlunsplit(asked._replace(scheme=self._authority.scheme))
        # msal signs in bytes, which httpx would send as Python writes them.
        told: Mapping[str, str | bytes] = how.get("data") or {}
        form = {k: v.decode() if isinstance(v, bytes) else v for k, v in told.items()}
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.request(
                method, url, params=how.get("params"), data=form or None,
                headers=how.get("headers"),
            )  # fmt: skip
        if answer.status_code >= 500 or answer.status_code == 429:
            answer.raise_for_status()
        return answer


def _as_https(authority: str) -> str:
    return urlunsplit(urlsplit(authority.rstrip("/"))._replace(scheme="https"))
