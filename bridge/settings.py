"""What the bridge is told by its environment (architecture.md, "Settings"), read once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final, Self

from bridge.accounts import (
    CaseStoreSettings,
    SlackSettings,
    TokenSettings,
    read_casestore,
    read_slack,
    read_token,
)
from bridge.domain.ageing import Limits
from bridge.domain.hours import Hours
from bridge.domain.phrases import Numbers
from bridge.domain.sealing import Patience
from bridge.environment import LINE, PREFIX, BadSettings, Environment
from bridge.logs import LEVELS
from bridge.ports import Account, Platform

SECRETS: Final = (
    "DATABASE_URL",
    "CASESTORE__TOKEN",
    "CASESTORE__DATABASE_URL",
    "CASESTORE__OIDC_CLIENT_SECRET",
    "HSM__PIN",
    "SLACK__BOT_TOKEN",
    "SLACK__APP_TOKEN",
    "SLACK__SIGNING_SECRET",
    "SLACK__ADMIN_TOKEN",
)
"""Each may also be given as `…_FILE`, the path of a file that holds it; a channel has its own."""

# Others read these for themselves; what is misspelt there is theirs to notice.
ELSEWHERE: Final = ("CASESTORE__", "OUTLOOK__")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the bridge needs to know; a platform that is not there is off, and Slack as None."""

    database_url: str = field(repr=False)
    keyring: Path
    token: TokenSettings | None = None
    """Where it is set the keys are in there, and in no file."""
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8700
    public_url: str | None = None
    team: str = "utekontakten"
    log_level: str = "INFO"
    hours: Hours
    numbers: Numbers = field(default_factory=Numbers)
    undo: timedelta = timedelta(seconds=10)
    cooling_off: timedelta = timedelta(days=30)
    """How long after a no the consent question is not put again by itself."""
    forget_address: timedelta = timedelta(days=90)
    """How long a silent youth's address at a platform is kept."""
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    casestore: CaseStoreSettings = field(default_factory=CaseStoreSettings)
    platforms: Mapping[str, Account] = field(default_factory=dict)
    slack: SlackSettings | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str], platforms: Sequence[Platform]) -> Self:
        """Read `UTEBRU_…`, or raise `BadSettings` with every mistake found."""
        e = Environment(env)
        data_dir = Path(e.text("DATA_DIR") or "./data")
        settings = cls(
            database_url=_database(e, data_dir),
            keyring=Path(e.text("KEYRING") or "./keys/keyring.json"),
            token=read_token(e),
            data_dir=data_dir,
            host=e.text("HOST") or "127.0.0.1",
            port=e.whole("PORT", 8700, least=1, most=65535),
            public_url=e.url("PUBLIC_URL"),
            team=e.text("TEAM") or "utekontakten",
            log_level=e.one_of("LOG_LEVEL", LEVELS, "INFO"),
            hours=Hours(
                open=e.opening("HOURS", "mon-fri 09:00-15:30"),
                zone=e.zone("TIMEZONE", "Europe/Oslo"),
            ),
            numbers=_numbers(e),
            undo=timedelta(seconds=e.whole("UNDO_SECONDS", 10, least=0, most=300)),
            cooling_off=timedelta(days=e.whole("COOLING_OFF_DAYS", 30, least=1, most=3650)),
            forget_address=timedelta(days=e.whole("FORGET_ADDRESS_DAYS", 90, least=1, most=3650)),
            patience=_patience(e),
            limits=_limits(e),
            casestore=read_casestore(e),
            platforms=_platforms(e, platforms),
            slack=read_slack(e),
        )
        _keys_apart(e, settings)
        e.refuse_the_rest(but=ELSEWHERE)
        if e.mistakes:
            raise BadSettings(e.mistakes)
        return settings


def with_secrets(env: Mapping[str, str], platforms: Sequence[Platform] = ()) -> Mapping[str, str]:
    """
    The environment with each secret's `…_FILE` replaced by what the file holds.

    For whoever reads an environment without knowing of files, as the case store does.
    Raises `BadSettings`.
    """
    e = Environment(env)
    names = (*SECRETS, *(name for platform in platforms for name in platform.secrets))
    found = {PREFIX + name: e.secret(name, like=LINE) for name in names}
    if e.mistakes:
        raise BadSettings(e.mistakes)
    files = {f"{PREFIX}{name}_FILE" for name in names}
    rest = {name: text for name, text in env.items() if name not in files}
    return rest | {name: text for name, text in found.items() if text is not None}


def _platforms(e: Environment, platforms: Sequence[Platform]) -> Mapping[str, Account]:
    read = {platform.name: platform.read(e) for platform in platforms}
    return {name: account for name, account in read.items() if account is not None}


def _database(e: Environment, data_dir: Path) -> str:
    found = e.secret("DATABASE_URL", like=LINE)
    if found is None:
        return f"sqlite+aiosqlite:///{data_dir / 'bridge.db'}"
    if not re.match(r"sqlite\+aiosqlite:///.|postgresql\+psycopg://.", found):
        e.wrong("DATABASE_URL", "must begin with sqlite+aiosqlite:/// or postgresql+psycopg://")
    return found


def _keys_apart(e: Environment, settings: Settings) -> None:
    """A copy of the data must never hold the key to it."""
    places = [settings.data_dir]
    if sqlite := re.match(r"sqlite\+aiosqlite:///([^?]+)", settings.database_url):
        places.append(Path(sqlite[1]).parent)
    if any(settings.keyring.resolve().is_relative_to(place.resolve()) for place in places):
        e.wrong("KEYRING", "must lie outside the data directory and apart from the database")


def _numbers(e: Environment) -> Numbers:
    told, verified = e.text("CRISIS__NUMBERS"), e.day("CRISIS__VERIFIED_ON")
    if told is None:
        return Numbers() if verified is None else Numbers(verified_on=verified.isoformat())
    pairs = [tuple(part.strip() for part in each.split("=")) for each in told.split(";")]
    # The first two are for emergencies; the line for out of hours says the others.
    if len(pairs) < 3 or not all(len(p) == 2 and _rings(*p) for p in pairs):
        e.wrong("CRISIS__NUMBERS", "must be three or more, like: 113=medisinsk nødtelefon; 112=…")
        return Numbers()
    if verified is None:
        e.wrong("CRISIS__VERIFIED_ON", "is missing: say when somebody last called the numbers")
        return Numbers()
    crisis = tuple((pair[0], pair[1]) for pair in pairs)
    return Numbers(crisis=crisis, verified_on=verified.isoformat())


def _rings(number: str, who: str) -> bool:
    return bool(re.fullmatch("[0-9][0-9 ]*", number) and who)


def _patience(e: Environment) -> Patience:
    default = Patience()
    return Patience(
        quiet=e.hours("PATIENCE__QUIET_HOURS", default.quiet),
        warning=e.hours("PATIENCE__WARNING_HOURS", default.warning),
        before_deadline=e.hours("PATIENCE__BEFORE_DEADLINE_HOURS", default.before_deadline),
    )


def _limits(e: Environment) -> Limits:
    default = Limits()
    limits = Limits(
        unanswered=e.hours("AGEING__UNANSWERED_HOURS", default.unanswered),
        unanswered_day=e.hours("AGEING__UNANSWERED_DAY_HOURS", default.unanswered_day),
        untransferred=e.hours("AGEING__UNTRANSFERRED_HOURS", default.untransferred),
        untransferred_long=e.hours("AGEING__UNTRANSFERRED_LONG_HOURS", default.untransferred_long),
        before_shut=e.hours("AGEING__BEFORE_SHUT_HOURS", default.before_shut),
    )
    if limits.unanswered > limits.unanswered_day:
        e.wrong("AGEING__UNANSWERED_DAY_HOURS", "must not be shorter than the first warning")
    if limits.untransferred > limits.untransferred_long:
        e.wrong("AGEING__UNTRANSFERRED_LONG_HOURS", "must not be shorter than the first warning")
    return limits
