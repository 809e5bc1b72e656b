"""The eleven promises (README), and what with these tokens makes one of them weaker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.doctor.facts import AtMeta, Facts, Outlook, Telegram


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    number: int
    says: str
    because: tuple[str, ...] = ()
    """Why it is weaker than it says; holds where there is nothing."""


Weakness = tuple[Callable[[Facts], bool], str]


def _channels(f: Facts) -> Sequence[Telegram | AtMeta | Outlook | None]:
    return (f.telegram, f.messenger, f.instagram, f.whatsapp, f.outlook)


FORGETFUL: Final[Weakness] = (
    lambda f: f.database.closed or f.database.weak is not None,
    "databasen kan miste det den har tatt imot",
)
KEYS: Final[Weakness] = (
    lambda f: f.keys.exposed or f.keys.unreadable,
    "nøklene er ikke vernet slik de skal",
)
STORE: Final[Weakness] = (
    lambda f: f.store.trouble is not None,
    "journalsystemet svarer ikke nå, så ingenting blir ferdig",
)
CHANNEL: Final[Weakness] = (
    lambda f: (
        not any(_channels(f)) or any(c is not None and c.trouble is not None for c in _channels(f))
    ),
    "det ungdommene skriver på, svarer ikke oss, så ingenting kommer fram",
)
TEAM: Final[Weakness] = (
    lambda f: f.slack is None or f.slack.bot.trouble is not None or not f.slack.bot.in_room,
    "teamet kan ikke nås i Slack nå",
)
BY_HAND: Final[Weakness] = (
    lambda f: (
        f.slack is not None
        and (
            f.slack.cleaner is None
            or f.slack.cleaner.trouble is not None
            or not (f.slack.cleaner.admin and f.slack.cleaner.in_room)
        )
    ),
    "det ansatte skriver i Slack, må de slette selv",
)
RETENTION: Final[Weakness] = (
    lambda f: f.slack is not None and f.slack.retention is None,
    "det er ikke bekreftet at Slack ikke tar vare på det som slettes",
)
STRANGERS: Final[Weakness] = (
    lambda f: f.slack is not None and f.slack.strangers != 0,
    "det er ikke sikkert at bare ansatte kan lese rommet",
)
LEADERLESS: Final[Weakness] = (
    lambda f: f.store.trouble is None and f.store.leaders == 0,
    "ingen teamleder har konto",
)
NEVER_ERASED: Final[Weakness] = (
    lambda f: any((f.messenger, f.instagram, f.whatsapp)),
    "Meta lar ingen andre enn ungdommen slette det som står i chatten der",
)
RESTORABLE: Final[Weakness] = (
    lambda f: f.outlook is not None,
    "en slettet e-post kan hentes fram hos Microsoft til oppbevaringstiden er ute, og ungdommens "
    "egen når vi ikke",
)
ON_A_TELEPHONE: Final[Weakness] = (
    lambda f: bool(f.by_hand),
    "det som ligger i Snapchat, er borte bare så langt noen har krysset av for det",
)
FILE: Final[Weakness] = (
    lambda f: not f.keys.token,
    "nøkkelen ligger i en fil, og er borte bare så langt filsystemet når",
)
TOKEN: Final[Weakness] = (
    lambda f: f.keys.token,
    "nøklene ligger i en HSM, og om en kopi av den fortsatt har dem, vet bare dere",
)
SHUT_OUT: Final[Weakness] = (
    lambda f: f.keys.silent,
    "nøklene svarer ikke, så ingenting kan leses eller tas imot",
)

PROMISES: Final[Sequence[tuple[str, tuple[Weakness, ...]]]] = (
    ("Ingenting går tapt", (FORGETFUL, SHUT_OUT, CHANNEL, TEAM)),
    ("Ingenting kommer to ganger, og tvil vises", (FORGETFUL, TEAM)),
    ("Ingen får en annens ord", ()),
    ("Ingenting sendes ved et uhell", ()),
    ("Ingen journal uten samtykke", ()),
    ("Glemt først når det er bevist at det står i journalen; så går kopiene",
     (STORE, BY_HAND, RETENTION, NEVER_ERASED, RESTORABLE, ON_A_TELEPHONE)),
    ("Slettingen sier sannheten", ()),
    ("Det som er glemt, er borte fra disken også", (KEYS, FILE, TOKEN)),
    ("Slack får aldri vite av oss hvem ungdommen er", (STRANGERS,)),
    ("Ungdommen kan se og stoppe alt", (CHANNEL, STORE)),
    ("Teamlederen kan kontrollere alt", (STORE, LEADERLESS)),
)  # fmt: skip


def promises(facts: Facts) -> Sequence[Promise]:
    return [
        Promise(number=number, says=says, because=tuple(w for when, w in weak if when(facts)))
        for number, (says, weak) in enumerate(PROMISES, start=1)
    ]
