"""What the case store is told of the municipality's log-in. Nothing set is no such log-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from casestore.oidc.rules import PATIENCE, may_be_asked

CALLBACK = "/login/provider/back"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """
    One provider, and us as its client.

    `address` is where browsers find the case store. `acr` and `amr` are what the provider says of
    a log-in with two factors; with neither of them, our own code is asked for as ever.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    address: str
    scopes: str = "openid"
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    patience: float = PATIENCE

    @classmethod
    def read(cls, told: Mapping[str, str]) -> Self | None:
        """Read what is told by name; None when nothing is."""
        if not any(told.values()):
            return None
        return cls(
            issuer=told["issuer"],
            client_id=told["client_id"],
            client_secret=told["client_secret"],
            address=told["address"].rstrip("/"),
            scopes=told["scopes"] or "openid",
            acr=tuple(told["acr"].split()),
            amr=tuple(told["amr"].split()),
        )

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back; it must know this address beforehand."""
        return self.address + CALLBACK

    @property
    def over_tls(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.address.startswith("https:")

    def mistakes(self) -> list[str]:
        """List what is wrong, in the names the operator wrote."""
        return [
            f"UTEBRU_CASESTORE__OIDC_{said}"
            for wrong, said in (
                (not _issuer(self.issuer), "ISSUER must be https:// (http:// only on loopback)"),
                (not _word(self.client_id) or ":" in self.client_id, "CLIENT_ID is missing or odd"),
                (not _word(self.client_secret), "CLIENT_SECRET is missing or odd"),
                (not _origin(self.address), "ADDRESS must be https://host (http only on loopback)"),
                (
                    not (self.scopes.isascii() and self.scopes.isprintable())
                    or "openid" not in self.scopes.split(),
                    "SCOPES must name openid",
                ),
            )
            if wrong
        ]


def _issuer(url: str) -> bool:
    return may_be_asked(url) and not urlsplit(url).query


def _origin(url: str) -> bool:
    return may_be_asked(url) and not urlsplit(url).query and not urlsplit(url).path


def _word(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
