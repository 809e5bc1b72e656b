"""What is well and what must be mended with the rooms beside the team's: a table for each room."""

from collections.abc import Callable, Sequence
from typing import Final

from bridge.doctor.facts import Aside, Facts
from bridge.doctor.findings import Finding, note, red, well
from bridge.domain.delivery import Reason

MAILBOX: Final = "Postkasse {number} (UTEBRU_OUTLOOK__MAILBOXES)"
LEADER: Final = "Teamlederens rom"


def findings(facts: Facts) -> Sequence[Finding]:
    own = [each for each in facts.asides if each.mailbox is not None]
    found = [make(_area(each)) for each in facts.asides for when, make in RULES if when(each)]
    if own and len(own) == len(facts.asides):
        found.append(NO_LEADER)
    return found


def _area(aside: Aside) -> str:
    return LEADER if aside.mailbox is None else MAILBOX.format(number=aside.mailbox)


def _alone(aside: Aside) -> bool:
    return aside.readers == 1 or (aside.mailbox is None and bool(aside.readers))


NO_LEADER: Final = note(
    LEADER,
    "Finnes ikke, så «Gi til teamleder» er ikke der. Det som haster, sies i teamets rom.",
    "Lag et privat rom for teamlederen, og sett UTEBRU_SLACK__LEADER_ROOM.",
)

Make = Callable[[str], Finding]

RULES: Final[Sequence[tuple[Callable[[Aside], bool], Make]]] = (
    (lambda a: a.mailbox is not None and a.trouble is None,
     lambda area: well(area, "Vi kommer inn i den.")),
    (lambda a: a.trouble is Reason.REVOKED,
     lambda area: red(area, "Microsoft slipper oss ikke inn i den.",
                      "Ta den med i tilgangen i Exchange: docs/outlook.md, punkt 7")),
    (lambda a: a.trouble not in {None, Reason.REVOKED},
     lambda area: red(area, "Microsoft svarer ikke.", "Sjekk nettet ut.")),
    (lambda a: not a.in_room,
     lambda area: red(area, "Boten er ikke med i rommet, og det som kommer, blir ikke lest.",
                      "Skriv «/invite @utebru» i rommet.")),
    (lambda a: a.in_room and not a.cleaned,
     lambda area: red(area, "Administratorkontoen er ikke med i rommet, og kan ikke slette der.",
                      "Inviter den til rommet.")),
    (lambda a: a.in_room and a.readers is None,
     lambda area: red(area, "Det lot seg ikke se hvem som kan lese i rommet.",
                      "Rett det over; kjør så utebru doctor igjen.")),
    (lambda a: a.in_room and a.readers == 0,
     lambda area: red(area, "Ingen er med i rommet, så ingen leser det som kommer.",
                      "Inviter den ansatte til rommet.")),
    (lambda a: a.mailbox is not None and (a.readers or 0) > 1,
     lambda area: red(area, "Flere enn én kan lese i rommet.",
                      "Fjern alle andre enn den som har postkassen.")),
    (lambda a: a.strangers > 0,
     lambda area: red(area, "Noen som ikke er koblet til som ansatt, kan lese i rommet.",
                      "Koble dem til, eller fjern dem.")),
    (lambda a: a.in_room and _alone(a) and not a.strangers,
     lambda area: well(area, "Bare de som skal, kan lese i rommet.")),
)  # fmt: skip
