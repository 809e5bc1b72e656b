"""What the doctor found out, before it makes anything of it. No secrets, and nobody's name."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bridge.domain.delivery import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    kind: str
    weak: str | None = None
    """The setting that lets it lose what it says it has kept."""
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    token: bool = False
    """They are in a PKCS#11 token, and in no file."""
    silent: bool = False
    """It does not answer, or does not let us in."""
    there: bool = True
    exposed: bool = False
    unreadable: bool = False


class MunicipalLogIn(StrEnum):
    """How the municipality's own log-in is, as the case store sees it."""

    OFF = "off"
    ANSWERS = "answers"
    SILENT = "silent"
    UNKNOWN = "unknown"
    """The case store did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The case store; `skew`: how far its clock is from ours, None where it did not say."""

    here: bool = False
    trouble: str | None = None
    skew: timedelta | None = None
    leaders: int = 0
    linked: int = 0
    two_factors: bool = True
    """False only where it was seen: of one that runs elsewhere it is not told."""
    log_in: MunicipalLogIn = MunicipalLogIn.UNKNOWN


class Hook(StrEnum):
    """Where Telegram sends what comes."""

    NOWHERE = "nowhere"
    HERE = "here"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram:
    polls: bool
    trouble: Reason | None = None
    hook: Hook = Hook.NOWHERE
    hook_fails: bool = False
    """Telegram has lately tried to reach us in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMeta:
    """One of Meta's channels."""

    trouble: Reason | None = None
    subscribed: bool = True
    """Meta is to call us for everything that we listen for."""
    late: bool = False
    """We say that Meta lets a person answer for a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    trouble: Reason | None = None
    called: bool = True
    """Microsoft is to call us when something comes."""
    certified: bool = True
    """We show a certificate, and not a secret."""
    expires: timedelta | None = None
    """How long the certificate still opens; None where there is none."""
    opens_all: bool = False
    """We could read every mailbox in the municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A room beside the team's; one person's mailbox, or None: the team leader's room."""

    mailbox: int | None
    """Its number in the setting: an address would be somebody's name."""
    trouble: Reason | None = None
    """Why we do not come into the mailbox."""
    in_room: bool = True
    cleaned: bool = True
    """The account that deletes what people have typed is there, where we have one."""
    readers: int | None = 1
    """People who can read the room; None: it could not be seen."""
    strangers: int = 0
    """Those of them who are no linked employees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one of our tokens can; `missing`: scopes it was not given."""

    trouble: Reason | None = None
    admin: bool = False
    in_room: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    bot: Account
    cleaner: Account | None
    """The account that deletes what people have typed."""
    socket: bool
    deaf: Reason | None = None
    """Why Socket Mode cannot be opened."""
    signed: bool = False
    strangers: int | None = None
    """Readers of the room who are no linked employees; None: it could not be seen."""
    retention: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    database: Database
    keys: Keys
    store: Store
    telegram: Telegram | None
    slack: Slack | None
    messenger: AtMeta | None = None
    instagram: AtMeta | None = None
    whatsapp: AtMeta | None = None
    outlook: Outlook | None = None
    asides: tuple[Aside, ...] = ()
    by_hand: tuple[str, ...] = ()
    """The channels that people carry."""
