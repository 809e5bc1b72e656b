"""
Where a key to Graph is had: «OAuth 2.0 client credentials flow on the Microsoft identity platform».

A secret, or a certificate: then the app signs an assertion of who it is, and names the
certificate by its digest («Certificate credentials»).
"""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import load_pem_x509_certificate
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

SCOPE: Final = "https://graph.microsoft.com/.default"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Entra:
    """One registration in one tenant; `revoke` closes it as an administrator would."""

    def __init__(self, *, tenant: str, client: str, secret: str, certificate: str | None) -> None:
        self.tenant, self.client, self.secret, self.certificate = (
            tenant,
            client,
            secret,
            certificate,
        )
        self.open = True
        self.roles: tuple[str, ...] = ()
        """What is granted in Entra, for every mailbox; a grant in Exchange is not told."""
        self.given: list[str] = []
        self._valid: set[str] = set()

    def revoke(self) -> None:
        self.open = False
        self._valid.clear()

    def lapse(self) -> None:
        """What has been given opens no more; a new one may be had."""
        self._valid.clear()

    def admits(self, request: Request) -> bool:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and token in self._valid

    async def discovery(self, request: Request) -> Response:
        if request.path_params["tenant"] != self.tenant:
            return _no("invalid_tenant", "AADSTS90002: Tenant not found.")
        at = f"https://{request.url.netloc}/{self.tenant}"
        return JSONResponse({
            "issuer": f"{at}/v2.0", "token_endpoint": f"{at}/oauth2/v2.0/token",
            "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
        })  # fmt: skip

    async def token(self, request: Request) -> Response:
        asked = {key: str(value) for key, value in (await request.form()).items()}
        if request.path_params["tenant"] != self.tenant or asked.get("client_id") != self.client:
            return _no("unauthorized_client", "AADSTS700016: Application not found.")
        if asked.get("grant_type") != "client_credentials" or asked.get("scope") != SCOPE:
            return _no("invalid_scope", "AADSTS1002012: The scope is not valid.")
        if not self.open or not (self._by_secret(asked) or self._by_certificate(asked)):
            return _no("invalid_client", "AADSTS7000215: Invalid client secret provided.")
        seal = hashlib.sha256(f"{self.client} {len(self.given)}".encode()).hexdigest()
        claims = json.dumps({"aud": "https://graph.microsoft.com", "roles": list(self.roles)})
        told = urlsafe_b64encode(claims.encode()).decode().rstrip("=")
        token = f"eyJ0eXAiOiJKV1QifQ.{told}.{seal}"
        self.given.append(token)
        self._valid.add(token)
        return JSONResponse({"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _by_secret(self, asked: dict[str, str]) -> bool:
        return self.certificate is None and asked.get("client_secret") == self.secret

    def _by_certificate(self, asked: dict[str, str]) -> bool:
        if self.certificate is None or asked.get("client_assertion_type") != ASSERTION:
            return False
        certificate = load_pem_x509_certificate(self.certificate.encode())
        signed, _, seal = asked.get("client_assertion", "").rpartition(".")
        head, claims = (_opened(part) for part in signed.split("."))
        digest = urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
        key = certificate.public_key()
        if head.get("alg") != "PS256" or str(head.get("x5t#S256")).rstrip("=") != digest:
            return False
        if claims.get("iss") != self.client or claims.get("sub") != self.client:
            return False
        if not isinstance(key, rsa.RSAPublicKey):
            return False
        salted = padding.PSS(
            mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH
        )
        try:
            key.verify(_bytes(seal), signed.encode(), salted, hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def certified(common_name: str = "utebru") -> str:
    """A key and its certificate, as PEM, such as `openssl req -x509` makes."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now).not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (private + made.public_bytes(serialization.Encoding.PEM)).decode()


def _opened(part: str) -> dict[str, Any]:
    found = json.loads(_bytes(part))
    return found if isinstance(found, dict) else {}


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _no(error: str, told: str) -> Response:
    body = {"error": error, "error_description": told, "error_codes": [7000215]}
    return JSONResponse(body, status_code=401 if error == "invalid_client" else 400)
