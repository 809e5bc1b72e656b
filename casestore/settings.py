"""What the case store is told by its environment, read once, every mistake reported at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from casestore.oidc.settings import OidcSettings

DRIVERS = frozenset({"sqlite+aiosqlite", "postgresql+psycopg"})


class BadSettings(ValueError):
    """Some settings are missing or wrong; `mistakes` says all of them, without any secret."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    All that the case store needs to know; `token` is the bridge's service credential.

    `clamd` is where a virus scanner answers, as host:port; empty is none. `second_factor` says
    whether who leads must log in with a code too: "required", or "optional" for a demo.
    `backup_days` is how long backups of the database are kept: for so long a key that has been
    changed stays in the key file, and 0 drops it at once. `deletion_log` is where what a restored
    backup must not undo is written: beside the key file when it is None. `oidc` is the
    municipality's own log-in, and None where employees have passwords alone.
    """

    token: str = field(repr=False)
    database_url: str = field(repr=False)
    keyring: Path
    host: str = "127.0.0.1"
    port: int = 8701
    team: str = "utekontakten"
    clamd: str = ""
    second_factor: str = "required"
    backup_days: int = 30
    deletion_log: Path | None = None
    oidc: OidcSettings | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read `UTEBRU_…`, or raise `BadSettings` with every mistake found."""
        data = Path(env.get("UTEBRU_DATA_DIR") or "./data")
        prefix = "UTEBRU_CASESTORE__"
        settings = cls(
            token=env.get(prefix + "TOKEN", ""),
            database_url=env.get(prefix + "DATABASE_URL")
            or f"sqlite+aiosqlite:///{data / 'casestore.db'}",
            # Beside the data directory, not in it: a copy of the data holds no key.
            keyring=Path(env.get(prefix + "KEYRING") or f"{data.absolute()}.keys/casestore.keys"),
            host=env.get(prefix + "HOST") or "127.0.0.1",
            port=_whole(env.get(prefix + "PORT") or "8701"),
            team=env.get("UTEBRU_TEAM") or "utekontakten",
            clamd=env.get(prefix + "CLAMD", ""),
            second_factor=env.get(prefix + "SECOND_FACTOR") or "required",
            backup_days=_days(env.get(prefix + "BACKUP_DAYS") or "30"),
            deletion_log=_path(env.get(prefix + "DELETION_LOG")),
            oidc=OidcSettings.read(
                {
                    "issuer": env.get(prefix + "OIDC_ISSUER", ""),
                    "client_id": env.get(prefix + "OIDC_CLIENT_ID", ""),
                    "client_secret": env.get(prefix + "OIDC_CLIENT_SECRET", ""),
                    "address": env.get(prefix + "OIDC_ADDRESS", ""),
                    "scopes": env.get(prefix + "OIDC_SCOPES", ""),
                    "acr": env.get(prefix + "OIDC_ACR", ""),
                    "amr": env.get(prefix + "OIDC_AMR", ""),
                }
            ),
        )
        if mistakes := settings.mistakes():
            raise BadSettings(mistakes)
        return settings

    @property
    def outside(self) -> Path:
        """Where the log outside the database lies."""
        return self.deletion_log or self.keyring.with_name(f"{self.keyring.name}.deletions")

    def mistakes(self) -> list[str]:
        """List what is wrong, in the names the operator wrote."""
        return [
            said
            for wrong, said in (
                (len(self.token) < 16, "UTEBRU_CASESTORE__TOKEN must be 16 characters or more"),
                (not self.token.isascii(), "UTEBRU_CASESTORE__TOKEN must be plain ASCII"),
                (not 0 < self.port < 65536, "UTEBRU_CASESTORE__PORT must be 1 to 65535"),
                (not _known(self.database_url), _URL_WANTED),
                (_beside_the_database(self, self.keyring), _APART),
                (_beside_the_database(self, self.outside), _LOG_APART),
                (not self.team.strip(), "UTEBRU_TEAM must not be blank"),
                (not _host_and_port(self.clamd), "UTEBRU_CASESTORE__CLAMD must be host:port"),
                (not 0 <= self.backup_days <= 3650, _DAYS_WANTED),
                (
                    self.second_factor not in {"required", "optional"},
                    "UTEBRU_CASESTORE__SECOND_FACTOR must be required or optional",
                ),
            )
            if wrong
        ] + (self.oidc.mistakes() if self.oidc else [])


_URL_WANTED = (
    "UTEBRU_CASESTORE__DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+psycopg://"
)
_DAYS_WANTED = "UTEBRU_CASESTORE__BACKUP_DAYS must be a whole number from 0 to 3650"
_APART = "UTEBRU_CASESTORE__KEYRING must not lie in the same directory as the database"
_LOG_APART = "UTEBRU_CASESTORE__DELETION_LOG must not lie in the same directory as the database"


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else 0


def _days(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 6 else -1


def _host_and_port(address: str) -> bool:
    host, _, port = address.rpartition(":")
    return not address or (bool(host) and 0 < _whole(port) < 65536)


def _known(url: str) -> bool:
    try:
        return make_url(url).drivername in DRIVERS
    except ArgumentError:
        return False


def _beside_the_database(settings: Settings, file: Path) -> bool:
    if not _known(settings.database_url):
        return False
    url = make_url(settings.database_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        return False
    home = Path(url.database).absolute().parent
    return file.absolute().is_relative_to(home)
