"""What stands on the paper between what is told: `{places}` are filled in by the template."""

from collections.abc import Mapping
from typing import Final

from casestore.texts.phrases import _

ON_PAPER: Final[Mapping[str, str]] = {
    "made_for": _("Laget {at} for {whom}. Bare for deg."),
    "written_on": _("skrevet på {channel}"),
    "page": _("Side {n} av {count}"),
    "made": _("Laget {at}."),
    "for": _("For {whom}."),
    "decided": _("Bestemt av {by}, {at}."),
    "file": _("Vedlegg: {name} ({size} kB)"),
    "entered_by": _("skrevet inn av {by}"),
    "why": _("Hvorfor:"),
    "closed_by": _("Avsluttet av {by}"),
    "written_by": _("Skrevet av {by}"),
    "minutes": _("{n} minutter"),
    "in_case": _("sak {number}"),
    "alias": _("Kallenavn hos oss"),
    "name": _("Navn"),
    "born": _("Født"),
    "ways": _("Slik når vi deg"),
    "case": _("Sak {number}"),
    "opened": _("Åpnet {at}."),
    "ran": _("Åpnet {at}, avsluttet {until}."),
    "responsible": _("Ansvarlig: {who}."),
    "shared": _("Delt med: {whom}."),
    "drafts": _("Noen har begynt på {n} notat som ikke er ferdig skrevet."),
    "asked": _("du fikk spørsmålet {at}"),
    "text": _("tekst {version}"),
    "holds": _("gjelder nå"),
    "concerns": _("Gjelder:"),
    "signed": _("Du skrev under på papir. Vi har tatt vare på arket."),
    "answered": _("Du svarte:"),
    "judged": _("Det vi skrev om hvordan du forsto det:"),
    "to": _("Til:"),
    "what": _("Hva:"),
    "when_read": _("Når"),
    "who_read": _("Hvem"),
    "what_read": _("Hva"),
    "times_read": _("Ganger"),
    "you": _("Du"),
    "talk": _("Samtale på {channel}, {at}"),
    "filed": _("Står i journalen."),
    "counted": _("Bare telt, uten ord."),
    "copies": _("{place}, {n} stk.: {said}"),
    "done": _("Besvart {at}."),
    "due": _("Du skal ha svar innen {at}."),
    "read_apart": _("Det som skrives på {channel}, leses for seg selv igjen."),
    "read_together": _(
        "Det som skrives på {channel}, leses sammen med det som skrives på en annen kanal, fordi "
        "vi mener at alt er fra deg."
    ),
    "apart_alone": _("Det skjedde av seg selv, fordi de ikke lenger sto som samme person hos oss."),
    "by_number": _("Foreslått av en {role}. Saksnummeret stemte."),
    "decided_by": _("Bestemt av en {role}."),
}
